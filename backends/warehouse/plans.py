"""What warehouses say before they run a query: how to ask each, and what is read out of the answer. An answer in other
words than expected is shown and estimates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backends.warehouse.base import Plan

Rows = Sequence[tuple[Any, ...]]
DRY_RUN = "-- a dry run\n"
"""BigQuery has no EXPLAIN: a statement that begins with this is only checked and priced."""

_UNKNOWN = 8 * 1024.0**6
_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_SIZE = re.compile(r"([\d.]+(?:E[+-]?\d+)?)\s*([KMGTPE]?)i?B", re.IGNORECASE)
_POSTGRES = re.compile(r"cost=[\d.]+\.\.(?P<cost>[\d.]+) rows=(?P<rows>\d+)")
_TRINO = re.compile(r"Estimates: \{rows: (?P<rows>[\d.]+)")
_SPARK_SIZE = re.compile(r"Relation.*?Statistics\(sizeInBytes=([^,)]+)")
_SPARK_ROWS = re.compile(r"Statistics\(sizeInBytes=[^,)]+, rowCount=([\d.E+]+)")

_ASKED = {
    "bigquery": DRY_RUN,
    "clickhouse": "EXPLAIN ESTIMATE ",
    "databricks": "EXPLAIN COST ",
    "snowflake": "EXPLAIN USING TABULAR ",
    "spark": "EXPLAIN COST ",
}


def explain_sql(sql: str, dialect: str) -> str:
    return _ASKED.get(dialect, "EXPLAIN ") + sql


def plan(rows: Rows, dialect: str) -> Plan:
    text = "\n".join(" ".join("" if value is None else str(value) for value in row) for row in rows)
    read = _READ.get(dialect)
    return read(rows, text) if read else Plan(text)


def size(text: str) -> float | None:
    """Bytes, as `2.5 GiB`, `10.0 KB` or `225B` say them: all by 1,024."""
    found = _SIZE.search(text)
    return float(found.group(1)) * 1024.0 ** _UNITS[found.group(2).upper()] if found else None


def _bigquery(rows: Rows, text: str) -> Plan:
    """One row: bytes that would be read."""
    said = rows[0][0] if rows else None
    return Plan(f"a dry run: {text} would be read", scanned=size(said) if isinstance(said, str) else said)


def _clickhouse(rows: Rows, text: str) -> Plan:
    """A row for each table of the MergeTree family: database, table, parts, rows, marks."""
    return Plan(text, rows=float(sum(int(row[3]) for row in rows)) if rows else None)


def _postgres(_rows: Rows, text: str) -> Plan:
    found = _POSTGRES.search(text)
    return Plan(text, rows=float(found["rows"]), cost=float(found["cost"])) if found else Plan(text)


def _snowflake(rows: Rows, text: str) -> Plan:
    """The first row is of the whole query; its last column says the bytes of the partitions that remain."""
    whole = rows[0] if rows else ()
    known = len(whole) > 3 and str(whole[3]) == "GlobalStats" and whole[-1] is not None
    return Plan(text, scanned=float(whole[-1]) if known else None)


def _spark(_rows: Rows, text: str) -> Plan:
    """Of what is read, not of what comes out. Where nothing was analysed the size is that of the files, or for want of
    that 8 EiB, which stands for unknown."""
    head, _, _ = text.partition("== Physical Plan ==")
    sizes = [found for part in _SPARK_SIZE.findall(head) if (found := size(part)) is not None]
    counted = _SPARK_ROWS.search(head)
    known = sizes and max(sizes) < _UNKNOWN
    return Plan(text, rows=float(counted.group(1)) if counted else None, scanned=sum(sizes) if known else None)


def _trino(_rows: Rows, text: str) -> Plan:
    found = _TRINO.search(text)
    return Plan(text, rows=float(found["rows"])) if found else Plan(text)


_READ: Mapping[str, Callable[[Rows, str], Plan]] = {
    "bigquery": _bigquery,
    "clickhouse": _clickhouse,
    "databricks": _spark,
    "postgres": _postgres,
    "redshift": _postgres,
    "snowflake": _snowflake,
    "spark": _spark,
    "trino": _trino,
}
