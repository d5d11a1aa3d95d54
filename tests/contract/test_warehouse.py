"""The warehouse contract, over every engine behind the one door."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backends.errors import QueryCancelled, QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse import open_dbt, open_sqlite
from backends.warehouse.base import Limits, Scope, TableName, TableScope, Warehouse
from tests.support.postgres import PostgresAddress

SETUP = """
create table customers (id integer not null, name varchar(40), email varchar(80));
create table orders (id integer not null, customer_id integer, amount double precision, placed_on date);
insert into customers values (1, 'Ada', 'ada@x.org'), (2, 'Bob', null), (3, '지민', 'jm@x.org');
insert into orders values
    (10, 1, 5.5, '2024-01-01'), (11, 1, 7.0, '2024-02-01'), (12, 3, 1.0, '2024-02-03'), (13, 3, null, null);
create view big_orders as select * from orders where amount > 5;
"""
# Legal, and never done: it must run into its time limit.
ENDLESS = """
with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000)
select max(i) from n
"""


def _project(directory: Path, profile: str) -> Path:
    (directory / "dbt_project.yml").write_text("name: shop\nversion: '1.0.0'\nprofile: shop\n")
    (directory / "profiles.yml").write_text(f"shop:\n  target: dev\n  outputs:\n    dev: {profile}\n")
    return directory


def _duckdb(directory: Path, request: pytest.FixtureRequest) -> Warehouse:
    import duckdb

    with duckdb.connect(str(directory / "shop.duckdb")) as connection:
        connection.execute(SETUP)
    return open_dbt(_project(directory, "{type: duckdb, path: shop.duckdb, schema: main}"))


def _postgres(directory: Path, request: pytest.FixtureRequest) -> Warehouse:
    import psycopg2

    url = request.getfixturevalue("postgres_database")
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(SETUP)
    finally:
        connection.close()
    at = PostgresAddress.of(url)
    profile = (
        f"{{type: postgres, host: '{at.host}', port: {at.port}, user: {at.user}, "
        f"password: x, dbname: {at.database}, schema: public}}"
    )
    return open_dbt(_project(directory, profile))


def _sqlite(directory: Path, request: pytest.FixtureRequest) -> Warehouse:
    connection = sqlite3.connect(directory / "shop.sqlite")
    try:
        connection.executescript(SETUP)
    finally:
        connection.close()
    return open_sqlite(directory / "shop.sqlite")


OPENERS = [
    pytest.param(_duckdb, id="duckdb"),
    pytest.param(_postgres, id="postgres", marks=pytest.mark.postgres),
    pytest.param(_sqlite, id="sqlite"),
]


@pytest.fixture(params=OPENERS)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    opened = request.param(tmp_path, request)
    yield opened
    opened.close()


def _table(warehouse: Warehouse, name: str) -> TableName:
    return next(table for table in warehouse.tables() if table.name == name)


def _scope(warehouse: Warehouse, hidden: str) -> Scope:
    table = _table(warehouse, "customers")
    columns = {column.name: column.type for column in warehouse.columns(table)}
    return Scope((TableScope(table, columns, frozenset({hidden})),))


def test_dialect_is_one_that_the_parser_knows(warehouse: Warehouse) -> None:
    assert warehouse.dialect in {"duckdb", "postgres", "sqlite"}


def test_it_is_locked(warehouse: Warehouse) -> None:
    assert warehouse.locked


def test_tables_are_the_users_own_and_sorted(warehouse: Warehouse) -> None:
    tables = warehouse.tables()
    assert [table.name for table in tables] == ["big_orders", "customers", "orders"]
    assert tables == sorted(tables)


def test_columns_come_in_their_order(warehouse: Warehouse) -> None:
    columns = warehouse.columns(_table(warehouse, "orders"))
    assert [column.name for column in columns] == ["id", "customer_id", "amount", "placed_on"]
    assert [column.nullable for column in columns] == [False, True, True, True]
    assert all(column.type for column in columns)


def test_a_table_that_is_not_there_has_no_columns(warehouse: Warehouse) -> None:
    assert warehouse.columns(TableName(None, None, "nowhere")) == []


def test_query_gives_names_and_values(warehouse: Warehouse) -> None:
    rows = warehouse.query(
        "select c.name, sum(o.amount) as total from customers c join orders o on o.customer_id = c.id "
        "group by c.name order by total desc"
    )
    assert rows.columns == ("name", "total")
    assert len(rows.types) == 2
    assert rows.rows == (("Ada", 12.5), ("지민", 1.0))
    assert not rows.truncated
    assert rows.seconds > 0


def test_a_result_without_rows_still_has_columns(warehouse: Warehouse) -> None:
    rows = warehouse.query("select id, name from customers where id < 0")
    assert rows.columns == ("id", "name")
    assert rows.rows == ()


def test_explain_does_not_run_the_query(warehouse: Warehouse) -> None:
    plan = warehouse.explain(ENDLESS)
    assert plan.text
    assert "orders" in warehouse.explain("select * from orders").text.lower()


def test_explain_goes_through_the_door(warehouse: Warehouse) -> None:
    with pytest.raises(QueryRefused):
        warehouse.explain("delete from orders")


@pytest.mark.parametrize("given", [1, 2, 3])
def test_rows_are_cut_at_the_limit(warehouse: Warehouse, given: int) -> None:
    rows = warehouse.query("select id from customers order by id", Limits(rows=given))
    assert rows.rows == tuple((number,) for number in range(1, given + 1))
    assert rows.truncated is (given < 3)


def test_bytes_are_cut_at_the_limit(warehouse: Warehouse) -> None:
    rows = warehouse.query("select email || email || email from customers where id = 1 or id = 3", Limits(bytes=40))
    assert rows.truncated
    assert len(rows.rows) < 2


def test_a_timeout_cancels_and_leaves_the_warehouse_usable(warehouse: Warehouse) -> None:
    with pytest.raises(QueryTimeout) as caught:
        warehouse.query(ENDLESS, Limits(seconds=0.3))
    assert caught.value.seconds == 0.3
    assert warehouse.query("select count(*) from orders").rows == ((4,),)


def test_cancel_from_another_thread(warehouse: Warehouse) -> None:
    stopped = threading.Event()

    def cancel() -> None:
        """Until it is felt: the query may not have begun yet."""
        while not stopped.wait(0.1):
            warehouse.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    try:
        with pytest.raises(QueryCancelled):
            warehouse.query(ENDLESS, Limits(seconds=60))
    finally:
        stopped.set()
        canceller.join()
    assert warehouse.query("select count(*) from orders").rows == ((4,),)


def test_cancel_without_a_query_does_nothing(warehouse: Warehouse) -> None:
    warehouse.cancel()
    assert warehouse.query("select count(*) from orders").rows == ((4,),)


def test_an_engine_error_keeps_the_engines_words(warehouse: Warehouse) -> None:
    with pytest.raises(QueryFailed) as caught:
        warehouse.query("select no_such_column from orders")
    assert "no_such_column" in caught.value.engine_message
    assert "no_such_column" in caught.value.sql
    assert warehouse.query("select count(*) from orders").rows == ((4,),)


def test_distinct_values_are_ordered_and_not_null(warehouse: Warehouse) -> None:
    orders = _table(warehouse, "orders")
    assert warehouse.distinct_values(orders, "customer_id", 10) == [1, 3]
    assert warehouse.distinct_values(orders, "amount", 2) == [1.0, 5.5]
    assert warehouse.distinct_values(orders, "amount", 9, rows=1) == [
        warehouse.query("select amount from orders").rows[0][0]
    ]
    assert warehouse.distinct_values(orders, "customer_id", 10, rows=1000) == [1, 3]


def test_restricted_hides_tables_and_columns(warehouse: Warehouse) -> None:
    narrow = warehouse.restricted(_scope(warehouse, hidden="email"))
    assert narrow.query("select * from customers where id = 1").rows == ((1, "Ada"),)
    assert narrow.query("select count(email), count(distinct email) from customers").rows == ((2, 2),)
    assert narrow.query("select id from customers where email is null").rows == ((2,),)
    refused: list[tuple[str, str]] = [
        ("select * from orders", "unknown_table"),
        ("select email from customers", "pii"),
        ("select id from customers where email like 'a%'", "pii"),
        ("select nothing from customers", "unknown_column"),
    ]
    for sql, rule in refused:
        with pytest.raises(QueryRefused) as caught:
            narrow.query(sql)
        assert caught.value.rule == rule, sql
    with pytest.raises(QueryRefused) as caught:
        narrow.distinct_values(_table(warehouse, "customers"), "email", 5)
    assert caught.value.rule == "pii"
    assert len(warehouse.query("select email from customers").rows) == 3


def test_queries_of_several_threads_do_not_disturb_each_other(warehouse: Warehouse) -> None:
    results: list[Any] = []

    def ask(number: int) -> None:
        results.append((number, warehouse.query(f"select count(*) + {number} from orders").rows[0][0]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(number, number + 4) for number in range(6)]


def test_close_may_come_twice(warehouse: Warehouse) -> None:
    warehouse.query("select 1")
    warehouse.close()
    warehouse.close()


@pytest.mark.parametrize("write", ["delete from orders", "insert into orders (id) values (1)", "drop table orders"])
def test_nothing_is_written(warehouse: Warehouse, write: str) -> None:
    with pytest.raises(QueryRefused):
        warehouse.query(write)
    assert warehouse.query("select count(*) from orders").rows == ((4,),)
