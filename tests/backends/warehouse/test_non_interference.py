"""Hidden values can't be felt: an allowed query gives the same over two shops that differ in them alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backends.errors import QueryFailed, QueryRefused
from backends.warehouse.base import Limits
from backends.warehouse.door import Door
from tests.backends.warehouse.conftest import DIALECTS
from tests.backends.warehouse.generated import Generator
from tests.support.shop import HIDDEN, Shop, make_shop, scope_of

# As many values and as many nulls as before, but others, in another order.
OTHER = """
update customers set
    email = case id when 1 then 'zoe@y.net' when 2 then 'abe@z.com' when 4 then 'm' end,
    phone = case id when 1 then '999' when 3 then '5' when 4 then '77777' end
"""
QUERIES = {"sqlite": 4000, "postgres": 1500, "duckdb": 250}


@pytest.fixture(params=DIALECTS)
def shops(request: pytest.FixtureRequest, tmp_path: Path, postgres_pair: Any) -> Iterator[tuple[Door, Door]]:
    dialect = request.param
    first, second = (
        [make_shop(dialect, url) for url in postgres_pair()]
        if dialect == "postgres"
        else [make_shop(dialect, str(tmp_path / f"{name}.{dialect}")) for name in ("one", "two")]
    )
    _change(second)
    doors = [first.door(), second.door()]
    scoped = [door.restricted(scope_of(door, HIDDEN)) for door in doors]
    yield scoped[0], scoped[1]
    for door in doors:
        door.close()


@pytest.fixture
def postgres_pair(request: pytest.FixtureRequest) -> Any:
    return lambda: [request.getfixturevalue(name) for name in ("postgres_database", "postgres_module_database")]


def _change(shop: Shop) -> None:
    if shop.dialect == "sqlite":
        import sqlite3

        connection = sqlite3.connect(shop.where)
        connection.execute(OTHER)
        connection.commit()
        connection.close()
    else:
        shop.raw(OTHER)


def test_generated_queries_do_not_tell_two_shops_apart(shops: tuple[Door, Door]) -> None:
    one, two = shops
    seen: Counter[str] = Counter()
    for seed in range(QUERIES[one.dialect]):
        sql = Generator(seed, one.dialect).query()
        result = _outcome(one, sql)
        assert result == _outcome(two, sql), sql
        seen[result[0]] += 1
    assert seen["rows"] > 0.05 * QUERIES[one.dialect], seen
    assert seen["pii"] > 0.2 * QUERIES[one.dialect], seen


def _outcome(door: Door, sql: str) -> tuple[str, Any]:
    try:
        rows = door.query(sql, Limits(seconds=60, rows=5000)).rows
    except QueryRefused as refused:
        return refused.rule, None
    except QueryFailed as failed:
        return "failed", failed.engine_message.splitlines()[0]
    return "rows", sorted(rows, key=repr)
