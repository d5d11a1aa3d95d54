"""Asks a suite's questions, judges each answer, and counts: accuracy, refusals, linking, latency, tokens, calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from statistics import fmean
from typing import Any, Protocol

from feedback.evaluation.judge import Ground, Verdict, judge
from feedback.evaluation.metrics.exact import Score, f1_by_component
from feedback.evaluation.statistics import wilson
from feedback.evaluation.suite import ANSWER, Item

_OUTCOME_OF = {"answered": ANSWER, "refused": "refuse", "clarify": "clarify", "failed": "fail"}


class Answered(Protocol):
    """What an evaluation needs to know of an answer. Its receipt may hold `tokens`, `calls` and `linked` (`tables`:
    columns shown of each, `values`: values found)."""

    @property
    def status(self) -> str: ...
    @property
    def sql(self) -> str | None: ...
    @property
    def rows(self) -> list[list[Any]]: ...
    @property
    def timings_ms(self) -> dict[str, float]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def receipt(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Result:
    """`right`: the outcome is an accepted one, and the rows are right where rows were due. `metrics` are in 0..1,
    `components` the counts of exact match (gold, predicted, equal)."""

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
    database: str = ""
    confidence: float = 0.0
    calls: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    components: dict[str, list[int]] = field(default_factory=dict)
    stages_ms: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Result:
        """From a run file; what a newer version added is passed over."""
        known = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in raw.items() if name in known})


@dataclass(frozen=True)
class Report:
    """Shares are in 0..1. `wrong_refusals` and `execution_accuracy` are shares of the answerable questions,
    `refusals_right` of the others; `interval` is the accuracy's 95 % interval. `metrics` are means over the questions
    that have them."""

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
    interval: tuple[float, float] = (0.0, 1.0)
    metrics: dict[str, float] = field(default_factory=dict)
    component_f1: dict[str, float | None] = field(default_factory=dict)
    completion_tokens_mean: float = 0.0
    calls_mean: float = 0.0

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def run(
    items: Sequence[Item],
    ask: Callable[[Item], Answered],
    ground_of: Callable[[Item], Ground],
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    done: Mapping[str, Result] | None = None,
    keep: Callable[[Result], None] = lambda _result: None,
    repeats: int = 0,
) -> Report:
    """Asks every question once, but those in `done`; `keep` gets each new result at once. `repeats` runs of each
    right answer measure its speed. Raises EvaluationError when a gold statement does not run."""
    results = []
    for count, item in enumerate(items, start=1):
        result = (done or {}).get(item.id)
        if result is None:
            result = _judged(item, ask(item), ground_of(item), repeats)
            keep(result)
        results.append(result)
        right = sum(r.right for r in results)
        progress(f"questions ({right} right)", count, len(items))
    return summarise(results)


def summarise(results: Sequence[Result]) -> Report:
    due = [r for r in results if r.answerable]
    others = [r for r in results if not r.answerable]
    seconds = sorted(r.seconds for r in results)
    kinds = sorted({kind for r in due for kind in r.groups})
    components = [{k: Score(*v) for k, v in r.components.items()} for r in due if r.components]
    return Report(
        questions=len(results),
        execution_accuracy=_share(due, lambda r: r.right),
        by_group={kind: _by(kind, due) for kind in kinds},
        refusals_right=_share(others, lambda r: r.right),
        wrong_refusals=_share(due, lambda r: r.outcome in ("refuse", "clarify")),
        failed=_share(due, lambda r: r.outcome == "fail"),
        seconds_p50=percentile(seconds, 0.5),
        seconds_p95=percentile(seconds, 0.95),
        prompt_tokens_mean=_mean([r.prompt_tokens for r in results]),
        results=tuple(results),
        interval=wilson(sum(r.right for r in due), len(due)),
        metrics=_means(due),
        component_f1=f1_by_component(components) if components else {},
        completion_tokens_mean=_mean([r.completion_tokens for r in results]),
        calls_mean=_mean([r.calls for r in results]),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank; 0 of nothing."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _judged(item: Item, answered: Answered, ground: Ground, repeats: int) -> Result:
    outcome = _OUTCOME_OF[answered.status]
    receipt = answered.receipt
    verdict = Verdict(outcome in item.accept)
    if item.answerable:
        sql = answered.sql if outcome == ANSWER else None
        verdict = judge(item, sql, ground, receipt.get("linked"), repeats)
        if outcome != ANSWER:
            verdict = Verdict(outcome in item.accept, "", verdict.metrics, verdict.components)
    note = verdict.note
    if not verdict.right and outcome != ANSWER:
        note = ": ".join(str(receipt[key]) for key in ("reason", "error") if receipt.get(key))
    tokens = receipt.get("tokens", {})
    return Result(
        id=item.id,
        question=item.question,
        groups=dict(item.groups),
        answerable=item.answerable,
        outcome=outcome,
        right=verdict.right,
        sql=answered.sql,
        gold=item.sql,
        seconds=answered.timings_ms["total"] / 1000,
        prompt_tokens=int(tokens.get("prompt_tokens", 0)),
        note=note,
        database=item.database,
        confidence=answered.confidence,
        calls=int(receipt.get("calls", 0)),
        cached_tokens=int(tokens.get("cached_tokens", 0)),
        completion_tokens=int(tokens.get("completion_tokens", 0)),
        metrics=verdict.metrics,
        components=verdict.components,
        stages_ms={name: ms for name, ms in answered.timings_ms.items() if name != "total"},
    )


def _share(results: Sequence[Result], holds: Callable[[Result], bool]) -> float:
    return sum(map(holds, results)) / len(results) if results else 0.0


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0


def _means(results: Sequence[Result]) -> dict[str, float]:
    names = dict.fromkeys(name for r in results for name in r.metrics)
    return {name: _mean([r.metrics[name] for r in results if name in r.metrics]) for name in names}


def _by(kind: str, results: Sequence[Result]) -> dict[str, dict[str, float]]:
    values = sorted({r.groups[kind] for r in results if kind in r.groups})
    groups = {value: [r for r in results if r.groups.get(kind) == value] for value in values}
    return {v: {"execution_accuracy": _share(g, lambda r: r.right), "questions": len(g)} for v, g in groups.items()}
