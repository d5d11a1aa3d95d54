"""Every statement on the page of warehouses is one of its dialect, as far as sqlglot knows it."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from backends.warehouse.adapter import _DIALECTS
from tests.docs import blocks
from tests.docs.blocks import DOCS, Block

SCRIPTS = [block for block in blocks.blocks(DOCS / "reference/adapters.md") if block.kind == "sql"]
KEPT_AS_TEXT = ("CREATE ROLE", "CREATE USER", "ALTER USER", "ALTER WAREHOUSE", "GRANT")


def dialect(block: Block) -> str:
    return block.title


def test_each_warehouse_has_a_script() -> None:
    assert {block.title for block in SCRIPTS} == {
        "snowflake", "bigquery", "databricks", "redshift", "trino", "clickhouse", "spark",
    }  # fmt: skip
    assert {block.title for block in SCRIPTS} <= set(_DIALECTS.values())


@pytest.mark.parametrize("block", SCRIPTS, ids=dialect)
def test_its_statements_are_read(block: Block) -> None:
    for statement in filter(None, map(str.strip, block.body.split(";"))):
        tree = sqlglot.parse_one(statement, dialect=block.title)
        if isinstance(tree, exp.Command):
            assert statement.startswith(KEPT_AS_TEXT), f"not understood: {statement}"
        else:
            assert isinstance(tree, (exp.Select, exp.Grant, exp.Alter, exp.Create)), repr(tree)


def test_what_is_no_sql_is_noticed() -> None:
    with pytest.raises(ParseError):
        sqlglot.parse_one("SELECT query FROM WHERE", dialect="snowflake")
