"""What makes published examples doubtful: the schema drifted, or they do not run any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backends.warehouse.base import Warehouse
from catalog_sync.model import Catalog
from feedback.desk import Decision, Desk
from feedback.drift import broken
from feedback.errors import Conflict
from feedback.examine import Examiner
from feedback.model import ExampleRecord, VersionRecord
from feedback.people import SERVICE, Actor


@dataclass(frozen=True)
class Doubt:
    """An example that was set to stale, and why."""

    example: str
    question: str
    reasons: tuple[str, ...]


def drop_drifted(desk: Desk, catalog: Catalog, actor: Actor = SERVICE) -> list[Doubt]:
    """Every live or verified example that relies on what the catalogue no longer says becomes stale."""
    return _doubt(desk, actor, lambda _, version: broken(version.uses, catalog), catalog.project)


def rerun(
    desk: Desk,
    warehouse: Warehouse,
    catalog: Catalog,
    actor: Actor = SERVICE,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Doubt]:
    """Runs them all. `warehouse` is restricted to the catalogue."""
    examiner = Examiner(warehouse, catalog)
    total, done = len(_relied_on(desk, catalog.project)), 0

    def failed(_example: ExampleRecord, version: VersionRecord) -> tuple[str, ...]:
        nonlocal done
        done += 1
        progress("examples run again", done, total)
        _, checks = examiner.run(version.sql)
        return tuple(c.says for c in checks if c.outcome == "fail")

    return _doubt(desk, actor, failed, catalog.project)


def _doubt(
    desk: Desk, actor: Actor, why: Callable[[ExampleRecord, VersionRecord], tuple[str, ...]], project: str
) -> list[Doubt]:
    doubts = []
    for example, version in _relied_on(desk, project):
        reasons = why(example, version)
        if not reasons:
            continue
        try:
            desk.move("doubt", example.id, actor, Decision("; ".join(reasons)), lock=example.lock)
        except Conflict:
            continue  # somebody is changing it just now; the next look sees what came of that
        doubts.append(Doubt(example.id, example.question, reasons))
    return doubts


def _relied_on(desk: Desk, project: str) -> list[tuple[ExampleRecord, VersionRecord]]:
    """What is live, in the live version, and what is verified."""
    live = desk.examples.live()
    known = {e.id for e, _ in live}
    verified = [(e, v) for e, v in desk.examples.with_current(["verified"]) if e.id not in known]
    return [(e, v) for e, v in (*live, *verified) if e.project == project]
