from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from backends.errors import QueryFailed, QueryRefused, WarehouseUnavailable
from backends.warehouse.base import Limits
from backends.warehouse.door import Door
from backends.warehouse.guard import ALL_LAYERS, Layer
from backends.warehouse.postgres import PostgresEngine
from tests.support.postgres import PostgresAddress

pytestmark = pytest.mark.postgres
LOCK_ALONE = ALL_LAYERS - {Layer.STATEMENT, Layer.TREE, Layer.CATALOGUE}


@pytest.fixture(scope="module")
def url(postgres_module_database: str) -> Iterator[str]:
    statements = """
        create table t (id integer, name text);
        insert into t values (1, 'a'), (2, 'b');
        create schema shut;
        create table shut.s (x integer);
        insert into shut.s values (42);
        create table parts (id integer) partition by range (id);
        create table parts_1 partition of parts for values from (0) to (10);
        create role reader_of_t login;
        grant usage on schema public to reader_of_t;
        grant select on t to reader_of_t;
        create role plain login;
        grant select on t to plain;
        create role reaches_out login in role pg_read_server_files;
        create role reaches_out_but_lowers login in role pg_read_server_files, pg_read_all_data;
    """
    _run(postgres_module_database, statements)
    yield postgres_module_database
    _run(
        postgres_module_database,
        "drop owned by reader_of_t, plain; drop role reader_of_t, plain, reaches_out, reaches_out_but_lowers",
    )


def _run(url: str, sql: str) -> None:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def engine(url: str, **options: Any) -> PostgresEngine:
    at = PostgresAddress.of(url)
    user = options.pop("user", at.user)
    return PostgresEngine({"host": at.host, "port": at.port, "user": user, "dbname": at.database}, **options)


@pytest.fixture
def door(url: str) -> Iterator[Door]:
    opened = Door(engine(url))
    yield opened
    opened.close()


@pytest.fixture
def lock(url: str) -> Iterator[Door]:
    opened = Door(engine(url), layers=LOCK_ALONE)
    yield opened
    opened.close()


def test_a_superuser_reads_as_a_role_that_only_reads(lock: Door) -> None:
    assert lock.query("select current_user").rows == (("pg_read_all_data",),)
    with pytest.raises(QueryFailed, match="permission denied"):
        lock.query("select pg_read_file('/etc/hostname')")
    with pytest.raises(QueryFailed, match="permission denied"):
        lock.query("select set_config('role', 'none', true), pg_read_file('/etc/hostname')")


def test_a_named_role_is_taken(url: str) -> None:
    door = Door(engine(url, reader_role="reader_of_t"), layers=LOCK_ALONE)
    assert door.query("select current_user, count(*) from t").rows == (("reader_of_t", 2),)
    with pytest.raises(QueryFailed, match="permission denied"):
        door.query("select * from shut.s")
    assert [table.name for table in door.tables()] == ["t"]
    door.close()


def test_a_role_that_can_not_be_taken_is_said(url: str) -> None:
    door = Door(engine(url, reader_role="nobody_there"))
    with pytest.raises(WarehouseUnavailable) as caught:
        door.query("select 1")
    assert "GRANT nobody_there" in caught.value.hint
    door.close()


def test_an_ordinary_user_stays_itself(url: str) -> None:
    door = Door(engine(url, user="plain"), layers=LOCK_ALONE)
    assert door.query("select current_user").rows == (("plain",),)
    door.close()


def test_the_profiles_own_role_is_taken_too(url: str) -> None:
    door = Door(engine(url, role="plain", reader_role=None), layers=LOCK_ALONE)
    assert door.query("select current_user").rows == (("plain",),)
    door.close()


def test_a_user_who_reaches_beyond_the_database_needs_a_reader(url: str) -> None:
    door = Door(engine(url, user="reaches_out"))
    with pytest.raises(WarehouseUnavailable) as caught:
        door.query("select 1")
    assert "reader_role" in caught.value.hint
    door.close()
    lowered = Door(engine(url, user="reaches_out_but_lowers"), layers=LOCK_ALONE)
    assert lowered.query("select current_user").rows == (("pg_read_all_data",),)
    lowered.close()


@pytest.mark.parametrize(
    "sql",
    [
        "select 1; commit; create table evil (a integer)",
        "select 1; select 2",
        "create table evil (a integer)",
        "with x as (insert into t values (9, 'z') returning id) select * from x",
        "select lo_create(0)",
        "copy t to program 'id'",
        "commit",
        "set role postgres",
    ],
)
def test_the_server_itself_takes_one_reading_statement(lock: Door, sql: str) -> None:
    with pytest.raises(QueryFailed):
        lock.query(sql)
    assert lock.query("select count(*) from t").rows == ((2,),)
    assert "evil" not in {table.name for table in lock.tables()}


def test_the_servers_own_clock_runs_too(url: str) -> None:
    door = Door(engine(url), layers=LOCK_ALONE - {Layer.TIMEOUT})
    rows = door.query("select current_setting('statement_timeout'), current_setting('lock_timeout')", Limits(seconds=3))
    assert rows.rows == (("5s", "5s"),)
    door.close()


def test_a_dropped_connection_is_replaced(url: str, door: Door) -> None:
    assert door.query("select count(*) from t").rows == ((2,),)
    _run(
        url,
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()",
    )
    assert door.query("select count(*) from t").rows == ((2,),)


def test_a_server_that_is_not_there(tmp_path: Any) -> None:
    door = Door(PostgresEngine({"host": str(tmp_path), "user": "x", "dbname": "x"}))
    with pytest.raises(WarehouseUnavailable) as caught:
        door.query("select 1")
    assert "dbt-ask debug" in caught.value.hint
    door.close()


def test_a_value_that_python_can_not_hold_is_a_failure_and_no_crash(door: Door) -> None:
    with pytest.raises(QueryFailed):
        door.query("select date '20000-01-01' as far")
    assert door.query("select 1").rows == ((1,),)


def test_partitions_are_one_table(door: Door) -> None:
    assert [table.name for table in door.tables()] == ["parts", "t", "s"] or {
        table.name for table in door.tables()
    } == {"parts", "t", "s"}


def test_an_error_keeps_the_place_and_leaves_our_own_wrapping_out(door: Door) -> None:
    with pytest.raises(QueryFailed) as caught:
        door.query("select nosuch from t")
    assert 'column "nosuch" does not exist' in caught.value.engine_message
    assert "PL/pgSQL" not in caught.value.engine_message
    assert "QUERY" not in caught.value.engine_message


def test_explain_estimates(door: Door) -> None:
    plan = door.explain("select * from t where id = 1")
    assert plan.rows is not None
    assert plan.cost is not None
    assert plan.cost > 0


def test_what_the_planner_expects_to_cost_too_much_is_not_run(door: Door) -> None:
    dear = "select count(*) from t as a cross join t as b cross join t as c"
    with pytest.raises(QueryRefused) as caught:
        door.query(dear, Limits(cost=1))
    assert (caught.value.rule, "limits.cost" in caught.value.hint) == ("too_costly", True)
    assert door.query(dear, Limits(cost=1e12)).rows == ((8,),)


def test_types_are_postgres_words(door: Door) -> None:
    rows = door.query("select id, name, 1.5 as n, now() as at, array[1] as a from t")
    assert rows.types == ("integer", "text", "numeric", "timestamp with time zone", "integer[]")
