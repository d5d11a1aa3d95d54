from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backends.errors import WarehouseUnavailable
from backends.warehouse import open_sqlite
from backends.warehouse.base import Limits, Warehouse
from feedback.errors import EvaluationError
from feedback.evaluation.metrics.execution import (
    as_reference,
    asks_for_order,
    execution_match,
    policy_of,
    soft_f1,
)

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def database(path: Path, *people: tuple[object, ...]) -> Warehouse:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE people (name TEXT, age INTEGER)")
        connection.executemany("INSERT INTO people VALUES (?, ?)", people)
    return open_sqlite(path)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Warehouse]:
    warehouse = database(tmp_path / "a.sqlite", ("ann", 30), ("bob", 20), ("bob", 20))
    yield warehouse
    warehouse.close()


@pytest.fixture
def fewer(tmp_path: Path) -> Iterator[Warehouse]:
    warehouse = database(tmp_path / "b.sqlite", ("ann", 30), ("bob", 20))
    yield warehouse
    warehouse.close()


# gold, predicted, then what each says: Spider reference, Spider strict, BIRD reference, BIRD strict.
CASES = [
    ("select name, age from people", "select age, name from people", True, True, False, False),
    ("select name from people", "select name from people order by age", True, True, True, True),
    ("select name from people order by age", "select name from people order by age desc", False, False, True, True),
    ("select name from people", "select distinct name from people", True, False, True, False),
    ("select age from people", "select age * 1.0 from people", True, True, True, True),
    ("select age from people", "select cast(age as text) from people", False, False, False, False),
    ("select sum(age) / 3.0 from people", "select 23.333333", False, True, False, True),
    ("select name from people where age > 99", "select age from people where age < 0", True, True, True, True),
    # "order by" in a subquery: the published evaluator takes it for the whole.
    ("select name from people where age in (select age from people order by age limit 9)",
     "select name from people order by age", False, True, True, True),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted", "spider", "spider_strict", "bird", "bird_strict"), CASES)
def test_modes(
    people: Warehouse, gold: str, predicted: str, spider: bool, spider_strict: bool, bird: bool, bird_strict: bool
) -> None:
    wanted = execution_match(
        as_reference(gold), as_reference(predicted), [people], policy_of("spider", "reference", gold)
    )
    assert wanted.right is spider
    assert execution_match(gold, predicted, [people], policy_of("spider", "strict", gold)).right is spider_strict
    assert execution_match(gold, predicted, [people], policy_of("bird", "reference", gold)).right is bird
    assert execution_match(gold, predicted, [people], policy_of("bird", "strict", gold)).right is bird_strict


def test_a_suite_is_right_only_where_every_instance_agrees(people: Warehouse, fewer: Warehouse) -> None:
    gold, predicted = "select count(name) from people", "select count(distinct name) from people"
    policy = policy_of("spider", "strict", gold)
    assert execution_match(gold, predicted, [fewer], policy).right
    found = execution_match(gold, predicted, [fewer, people], policy)
    assert not found.right
    assert "on instance 2 of 2" in found.note


def test_empty_on_both_sides_is_said(people: Warehouse, fewer: Warehouse) -> None:
    none = "select name from people where age > 99"
    policy = policy_of("spider", "strict", none)
    assert execution_match(none, none, [people], policy).empty
    assert not execution_match("select 1", "select 1", [people], policy).empty


@pytest.mark.parametrize("predicted", ["select nothing from people", "selec", "delete from people", ""])
def test_a_prediction_that_does_not_run_is_wrong(people: Warehouse, predicted: str) -> None:
    found = execution_match("select 1", predicted, [people], policy_of("spider", "strict", "select 1"))
    assert not found.right
    assert found.note


def test_a_prediction_that_never_ends_is_stopped(people: Warehouse) -> None:
    limits = Limits(seconds=0.2, rows=10)
    policy = policy_of("spider", "strict", "select 1")
    assert execution_match("select 1", FOREVER, [people], policy, limits).note == "timed out after 0.2 s"
    with pytest.raises(EvaluationError, match="the gold SQL does not run"):
        execution_match(FOREVER, "select 1", [people], policy, limits)


def test_no_gold_no_database_is_never_a_pass(people: Warehouse, tmp_path: Path) -> None:
    policy = policy_of("spider", "strict", "select 1")
    with pytest.raises(EvaluationError, match="the gold SQL does not run"):
        execution_match("select nothing from people", "select nothing from people", [people], policy)
    with pytest.raises(EvaluationError, match="no database"):
        execution_match("select 1", "select 1", [], policy)
    missing = open_sqlite(tmp_path / "missing.sqlite")
    with pytest.raises(WarehouseUnavailable):
        execution_match("select 1", "select 1", [missing], policy)
    with pytest.raises(EvaluationError, match="more than 2 rows"):
        execution_match("select name from people", "select 1", [people], policy, Limits(rows=2))


def test_only_the_outermost_order_counts() -> None:
    assert asks_for_order("select 1 union select 2 order by 1", "sqlite")
    assert not asks_for_order("select * from (select 1 order by 1)", "sqlite")


def test_the_text_as_the_published_evaluator_runs_it() -> None:
    written = "SELECT DISTINCT a, count(DISTINCT b), 'not distinct' FROM t WHERE a > = 1"
    assert as_reference(written) == "SELECT  a, count( b), 'not distinct' FROM t WHERE a >= 1"


def test_soft_f1() -> None:
    # The example in BIRD's mini-dev documentation.
    gold = [("Apple", 325), ("Orange", None), ("Banana", 119)]
    predicted = [(325, "Apple"), (191, "Orange"), (None, "Banana")]
    for mode in ("reference", "strict"):
        assert soft_f1(gold, predicted, mode) == pytest.approx(2 / 3)
    assert soft_f1([], []) == 1.0
    assert soft_f1([(1,)], []) == 0.0
    assert soft_f1([(1,), (2,)], [(2,), (1,)], "reference") == 0.0
    assert soft_f1([(1,), (2,)], [(2,), (1,)], "strict") == 1.0
    assert soft_f1([(1, 1)], [(1, 2)], "reference") == pytest.approx(2 / 3)
    assert soft_f1([(1, 1)], [(1, 2)], "strict") == pytest.approx(0.5)
    assert soft_f1([(1,)], [(1.0,), (1,)], "reference") == 1.0
