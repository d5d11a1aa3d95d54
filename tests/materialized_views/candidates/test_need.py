from __future__ import annotations

from dataclasses import replace

import pytest
from sqlglot import parse_one

from catalog_sync.model import Catalog
from materialized_views.blocks import Facts, Refused, read_block
from materialized_views.candidates.candidate import Candidate, merged, of_need, widened
from materialized_views.candidates.need import Need, need_of
from tests.materialized_views.tables import catalog

JOINED = "from f join dim on f.k = dim.k join reg on dim.r = reg.r"


def need(sql: str, known: Catalog | None = None) -> Need:
    facts = Facts(known or catalog())
    return need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts)


def kept(candidate: Candidate) -> dict[str, str]:
    return {column.name: grain for column, grain in candidate.grains}


def parts(found: Need) -> set[str]:
    return {f"{p.function}({p.argument.name if p.argument else '*'})" for p in found.parts}  # type: ignore[union-attr]


def test_groups_and_filters_become_dimensions_and_aggregates_additive_parts() -> None:
    found = need(f"select reg.rn, sum(f.y), avg(f.x) {JOINED} where dim.name = 'a' and f.g in ('p', 'q') group by 1")
    assert {key.column.name for key in found.keys} == {"rn", "name", "g"}
    assert parts(found) == {"count(*)", "sum(y)", "sum(x)"}
    assert len(found.parts) == 4  # and the number of x that are there
    assert sorted(path.table.name for path in found.paths) == ["dim", "f", "reg"]


def test_the_fact_is_found_whatever_the_order_of_the_joins() -> None:
    one = need(f"select rn, count(*) {JOINED} group by 1")
    other = need("select r.rn, count(*) from reg r, f a, dim b where b.r = r.r and a.k = b.k group by r.rn")
    assert one == other


@pytest.mark.parametrize(
    ("condition", "grain"),
    [
        ("d >= date '2024-01-01' and d < date '2025-01-01'", "year"),
        ("d >= date '2024-04-01' and d < date '2024-07-01'", "quarter"),
        ("d >= date '2024-02-01' and d <= date '2024-02-29'", "month"),
        ("d >= date '2024-01-29'", "week"),
        ("d >= date '2024-01-30'", "day"),
        ("d = date '2024-01-01'", "day"),
        ("ts >= timestamp '2024-01-01 05:00:00'", "hour"),
        ("ts <= timestamp '2024-01-01 00:00:00'", ""),
        ("date_trunc('month', d) = date '2024-02-01'", "month"),
        ("extract(quarter from d) = 2", "quarter"),
        ("extract(isodow from d) = 2", "day"),
    ],
)
def test_time_is_kept_as_coarse_as_the_literals_allow(condition: str, grain: str) -> None:
    found = of_need(need(f"select count(*) from f where {condition}"))
    assert list(kept(found).values()) == [grain]


def test_a_week_and_a_month_leave_the_day() -> None:
    week = need("select date_trunc('week', d), count(*) from f group by 1")
    month = need("select date_trunc('month', d), count(*) from f group by 1")
    both = merged([week, month])
    assert kept(both) == {"d": "day"}
    assert both.serves(week)
    assert both.serves(month)
    assert not of_need(week).serves(month)
    assert not of_need(month).serves(week)


def test_merging_unites_tables_dimensions_and_measures() -> None:
    one = need("select g, sum(y) from f where d >= date '2024-01-01' group by 1")
    other = need("select name, max(x) from f join dim on f.k = dim.k where d < date '2024-02-01' group by 1")
    both = merged([one, other])
    assert kept(both) == {"g": "", "name": "", "d": "month"}
    assert both.serves(one)
    assert both.serves(other)
    assert not of_need(one).serves(other)


def test_a_join_that_may_lose_rows_serves_those_alone_that_join_it() -> None:
    plain = need("select g, sum(y) from f group by g")
    lossy = need("select g, sum(y) from f join dim on f.k2 = dim.k group by g")  # k2 may be NULL
    lossless = need("select g, sum(y) from f join dim on f.k = dim.k group by g")
    assert of_need(lossless).serves(plain)
    assert of_need(lossy).serves(lossy)
    assert not of_need(lossy).serves(plain)
    assert not merged([plain, lossy]).serves(plain)


def test_distinct_counts_keep_what_they_count() -> None:
    found = need("select g, count(distinct k) from f group by 1")
    assert {key.column.name for key in found.keys} == {"g", "k"}


def test_conditions_of_few_values_become_dimensions_others_stay_in_the_measure() -> None:
    few = need("select sum(case when b then 1 else 0 end) from f")
    assert {key.column.name for key in few.keys} == {"b"}
    many = need("select sum(case when x > 3 then y end) from f")
    assert many.keys == ()
    assert any(part.where is not None for part in many.parts)


def test_a_wide_view_serves_rows_and_groups() -> None:
    rows = need("select f.id, dim.name from f join dim on f.k = dim.k where f.x > 3")
    groups = need("select g, sum(y) from f group by 1")
    assert rows.wide
    wide = widened([rows, groups])
    assert wide.serves(rows)
    assert wide.serves(groups)
    assert not of_need(groups).serves(rows)
    assert not wide.serves(need("select note, sum(y) from f join dim on f.k = dim.k group by 1"))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select count(*) from f, dim", "no_tested_join"),
        ("select median(x) from f", "not_additive"),
        ("select dim.name, count(f.id) from dim left join f on f.k = dim.k and f.x > 3 group by 1", "outer_join"),
    ],
)
def test_what_no_view_can_answer_is_refused_with_a_reason(sql: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        need(sql)
    assert refused.value.refusal.code == code


def test_personal_columns_are_never_kept_in_a_view() -> None:
    known = catalog()
    tables = [
        replace(t, columns=tuple(replace(c, pii=c.name == "note") for c in t.columns)) if t.name.name == "dim" else t
        for t in known
    ]
    with pytest.raises(Refused) as refused:
        need(
            "select name, count(*) from f join dim on f.k = dim.k where note = 'x' group by 1",
            known.with_tables((*tables,)),
        )
    assert refused.value.refusal.code == "personal"


def test_a_difference_of_columns_that_are_never_null_needs_both_sums() -> None:
    assert parts(need("select k, sum(id - k) from f group by k")) == {"count(*)", "sum(id)", "sum(k)"}
    (whole,) = (p for p in need("select k, sum(id - x) from f group by k").parts if p.function == "sum")
    assert whole.argument is not None
    assert whole.argument.key.startswith("-")


def test_the_conditions_of_a_case_with_few_values_become_dimensions() -> None:
    found = need("select k, sum(case when b then x else 0 end) from f group by k")
    assert {key.column.name for key in found.keys} == {"k", "b"}
    assert parts(found) == {"count(*)", "sum(x)"}
    assert {key.column.name for key in need("select sum(case when x > 1 then x else 0 end) from f").keys} == set()


def test_with_lift_any_condition_becomes_a_dimension() -> None:
    facts = Facts(catalog())
    sql = "select sum(case when g = 'a' then x else 0 end), count(case when k > 1 then 1 end) from f"
    found = need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts, lift=True)
    assert {key.column.name for key in found.keys} == {"g", "k"}
    assert parts(found) == {"count(*)", "sum(x)"}


def exactly(sql: str) -> Need | None:
    return need(sql).instead


def test_a_number_of_different_values_is_a_dimension_or_is_kept_for_exactly_its_groups() -> None:
    found = need("select g, date_trunc('month', d), count(distinct x), sum(y) from f where b group by 1, 2")
    assert {key.column.name for key in found.keys} == {"g", "d", "b", "x"}
    found = need("select g, date_trunc('month', d), count(distinct x), sum(y) from f group by 1, 2")
    assert found.instead is not None
    assert kept(of_need(found.instead)) == {"g": "", "d": "month"}
    assert sorted(p.distinct for p in found.instead.parts) == [False, False, True]


@pytest.mark.parametrize(
    ("where", "dimensions"),
    [
        ("g = 'p'", {"g"}),
        ("g like 'p%' and k > 3", None),
        ("g in ('p', 'q')", {"g"}),
        ("k = 3", {"g", "k"}),
        ("k in (3, 4)", None),
        ("z = 1", None),
        ("d >= date '2024-01-01'", None),
    ],
)
def test_a_filter_leaves_whole_groups_or_holds_its_column_at_one_value(where: str, dimensions: set[str] | None) -> None:
    found = exactly(f"select g, count(distinct x) from f where {where} group by 1")
    assert (found and set(kept(of_need(found)))) == dimensions


@pytest.mark.parametrize(("since", "is_whole"), [("2024-02-01", True), ("2024-02-10", False)])
def test_a_range_of_time_leaves_whole_buckets(since: str, is_whole: bool) -> None:
    sql = f"select date_trunc('month', d), count(distinct x) from f where d >= date '{since}' group by 1"
    assert (exactly(sql) is not None) == is_whole


@pytest.mark.parametrize(
    "sql",
    [
        "select count(distinct x) from f",
        "select extract(year from d), count(distinct x) from f group by 1",
        "select g, count(distinct x) filter (where b) from f group by 1",
        "select g, sum(distinct x) from f group by 1",
    ],
)
def test_no_number_of_different_values_is_kept_for_other_questions(sql: str) -> None:
    assert exactly(sql) is None


def test_what_is_kept_for_exact_groups_serves_no_others() -> None:
    by_group = need("select g, count(distinct x) from f group by 1")
    assert by_group.instead is not None
    both = need("select g, b, count(*) from f group by 1, 2")
    assert of_need(by_group.instead).serves(by_group)
    finer = merged([by_group.instead, both])
    assert not finer.serves(by_group)
    assert not any(part.distinct for part in finer.parts)
    same = merged([by_group.instead, need("select g, sum(y) from f group by 1")])
    assert same.serves(by_group)
    assert merged([by_group, both]).serves(by_group)
