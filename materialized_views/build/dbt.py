"""dbt on one project: builds chosen models of an overlay and says what became of each model and test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from backends.warehouse.base import TableName
from backends.warehouse.dbt_bridge import run_dbt_apart
from materialized_views.build.overlay import Model, Overlay
from materialized_views.errors import BuildFailed
from materialized_views.matching import definition_of

_TAIL = 30


@dataclass(frozen=True)
class Outcome:
    """Of one model: where it is, seconds of its build, what failed (the model itself, or tests by name), and the hash
    of its compiled SQL as the matcher reads it."""

    model: str
    relation: TableName
    seconds: float
    failures: tuple[str, ...] = ()
    compiled: str = ""

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True)
class Dbt:
    """As dbt's flags of these names; None leaves them to dbt."""

    project_dir: Path
    profiles_dir: Path | None = None
    target: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)

    def build(self, models: list[Model]) -> dict[str, Outcome]:
        """By model name. Raises BuildFailed where dbt itself could not run (a parse error, no warehouse)."""
        with Overlay(self.project_dir, models, self._macros()) as overlay:
            self._run(overlay, "build", "--select", *(model.name for model in models), fine=(0, 1))
            return _outcomes(overlay / "target", models)

    def operation(self, macro: str, **arguments: Any) -> None:
        """A macro of `macros.sql`. Raises BuildFailed."""
        with Overlay(self.project_dir, [], self._macros()) as overlay:
            self._run(overlay, "run-operation", macro, "--args", json.dumps(arguments), fine=(0,))

    def _macros(self) -> dict[str, str]:
        ours = {
            "dbt_ask_views.sql": files("materialized_views.emit").joinpath("macros.sql"),
            "dbt_ask_build.sql": files("materialized_views.build").joinpath("macros.sql"),
        }
        return {name: text.read_text(encoding="utf-8") for name, text in ours.items()}

    def _run(self, overlay: Path, *command: str, fine: tuple[int, ...]) -> None:
        flags = ["--project-dir", str(overlay), "--target-path", str(overlay / "target")]
        flags += ["--log-path", str(overlay / "logs"), "--no-partial-parse"]
        if self.profiles_dir is not None:
            flags += ["--profiles-dir", str(self.profiles_dir)]
        if self.target is not None:
            flags += ["--target", self.target]
        if self.variables:
            flags += ["--vars", json.dumps(self.variables)]
        log = overlay / "dbt.log"
        code = run_dbt_apart([*command, *flags], self.project_dir, log)
        if code not in fine:
            raise BuildFailed(
                f"dbt {command[0]} ended with {code}: {_tail(log)}",
                hint="mend what dbt says; nothing that is in use was changed",
            )


def _outcomes(target: Path, models: Iterable[Model]) -> dict[str, Outcome]:
    manifest = json.loads((target / "manifest.json").read_bytes())
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    nodes = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    found = {}
    for model in models:
        node = nodes[model.name]
        own = [r for r in results if _is_about(r["unique_id"], node["unique_id"], manifest)]
        failures = tuple(f"{_name(r['unique_id'])}: {r['message'] or r['status']}" for r in own if _failed(r))
        if not any(r["unique_id"] == node["unique_id"] for r in own):
            failures = (*failures, "dbt did not build it")
        found[model.name] = Outcome(
            model=model.name,
            relation=TableName(node["database"], node["schema"], node["alias"]),
            seconds=sum(r["execution_time"] for r in own if r["unique_id"] == node["unique_id"]),
            failures=failures,
            compiled=definition_of(
                next((str(r.get("compiled_code") or "") for r in own if r["unique_id"] == node["unique_id"]), "")
            ),
        )
    return found


def _is_about(result: str, model: str, manifest: Mapping[str, Any]) -> bool:
    node = manifest["nodes"].get(result) or {}
    return result == model or (
        node.get("resource_type") == "test" and model in ((node.get("depends_on") or {}).get("nodes") or [])
    )


def _failed(result: Mapping[str, Any]) -> bool:
    return result["status"] not in ("success", "pass", "warn")


def _name(unique_id: str) -> str:
    return unique_id.split(".")[2]


def _tail(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-_TAIL:])
