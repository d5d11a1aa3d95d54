"""What stands behind each question view in the warehouse: the SQL that dbt ran last, when, and what its tests said.

Read from dbt's target directory as JSON. `target/run` keeps a file for each model that was ever run, whose time is that
of the run; manifest.json loses the compiled SQL with every `dbt parse`, `target/compiled` does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from catalog_sync.dbt_checks import is_strong
from catalog_sync.files import write_atomically

RECONCILING = frozenset({"reconciles", "dbt_ask_reconciles", "equality"})
"""Tests that compare a view with what it is made from."""

_PARTIAL = frozenset({"incremental", "snapshot", "seed", "ephemeral"})
"""Their compiled SQL is not what the relation holds."""

Stamp = list[Any]


@dataclass(frozen=True)
class Deployed:
    """`sql` is "" where nobody knows it. `problem` is what speaks against the view. Times are ISO, UTC, "" if unknown;
    `base_built_at` is of the table below it that was built last. `reconciled` are the tests that compare it."""

    sql: str = ""
    problem: str = ""
    built_at: str = ""
    base_built_at: str = ""
    reconciled: tuple[str, ...] = ()

    @property
    def behind(self) -> bool:
        """A table below it was built after it."""
        return bool(self.base_built_at) and self.base_built_at > self.built_at


@dataclass(frozen=True)
class Artifacts:
    """`views`: every model with `meta.dbt_ask.view`; `built`: when each model was run last, ISO. By unique_id."""

    views: Mapping[str, Deployed] = field(default_factory=dict)
    built: Mapping[str, str] = field(default_factory=dict)


def stamp(target: Path) -> Stamp:
    """Changes with every dbt command that may have changed a definition, a build or a test."""
    found: Stamp = []
    for name in ("manifest.json", "run_results.json"):
        with suppress(OSError):
            status = (target / name).stat()
            found.append([name, status.st_mtime_ns, status.st_size])
    return found


def cached(target: Path, cache: Path) -> Artifacts:
    """`artifacts`, kept in a file as long as dbt has written nothing new: a manifest may have a hundred megabytes."""
    now = stamp(target)
    if not now:
        return Artifacts()
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(cache.read_bytes())
        if kept["stamp"] == now:
            return Artifacts({unique_id: _of(found) for unique_id, found in kept["views"].items()}, kept["built"])
    found = artifacts(target)
    views = {unique_id: asdict(view) for unique_id, view in found.views.items()}
    with suppress(OSError):  # the next question reads the artifacts again
        write_atomically(cache, json.dumps({"stamp": now, "views": views, "built": found.built}, ensure_ascii=False))
    return found


def _of(found: Mapping[str, Any]) -> Deployed:
    return Deployed(**{**found, "reconciled": tuple(found["reconciled"])})


def artifacts(target: Path) -> Artifacts:
    """Empty where dbt's artifacts are not there or not readable: then nothing is known."""
    manifest, results = _read(target / "manifest.json"), _read(target / "run_results.json")
    nodes: Mapping[str, Any] = manifest.get("nodes") or {}
    outcomes = {str(r.get("unique_id")): r for r in results.get("results") or []}
    models = {u: n for u, n in nodes.items() if n.get("resource_type") in ("model", "seed", "snapshot")}
    built = {unique_id: at for unique_id, node in models.items() if (at := _ran_at(node, outcomes, target))}
    tests = _tests(nodes)
    views = {
        unique_id: _deployed(node, built, outcomes, tests.get(unique_id, []), target)
        for unique_id, node in models.items()
        if _is_view(node)
    }
    return Artifacts(views, built)


def _deployed(
    node: Mapping[str, Any],
    built: Mapping[str, str],
    outcomes: Mapping[str, Any],
    tests: list[Mapping[str, Any]],
    target: Path,
) -> Deployed:
    sql, problem = _sql(node, target)
    failed = [t["name"] for t in tests if _status(outcomes, t["unique_id"]) in ("fail", "error")]
    if failed:
        problem = problem or f"its test {failed[0]} failed"
    if _status(outcomes, node["unique_id"]) == "error":
        problem = problem or "its last build failed"
    below = (node.get("depends_on") or {}).get("nodes") or []
    return Deployed(
        sql=sql,
        problem=problem,
        built_at=built.get(node["unique_id"], ""),
        base_built_at=max((built.get(unique_id, "") for unique_id in below), default=""),
        reconciled=tuple(t["name"] for t in tests if is_strong(t) and t["test_metadata"]["name"] in RECONCILING),
    )


def _sql(node: Mapping[str, Any], target: Path) -> tuple[str, str]:
    """The compiled SQL, and why it is not what the relation holds."""
    materialized = str((node.get("config") or {}).get("materialized") or "")
    if materialized in _PARTIAL:
        return "", f"a model that is {materialized} holds more than its SQL says"
    compiled = str(node.get("compiled_code") or "") or _text(target, "compiled", node)
    ran = _text(target, "run", node)
    if compiled and ran and _words(compiled) not in _words(ran):
        return compiled, "its SQL was compiled anew and not run"
    return compiled, ""


def _tests(nodes: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes.values():
        if node.get("resource_type") == "test" and node.get("test_metadata") and node.get("attached_node"):
            found.setdefault(str(node["attached_node"]), []).append(node)
    return found


def _is_view(node: Mapping[str, Any]) -> bool:
    config = node.get("config") or {}
    places: Iterator[Any] = (m.get("dbt_ask") for m in (config.get("meta"), node.get("meta")) if isinstance(m, Mapping))
    return any(isinstance(ours, Mapping) and ours.get("view") for ours in places)


def _status(outcomes: Mapping[str, Any], unique_id: str) -> str:
    return str((outcomes.get(unique_id) or {}).get("status") or "")


def _ran_at(node: Mapping[str, Any], outcomes: Mapping[str, Any], target: Path) -> str:
    """The later of what the file in `target/run` and the last run say."""
    times = [""]
    with suppress(OSError):
        moment = _path(target, "run", node).stat().st_mtime
        times.append(datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds"))
    outcome = outcomes.get(node["unique_id"]) or {}
    if outcome.get("status") == "success":
        for step in outcome.get("timing") or []:
            with suppress(ValueError):
                moment_of_step = datetime.fromisoformat(str(step.get("started_at")).replace("Z", "+00:00"))
                times.append(moment_of_step.isoformat(timespec="milliseconds"))
    return max(times)


def _path(target: Path, folder: str, node: Mapping[str, Any]) -> Path:
    return target / folder / str(node.get("package_name")) / str(node.get("original_file_path"))


def _text(target: Path, folder: str, node: Mapping[str, Any]) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return _path(target, folder, node).read_text(encoding="utf-8")
    return ""


def _words(sql: str) -> str:
    return " ".join(sql.split())


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else {}
    return {}
