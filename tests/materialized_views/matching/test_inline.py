"""Statements on views, with each view replaced by its SQL: the same rows, of base tables alone."""

from __future__ import annotations

import pytest

from materialized_views.blocks import Refused
from materialized_views.matching.inline import inlined, views_read
from tests.materialized_views.matching.conftest import Warehouse, views_of
from tests.materialized_views.matching.differential import same_bag

A = ("g varchar, s hugeint", "SELECT g, SUM(x) AS s FROM f GROUP BY g")
B = ("g varchar, t hugeint", "SELECT g, s + 1 AS t FROM a WHERE s > 1")
FACTS = views_of({"a": A, "b": B}).facts
DEFINITIONS = {"model.t.a": A[1], "model.t.b": B[1]}


def read(sql: str) -> list[str]:
    return [table.name.name for table in views_read(sql, FACTS)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT SUM(s) AS s FROM a",
        "SELECT q.g, q.s FROM a AS q WHERE q.s > 2",
        "SELECT main.a.s FROM main.a",
        "SELECT g, t FROM b",
        "SELECT x.s, y.t FROM a AS x JOIN b AS y ON x.g = y.g",
        "SELECT g FROM a UNION ALL SELECT g FROM b",
        "SELECT COUNT(*) AS n FROM f WHERE g IN (SELECT g FROM a WHERE s > 2)",
        "WITH f AS (SELECT 1 AS x, 'z' AS g) SELECT g, t FROM b",  # no table of a definition is meant by that
        "WITH a AS (SELECT s FROM a WHERE s > 2) SELECT s FROM a",
        "WITH q AS (SELECT s FROM a), a AS (SELECT 2 AS s) SELECT q.s, a.s AS two FROM q, a",
        "WITH RECURSIVE q AS (SELECT s FROM a), a AS (SELECT 1 AS s) SELECT s FROM q",
        "SELECT q.s, a.s AS own FROM (WITH a AS (SELECT 1 AS s) SELECT s FROM a) AS q, a",
        "WITH a AS (SELECT 1 AS s) SELECT s FROM main.a",
    ],
)
def test_a_view_is_replaced_by_its_sql(sql: str, warehouse: Warehouse) -> None:
    for name, (_, definition) in (("a", A), ("b", B)):
        warehouse.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {definition}")
    over_base = inlined(sql, DEFINITIONS, FACTS)
    assert read(sql)
    assert read(over_base) == []
    assert same_bag(warehouse.rows(sql), warehouse.rows(over_base))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT g FROM f",
        "WITH a AS (SELECT 1 AS s) SELECT s FROM a",
        "WITH A AS (SELECT 1 AS s) SELECT s FROM a",
        "WITH a AS (SELECT 2 AS s), q AS (SELECT s FROM a) SELECT s FROM q",
        "WITH RECURSIVE a AS (SELECT 1 AS s UNION ALL SELECT s + 1 FROM a WHERE s < 3) SELECT s FROM a",
        "SELECT s FROM (WITH a AS (SELECT 1 AS s) SELECT s FROM a) AS q",
        "WITH a AS (SELECT 1 AS s) SELECT s FROM f, (SELECT s FROM a) AS q",
    ],
)
def test_the_name_of_a_query_is_no_view(sql: str, warehouse: Warehouse) -> None:
    assert read(sql) == []
    assert same_bag(warehouse.rows(sql), warehouse.rows(inlined(sql, {}, FACTS)))


def test_where_with_is_recursive_postgres_knows_what_comes_later() -> None:
    sql = "WITH RECURSIVE q AS (SELECT s FROM a), a AS (SELECT 1 AS s) SELECT s FROM q"
    assert views_read(sql, views_of({"a": A}, "postgres").facts) == ()


def test_views_are_named_once() -> None:
    assert read("SELECT x.s FROM a AS x, a AS y, b, f") == ["a", "b"]


@pytest.mark.parametrize(
    ("sql", "definitions", "code"),
    [
        ("SELECT s FROM a", {}, "definition"),
        ("SELECT t FROM b", {"model.t.b": B[1]}, "definition"),
        ("SELECT t FROM b", {"model.t.a": "SELECT g, t AS s FROM b", "model.t.b": B[1]}, "definition"),  # in a circle
        ("SELECT s FROM a TABLESAMPLE 10 PERCENT", DEFINITIONS, "table"),
        ("SELECT s FROM (a JOIN f ON a.g = f.g)", DEFINITIONS, "table"),
        ("SELECT s FROM a, nowhere", DEFINITIONS, "unknown_table"),
    ],
)
def test_what_can_not_be_replaced_is_refused(sql: str, definitions: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        inlined(sql, definitions, FACTS)
    assert refused.value.refusal.code == code
