"""The compose files, alone and merged as docker merges them: keys of the specification, references, and house rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin import settings

DOCKER = Path(__file__).parents[2] / "docker"
SETS = {
    "team": ("compose.yml",),
    "openmetadata": ("compose.yml", "compose.openmetadata.yml"),
    "cluster": ("compose.yml", "compose.cluster.yml"),
    "all": ("compose.yml", "compose.openmetadata.yml", "compose.cluster.yml"),
}
OURS = ("app", "schedule")
ENVIRONMENT = {"PROJECT_DIR": "/srv/project", "ASK_URL": "https://ask.example.org"}
TOP = {"name", "services", "networks", "volumes", "secrets"}
SERVICE = {
    "build", "cap_add", "cap_drop", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck",
    "image", "init", "networks", "ports", "profiles", "read_only", "restart", "secrets", "security_opt",
    "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
HEALTH = {"test", "interval", "timeout", "retries", "start_period", "disable"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}")


class _Loader(yaml.SafeLoader):
    pass


class Reset:
    """What `!reset` stands for: the value of the file before is dropped."""


_Loader.add_constructor("!reset", lambda loader, node: Reset())


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((DOCKER / name).read_text(encoding="utf-8"), _Loader)
    return {key: value for key, value in found.items() if not key.startswith("x-")}


def merged(one: Any, other: Any) -> Any:
    """As the specification merges files: mappings by key, lists of references joined, the rest replaced."""
    if isinstance(one, dict) and isinstance(other, dict):
        result = {key: merged(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
                  for key in {**one, **other}}  # fmt: skip
        for key in ("command", "entrypoint"):
            if key in other:
                result[key] = other[key]
        return {key: value for key, value in result.items() if not isinstance(value, Reset)}
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *(item for item in other if item not in one)]
    return other


def depends(service: dict[str, Any]) -> dict[str, Any]:
    needs = service.get("depends_on", {})
    return needs if isinstance(needs, dict) else {name: {"condition": "service_started"} for name in needs}


@pytest.fixture(params=SETS.values(), ids=SETS)
def compose(request: pytest.FixtureRequest) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name in request.param:
        part = read(name)
        for service in part["services"].values():
            if "depends_on" in service:
                service["depends_on"] = depends(service)
        whole = merged(whole, part)
    return whole


def filled(value: Any) -> Any:
    """With variables put in; one that is needed and not set fails."""
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, str):
        return value

    def put(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        name, kind, rest = match.groups()
        assert name in ENVIRONMENT or kind == "-", f"{name} must be set"
        return ENVIRONMENT.get(name, rest)

    return _VARIABLE.sub(put, value)


def test_only_keys_of_the_specification(compose: dict[str, Any]) -> None:
    assert set(compose) <= TOP
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE, name
        assert set(service.get("healthcheck", {})) <= HEALTH
        assert {need["condition"] for need in depends(service).values()} <= CONDITIONS
        assert service.get("restart", "no") in ("no", "always", "on-failure", "unless-stopped")
        for value in service.get("environment", {}).values():
            assert isinstance(value, str), f"{name}: YAML reads {value!r} as no text"
        for part in ("command", "entrypoint"):
            assert all(isinstance(word, str) for word in service.get(part, []))


def test_what_is_referred_to_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(depends(service)) <= set(services), name
        for need, how in depends(service).items():
            checked = services[need].get("healthcheck") or need in OURS
            assert how["condition"] != "service_healthy" or checked, f"{name} waits for the health of {need}"
        for volume in service.get("volumes", []):
            source = filled(volume).split(":")[0]
            assert source.startswith(("/", ".")) or source in compose["volumes"], f"{name}: {volume}"
            assert not source.startswith(".") or (DOCKER / source).exists(), f"{name}: {volume}"


def test_secrets_are_files_and_nothing_else(compose: dict[str, Any]) -> None:
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert "docker/secrets/" in (DOCKER.parent / ".gitignore").read_text(encoding="utf-8").splitlines()
    made = (DOCKER / "secrets.sh").read_text(encoding="utf-8")
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|TOKEN|API_KEY|SECRET", key):
                assert key.endswith("_FILE"), f"{name}: {key}"
                assert value.removeprefix("/run/secrets/") in service["secrets"], f"{name}: {key}"
            assert not re.search(r"://[^/@\s]*:[^/@\s]+@", value), f"{name}: a password in {key}"
    for secret in compose["secrets"]:
        assert secret in made


def test_images_are_named_by_version(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        image = filled(service["image"])
        assert re.search(r":v?\d+\.\d+", image), f"{name}: {image}"


def test_ours_run_with_as_little_as_they_need(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["user"] == "10001:10001"
        assert service["tmpfs"]
    app, schedule = (filled(compose["services"][name]["volumes"]) for name in OURS)
    assert "/srv/project:/project:ro" in app
    assert "/srv/project:/project" in schedule


def test_only_what_people_use_can_be_reached(compose: dict[str, Any]) -> None:
    assert compose["networks"]["back"] == {"internal": True}
    for name, service in compose["services"].items():
        ports = filled(service.get("ports", []))
        assert not ports or name in ("app", "proxy", "openmetadata"), name
        assert all(port.startswith("127.0.0.1:") for port in ports), name
        if re.match(r"postgres|qdrant|.*-(db|search)$", name):
            assert service["networks"] == ["back"], name


def test_our_settings_are_known(compose: dict[str, Any], tmp_path: Path) -> None:
    """As the entrypoint hands them on."""
    for name in OURS:
        given = filled(compose["services"][name]["environment"])
        loaded = settings.load(tmp_path, {key: value for key, value in given.items() if key.startswith("DBT_ASK_")})
        assert loaded.state.url.startswith("postgresql://")
        assert (loaded.llm.kind, loaded.web.url) == ("openai", "https://ask.example.org")


def test_the_cluster_has_what_it_says() -> None:
    whole: dict[str, Any] = merged(read("compose.yml"), read("compose.cluster.yml"))["services"]
    nodes = [service for name, service in whole.items() if name.startswith("qdrant")]
    assert len(nodes) == 3
    assert all(node["environment"] == {"QDRANT__CLUSTER__ENABLED": "true"} for node in nodes)
    assert [whole[name]["deploy"] for name in OURS] == [{"replicas": 2}] * 2
    assert "ports" not in whole["app"], "two replicas can't have one port"
    name, replicas = read("compose.yml")["name"], whole["app"]["deploy"]["replicas"]
    named = [f"{name}-app-{number}:8765" for number in range(1, replicas + 1)]
    assert whole["proxy"]["environment"]["APPS"].split() == named
