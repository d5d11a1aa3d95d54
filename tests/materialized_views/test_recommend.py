"""Recommendations on a small DuckDB, without dbt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from backends.warehouse.base import TableName, Warehouse
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from materialized_views import sizes
from materialized_views.matching import Rewrite, Views
from materialized_views.proposals import Recommendation
from materialized_views.recommend import Rules, recommend
from materialized_views.selection import Budget
from materialized_views.workload import Statement
from materialized_views.workload.mine import Miner, Workload
from tests.materialized_views.tables import catalog

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
ROWS = """
create table reg as select r, 'region ' || r as rn from range(3) t(r);
create table dim as select k, 'name ' || k % 7 as name, k % 3 as r, null::varchar as note from range(50) t(k);
create table f as select id, cast(id % 50 as integer) as k, cast(id % 9 as integer) as k2,
    date '2023-01-01' + cast(id % 700 as integer) as d, timestamp '2023-01-01 00:00:00' as ts,
    cast(id % 13 as integer) as x, cast(id % 97 as decimal(10, 2)) as y, 'g' || id % 4 as g, id % 2 = 0 as b
from range(20000) t(id);
"""
BY_NAME = "select name, sum(y) as total from f join dim on f.k = dim.k where d >= date '2024-01-01' group by 1"
BY_GROUP = "select g, date_trunc('month', d) as month, avg(x) as mean from f group by 1, 2"
BY_ID = "select id, sum(y) as total from f group by 1"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(ROWS)
    door = Door(DuckDBEngine(path))
    yield door
    door.close()


def workload(*asked: tuple[str, int, float]) -> Workload:
    entries = [
        Statement(sql, NOW - timedelta(hours=hour), ms, calls=count) for sql, count, ms in asked for hour in (1, 2)
    ]
    return Miner(catalog(), NOW).mine(entries)


RULES = Rules(view_ms=10.0)


def verdicts(found: Recommendation) -> dict[str, str]:
    return {p.definition.name: p.verdict for p in found.proposals}


def test_what_pays_is_chosen_and_says_what_it_saves(warehouse: Warehouse) -> None:
    asked_alone = replace(RULES, room=0.0)
    found = recommend(workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0)), catalog(), warehouse, asked_alone)
    assert found.chosen
    assert {f1 for p in found.chosen for f1 in p.serves} == {
        s.f1 for s in workload((BY_NAME, 1, 1), (BY_GROUP, 1, 1)).shapes
    }
    assert found.saved_ms > 0.9 * found.base_ms
    assert found.unserved == ()
    assert found.net_ms >= found.most_frequent_net_ms > 0
    assert "rows instead of 20,000" in found.chosen[0].reason


def test_a_view_as_large_as_its_fact_is_no_view(warehouse: Warehouse) -> None:
    found = recommend(workload((BY_ID, 500, 80.0)), catalog(), warehouse, RULES)
    assert verdicts(found) == {"f_by_id": "too_large"}
    assert [u.reason for u in found.unserved] == ["no_candidate"]


def test_rare_queries_get_no_view(warehouse: Warehouse) -> None:
    found = recommend(workload((BY_NAME, 1, 9_000.0)), catalog(), warehouse, RULES)
    assert found.proposals == ()
    assert [u.reason for u in found.unserved] == ["too_rare"]


def test_upkeep_that_costs_more_than_it_saves_is_refused(warehouse: Warehouse) -> None:
    dear = replace(RULES, view_ms=1e9)
    found = recommend(workload((BY_NAME, 500, 80.0)), catalog(), warehouse, dear)
    assert set(verdicts(found).values()) == {"no_saving"}
    assert [u.reason for u in found.unserved] == ["no_saving"]


def test_the_budget_is_kept(warehouse: Warehouse) -> None:
    small = replace(RULES, budget=Budget(views=1))
    found = recommend(workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0)), catalog(), warehouse, small)
    assert len(found.chosen) == 1


def test_the_same_log_gives_the_same_views_again(warehouse: Warehouse) -> None:
    mined = workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0))
    first = recommend(mined, catalog(), warehouse, RULES)
    again = recommend(mined, catalog(), warehouse, RULES, in_use=[p.definition for p in first.chosen])
    assert [p.definition for p in again.chosen] == [p.definition for p in first.chosen]


def test_a_query_that_the_log_does_not_time_is_tried(warehouse: Warehouse) -> None:
    mined = Miner(catalog(), NOW).mine([Statement(BY_NAME, NOW, None, calls=9)])
    found = recommend(mined, catalog(), warehouse, RULES)
    assert found.base_ms > 0


def test_sizes_are_near_the_true_numbers(warehouse: Warehouse) -> None:
    mined = workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0), (BY_ID, 500, 1.0))
    definitions = [p.definition for p in recommend(mined, catalog(), warehouse, RULES).proposals]
    assert len(definitions) >= 3
    for definition, size in zip(definitions, sizes.measure(definitions, warehouse), strict=True):
        true = warehouse.query(f"select count(*) as n from ({definition.sql(pretty=False)}) as v").rows[0][0]
        assert size is not None
        assert size.rows == pytest.approx(true, rel=0.15, abs=2)
        assert size.base_rows == 20_000


def test_views_in_use_stay_as_they_are_though_they_hold_more_than_was_asked(warehouse: Warehouse) -> None:
    roomy = replace(RULES, room=8.0)
    mined = workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0))
    first = recommend(mined, catalog(), warehouse, roomy)
    asked = recommend(mined, catalog(), warehouse, replace(RULES, room=0.0))
    assert sum(len(p.definition.dimensions) for p in first.chosen) > sum(
        len(p.definition.dimensions) for p in asked.chosen
    )
    again = recommend(mined, catalog(), warehouse, roomy, in_use=[p.definition for p in first.chosen])
    assert [p.definition for p in again.chosen] == [p.definition for p in first.chosen]


def test_a_view_in_use_whose_tables_have_changed_is_no_candidate(warehouse: Warehouse) -> None:
    mined = workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0))
    used = [p.definition for p in recommend(mined, catalog(), warehouse, RULES).chosen]
    tables = tuple(replace(t, provenance={}) if t.name.name == "dim" else t for t in catalog())
    found = recommend(workload((BY_GROUP, 500, 60.0)), catalog().with_tables(tables), warehouse, RULES, in_use=used)
    joined = {d.hash for d in used if len(d.sources) > 1}
    assert joined
    assert not joined & {p.definition.hash for p in found.proposals}


def test_views_that_room_makes_equal_are_one(warehouse: Warehouse) -> None:
    few = replace(RULES, view_ms=0.0, refreshes_a_day=0.0, storage_ms_per_mb=0.0, room=50.0)
    by = ("g", "b", "date_trunc('year', d)")
    mined = workload(*((f"select {one}, sum(y) from f group by 1", 500, 8_000.0) for one in by))
    asked = recommend(mined, catalog(), warehouse, replace(few, room=0.0))
    assert len(asked.chosen) == 3
    found = recommend(mined, catalog(), warehouse, few)
    assert len({p.definition.hash for p in found.chosen}) == len(found.chosen) < 3
    assert found.unserved == ()


BY_KEY = "select k, count(distinct {}) as n from f where x = 3 group by 1"


def test_numbers_of_different_values_are_kept_where_the_values_would_be_too_many(warehouse: Warehouse) -> None:
    mined = workload((BY_KEY.format("id"), 500, 80.0), (BY_KEY.format("g"), 500, 80.0))
    found = recommend(mined, catalog(), warehouse, RULES)
    assert found.unserved == ()
    measures = {m.sql for p in found.chosen for m in p.definition.measures}
    assert "count(distinct f.id)" in measures
    dimensions = {d.name for p in found.chosen for d in p.definition.dimensions}
    assert dimensions == {"k", "x"}
    again = recommend(mined, catalog(), warehouse, RULES, in_use=[p.definition for p in found.chosen])
    assert [p.definition for p in again.chosen] == [p.definition for p in found.chosen]


def test_beside_what_pays_stands_a_view_for_what_nobody_has_asked_yet(warehouse: Warehouse) -> None:
    mined = workload((BY_NAME, 500, 80.0))
    asked = recommend(mined, catalog(), warehouse, RULES)
    found = recommend(mined, catalog(), warehouse, replace(RULES, general=0.2))
    (general,) = set(verdicts(found)) - set(verdicts(asked))
    (proposal,) = (p for p in found.chosen if p.definition.name == general)
    assert proposal.rows <= 0.2 * 20_000
    assert proposal.reason.startswith("for questions that nobody has asked yet")
    assert found.saved_ms == asked.saved_ms
    assert found.net_ms == pytest.approx(asked.net_ms - proposal.upkeep_ms, rel=1e-3)
    unasked = "select name, date_trunc('quarter', d) as q, sum(y) from f join dim on f.k = dim.k where b group by 1, 2"
    assert _answered(asked, unasked) is None
    rewritten = _answered(found, unasked)
    assert rewritten is not None
    with duckdb.connect() as connection:
        connection.execute(ROWS + "create schema made;")
        for p in found.chosen:
            connection.execute(f"create table made.{p.definition.name} as {p.definition.sql()}")
        base, view = (sorted(connection.execute(sql).fetchall()) for sql in (unasked, rewritten))
    assert base == view != []


def test_views_for_what_nobody_has_asked_stay_when_they_are_in_use(warehouse: Warehouse) -> None:
    rules = replace(RULES, general=0.2)
    mined = workload((BY_NAME, 500, 80.0), (BY_GROUP, 500, 60.0))
    first = recommend(mined, catalog(), warehouse, rules)
    again = recommend(mined, catalog(), warehouse, rules, in_use=[p.definition for p in first.chosen])
    assert {p.definition.hash for p in again.chosen} == {p.definition.hash for p in first.chosen}


def test_a_view_that_earns_too_little_gets_none_beside_it(warehouse: Warehouse) -> None:
    rules = replace(RULES, view_ms=9_000.0, general=0.2)
    found = recommend(workload((BY_NAME, 60, 80.0)), catalog(), warehouse, rules)
    assert len(found.chosen) == len(recommend(workload((BY_NAME, 60, 80.0)), catalog(), warehouse, RULES).chosen) == 1


def _answered(found: Recommendation, sql: str) -> str | None:
    """The statement on the chosen views."""
    definitions = [p.definition for p in found.chosen]
    tables = [
        CatalogTable(
            TableName(None, "made", d.name),
            "model",
            d.name,
            columns=tuple(CatalogColumn(c.name, c.type) for c in (*d.dimensions, *d.measures)),
            view=QuestionView(tuple(c.name for c in d.dimensions), {m.name: m.function for m in d.measures}),
        )
        for d in definitions
    ]
    known = catalog().with_tables((*catalog(), *tables))
    answer = Views.of(known, {d.name: d.sql() for d in definitions}).rewrite(sql)
    return answer.sql if isinstance(answer, Rewrite) else None
