from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from materialized_views.blocks import Block, Facts, Refused, read_block, write_block
from materialized_views.blocks.expressions import Aggregate
from tests.materialized_views.tables import catalog


def read(sql: str, dialect: str = "duckdb") -> Block:
    tree = parse_one(sql, dialect=dialect)
    assert isinstance(tree, exp.Select)
    return read_block(tree, Facts(catalog(dialect=dialect)))


def refusal(sql: str, dialect: str = "duckdb") -> str:
    with pytest.raises(Refused) as caught:
        read(sql, dialect)
    return caught.value.refusal.code


SAME = [
    ("SELECT x FROM f WHERE x > 5 AND g = 'a'", "SELECT x FROM main.f AS q WHERE 'a' = q.g AND 5 < x"),
    ("SELECT x FROM f JOIN dim ON f.k = dim.k", "SELECT x FROM f, dim WHERE dim.k = f.k"),
    ("SELECT x FROM f JOIN dim USING (k)", "SELECT x FROM f JOIN dim ON f.k = dim.k"),
    ("SELECT x FROM f WHERE d <= DATE '2024-01-31'", "SELECT x FROM f WHERE d < '2024-02-01'"),
    ("SELECT x FROM f WHERE d > DATE '2024-01-31'", "SELECT x FROM f WHERE d >= TIMESTAMP '2024-01-31 10:00:00'"),
    ("SELECT x FROM f WHERE d < DATE '2024-03-31' - INTERVAL 1 MONTH", "SELECT x FROM f WHERE d < '2024-02-29'"),
    ("SELECT x FROM f WHERE x BETWEEN 1 AND 3", "SELECT x FROM f WHERE x >= 1 AND x <= 3"),
    ("SELECT x FROM f WHERE NOT x = 1", "SELECT x FROM f WHERE x <> 1"),
    ("SELECT x FROM f WHERE x IN (2, 1, 1)", "SELECT x FROM f WHERE x IN (1, 2)"),
    ("SELECT x FROM f WHERE x IN (2)", "SELECT x FROM f WHERE x = 2"),
    ("SELECT x FROM f WHERE g = 'a' OR x = 1", "SELECT x FROM f WHERE (x = 1) OR g = 'a'"),
    ("SELECT DISTINCT g, x FROM f", "SELECT g, x FROM f GROUP BY 1, 2"),
    ("SELECT g AS h, SUM(x) FROM f GROUP BY h", "SELECT g AS h, SUM(x) FROM f GROUP BY 1"),
    ("SELECT COUNT(x) FROM f", "SELECT COUNT(*) FILTER (WHERE x IS NOT NULL) FROM f"),
    ("SELECT COUNT(id) FROM f", "SELECT COUNT(*) FROM f"),
    ("SELECT SUM(CASE WHEN b THEN x END) FROM f", "SELECT SUM(x) FILTER (WHERE b) FROM f"),
    ("SELECT COUNT(CASE WHEN b THEN 1 END) FROM f", "SELECT COUNT(*) FILTER (WHERE b) FROM f"),
    ("SELECT -x AS x FROM f ORDER BY x", "SELECT -x FROM f ORDER BY 1"),
    ("SELECT id AS x, COUNT(*) FROM f GROUP BY x, id", "SELECT id, COUNT(*) FROM f GROUP BY f.x, f.id"),
    ("SELECT SUM(x * id) FROM f", "SELECT SUM(id * x) FROM f"),
    ("SELECT YEAR(d) FROM f", "SELECT DATE_PART('year', d) FROM f"),
    (
        "SELECT DATE_TRUNC('quarter', CAST(DATE_TRUNC('month', d) AS DATE)) FROM f",
        "SELECT DATE_TRUNC('quarter', d) FROM f",
    ),
    ("SELECT x FROM f LEFT JOIN dim ON f.k2 = dim.k", "SELECT x FROM f"),
    (
        "SELECT name FROM f LEFT JOIN dim ON f.k2 = dim.k WHERE name = 'a'",
        "SELECT name FROM f JOIN dim ON f.k2 = dim.k WHERE name = 'a'",
    ),
    ("SELECT name FROM f LEFT JOIN dim ON f.k = dim.k", "SELECT name FROM f JOIN dim ON f.k = dim.k"),
    (
        "SELECT rn FROM f LEFT JOIN dim ON f.k2 = dim.k JOIN reg ON dim.r = reg.r",
        "SELECT rn FROM f JOIN dim ON f.k2 = dim.k JOIN reg ON dim.r = reg.r",
    ),
]


def meaning(block: Block) -> tuple[object, ...]:
    outputs = tuple(o.expression for o in block.outputs)
    tables = tuple(t.name for t in block.tables)
    return tables, block.conditions, outputs, block.groups, block.having, block.outer, block.order


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_meanings_are_equal_blocks(one: str, other: str) -> None:
    assert meaning(read(one)) == meaning(read(other))


@pytest.mark.parametrize("sql", [sql for pair in SAME for sql in pair])
def test_what_is_written_reads_as_the_same_block(sql: str) -> None:
    block = read(sql)
    assert meaning(read(write_block(block).sql("duckdb"))) == meaning(block)


DIFFERENT = [
    ("SELECT x FROM f WHERE x > 5", "SELECT x FROM f WHERE x >= 5"),
    ("SELECT x FROM f WHERE ts <= '2024-01-31'", "SELECT x FROM f WHERE ts < '2024-02-01'"),
    ("SELECT COUNT(x) FROM f", "SELECT COUNT(*) FROM f"),
    ("SELECT x FROM f WHERE NOT (b AND x = 1)", "SELECT x FROM f WHERE NOT b AND NOT x = 1"),
    (
        "SELECT name FROM f LEFT JOIN dim ON f.k2 = dim.k AND name = 'a'",
        "SELECT name FROM f LEFT JOIN dim ON f.k2 = dim.k WHERE name = 'a'",
    ),
    ("SELECT name FROM f LEFT JOIN dim ON f.k2 = dim.k", "SELECT name FROM f JOIN dim ON f.k2 = dim.k"),
    ("SELECT x - id FROM f", "SELECT id - x FROM f"),
    ("SELECT SUM(x) FILTER (WHERE b) FROM f", "SELECT SUM(CASE WHEN b THEN x ELSE 0 END) FROM f"),
    ("SELECT x FROM f WHERE b = TRUE", "SELECT x FROM f WHERE x = 1"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_meanings_are_different_blocks(one: str, other: str) -> None:
    assert meaning(read(one)) != meaning(read(other))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT x FROM f WHERE d > current_date", "expression"),
        ("SELECT random() FROM f", "expression"),
        ("SELECT my_function(x) FROM f", "function"),
        ("SELECT SUM(x) OVER () FROM f", "expression"),
        ("SELECT g, SUM(x) FROM f GROUP BY ALL", "grouping"),
        ("SELECT g, SUM(x) FROM f GROUP BY ROLLUP (g)", "grouping"),
        ("SELECT 'a', SUM(x) FROM f GROUP BY 1", "grouping"),
        ("SELECT g FROM f GROUP BY 2", "position"),
        ("SELECT x FROM f FULL JOIN dim ON f.k = dim.k", "join"),
        ("SELECT x FROM f SEMI JOIN dim ON f.k = dim.k", "join"),
        ("SELECT x FROM f NATURAL JOIN dim", "join"),
        ("SELECT x FROM f WHERE k IN (SELECT k FROM dim)", "expression"),
        ("SELECT x FROM f WHERE EXISTS (SELECT 1 FROM dim)", "expression"),
        ("SELECT (SELECT MAX(k) FROM dim) FROM f", "expression"),
        ("SELECT x FROM (SELECT x FROM f)", "reads_query"),
        ("SELECT x FROM f TABLESAMPLE 10 PERCENT", "reads_query"),
        ("SELECT x FROM nowhere", "unknown_table"),
        ("SELECT nothing FROM f", "unknown_column"),
        ("SELECT k FROM f, dim", "ambiguous"),
        ("SELECT x AS g, COUNT(*) FROM f GROUP BY g", "ungrouped"),
        ("SELECT COUNT(*) AS x FROM f GROUP BY x HAVING x > 1", "ambiguous_alias"),
        ("SELECT x AS q, id AS q FROM f ORDER BY q", "ambiguous_alias"),
        ("SELECT x, SUM(id) FROM f GROUP BY g", "ungrouped"),
        ("SELECT x FROM f WHERE g = 1", "implicit_cast"),
        ("SELECT x FROM f WHERE x = '1'", "implicit_cast"),
        ("SELECT x FROM f WHERE x = g", "implicit_cast"),
        ("SELECT x FROM f WHERE x = NULL", "null_comparison"),
        ("SELECT x FROM f WHERE x NOT IN (1, NULL)", "in_list"),
        ("SELECT x FROM f WHERE d < '2024-01-31 10:00:00'", "date_against_time"),
        ("SELECT TRY_CAST(g AS INTEGER) FROM f", "try_cast"),
        ("SELECT CAST(ts AS TIMESTAMPTZ) FROM f", "cast"),
        ("SELECT DISTINCT ON (g) g, x FROM f", "distinct_on"),
        ("SELECT x FROM f QUALIFY ROW_NUMBER() OVER () = 1", "qualify"),
        ("SELECT STRING_AGG(g, ',') FROM f", "expression"),
        ("SELECT FIRST(g) FROM f", "expression"),
        ("SELECT COUNT_IF(b) FROM f", "expression"),
        ("SELECT SUM(x ORDER BY id) FROM f", "aggregate"),
        ("SELECT x FROM f LIMIT 10 PERCENT", "limit"),
        ("SELECT 1", "no_table"),
    ],
)
def test_what_is_not_understood_is_refused(sql: str, code: str) -> None:
    assert refusal(sql) == code


def test_names_fold_as_the_engine_folds_them() -> None:
    assert read('SELECT "X" FROM F').outputs[0].expression.key == "000.x"
    assert refusal('SELECT "X" FROM f', "postgres") == "unknown_column"
    assert read("SELECT X FROM F", "postgres").outputs[0].expression.key == "000.x"


def test_a_number_keeps_its_digits_and_a_truth_value_is_no_number() -> None:
    written = write_block(read("SELECT y * 1.50, b = TRUE, x = 1 FROM f")).sql("duckdb")
    assert "1.50" in written
    assert "TRUE" in written


def test_an_outer_joined_column_can_be_null() -> None:
    block = read("SELECT COUNT(name) FROM f LEFT JOIN dim ON f.k2 = dim.k")
    [count] = block.aggregates
    assert isinstance(count, Aggregate)
    assert count.where is not None


def test_dialects_without_rules_are_refused() -> None:
    with pytest.raises(Refused, match="snowflake"):
        Facts(catalog(dialect="snowflake"))
