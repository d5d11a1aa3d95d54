from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from backends.warehouse import open_sqlite
from feedback.errors import EvaluationError
from feedback.evaluation.judge import Ground
from feedback.evaluation.metrics.clauses import Names
from feedback.evaluation.run import Result, percentile, run
from feedback.evaluation.suite import Item, load
from tests.support.catalogs import shop_on_sqlite


@dataclass
class Answered:
    status: str
    sql: str | None = None
    rows: list[list[Any]] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=lambda: {"total": 1000.0})
    confidence: float = 0.5
    receipt: dict[str, Any] = field(
        default_factory=lambda: {"calls": 2, "tokens": {"prompt_tokens": 10, "completion_tokens": 5}}
    )


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


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    yield Ground((warehouse,), Names.of(catalog))
    warehouse.close()


def ask(item: Item) -> Answered:
    return ANSWERS[item.question]


def test_what_is_counted(ground: Ground) -> None:
    seen: list[tuple[str, int, int]] = []
    report = run(ITEMS, ask, lambda _: ground, lambda *step: seen.append(step))
    assert [r.right for r in report.results] == [True, False, True, False, False, True, False]
    assert report.execution_accuracy == pytest.approx(2 / 5)
    assert report.interval[0] < 2 / 5 < report.interval[1]
    assert report.by_group["language"]["ko"] == {"execution_accuracy": 0.5, "questions": 2}
    assert report.refusals_right == 0.5
    assert report.wrong_refusals == pytest.approx(1 / 5)
    assert report.failed == pytest.approx(1 / 5)
    assert (report.seconds_p50, report.prompt_tokens_mean) == (1.0, 10.0)
    assert (report.calls_mean, report.completion_tokens_mean) == (2.0, 5.0)
    assert report.metrics["soft_f1"] == pytest.approx(2 / 5)
    assert "ex_reference" not in report.metrics
    assert report.component_f1 == {}
    assert seen[-1] == ("questions (3 right)", 7, 7)


def test_a_published_suite_is_also_judged_by_its_own_rules(ground: Ground, tmp_path: Path) -> None:
    """A twice sold status: DISTINCT shows only strictly, and the second instance shows what the first lets pass."""
    (tmp_path / "more").mkdir()
    _, file = shop_on_sqlite(tmp_path / "more")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE orders SET amount = 6 WHERE order_id = 4")
    other = open_sqlite(file)
    published = replace(ground, benchmark="spider", databases=(*ground.databases, other))
    items = (
        Item("1", "distinct", ANSWER, "select status from orders"),
        Item("2", "boundary", ANSWER, "select order_id from orders where amount > 6"),
        Item("3", "refused", ANSWER, "select status from orders where status = 'open'"),
    )
    answers = {
        "distinct": Answered("answered", "select distinct status from orders"),
        "boundary": Answered("answered", "select order_id from orders where amount >= 6"),
        "refused": Answered("refused"),
    }
    report = run(items, lambda item: answers[item.question], lambda _: published)
    other.close()
    distinct, boundary, refused = (r.metrics for r in report.results)
    assert [r.right for r in report.results] == [False, False, False]
    assert (distinct["ex_reference"], distinct["test_suite_reference"], distinct["exact_match"]) == (1.0, 1.0, 0.0)
    assert (boundary["ex_reference"], boundary["test_suite_reference"], boundary["exact_match"]) == (1.0, 0.0, 0.0)
    assert boundary["used_tables_recall"] == boundary["used_columns_recall"] == 1.0
    assert (refused["ex_reference"], refused["soft_f1"], refused["exact_match"]) == (0.0, 0.0, 0.0)
    assert report.component_f1["select"] == pytest.approx(0.8)


def test_what_was_shown_to_the_model_is_measured(ground: Ground) -> None:
    receipt = {"linked": {"tables": {"main.orders": ["amount"], "main.stores": ["store_id"]}, "values": ["open"]}}
    item = Item("1", "q", ANSWER, "select sum(amount) from orders where status = 'open'")
    report = run([item], lambda _: Answered("answered", item.sql, receipt=receipt), lambda _: ground)
    metrics = report.results[0].metrics
    assert (metrics["shown_tables_recall"], metrics["shown_tables_precision"]) == (1.0, 0.5)
    assert (metrics["shown_columns_recall"], metrics["shown_columns_precision"]) == (0.5, 0.5)
    assert (metrics["shown_values_recall"], metrics["shown_all_found"]) == (1.0, 0.0)
    assert metrics["used_columns_recall"] == 1.0


def test_speed_is_measured_where_it_is_asked_for(ground: Ground) -> None:
    report = run(ITEMS, ask, lambda _: ground, repeats=3)
    assert [r.metrics.get("ves", 0.0) > 0 for r in report.results] == [True, False, True, False, False, False, False]
    assert report.results[0].metrics["r_ves"] > 0


def test_what_is_done_is_not_asked_again(ground: Ground) -> None:
    kept: list[Result] = []
    first = run(ITEMS[:3], ask, lambda _: ground, keep=kept.append)
    assert tuple(kept) == first.results
    asked: list[str] = []

    def ask_again(item: Item) -> Answered:
        asked.append(item.id)
        return ask(item)

    again = run(ITEMS, ask_again, lambda _: ground, done={r.id: r for r in kept})
    assert asked == ["4", "5", "6", "7"]
    assert [r.id for r in again.results] == [item.id for item in ITEMS]


def test_gold_that_does_not_run_is_an_error_and_never_a_pass(ground: Ground) -> None:
    item = Item("9", "right", ANSWER, "select nothing from nowhere")
    with pytest.raises(EvaluationError, match="9: the gold SQL does not run"):
        run([item], ask, lambda _: ground)


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
