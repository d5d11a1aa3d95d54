"""One answer against the verified SQL of its question, by every measure that applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, Warehouse
from feedback.errors import EvaluationError
from feedback.evaluation.compare import BAG, ORDERED
from feedback.evaluation.metrics.clauses import Names, clauses
from feedback.evaluation.metrics.exact import components, exact_match
from feedback.evaluation.metrics.execution import (
    Benchmark,
    Match,
    as_reference,
    execution_match,
    gold_rows,
    policy_of,
    soft_f1,
)
from feedback.evaluation.metrics.linking import linking, shown, used
from feedback.evaluation.metrics.timing import r_ves, ratios, ves
from feedback.evaluation.suite import Item

LIMITS = Limits(seconds=120.0, rows=100_000, bytes=256 * 1024 * 1024)


@dataclass(frozen=True)
class Ground:
    """What an item is judged on: its databases, the real one first; the columns and keys of the schema; by whose rules
    the reference verdict is made, if the suite is a published one."""

    databases: tuple[Warehouse, ...]
    names: Names = field(default_factory=Names)
    benchmark: Benchmark | None = None

    @property
    def dialect(self) -> str:
        return self.databases[0].dialect


@dataclass(frozen=True)
class Verdict:
    right: bool
    note: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    components: dict[str, list[int]] = field(default_factory=dict)


def judge(
    item: Item, sql: str | None, ground: Ground, linked: Mapping[str, Any] | None = None, repeats: int = 0
) -> Verdict:
    """`sql` is None where no answer was given: every measure is 0 then. Raises EvaluationError where a verified
    statement does not run."""
    gold, match = _nearest(item, sql, ground)
    metrics = {"soft_f1": _soft(item, sql, ground)}
    made: dict[str, list[int]] = {}
    if ground.benchmark is not None:
        metrics |= _by_the_book(item, sql, ground)
        strict = [clauses(text, ground.names, "strict", ground.dialect) for text in (item.sql, sql or "")]
        metrics["exact_match"] = float(bool(sql) and exact_match(*strict))
        made = {name: [s.gold, s.predicted, s.equal] for name, s in components(*strict).items()}
    if repeats:
        found = ratios(ground.databases[0], gold, sql, repeats, LIMITS) if match.right and sql else ()
        metrics |= {"ves": ves(found), "r_ves": r_ves(found)}
    metrics |= _linking(gold, sql, ground, linked)
    return Verdict(match.right, match.note, {name: round(value, 4) for name, value in metrics.items()}, made)


def _nearest(item: Item, sql: str | None, ground: Ground) -> tuple[str, Match]:
    """The first verified statement that the answer matches, else the item's own."""
    if not sql:
        return item.sql, Match(False, "no SQL")
    policy = ORDERED if item.ordered else BAG
    first: Match | None = None
    for gold in (item.sql, *item.also):
        try:
            match = execution_match(gold, sql, ground.databases, policy, LIMITS)
        except EvaluationError as error:
            raise EvaluationError(f"{item.id}: {error.message}", hint=error.hint) from error
        if match.right:
            return gold, match
        first = first or match
    assert first is not None
    return item.sql, first


def _soft(item: Item, sql: str | None, ground: Ground) -> float:
    rows = _rows(ground.databases[0], sql)
    if rows is None:
        return 0.0
    return max(soft_f1(gold_rows(ground.databases[0], g, LIMITS).rows, rows) for g in (item.sql, *item.also))


def _rows(database: Warehouse, sql: str | None) -> tuple[tuple[Any, ...], ...] | None:
    try:
        return database.query(sql, LIMITS).rows if sql else None
    except (QueryFailed, QueryRefused, QueryTimeout):
        return None


def _by_the_book(item: Item, sql: str | None, ground: Ground) -> dict[str, float]:
    """As the published evaluator judges: on the one database, and on all where there are more."""
    assert ground.benchmark is not None
    policy = policy_of(ground.benchmark, "reference", item.sql, ground.dialect)
    gold, given = item.sql, sql or ""
    if ground.benchmark == "spider":
        gold, given = as_reference(gold, ground.dialect), as_reference(given, ground.dialect)
    on = {"ex_reference": ground.databases[:1], "test_suite_reference": ground.databases}
    if len(ground.databases) == 1:
        del on["test_suite_reference"]
    return {
        name: float(bool(sql) and execution_match(gold, given, databases, policy, LIMITS).right)
        for name, databases in on.items()
    }


def _linking(gold: str, sql: str | None, ground: Ground, linked: Mapping[str, Any] | None) -> dict[str, float]:
    """Of what the model was shown and of what the answer uses."""
    known = ground.names.columns
    wanted = used(gold, ground.dialect, known)
    if wanted is None or not known:
        return {}
    found: dict[str, float] = {}
    if linked is not None:
        given = shown(linked.get("tables", {}), linked.get("values", ()))
        found |= {f"shown_{name}": value for name, value in linking(wanted, given).items()}
    answered = used(sql, ground.dialect, known) if sql else None
    if answered is not None:
        found |= {f"used_{name}": value for name, value in linking(wanted, answered).items() if name != "all_found"}
    return found
