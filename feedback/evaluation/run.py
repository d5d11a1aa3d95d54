"""Runs a suite and counts: execution accuracy, refusals right and wrong, latencies, tokens."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from backends.errors import QueryTimeout, WarehouseError
from backends.warehouse.base import Limits, Warehouse
from feedback.errors import EvaluationError
from feedback.evaluation.compare import BAG, ORDERED, Row, compare
from feedback.evaluation.suite import ANSWER, Item

GOLD_LIMITS = Limits(seconds=120.0, rows=100_000, bytes=256 * 1024 * 1024)
_OUTCOME_OF = {"answered": ANSWER, "refused": "refuse", "clarify": "clarify", "failed": "fail"}


class Answered(Protocol):
    """What an evaluation needs to know of an answer."""

    @property
    def status(self) -> str: ...
    @property
    def sql(self) -> str | None: ...
    @property
    def rows(self) -> list[list[Any]]: ...
    @property
    def timings_ms(self) -> dict[str, float]: ...
    @property
    def receipt(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Result:
    """`right`: the outcome is an accepted one, and the rows are right where rows were due."""

    id: str
    question: str
    groups: dict[str, str]
    answerable: bool
    outcome: str
    right: bool
    sql: str | None
    gold: str
    seconds: float
    prompt_tokens: int
    note: str = ""


@dataclass(frozen=True)
class Report:
    """Shares are in 0..1. `wrong_refusals` and `execution_accuracy` are shares of the answerable questions,
    `refusals_right` of the others."""

    questions: int
    execution_accuracy: float
    by_group: dict[str, dict[str, dict[str, float]]]
    refusals_right: float
    wrong_refusals: float
    failed: float
    seconds_p50: float
    seconds_p95: float
    prompt_tokens_mean: float
    results: tuple[Result, ...]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def run(
    items: Sequence[Item],
    ask: Callable[[str], Answered],
    warehouse: Warehouse,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Report:
    """Asks every question once. Raises EvaluationError when a gold statement does not run."""
    results = []
    for done, item in enumerate(items, start=1):
        results.append(_judge(item, ask(item.question), warehouse))
        right = sum(r.right for r in results)
        progress(f"questions ({right} right)", done, len(items))
    return summarise(results)


def summarise(results: Sequence[Result]) -> Report:
    due = [r for r in results if r.answerable]
    others = [r for r in results if not r.answerable]
    seconds = sorted(r.seconds for r in results)
    kinds = sorted({kind for r in due for kind in r.groups})
    return Report(
        questions=len(results),
        execution_accuracy=_share(due, lambda r: r.right),
        by_group={kind: _by(kind, due) for kind in kinds},
        refusals_right=_share(others, lambda r: r.right),
        wrong_refusals=_share(due, lambda r: r.outcome in ("refuse", "clarify")),
        failed=_share(due, lambda r: r.outcome == "fail"),
        seconds_p50=percentile(seconds, 0.5),
        seconds_p95=percentile(seconds, 0.95),
        prompt_tokens_mean=sum(r.prompt_tokens for r in results) / len(results) if results else 0.0,
        results=tuple(results),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank; 0 of nothing."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _judge(item: Item, answered: Answered, warehouse: Warehouse) -> Result:
    outcome = _OUTCOME_OF[answered.status]
    right, note = outcome in item.accept, ""
    if outcome == ANSWER and item.answerable:
        right, note = _rows_right(item, answered, warehouse)
    elif not right:
        note = str(answered.receipt.get("reason") or answered.receipt.get("error") or "")
    return Result(
        id=item.id,
        question=item.question,
        groups=dict(item.groups),
        answerable=item.answerable,
        outcome=outcome,
        right=right,
        sql=answered.sql,
        gold=item.sql,
        seconds=answered.timings_ms["total"] / 1000,
        prompt_tokens=int(answered.receipt.get("tokens", {}).get("prompt_tokens", 0)),
        note=note,
    )


def _rows_right(item: Item, answered: Answered, warehouse: Warehouse) -> tuple[bool, str]:
    """Both sides are run again without the answer's row limit, on the same door."""
    if not answered.sql:
        return False, "no SQL"
    try:
        given = _rows(warehouse, answered.sql)
    except QueryTimeout:
        return False, "timed out"
    policy = ORDERED if item.ordered else BAG
    for gold in (item.sql, *item.also):
        try:
            wanted = _rows(warehouse, gold)
        except WarehouseError as error:
            raise EvaluationError(f"the gold SQL of {item.id} does not run: {error.message}", hint=gold) from error
        if compare(wanted, given, policy):
            return True, ""
    return False, f"{len(given)} rows, other than the gold's"


def _rows(warehouse: Warehouse, sql: str) -> tuple[Row, ...]:
    return warehouse.query(sql, GOLD_LIMITS).rows


def _share(results: Sequence[Result], holds: Callable[[Result], bool]) -> float:
    return sum(map(holds, results)) / len(results) if results else 0.0


def _by(kind: str, results: Sequence[Result]) -> dict[str, dict[str, float]]:
    values = sorted({r.groups[kind] for r in results if kind in r.groups})
    groups = {value: [r for r in results if r.groups.get(kind) == value] for value in values}
    return {v: {"execution_accuracy": _share(g, lambda r: r.right), "questions": len(g)} for v, g in groups.items()}
