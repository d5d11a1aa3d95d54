"""The path of adapters that dbt-ask has no engine for, with the two adapters that are there to try it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backends.errors import QueryFailed, QueryRefused, QueryTimeout, WarehouseUnavailable
from backends.warehouse.adapter import AdapterEngine
from backends.warehouse.base import Limits, TableName
from backends.warehouse.dbt_bridge import Target, resolve_target
from backends.warehouse.door import Door
from tests.support.postgres import PostgresAddress
from tests.support.shop import HIDDEN, make_shop, scope_of

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


def _project(directory: Path, output: str) -> Target:
    (directory / "dbt_project.yml").write_text("name: shop\nversion: '1.0.0'\nprofile: shop\n")
    (directory / "profiles.yml").write_text(f"shop:\n  target: dev\n  outputs:\n    dev: {output}\n")
    return resolve_target(directory)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    if request.param == "duckdb":
        make_shop("duckdb", str(tmp_path / "shop.duckdb"))
        output = "{type: duckdb, path: %s, schema: main}" % (tmp_path / "shop.duckdb")
    else:
        url = request.getfixturevalue("postgres_database")
        make_shop("postgres", url)
        at = PostgresAddress.of(url)
        output = (
            f"{{type: postgres, host: '{at.host}', port: {at.port}, user: {at.user}, password: x, "
            f"dbname: {at.database}, schema: public}}"
        )
    opened = Door(AdapterEngine(_project(tmp_path, output)))
    yield opened
    opened.close()


def test_it_lists_and_reads(door: Door) -> None:
    assert {"customers", "orders", "big_orders"} <= {table.name for table in door.tables()}
    (orders,) = [table for table in door.tables() if table.name == "orders"]
    assert [column.name for column in door.columns(orders)][:2] == ["id", "customer_id"]
    assert door.columns(TableName(None, None, "nowhere")) == []
    rows = door.query("select status, count(*) as n from orders group by status order by status")
    assert rows.columns == ("status", "n")
    assert [tuple(row) for row in rows.rows] == [("open", 1), ("paid", 4), ("void", 1)]


def test_it_does_not_claim_a_lock(door: Door) -> None:
    assert not door.locked


def test_rows_are_cut(door: Door) -> None:
    rows = door.query("select id from orders order by id", Limits(rows=2))
    assert len(rows.rows) == 2
    assert rows.truncated


def test_the_text_is_checked(door: Door) -> None:
    narrow = door.restricted(scope_of(door, HIDDEN))
    for sql, rule in [("delete from orders", "not_a_query"), ("select email from customers", "pii")]:
        with pytest.raises(QueryRefused) as caught:
            narrow.query(sql)
        assert caught.value.rule == rule


def test_a_failure_leaves_it_usable(door: Door) -> None:
    with pytest.raises(QueryFailed):
        door.query("select nosuch from orders")
    assert door.query("select count(*) from orders").rows == ((6,),)
    assert door.explain("select * from orders").text


def test_a_timeout_cancels(door: Door) -> None:
    with pytest.raises(QueryTimeout):
        door.query(ENDLESS, Limits(seconds=0.5))
    assert door.query("select count(*) from orders").rows == ((6,),)


def test_an_unknown_adapter_is_refused(tmp_path: Path) -> None:
    target = _project(tmp_path, "{type: duckdb, path: x.duckdb}")
    odd = Target(**{**vars(target), "type": "odd"})
    with pytest.raises(WarehouseUnavailable) as caught:
        AdapterEngine(odd)
    assert "snowflake" in caught.value.hint
