"""Which failures are the server's, which the question's."""

from __future__ import annotations

import pytest

from backends.errors import QueryFailed, WarehouseAway, WarehouseUnavailable
from backends.warehouse.postgres import PostgresEngine

psycopg2 = pytest.importorskip("psycopg2", reason="needs the extra `postgres`")
ENGINE = PostgresEngine({"host": "127.0.0.1", "port": 1, "connect_timeout": 1})


@pytest.mark.parametrize(
    "error",
    [
        psycopg2.OperationalError("server closed the connection unexpectedly"),
        psycopg2.OperationalError("connection to server failed: FATAL:  the database system is starting up"),
        psycopg2.InterfaceError("connection already closed"),
    ],
)
def test_a_server_that_goes_away_is_no_wrong_query(error: Exception) -> None:
    failure = ENGINE.failure(error, "select 1")
    assert isinstance(failure, WarehouseAway)
    assert failure.transient
    assert "does not answer" in failure.message


@pytest.mark.parametrize(
    "error",
    [
        psycopg2.ProgrammingError('column "x" does not exist'),
        psycopg2.OperationalError('FATAL:  password authentication failed for user "kim"'),
    ],
)
def test_what_the_server_says_no_to_is(error: Exception) -> None:
    assert isinstance(ENGINE.failure(error, "select x"), QueryFailed)


def test_nobody_listens() -> None:
    with pytest.raises(WarehouseUnavailable, match="does not answer") as raised:
        ENGINE.tables()
    assert raised.value.transient
