"""Each layer stops what it is there for by itself, and what one lets through another still stops."""

from __future__ import annotations

import pytest

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits
from backends.warehouse.guard import ALL_LAYERS, Layer
from tests.attacks.conftest import DIALECTS, SECRET, Range, make_range
from tests.attacks.corpus import Attack

S, T, C, L, W, B = (
    Layer.STATEMENT,
    Layer.TREE,
    Layer.CATALOGUE,
    Layer.LOCK,
    Layer.TIMEOUT,
    Layer.LIMITS,
)

# Statement -> the layers of which each alone stops it.
WRITE = "insert into orders (id) values (77)"
STACKED = "select 1; insert into orders (id) values (78)"
SECRETS = {"duckdb": "private.secrets", "postgres": "private.secrets", "sqlite": "secrets"}
READ_FILE = {
    "duckdb": "select * from read_text('{canary}')",
    "postgres": "select pg_read_file('{canary}')",
}
PROBE = "select id from customers where email = 'ada@x.org'"
CATALOG = {
    "duckdb": "select table_name from duckdb_tables",
    "postgres": "select relname from pg_catalog.pg_class where relname = 'orders'",
    "sqlite": "select name from sqlite_master where name = 'orders'",
}
MANY = "select a.id from orders a, orders b, orders c"
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000000000) select max(i) from n"
MATRIX: dict[str, frozenset[Layer]] = {
    WRITE: frozenset({S, T, C, L}),
    PROBE: frozenset({C}),
    MANY: frozenset({B}),
}


def matrix(dialect: str) -> dict[str, frozenset[Layer]]:
    own = {
        f"select token from {SECRETS[dialect]}": frozenset({C}),
        CATALOG[dialect]: frozenset({T, C, L}) if dialect == "sqlite" else frozenset({T, C}),
    }
    if dialect != "sqlite":  # whose driver takes one statement at most
        own[STACKED] = frozenset({S, T, C, L})
    if dialect in READ_FILE:
        own[READ_FILE[dialect]] = frozenset({T, L})
    return {**MATRIX, **own}


@pytest.fixture(params=DIALECTS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Range:
    return make_range(request.param, tmp_path_factory.mktemp("range"), request, "postgres_database")


def stopped(target: Range, sql: str, layers: frozenset[Layer]) -> bool:
    door = target.shop.door(target.scope, layers)
    try:
        rows = door.query(target.sql(Attack("", "", sql)), Limits(seconds=1, rows=100))
    except (QueryRefused, QueryFailed, QueryTimeout):
        return True
    finally:
        door.close()
    if Layer.LIMITS in layers and sql == MANY:
        return rows.truncated and len(rows.rows) == 100
    return False


def test_without_any_layer_the_attacks_succeed(target: Range) -> None:
    """Else the matrix would prove nothing."""
    before = target.fingerprint()
    for sql in matrix(target.shop.dialect):
        assert not stopped(target, sql, frozenset()), sql
    assert target.fingerprint() != before
    if target.shop.dialect in READ_FILE:
        door = target.shop.door(layers=frozenset())
        read = door.query(target.sql(Attack("", "", READ_FILE[target.shop.dialect])))
        door.close()
        assert SECRET in str(read.rows)


def test_each_layer_alone_stops_what_it_is_for(target: Range) -> None:
    before = target.fingerprint()
    for sql, layers in matrix(target.shop.dialect).items():
        for layer in layers:
            assert stopped(target, sql, frozenset({layer})), (layer, sql)
    assert target.fingerprint() == before


def test_what_one_layer_lets_through_another_stops(target: Range) -> None:
    before = target.fingerprint()
    for sql, layers in matrix(target.shop.dialect).items():
        for missing in ALL_LAYERS:
            if layers - {missing}:
                assert stopped(target, sql, ALL_LAYERS - {missing}), (missing, sql)
    assert target.fingerprint() == before


def test_a_layer_does_not_stop_what_it_is_not_for(target: Range) -> None:
    """The pure policies at least; what is tried here is no write."""
    dialect = target.shop.dialect
    for sql in (PROBE, f"select token from {SECRETS[dialect]}"):
        for layers in (frozenset({S}), frozenset({T}), frozenset({L}), ALL_LAYERS - {C}):
            assert not stopped(target, sql, layers), (layers, sql)


@pytest.mark.slow
def test_only_the_timeout_stops_an_endless_query(target: Range) -> None:
    assert stopped(target, ENDLESS, frozenset({Layer.TIMEOUT}))
