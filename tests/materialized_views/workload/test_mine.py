from __future__ import annotations

from datetime import datetime, timedelta, timezone

from materialized_views.workload import Problem, Statement
from materialized_views.workload.mine import Miner, Workload
from tests.materialized_views.tables import catalog

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def mined(*entries: Statement | Problem | str) -> Workload:
    made = [Statement(entry) if isinstance(entry, str) else entry for entry in entries]
    return Miner(catalog(), NOW).mine(made)


def test_aliases_order_ctes_and_literals_make_one_shape() -> None:
    found = mined(
        "select name, sum(y) from f join dim on f.k = dim.k where g = 'p' group by name",
        "select d.name, sum(a.y) as total from dim d, f a where a.g = 'q' and d.k = a.k group by 1 order by 2 limit 3",
        "with x as (select name, sum(y) as s from f join dim using (k) where g = 'r' group by name) select * from x",
    )
    (shape,) = found.shapes
    assert (shape.executions, shape.literals) == (3, 3)


def test_other_groups_aggregates_and_filters_are_other_shapes_of_one_cluster() -> None:
    found = mined(
        "select g, sum(y) from f group by g",
        "select b, sum(y) from f group by b",
        "select g, max(y) from f group by g",
        "select g, sum(y) from f where x = 1 group by g",
        "select g, sum(y) from f where x < 1 group by g",
    )
    assert len(found.shapes) == 5
    assert len({shape.f0 for shape in found.shapes}) == 1


def test_the_length_of_an_in_list_and_a_limit_make_no_shape() -> None:
    found = mined(
        "select g, sum(y) from f where g in ('p', 'q') group by g limit 5",
        "select g, sum(y) from f where g in ('p', 'q', 'r') group by g",
        "select g, sum(y) from f where g = 'p' group by g limit 7",
    )
    assert len(found.shapes) == 1


def test_frequency_latency_users_and_age() -> None:
    sql = "select g, sum(y) from f group by g"
    found = mined(
        Statement(sql, NOW, 100.0, "ann", question="y by g?"),
        Statement(sql, NOW - timedelta(days=14), 300.0, "ben", calls=3),
        Statement(sql, NOW - timedelta(days=28), None, "ann"),
    )
    (shape,) = found.shapes
    assert shape.executions == 5
    assert shape.weight == 1 + 3 * 0.5 + 0.25
    assert shape.milliseconds == (100 + 3 * 300) / 4
    assert (shape.users, shape.days, shape.questions) == (2, 3, ("y by g?",))
    assert found.days == 28


def test_examples_differ_in_the_grain_that_they_need() -> None:
    year = "select sum(y) from f where d >= date '{}'"
    found = mined(*(year.format(day) for day in ("2022-01-01", "2023-01-01", "2022-02-01", "2022-03-01")))
    (shape,) = found.shapes
    assert shape.executions == 4
    assert len(shape.examples) == 2


def test_bad_statements_are_counted_and_shown_without_their_values() -> None:
    found = mined(
        "select from where name = 'Ann Secret' and id = 4711",
        "update f set x = 1",
        Problem("log:7", "it holds no SQL"),
        "select g, sum(y) from f group by g",
    )
    assert (found.statements, found.unparsed, found.problem_count, len(found.shapes)) == (3, 2, 3, 1)
    assert all("Ann" not in str(problem) and "4711" not in str(problem) for problem in found.problems)


def test_what_can_not_be_served_is_counted_by_reason() -> None:
    found = mined(
        Statement("select median(x) from f", calls=5),
        "select row_number() over (order by x) from f",
        "select x from nowhere",
    )
    assert next((m.code, m.count) for m in found.misses) == ("not_additive", 5)
    assert {m.code for m in found.misses} == {"not_additive", "expression", "unknown_table"}


def test_parameters_of_pg_stat_statements_are_filled_by_what_fits() -> None:
    found = mined("select g, sum(y) from f where d >= $1 and x = $2 and g in ($3, $4) group by g limit $5")
    (shape,) = found.shapes
    assert "DATE" in shape.examples[0]


def test_a_workload_comes_back_from_its_file() -> None:
    found = mined("select g, sum(y) from f group by g", "select median(x) from f", "no sql")
    assert Workload.of(found.attrs()) == found
