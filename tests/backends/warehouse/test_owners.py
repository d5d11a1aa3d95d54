"""Found by benchmarks/dialects.py on ClickHouse and Spark themselves."""

from __future__ import annotations

import pytest
import sqlglot

from backends.warehouse.write import write_sql


@pytest.mark.parametrize("dialect", ["clickhouse", "spark", "snowflake"])
@pytest.mark.parametrize(
    ("sql", "written"),
    [
        (
            "SELECT a, sum(x) AS x FROM s.t WHERE x > 5 GROUP BY a HAVING sum(x) > 9 ORDER BY sum(x) DESC",
            "SELECT a, sum(t.x) AS x FROM s.t WHERE t.x > 5 GROUP BY a HAVING sum(t.x) > 9 ORDER BY sum(t.x) DESC",
        ),
        (
            "SELECT a, sum(x) AS x FROM t AS u GROUP BY a ORDER BY x",
            "SELECT a, sum(u.x) AS x FROM t AS u GROUP BY a ORDER BY x",
        ),
        (
            "SELECT sum(x) AS x FROM (SELECT a, sum(x) AS x FROM t GROUP BY a) AS v",
            "SELECT sum(v.x) AS x FROM (SELECT a, sum(t.x) AS x FROM t GROUP BY a) AS v",
        ),
        ("SELECT sum(x) AS y FROM t ORDER BY sum(x)", "SELECT sum(x) AS y FROM t ORDER BY sum(x)"),
        ("SELECT sum(x) AS x FROM t JOIN u ON t.a = u.a", "SELECT sum(x) AS x FROM t JOIN u ON t.a = u.a"),
    ],
)  # fmt: skip
def test_a_column_is_not_taken_for_the_output_of_its_name(sql: str, written: str, dialect: str) -> None:
    tree = sqlglot.parse_one(sql, read=dialect)
    before = tree.sql(dialect)
    assert write_sql(tree, dialect).casefold() == written.casefold()
    assert tree.sql(dialect) == before, "the tree that was checked is as it was"


def test_where_columns_come_first_the_text_is_left_as_it_is() -> None:
    sql = "SELECT a, SUM(x) AS x FROM t GROUP BY a ORDER BY SUM(x)"
    assert write_sql(sqlglot.parse_one(sql, read="duckdb"), "duckdb") == sql
