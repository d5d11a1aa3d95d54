from __future__ import annotations

from dataclasses import replace

import pytest

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, QuestionView
from materialized_views.matching import Proof, Refusal, Views
from tests.materialized_views.matching.conftest import Warehouse
from tests.materialized_views.matching.differential import same_bag
from tests.materialized_views.tables import base_tables, table

SALES = (
    "SELECT CAST(DATE_TRUNC('month', d) AS DATE) AS m, name, g, COUNT(*) AS n, SUM(x) AS s, SUM(id) AS ids, "
    "MIN(x) AS low, "
    "COUNT(DISTINCT f.id) AS orders, COUNT(DISTINCT k2) AS customers, AVG(x) AS mean, "
    "CAST(SUM(CASE WHEN b THEN 1 ELSE 0 END) AS BIGINT) AS late, "
    "SUM(x) FILTER (WHERE b) AS hot FROM f JOIN dim ON f.k = dim.k GROUP BY 1, 2, 3"
)
SALES_COLUMNS = (
    "m date, name varchar, g varchar, n bigint, s hugeint, ids hugeint, low integer, orders bigint, customers bigint, "
    "mean double, late bigint, hot hugeint"
)
WIDE = "SELECT id, d, f.k, name, x, y, r FROM f JOIN dim ON f.k = dim.k"
PARTS = "SELECT dim.k, name, COUNT(*) AS n FROM f JOIN dim ON f.k = dim.k GROUP BY 1, 2"
NESTED = "WITH t AS (SELECT k, SUM(x) AS s FROM f GROUP BY k) SELECT dim.k, name, s FROM dim JOIN t ON dim.k = t.k"
ONCE = "WITH t AS (SELECT DISTINCT k FROM f) SELECT DISTINCT k FROM t"
ALL_IN_ALL = "WITH t AS (SELECT DISTINCT x FROM f) SELECT SUM(x) AS s FROM t"
MEANS = "WITH t AS (SELECT DISTINCT k, x FROM f) SELECT k, AVG(x) AS s FROM t GROUP BY k"
TOPPED = "SELECT g, SUM(x) AS s FROM f GROUP BY g HAVING COUNT(*) > 1"
REGIONS = "SELECT name, note, COUNT(*) AS n, COUNT(DISTINCT x) AS c FROM f JOIN dim ON f.k = dim.k GROUP BY 1, 2"
DEFINITIONS = {
    "regions": REGIONS, "sales": SALES, "wide": WIDE, "parts": PARTS, "quiet": PARTS, "nested": NESTED,
    "topped": TOPPED, "once": ONCE, "all_in_all": ALL_IN_ALL, "means": MEANS,
}  # fmt: skip


def sample() -> Views:
    sales = QuestionView(("m", "name", "g"), dict.fromkeys(("n", "s", "orders", "late"), "sum"), ("n", "s", "late"))
    wide = QuestionView(("id",), {"id": "count(*)", "x": "sum", "y": "avg"}, ("x",))
    parts = QuestionView(("k",), {"k": "count(*) is the number of dims", "n": "sum"}, ("n",))
    regions = QuestionView(("name",), {"n": "sum", "c": "no"}, ("n",))
    tables = (
        replace(table("sales", SALES_COLUMNS), view=sales),
        replace(
            table("wide", "id integer, d date, k integer, name varchar, x integer, y decimal(10,2), r integer"),
            view=wide,
        ),
        replace(table("parts", "k integer, name varchar, n bigint"), view=parts),
        replace(table("quiet", "k integer, name varchar, n bigint"), view=QuestionView(("k",), {"n": "sum"}, ("n",))),
        replace(table("regions", "name varchar, note varchar, n bigint, c bigint"), view=regions),
        replace(table("nested", "k integer, name varchar, s hugeint"), view=QuestionView(("k",), {"s": "sum"}, ("s",))),
        replace(table("once", "k integer"), view=QuestionView(("k",), {})),
        replace(table("all_in_all", "s hugeint"), view=QuestionView((), {"s": "sum"}, ("s",))),
        replace(table("means", "k integer, s double"), view=QuestionView(("k",), {"s": "avg"})),
        replace(table("topped", "g varchar, s hugeint"), view=QuestionView(("g",), {"s": "sum"}, ("s",))),
    )
    compiled = {f"model.t.{name}": sql for name, sql in DEFINITIONS.items()}
    return Views.of(Catalog("t", "duckdb", (*base_tables(), *tables)), compiled)


VIEWS = sample()

PROVED = [
    "SELECT SUM(CASE WHEN g = 'a' THEN s END) FILTER (WHERE name = 'p') FROM sales",
    "SELECT name, SUM(s) FROM sales GROUP BY name",
    "SELECT name, SUM(s) AS t FROM sales WHERE m >= '2024-01-01' GROUP BY 1 HAVING SUM(n) > 3 ORDER BY 2, 1 LIMIT 2",
    "SELECT DATE_TRUNC('quarter', m), SUM(n), MIN(low), SUM(late) FROM sales GROUP BY 1",
    "SELECT SUM(late) / SUM(n) FROM sales",
    "SELECT SUM(n), SUM(s), SUM(late) FROM sales WHERE name = 'nobody'",
    "SELECT SUM(n) FILTER (WHERE g = 'zzz') FROM sales GROUP BY name",
    "SELECT SUM(orders) FROM sales WHERE g = 'a'",
    "SELECT name, SUM(orders) FROM sales GROUP BY 1",
    "SELECT COUNT(DISTINCT name), MAX(m), MIN(g) FROM sales",
    "SELECT m, name, g, s, customers, mean FROM sales WHERE n > 1",
    "SELECT m, name, customers FROM sales WHERE g = 'a'",
    "SELECT m, name, g, SUM(customers), MAX(mean) FROM sales GROUP BY 1, 2, 3",
    "SELECT DISTINCT name FROM sales WHERE m < '2024-03-01'",
    "SELECT SUM(CASE WHEN g = 'a' THEN s ELSE 0 END) FROM sales",
    "SELECT name, n, c FROM regions",
    "SELECT SUM(CASE WHEN g = 'a' THEN n ELSE 0 END), SUM(CASE WHEN g = 'a' THEN late ELSE 0 END) FROM sales",
    "SELECT name, SUM(ids - n) FROM sales GROUP BY name",
    "SELECT SUM(CASE WHEN g = 'a' THEN s WHEN g = 'b' THEN n ELSE 0 END) FROM sales",
    "SELECT m, SUM(s) AS s FROM sales GROUP BY 1 UNION ALL SELECT m, SUM(n) FROM sales GROUP BY 1",
    "SELECT COUNT(*), SUM(x), AVG(y), COUNT(DISTINCT k) FROM wide WHERE d >= '2024-01-01'",
    "SELECT name, COUNT(*) FROM wide WHERE x > 1 GROUP BY name",
    "SELECT 100.0 * SUM(CASE WHEN y > 3 THEN 1 ELSE 0 END) / COUNT(*), AVG(CASE WHEN r = 1 THEN x END) FROM wide",
    "SELECT name, AVG(t) FROM (SELECT name, x * 2 AS t FROM wide) AS q GROUP BY name",
    "SELECT * FROM wide",
    "SELECT COUNT(*) FROM parts WHERE name = 'p'",
    "SELECT name, COUNT(*), SUM(n) FROM parts GROUP BY name",
]


@pytest.mark.parametrize("sql", PROVED)
def test_proved_sql_equals_the_base_sql_of_its_proof(sql: str, warehouse: Warehouse) -> None:
    proof = VIEWS.prove(sql)
    assert isinstance(proof, Proof), proof
    for name in ("sales", "wide", "parts", "regions"):
        warehouse.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {DEFINITIONS[name]}")
    assert {block.kind for block in proof.blocks} == {"expanded"}
    assert all(name not in proof.base_sql for name in ("sales", "wide", "parts", "regions"))
    assert same_bag(warehouse.rows(sql), warehouse.rows(proof.base_sql))


def test_a_query_of_the_same_name_hides_no_view_with_its_schema() -> None:
    proof = VIEWS.prove("WITH sales AS (SELECT 1 AS one) SELECT name, SUM(s) FROM main.sales GROUP BY name")
    assert isinstance(proof, Proof), proof
    assert [str(block.view) for block in proof.blocks] == ["main.sales"]
    assert "main.sales" not in proof.base_sql


REFUSED = [
    ("SELECT COUNT(*) FROM sales", "counts_groups"),
    ("SELECT COUNT(*) FROM quiet", "counts_groups"),
    ("SELECT COUNT(name) FROM sales", "counts_groups"),
    ("SELECT SUM(orders) FILTER (WHERE g = 'a') FROM sales WHERE m = '2024-01-01' AND name = 'p'", "empty"),
    ("SELECT MAX(CASE WHEN g = 'a' THEN s END) FROM sales", "not_additive"),
    ("SELECT SUM(DISTINCT CASE WHEN g = 'a' THEN s END) FROM sales", "not_additive"),
    ("SELECT SUM(CASE WHEN g = 'a' THEN low ELSE 0 END) FROM sales", "not_additive"),
    ("SELECT SUM(CASE WHEN g = 'a' THEN mean END) FROM sales", "not_additive"),
    ("SELECT SUM(CASE WHEN g = 'a' THEN customers ELSE 0 END) FROM sales", "not_additive"),
    ("SELECT SUM(CASE WHEN name = 'p' THEN k ELSE 0 END) FROM nested", "not_additive"),
    ("SELECT SUM(CASE WHEN name = 'p' THEN s WHEN name = 'q' THEN k ELSE 0 END) FROM nested", "not_additive"),
    ("SELECT SUM(CASE WHEN name = 'p' THEN s ELSE k END) FROM nested", "not_additive"),
    ("SELECT COUNT(DISTINCT name), SUM(YEAR(m)) FROM sales", "weighs_groups"),
    ("SELECT name, COUNT(s) FROM sales GROUP BY 1", "row_filter"),
    ("SELECT AVG(s) FROM sales", "not_additive"),
    ("SELECT MAX(s) FROM sales", "not_additive"),
    ("SELECT SUM(mean) FROM sales", "not_additive"),
    ("SELECT SUM(low) FROM sales", "not_additive"),
    ("SELECT SUM(DISTINCT s) FROM sales", "not_additive"),
    ("SELECT SUM(n * s) FROM sales", "not_additive"),
    ("SELECT SUM(s - n) FROM sales GROUP BY name", "not_additive"),
    ("SELECT SUM(ids - n) FROM sales", "not_additive"),
    ("SELECT SUM(orders - n) FROM sales", "not_additive"),
    ("SELECT name, SUM(orders - n) FROM sales GROUP BY name", "not_additive"),
    ("SELECT SUM(ids + ids) FROM sales", "not_additive"),
    ("SELECT SUM(ids - low) FROM sales GROUP BY name", "not_additive"),
    ("SELECT SUM(ids * n) FROM sales GROUP BY name", "not_additive"),
    ("SELECT SUM(customers) FROM sales", "distinct"),
    ("SELECT name, SUM(customers) FROM sales GROUP BY name", "distinct"),
    ("SELECT m, name, SUM(customers) FROM sales WHERE g IN ('a', 'b') GROUP BY 1, 2", "distinct"),
    ("SELECT SUM(customers) FROM sales WHERE m = '2024-01-01' AND name = 'p' AND g = 'a'", "empty"),
    ("SELECT name, s FROM sales", "hidden_grain"),
    ("SELECT note, n FROM regions", "hidden_grain"),
    ("SELECT name, SUM(c) FROM regions GROUP BY name", "distinct"),
    ("SELECT name, s FROM sales ORDER BY s DESC LIMIT 1", "hidden_grain"),
    ("SELECT m, name, s FROM sales WHERE g IN ('a', 'b')", "hidden_grain"),
    ("SELECT SUM(s) FROM sales WHERE n > 2", "row_filter"),
    ("SELECT SUM(CASE WHEN n > 2 THEN s END) FROM sales", "row_filter"),
    ("SELECT s, COUNT(DISTINCT name) FROM sales GROUP BY s", "measure_grouped"),
    ("SELECT DISTINCT s FROM sales", "measure_grouped"),
    ("WITH q AS (SELECT m, name, g, customers FROM sales) SELECT SUM(customers) FROM q", "inner_rows"),
    ("SELECT SUM(customers) FROM (SELECT m, name, g, customers FROM sales) AS q", "inner_rows"),
    ("(SELECT m, name, g, customers FROM sales)", "inner_rows"),
    ("SELECT SUM(s) FROM sales JOIN dim ON sales.name = dim.name", "joins_view"),
    ("SELECT SUM(s) FROM sales, (SELECT 1 AS one) AS q", "joins_view"),
    ("SELECT SUM(customers) FROM (sales JOIN dim ON sales.name = dim.name)", "joins_view"),
    ("SELECT SUM(customers) FROM (sales)", "joins_view"),
    ("SELECT COUNT(*) FROM f WHERE EXISTS (SELECT 1 FROM sales)", "inner_rows"),
    ("SELECT COUNT(*) FROM f JOIN LATERAL (TABLE sales) AS q ON TRUE", "unknown_table"),
    ("SELECT * FROM nowhere", "unknown_table"),
    ("SELECT SUM(s) FROM sales, GENERATE_SERIES(1, 2)", "joins_view"),
    ("WITH sales AS (SELECT * FROM sales) SELECT SUM(customers) FROM sales", "joins_view"),
    ("SELECT SUM(CASE WHEN s > 3 THEN n ELSE 0 END) FROM sales GROUP BY name", "row_filter"),
    ("SELECT name, SUM(CASE WHEN g = 'a' THEN hot ELSE 0 END) FROM sales GROUP BY name", "not_additive"),
    ("SELECT COUNT(*) FROM once", "counts_groups"),
    ("SELECT COUNT(*) FROM all_in_all", "counts_groups"),
    ("SELECT AVG(s) FROM means", "not_additive"),
    ("SELECT COUNT(DISTINCT s) FROM means", "counts_groups"),
    ("SELECT SUM(k) FROM wide", "not_additive"),
    ("SELECT SUM(y) FROM wide", "not_additive"),
    ("SELECT AVG(r) FROM wide", "repeated"),
    ("SELECT SUM(CASE WHEN x > 1 THEN y ELSE 0 END) FROM wide", "not_additive"),
    ("SELECT SUM(s) OVER () FROM sales", "expression"),
    ("SELECT COUNT(*) FROM topped", "counts_groups"),
    ("SELECT AVG(s) FROM topped", "not_additive"),
    ("SELECT s FROM topped", "hidden_grain"),
    ("DELETE FROM sales", "statement"),
    ("SELECT 1; SELECT 2", "statement"),
    ("SELECT FROM FROM", "parse"),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED)
def test_refused(sql: str, code: str) -> None:
    found = VIEWS.prove(sql)
    assert isinstance(found, Refusal), found
    assert found.code == code


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*), SUM(s) FROM nested",
        "SELECT name, s FROM nested",
        "SELECT SUM(CASE WHEN k > 1 THEN s WHEN k = 1 THEN 0 ELSE s END) FROM nested",
        "SELECT COUNT(*) FROM (SELECT name, s FROM nested WHERE s > 3) AS q",
        "SELECT SUM(s) FROM topped",
        "SELECT g, s FROM topped",
        "SELECT g FROM topped",
        "SELECT s FROM topped WHERE g = 'a'",
        "SELECT COUNT(DISTINCT g) FROM topped",
    ],
)
def test_a_view_that_is_no_single_block_stands_on_its_declaration(sql: str) -> None:
    proof = VIEWS.prove(sql)
    assert isinstance(proof, Proof), proof
    assert [block.kind for block in proof.blocks] == ["declared"]
    assert proof.base_sql == ""
    assert "declared grain" in proof.proof


def test_a_name_that_a_view_shares_is_refused() -> None:
    twin = replace(table("sales", SALES_COLUMNS), name=TableName(None, "other", "sales"))
    views = Views.of(Catalog("t", "duckdb", (*VIEWS.facts.catalog.tables, twin)), {"model.t.sales": SALES})
    found = views.prove("SELECT SUM(customers) FROM sales")
    assert isinstance(found, Refusal)
    assert found.code == "unknown_table"
    assert isinstance(views.prove("SELECT SUM(s) FROM main.sales"), Proof)


def test_sql_over_base_tables_needs_no_proof() -> None:
    proof = VIEWS.prove("SELECT COUNT(*) FROM f")
    assert isinstance(proof, Proof)
    assert (proof.blocks, proof.proof) == ((), "base tables only")
    assert proof.base_sql == "SELECT COUNT(*) FROM f"


def test_why_a_view_is_not_matched_is_said() -> None:
    assert {(r.view, r.code) for r in VIEWS.unusable} == {
        ("main.nested", "reads_query"),
        ("main.topped", "definition"),
        ("main.once", "reads_query"),
        ("main.all_in_all", "reads_query"),
        ("main.means", "reads_query"),
    }
    assert all(str(r).startswith("C") for r in VIEWS.unusable)


def test_a_view_that_was_never_compiled_stands_on_its_declaration() -> None:
    bare = Views.of(VIEWS.facts.catalog, {})
    assert isinstance(bare.prove("SELECT SUM(s) FROM sales"), Proof)
    assert isinstance(bare.prove("SELECT SUM(customers) FROM sales"), Refusal)
    assert isinstance(bare.prove("SELECT COUNT(*) FROM wide"), Refusal)
