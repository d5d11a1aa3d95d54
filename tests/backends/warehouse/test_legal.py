"""What analysts write passes the door and means the same afterwards: no false refusals, no changed results."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from backends.warehouse.base import Limits, Rows
from tests.support.shop import Shop, scope_of

LEGAL = Path(__file__).parent / "legal"


def queries(name: str) -> list[str]:
    lines = (LEGAL / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return [line.removesuffix(";") for line in lines if line and not line.startswith("--")]


CASES = [(dialect, sql) for dialect in ("duckdb", "postgres", "sqlite") for sql in queries("common") + queries(dialect)]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
def test_the_corpus_is_large_enough(dialect: str) -> None:
    assert len(queries("common") + queries(dialect)) >= 120


@pytest.mark.parametrize("scoped", [False, True], ids=["open", "scoped"])
def test_results_are_those_of_the_original_text(shop: Shop, scoped: bool) -> None:
    door = shop.door()
    if scoped:
        door = door.restricted(scope_of(door, hidden={}))
    wrong = []
    for sql in queries("common") + queries(shop.dialect):
        names, rows = shop.raw(sql)
        found = door.query(sql, Limits(seconds=60, rows=10_000))
        if not same(sql, names, rows, found):
            wrong.append((sql, names, rows, found.columns, found.rows))
    door.close()
    assert wrong == []


def same(sql: str, names: list[str], rows: list[tuple[Any, ...]], found: Rows) -> bool:
    given, got = [tuple(row) for row in rows], list(found.rows)
    if "order by" not in sql:
        given, got = sorted(given, key=repr), sorted(got, key=repr)
    plain = [name for name in names if re.fullmatch(r"[a-z_]+", name)]
    return (
        given == got
        and len(names) == len(found.columns)
        and plain == [name for name, raw in zip(found.columns, names, strict=True) if raw in plain]
    )
