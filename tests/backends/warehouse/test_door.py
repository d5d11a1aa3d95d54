from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import backends.warehouse
from backends.errors import QueryCancelled, QueryFailed, QueryRefused
from backends.warehouse.adapter import _DIALECTS
from backends.warehouse.base import Limits, Scope, TableName
from backends.warehouse.door import Door
from backends.warehouse.guard import ALL_LAYERS
from backends.warehouse.parse import parse_query
from backends.warehouse.tree import check_tree
from tests.support.shop import HIDDEN, Shop, make_shop, scope_of

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return make_shop("sqlite", str(tmp_path / "shop.sqlite"))


@pytest.fixture
def door(shop: Shop) -> Iterator[Door]:
    opened = shop.door()
    yield opened
    opened.close()


def test_all_layers_are_on_unless_a_test_says_otherwise(shop: Shop) -> None:
    assert inspect.signature(Door).parameters["layers"].default is ALL_LAYERS
    for opener in (backends.warehouse.open_dbt, backends.warehouse.open_sqlite):
        assert "layers" not in inspect.signature(opener).parameters


@pytest.mark.parametrize("dialect", sorted({*_DIALECTS.values()}))
@pytest.mark.parametrize("count", ["count(*)", "COUNT(*)", "Count(DISTINCT a)", "sum(a)", "MAX(a)"])
def test_common_functions_pass_however_they_are_written(dialect: str, count: str) -> None:
    check_tree(parse_query(f"SELECT b, {count} AS n FROM t GROUP BY b", dialect), dialect)


def test_a_table_that_was_built_meanwhile_is_found(shop: Shop, door: Door) -> None:
    with pytest.raises(QueryRefused):
        door.query("select * from late")
    shop.raw("create table late as select 1 as a")
    assert door.query("select * from late").rows == ((1,),)


def test_under_a_scope_it_is_not(shop: Shop, door: Door) -> None:
    narrow = door.restricted(scope_of(door, HIDDEN))
    shop.raw("create table late as select 1 as a")
    with pytest.raises(QueryRefused) as caught:
        narrow.query("select * from late")
    assert caught.value.rule == "unknown_table"


def test_an_empty_scope_lets_nothing_be_read(door: Door) -> None:
    shut = door.restricted(Scope())
    assert shut.query("select 1 + 1").rows == ((2,),)
    with pytest.raises(QueryRefused) as caught:
        shut.query("select * from orders")
    assert "no table is in scope" in caught.value.hint


def test_a_column_that_the_catalogue_does_not_know_stays_inside(shop: Shop, door: Door) -> None:
    narrow = door.restricted(scope_of(door, HIDDEN))
    shop.raw("alter table customers add column birthday text default 'secret'")
    assert "secret" not in str(narrow.query("select * from customers").rows)
    for sql in ("select birthday from customers", "select 1 as birthday from customers group by birthday"):
        assert "secret" not in _shown(narrow, sql)


def test_what_runs_is_written_anew(door: Door) -> None:
    with pytest.raises(QueryFailed) as caught:
        door.query("select /* c */ nosuch -- d\n from orders")
    assert caught.value.sql == 'SELECT nosuch FROM "orders"'


def test_cancel_stops_the_queries_of_this_door_alone(door: Door) -> None:
    other = door.restricted(scope_of(door, {}))
    outcome: list[str] = []

    def ask() -> None:
        try:
            other.query(ENDLESS, Limits(seconds=120))
        except QueryCancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=ask)
    thread.start()
    door.cancel()
    assert outcome == []
    while thread.is_alive():
        other.cancel()
        thread.join(0.05)
    assert outcome == ["cancelled"]


def test_distinct_values_ask_through_the_door(shop: Shop, door: Door) -> None:
    customers = TableName(None, None, "customers")
    assert door.distinct_values(customers, "city", 10) == ["Berlin", "Seoul"]
    assert door.distinct_values(customers, "city", 1) == ["Berlin"]
    for table, column, rule in [
        (customers, "email", "pii"),
        (TableName(None, None, "secrets"), "token", "unknown_table"),
        (TableName(None, None, 'x"; drop table orders'), "a", "unknown_table"),
    ]:
        with pytest.raises(QueryRefused) as caught:
            door.restricted(scope_of(door, HIDDEN)).distinct_values(table, column, 3)
        assert caught.value.rule == rule


def test_names_with_quotes_are_names(shop: Shop, door: Door) -> None:
    shop.raw('create table "odd ""name" ("a b" integer)')
    shop.raw('insert into "odd ""name" values (5), (6)')
    assert door.distinct_values(TableName(None, None, 'odd "name'), "a b", 5) == [5, 6]


def _shown(door: Door, sql: str) -> str:
    """The rows, or the rule that kept them back."""
    try:
        return str(door.query(sql).rows)
    except QueryRefused as refusal:
        return refusal.rule
