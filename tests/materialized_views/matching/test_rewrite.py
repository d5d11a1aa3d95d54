from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from materialized_views.matching import Check, Refusal, Rewrite, Standing, Views, compiled_sql, definition_of
from materialized_views.matching.scope import row_policy
from tests.materialized_views.matching.conftest import views_of
from tests.materialized_views.tables import name, table

FINE = ("d date, g varchar, n bigint", "SELECT d, g, COUNT(*) AS n FROM f GROUP BY d, g")
COARSE = ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f GROUP BY g")
ROWS = ("id integer, g varchar", "SELECT id, g FROM f")
JOINED = ("name varchar, n bigint", "SELECT name, COUNT(*) AS n FROM f JOIN dim ON f.k = dim.k GROUP BY name")
ALL = {"fine": FINE, "coarse": COARSE, "rows": ROWS, "joined": JOINED}
QUERY = "SELECT g, COUNT(*) FROM f GROUP BY g"


def used(views: Views, sql: str) -> str:
    found = views.rewrite(sql)
    assert isinstance(found, Rewrite), found
    return found.blocks[0].view.name


def with_rows(**rows: int) -> Views:
    plain = views_of(ALL)
    standings = {name(called): Standing(definition_of(sql), rows=rows.get(called)) for called, (_, sql) in ALL.items()}
    return Views.of(plain.facts.catalog, {f"model.t.{c}": sql for c, (_, sql) in ALL.items()}, standings)


def test_groups_come_before_rows_and_few_keys_before_many() -> None:
    views = views_of({name: ALL[name] for name in ("rows", "fine", "coarse")})
    assert used(views, QUERY) == "coarse"
    assert used(views, "SELECT COUNT(*) FROM f WHERE d = '2024-01-01'") == "fine"
    assert used(views, "SELECT COUNT(*) FROM f WHERE id = 3") == "rows"


def test_the_view_with_the_fewest_rows_is_taken_where_they_are_known() -> None:
    assert used(with_rows(fine=10, coarse=20, rows=30), QUERY) == "fine"
    assert used(with_rows(fine=20, coarse=10, rows=30), QUERY) == "coarse"
    assert used(with_rows(rows=5), QUERY) == "rows"


def test_the_proof_says_what_was_needed() -> None:
    views = views_of({"joined": JOINED})
    found = views.rewrite("SELECT COUNT(*) FROM f")
    assert isinstance(found, Rewrite)
    assert found.proof == "main.joined: lossless joins, added up"
    found = views.rewrite("SELECT name, COUNT(*) FROM f JOIN dim ON f.k = dim.k WHERE name = 'p' GROUP BY 1")
    assert isinstance(found, Rewrite)
    assert found.proof == "main.joined: filters on its columns, added up"


def test_a_view_whose_rows_nobody_counted_comes_after_the_others() -> None:
    definitions = {f"model.t.{called}": sql for called, (_, sql) in ALL.items()}
    standings = {name(called): Standing(definition_of(sql)) for called, (_, sql) in ALL.items()}
    standings[name("fine")] = replace(standings[name("fine")], rows=10**6)
    assert used(Views.of(views_of(ALL).facts.catalog, definitions, standings), QUERY) == "fine"


def test_a_statement_that_only_groups_says_so() -> None:
    found = views_of({"joined": JOINED}).rewrite("SELECT name FROM f JOIN dim ON f.k = dim.k GROUP BY name")
    assert isinstance(found, Rewrite)
    assert found.proof == "main.joined: grouped"


def test_a_view_among_the_tables_of_a_block_is_left_alone() -> None:
    for sql in ("SELECT COUNT(*) FROM coarse", "SELECT COUNT(*) FROM f JOIN coarse ON f.g = coarse.g"):
        found = views_of({"coarse": COARSE}).rewrite(sql)
        assert isinstance(found, Refusal)
        assert found.code == "reads_view"


@pytest.mark.parametrize(("where", "check"), [("x > 1", Check.RANGE), ("g LIKE 'a%'", Check.RESIDUAL)])
def test_the_check_that_a_narrower_view_fails(where: str, check: Check) -> None:
    narrow = ("g varchar, n bigint", f"SELECT g, COUNT(*) AS n FROM f WHERE {where} GROUP BY g")
    found = views_of({"narrow": narrow}).rewrite(QUERY)
    assert isinstance(found, Refusal)
    assert (found.check, found.code) == (check, "view_is_narrower")


def test_compiled_sql_is_that_of_the_models_that_have_it() -> None:
    assert compiled_sql({"nodes": {"a": {"compiled_code": "select 1"}, "b": {}}}) == {"a": "select 1"}
    assert compiled_sql({}) == {}


def test_meta_that_is_no_mapping_names_no_row_policy() -> None:
    assert row_policy(replace(table("f", "id integer"), meta={"dbt_ask": "yes"})) is None
    assert row_policy(replace(table("f", "id integer"), meta={"dbt_ask": {"row_policy": "eu"}})) == "eu"


@pytest.mark.parametrize(
    "aggregate", ["SUM(y)", "MAX(x)", "COUNT(DISTINCT y)", "AVG(y)", "SUM(CASE WHEN b THEN x END)"]
)
def test_views_without_the_columns_of_an_aggregate_are_not_tried(aggregate: str) -> None:
    view = ("g varchar, s hugeint", "SELECT g, SUM(x) AS s FROM f GROUP BY g")
    found = views_of({"v": view}).rewrite(f"SELECT g, {aggregate} FROM f GROUP BY g")
    assert isinstance(found, Refusal)
    assert (found.code, found.view) == ("aggregate", "")


def test_the_reason_is_that_of_the_view_that_came_furthest() -> None:
    whole = ("g varchar, s hugeint", "SELECT g, SUM(x) AS s FROM f GROUP BY g")
    narrow = ("g varchar, s hugeint", "SELECT g, SUM(x) AS s FROM f WHERE x > 1 GROUP BY g")
    for definitions in ({"a": whole, "b": narrow}, {"b": narrow, "a": whole}):
        found = views_of(definitions).rewrite("SELECT g, SUM(x * x) FROM f GROUP BY g")
        assert isinstance(found, Refusal)
        assert (found.code, found.view) == ("aggregate", "main.a")


def test_the_reason_of_a_statement_is_that_of_its_aggregates() -> None:
    views = views_of({"coarse": COARSE})
    found = views.rewrite("WITH q AS (SELECT x FROM f) SELECT g, SUM(x) FROM f GROUP BY g")
    assert isinstance(found, Refusal)
    assert found.code == "aggregate"


def test_an_inner_query_keeps_its_column_names() -> None:
    views = views_of({"coarse": COARSE})
    found = views.rewrite("SELECT * FROM (SELECT g, COUNT(*) FROM f GROUP BY g) AS q")
    assert isinstance(found, Refusal)
    assert found.code == "unnamed"
    named = views.rewrite("SELECT n FROM (SELECT g AS h, COUNT(*) AS n FROM f GROUP BY g) AS q")
    assert isinstance(named, Rewrite)
    assert "AS h" in named.sql


def test_blocks_that_stay_are_counted_beside_those_that_moved() -> None:
    views = views_of({"coarse": COARSE})
    found = views.rewrite(
        f"{QUERY.replace('COUNT(*)', 'COUNT(*) AS n')} UNION ALL SELECT g, SUM(x) AS n FROM f GROUP BY g"
    )
    assert isinstance(found, Rewrite)
    assert ([b.view.name for b in found.blocks], [r.code for r in found.refused]) == (["coarse"], ["aggregate"])
    assert "SUM(x)" in found.sql


def test_a_definition_that_cannot_be_read_makes_a_view_unusable() -> None:
    views = views_of(
        {"a": ("g varchar", "SELECT FROM FROM"), "b": ("g varchar", ""), "c": ("g varchar", "SELECT g, 1 AS z FROM f")}
    )
    assert [(r.view, r.code) for r in views.unusable] == [
        ("main.a", "parse"),
        ("main.b", "definition"),
        ("main.c", "columns"),
    ]
    assert replace(views.unusable[0], view="").view == ""


@pytest.mark.parametrize("end", [";", ";;", " -- done"])
def test_what_comes_after_a_statement_is_none(end: str) -> None:
    assert isinstance(views_of({"v": COARSE}).rewrite(QUERY + end), Rewrite)


def test_a_with_stays_where_it_is_read() -> None:
    grouped = "SELECT g, COUNT(*) AS n FROM f GROUP BY g"
    read = f"WITH q AS (SELECT 1 AS one), r AS (SELECT 2 AS two) {grouped} UNION ALL SELECT 'x', one FROM q"
    found = views_of({"v": COARSE}).rewrite(read)
    assert isinstance(found, Rewrite)
    assert found.sql.startswith("WITH q AS (SELECT 1 AS one) SELECT v.g")


def test_an_inner_query_that_another_block_reads_stays() -> None:
    rows = "WITH t AS (SELECT g, x FROM f WHERE g = 'a') "
    found = views_of({"v": COARSE}).rewrite(
        f"{rows}SELECT g, COUNT(*) AS n FROM t GROUP BY g UNION ALL SELECT g, x FROM t"
    )
    assert isinstance(found, Rewrite)
    assert "WITH t AS" in found.sql
    assert "FROM main.v WHERE v.g = 'a'" in found.sql


@pytest.mark.parametrize(
    ("behind", "needed", "served"),
    [
        (False, None, True),
        (False, datetime(2025, 1, 1), True),
        (True, None, False),
        (True, datetime(2024, 4, 1), True),
        (True, datetime(2025, 1, 1), False),
        (None, None, True),
        (None, datetime(2024, 4, 1), True),
        (None, datetime(2025, 1, 1), False),
    ],
)
def test_a_view_that_is_not_behind_has_all_there_is(behind: bool | None, needed: datetime | None, served: bool) -> None:
    standing = Standing(definition_of(COARSE[1]), datetime(2024, 5, 1), behind=behind)
    views = views_of({"v": COARSE})
    known = Views.of(views.facts.catalog, {"model.t.v": COARSE[1]}, {name("v"): standing})
    assert isinstance(known.rewrite(QUERY, needed), Rewrite) == served


@pytest.mark.parametrize("end", ["LIMIT 3", "OFFSET 3", "HAVING COUNT(*) > 1"])
def test_a_view_that_drops_groups_is_not_matched(end: str) -> None:
    (refusal,) = views_of({"v": (COARSE[0], f"{COARSE[1]} {end}")}).unusable
    assert refusal.code == "definition"


def test_numeric_of_postgres_carries_its_digits_along() -> None:
    view = ("g varchar, s numeric(12,2)", "SELECT g, SUM(y) AS s FROM f GROUP BY g")
    found = views_of({"v": view}, "postgres").rewrite("SELECT SUM(y) AS s FROM f")
    assert isinstance(found, Rewrite)
    assert found.sql == "SELECT SUM(v.s) AS s FROM main.v"


def with_uuid(*tables: str) -> Views:
    """`g` of these tables is of a type without rules."""
    found = []
    for one in views_of({"v": COARSE}).facts.catalog:
        columns = (replace(c, type="uuid") if c.name == "g" and one.name.name in tables else c for c in one.columns)
        found.append(replace(one, columns=tuple(columns)))
    return Views.of(views_of({"v": COARSE}).facts.catalog.with_tables(tuple(found)), {"model.t.v": COARSE[1]})


def test_a_type_without_rules_is_grouped_by_as_it_is() -> None:
    found = with_uuid("f", "v").rewrite(f"{QUERY} HAVING g IS NOT NULL")
    assert isinstance(found, Rewrite)
    assert "GROUP BY v.g" in found.sql


def test_nothing_is_cast_to_a_type_without_rules() -> None:
    found = with_uuid("f").rewrite(QUERY)
    assert isinstance(found, Refusal)
    assert found.check == Check.TYPES
