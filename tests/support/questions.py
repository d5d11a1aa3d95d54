"""What the tests of committed questions share: reading their SQL, running it, looking for ties."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp, parse_one


def language_of(question: str) -> str:
    return "ko" if re.search("[가-힣]", question) else "en"


def tree(sql: str) -> exp.Expression:
    return parse_one(sql, dialect="duckdb")


def tables(sql: str) -> set[str]:
    """As schema.table; common table expressions are none."""
    parsed = tree(sql)
    ctes = {cte.alias for cte in parsed.find_all(exp.CTE)}
    return {
        f"{table.db}.{table.name}" if table.db else table.name
        for table in parsed.find_all(exp.Table)
        if table.db or table.name not in ctes
    }


def assert_plain(sql: str, personal: set[str]) -> None:
    """One query that reads no personal column, knows no clock, and cuts rows only where it orders them."""
    query = tree(sql)
    assert isinstance(query, exp.Query)
    assert not {column.name for column in query.find_all(exp.Column)} & personal
    assert not list(query.find_all(exp.CurrentDate, exp.CurrentTimestamp))
    for select in query.find_all(exp.Select):
        assert not select.args.get("limit") or select.args.get("order")


def rows(warehouse: Any, sql: str) -> list[tuple[Any, ...]]:
    return list(warehouse.execute(sql).fetchall())


def assert_total_order(warehouse: Any, sql: str) -> None:
    query = tree(sql)
    if query.args.get("order"):
        keys = [row[-width:] for width, row in _sort_keys(warehouse, query)]
        assert len(set(keys)) == len(keys), "rows tie in the order, or at the cut"


def _sort_keys(warehouse: Any, query: exp.Expression) -> list[tuple[int, tuple[Any, ...]]]:
    """Rows of the query and the first one cut off, the values that they are sorted by at the end of each."""
    assert isinstance(query, exp.Select)
    named = {projection.alias_or_name: projection.unalias() for projection in query.selects}
    keys = []
    for ordered in query.args["order"].expressions:
        key = ordered.this
        if key.is_int:
            key = query.selects[int(key.name) - 1].unalias()
        elif isinstance(key, exp.Column) and not key.table and key.name in named:
            key = named[key.name]
        keys.append(key.copy())
    wider = query.select(*(exp.alias_(key, f"sort_key_{place}") for place, key in enumerate(keys)))
    limit = query.args.get("limit")
    if limit:
        wider = wider.limit(int(limit.expression.name) + 1)
    return [(len(keys), row) for row in rows(warehouse, wider.sql(dialect="duckdb"))]
