from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backends.warehouse import open_sqlite
from feedback.errors import EvaluationError
from feedback.evaluation.run import percentile, run
from feedback.evaluation.suite import Item, load
from tests.support.catalogs import shop_on_sqlite


@dataclass
class Answered:
    status: str
    sql: str | None = None
    rows: list[list[Any]] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=lambda: {"total": 1000.0})
    receipt: dict[str, Any] = field(default_factory=lambda: {"tokens": {"prompt_tokens": 10}})


ANSWER = frozenset({"answer"})
ITEMS = (
    Item("1", "right", ANSWER, "select count(*) from orders", groups={"language": "en"}),
    Item("2", "wrong", ANSWER, "select count(*) from orders", groups={"language": "ko"}),
    Item("3", "also", ANSWER, "select 1", also=("select count(*) from stores",), groups={"language": "ko"}),
    Item("4", "refused", ANSWER, "select 1", groups={"language": "en"}),
    Item("5", "failed", ANSWER, "select 1", groups={"language": "en"}),
    Item("6", "refuse", frozenset({"refuse", "clarify"})),
    Item("7", "should refuse", frozenset({"refuse"})),
)
ANSWERS = {
    "right": Answered("answered", "select 4"),
    "wrong": Answered("answered", "select 5"),
    "also": Answered("answered", "select 2"),
    "refused": Answered("refused"),
    "failed": Answered("failed", "selec"),
    "refuse": Answered("clarify"),
    "should refuse": Answered("answered", "select 1"),
}


def test_what_is_counted(tmp_path: Path) -> None:
    _, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    seen: list[tuple[str, int, int]] = []
    report = run(ITEMS, ANSWERS.__getitem__, warehouse, lambda *step: seen.append(step))
    warehouse.close()
    assert [r.right for r in report.results] == [True, False, True, False, False, True, False]
    assert report.execution_accuracy == pytest.approx(2 / 5)
    assert report.by_group["language"]["ko"] == {"execution_accuracy": 0.5, "questions": 2}
    assert report.refusals_right == 0.5
    assert report.wrong_refusals == pytest.approx(1 / 5)
    assert report.failed == pytest.approx(1 / 5)
    assert (report.seconds_p50, report.prompt_tokens_mean) == (1.0, 10.0)
    assert seen[-1] == ("questions (3 right)", 7, 7)


def test_gold_that_does_not_run_is_an_error_and_never_a_pass(tmp_path: Path) -> None:
    _, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    item = Item("9", "right", ANSWER, "select nothing from nowhere")
    with pytest.raises(EvaluationError, match="the gold SQL of 9 does not run"):
        run([item], ANSWERS.__getitem__, warehouse)
    warehouse.close()


def test_percentile() -> None:
    assert [percentile([1, 2, 3, 4], p) for p in (0.0, 0.5, 0.95, 1.0)] == [1, 2, 4, 4]
    assert percentile([], 0.5) == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("questions: []", "has no questions"),
        ("[", "can't be read"),
        ("questions: [{id: a}]", "item 1 of the suite has no question"),
        ("questions: [{id: a, question: q}]", "item a expects an answer and has no sql"),
        ("questions: [{id: a, question: q, expect: maybe}]", "item a expects maybe"),
        ("questions: [{id: a, question: q, sql: x}, {id: a, question: r, sql: x}]", "stands twice"),
    ],
)
def test_a_suite_that_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "suite.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=says):
        load(file)
