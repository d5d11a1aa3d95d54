"""The Dockerfile, as a linter reads it; the entrypoint, the health check and the list of parts, as they run."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from fnmatch import fnmatch
from pathlib import Path

import pytest

from plugin import settings

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
KNOWN = {
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "USER", "VOLUME",
    "WORKDIR",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (DOCKER / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(i for i, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def test_it_is_built_of_known_instructions_in_two_stages_from_one_pinned_base() -> None:
    found = instructions()
    assert {word for word, _ in found} <= KNOWN  # ADD and SHELL are not among them
    assert found[0] == ("ARG", "BASE=debian:bookworm-20250520-slim")
    assert [rest for word, rest in found if word == "FROM"] == ["${BASE} AS build", "${BASE} AS run"]


def test_the_image_runs_as_nobody_with_nothing_to_build_with() -> None:
    stage = last_stage()
    assert [rest for word, rest in stage if word == "USER"] == ["10001:10001"]
    packages = " ".join(rest for word, rest in stage if word == "RUN")
    assert not re.search(r"gcc|build-essential|python3-(dev|pip|venv)|curl|wget|git\b", packages)
    assert "uninstall --yes pip setuptools" in " ".join(rest for word, rest in instructions() if word == "RUN")
    after = [word for word, _ in stage[[word for word, _ in stage].index("USER") :]]
    assert "RUN" not in after
    assert "COPY" not in after


def test_packages_are_installed_as_a_linter_wants_it() -> None:
    for word, rest in instructions():
        if word == "RUN" and "apt-get install" in rest:
            assert rest.startswith("apt-get update ")
            assert "--no-install-recommends" in rest
            assert "rm -rf /var/lib/apt/lists/*" in rest
        if word == "RUN" and "pip install" in rest:
            assert "--no-cache-dir" in rest
            assert "--constraint constraints.txt" in rest
        assert "sudo" not in rest
        if word in ("CMD", "ENTRYPOINT", "VOLUME"):
            assert isinstance(json.loads(rest), list), f"{word} in the shell's form gets no signals"
        if word == "WORKDIR":
            assert rest.startswith("/")
        if word in ("ARG", "ENV"):
            assert not re.search(r"PASSWORD|TOKEN|API_KEY|SECRET", rest)


def test_it_has_labels_a_health_check_and_settings_that_are_known(tmp_path: Path) -> None:
    stage = dict(last_stage())
    assert 'org.opencontainers.image.licenses="Apache-2.0"' in stage["LABEL"]
    assert f"VERSION={_version()}" in [rest for word, rest in last_stage() if word == "ARG"]
    assert "health.py" in stage["HEALTHCHECK"]
    given = dict(re.findall(r"(\w+)=(\S+)", stage["ENV"]))
    loaded = settings.load(tmp_path, given)
    assert (loaded.logs.to, loaded.logs.format, loaded.web.host) == ("stderr", "json", "0.0.0.0")


def _version() -> str:
    found = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_what_is_copied_is_there_and_goes_into_the_context() -> None:
    let_in = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    ]
    copied = [
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from=build ")
        for source in rest.split()[:-1]
    ]
    assert len(copied) > 10
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern) for pattern in let_in), f"{source} is not let in by .dockerignore"
    packages = re.search(r"include = \[(.+)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert packages is not None
    assert {name.rstrip("*") for name in re.findall(r'"(.+?)"', packages.group(1))} <= set(copied)


def entered(tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The entrypoint with a `dbt-ask` that shows its words and what it was given, and secrets in a folder of the
    test's."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "dbt-ask").write_text('#!/bin/sh\necho "$@"\nenv\n', encoding="utf-8")
    (bin_ / "dbt-ask").chmod(0o755)
    script = (DOCKER / "entrypoint.sh").read_text(encoding="utf-8").replace("/run/secrets/", f"{tmp_path}/secrets/")
    (tmp_path / "entrypoint.sh").write_text(script, encoding="utf-8")
    return subprocess.run(
        ["sh", str(tmp_path / "entrypoint.sh"), "serve", "--port", "0"],
        env={"PATH": f"{bin_}:/usr/bin:/bin", **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_secret_files_become_variables(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "password").write_text('it\'s $HOME "x"\n', encoding="utf-8")
    done = entered(tmp_path, PGPASSWORD_FILE=f"{tmp_path}/secrets/password", OTHER_FILE="/etc/hostname")
    words, *env = done.stdout.splitlines()
    assert words == "serve --port 0"
    assert 'PGPASSWORD=it\'s $HOME "x"' in env
    assert not any(line.startswith("PGPASSWORD_FILE") for line in env)
    assert "OTHER_FILE=/etc/hostname" in env


def test_a_secret_that_is_missing_stops_it(tmp_path: Path) -> None:
    done = entered(tmp_path, METRICS_TOKEN_FILE=f"{tmp_path}/secrets/none")
    assert done.returncode == 2
    assert "METRICS_TOKEN_FILE" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_the_process(status: int, code: int) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/-/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request).start()
        env = {**os.environ, "DBT_ASK_WEB__PORT": str(server.server_address[1])}
        assert subprocess.run([sys.executable, DOCKER / "health.py"], env=env, check=False).returncode == code


def test_the_list_of_parts_names_what_is_installed() -> None:
    done = subprocess.run([sys.executable, DOCKER / "sbom.py"], capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    parts = {part["name"].casefold(): part for part in document["components"]}
    assert parts["sqlglot"]["version"] == "29.0.1"
    assert parts["sqlglot"]["purl"] == "pkg:pypi/sqlglot@29.0.1"
    assert parts["fastapi"]["licenses"]


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_secrets_are_made_once(tmp_path: Path) -> None:
    shutil.copy(DOCKER / "secrets.sh", tmp_path)
    for _ in range(2):
        subprocess.run(["sh", str(tmp_path / "secrets.sh")], check=True, capture_output=True)
        made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
        assert len(made["postgres_password"]) == 64
        assert len(set(made.values())) == len(made)
        assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "secrets").iterdir())
        if os.geteuid() == 0:
            readers = {path.name: path.stat().st_uid for path in (tmp_path / "secrets").iterdir()}
            assert readers.pop("openmetadata_db_password") == 1000, "its server is not one of our containers"
            assert set(readers.values()) == {10001}
    subprocess.run(["sh", str(tmp_path / "secrets.sh")], check=True, capture_output=True)
    assert made == {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
