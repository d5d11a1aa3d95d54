"""Keys that nobody declared: what names suggest, and what of it the data bear out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest

from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from backends.warehouse import open_sqlite
from backends.warehouse.base import ColumnInfo, TableName
from catalog_sync import store
from catalog_sync.guessed_keys import Owners, guessed
from catalog_sync.index import FILTERED
from catalog_sync.model import CatalogTable
from catalog_sync.policy import Policy
from catalog_sync.sqlite_schema import SQLiteSchema
from catalog_sync.sync import Options, SyncReport, sync
from catalog_sync.values import Rules
from tests.catalog_sync.build import column, table

NUMBER = "INTEGER"


def keys_of(child: CatalogTable, *others: CatalogTable) -> list[str]:
    owners = Owners()
    for found in (child, *others):
        owners.add(found.name, found, [ColumnInfo(c.name, c.type, True) for c in found.columns])
    keys = guessed(child, owners).foreign_keys
    return [f"{k.columns[0]} -> {k.to_table.schema}.{k.to_table.name}.{k.to_columns[0]}" for k in keys]


def numbered(said: str, key: str = "") -> CatalogTable:
    """ "orders id customer_id": all columns are whole numbers, but for those that are called a name."""
    called, *columns = said.split()
    made = [column(c, "VARCHAR" if "name" in c else NUMBER) for c in columns]
    return table(called, *made, primary_key=(key,) if key else ())


CUSTOMERS = numbered("customers customer_id customer_name", key="customer_id")
STATS = numbered("customer_stats customer_id", key="customer_id")
TO_CUSTOMERS = ["customer_id -> main.customers.customer_id"]


@pytest.mark.parametrize(
    ("child", "others", "expected"),
    [
        (numbered("orders order_id customer_id"), [CUSTOMERS], TO_CUSTOMERS),
        (
            numbered("orders id customer_id"),
            [numbered("customers id name")],
            ["customer_id -> main.customers.id"],
        ),
        (numbered("games id home_team_id"), [numbered("teams id name")], ["home_team_id -> main.teams.id"]),
        (numbered("flights no airline"), [numbered("airlines uid name")], ["airline -> main.airlines.uid"]),
        (
            numbered("sales sale_id company_id"),
            [numbered("dim_companies company_id")],
            ["company_id -> main.dim_companies.company_id"],
        ),
        (numbered("orders id customer_id"), [CUSTOMERS, numbered("stg_customers customer_id")], TO_CUSTOMERS),
        (numbered("orders id customer_id"), [CUSTOMERS, STATS], TO_CUSTOMERS),
        (STATS, [CUSTOMERS], TO_CUSTOMERS),
    ],
)
def test_what_names_suggest(child: CatalogTable, others: Sequence[CatalogTable], expected: list[str]) -> None:
    assert keys_of(child, *others) == expected


@pytest.mark.parametrize(
    ("child", "others"),
    [
        pytest.param(CUSTOMERS, [numbered("orders id customer_id")], id="a table's own key leads nowhere"),
        pytest.param(table("orders", column("customer_id", "VARCHAR")), [CUSTOMERS], id="another type"),
        pytest.param(
            numbered("orders id customer_id"),
            [numbered("east.customers customer_id"), numbered("west.customers customer_id")],
            id="two that fit as well",
        ),
        pytest.param(numbered("orders id amount"), [CUSTOMERS], id="nothing is called so"),
        pytest.param(numbered("employees id manager_id"), [], id="of itself"),
    ],
)
def test_what_is_no_guess(child: CatalogTable, others: Sequence[CatalogTable]) -> None:
    assert keys_of(child, *others) == []


def test_the_own_schema_comes_first() -> None:
    child = numbered("west.orders id customer_id")
    others = [numbered("east.customers customer_id"), numbered("west.customers customer_id")]
    assert keys_of(child, *others) == ["customer_id -> west.customers.customer_id"]


def test_as_many_as_are_called_so_cost_what_a_few_do() -> None:
    """Of a thousand schemas that hold the same tables each is found, and only a few of the others are looked at."""
    owners = Owners()
    for i in range(1000):
        for found in (numbered(f"s{i}.customers customer_id"), numbered(f"s{i}.stg_customers customer_id")):
            owners.add(found.name, found, [ColumnInfo(c.name, c.type) for c in found.columns])
    for i in (0, 500, 999):
        (key,) = guessed(numbered(f"s{i}.orders id customer_id"), owners).foreign_keys
        assert (key.to_table.schema, key.to_table.name) == (f"s{i}", "customers")
    assert guessed(numbered("elsewhere.orders id customer_id"), owners).foreign_keys == ()
    assert max(map(len, owners._by_key.of("customer id").values())) < 7


_ROWS = """
CREATE TABLE airlines (uid INTEGER, airline TEXT);
INSERT INTO airlines VALUES (1, 'JetBlue'), (2, 'United');
CREATE TABLE pilots (pilot_id INTEGER, name TEXT, email TEXT);
INSERT INTO pilots VALUES (1, 'Kim', 'a@b.example'), (2, 'Lee', 'c@d.example'), (2, 'Cho', 'e@f.example');
CREATE TABLE flights (no INTEGER, airline INTEGER, pilot_id INTEGER, gate_id INTEGER);
INSERT INTO flights VALUES (10, 1, 1, 7), (11, 2, 2, 8), (12, 2, 1, NULL);
CREATE TABLE gates (gate_id INTEGER, letter TEXT);
INSERT INTO gates VALUES (1, 'A'), (2, 'B');
"""


class Airport:
    def __init__(self, folder: Path) -> None:
        self.file, self.state = folder / "airport.sqlite", folder / "state"
        self.index = folder / "index"
        with closing(sqlite3.connect(self.file)) as connection:
            connection.executescript(_ROWS)

    def execute(self, sql: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.executescript(sql)

    def sync(self, day: int = 1) -> SyncReport:
        warehouse, index = open_sqlite(self.file), QdrantEdgeIndex(self.index, filtered=FILTERED)
        try:
            source, now = SQLiteSchema(self.file), datetime(2026, 3, day, tzinfo=timezone.utc)
            options = Options(rules=Rules(seconds=3600, query_seconds=600))
            return sync(
                source, warehouse, HashEmbedder(), index, Policy(tiers=()), self.state, options=options, now=now
            )
        finally:
            warehouse.close()
            index.close()

    def table(self, called: str) -> CatalogTable:
        found = store.load(self.state / store.CATALOG).table(TableName(None, None, called))
        assert found is not None
        return found

    def keys(self) -> dict[str, str]:
        flights = self.table("flights")
        return {k.columns[0]: f"{k.to_table.name}.{k.to_columns[0]} by {k.provenance}" for k in flights.foreign_keys}


@pytest.fixture
def airport(tmp_path: Path) -> Airport:
    return Airport(tmp_path)


def test_what_the_data_bear_out_stays(airport: Airport) -> None:
    airport.sync()
    assert airport.keys() == {"airline": "airlines.uid by names+values"}, "gates lack 7, and pilot 2 is there twice"


def test_a_key_of_its_own_tells_all_rows_apart(airport: Airport) -> None:
    airport.sync()
    gates, pilots = airport.table("gates"), airport.table("pilots")
    assert (gates.primary_key, gates.provenance["primary_key"]) == (("gate_id",), "names+values")
    assert (pilots.primary_key, pilots.provenance.get("primary_key")) == ((), None), "pilot 2 is there twice"


def test_what_is_known_is_not_asked_again_until_it_is_old(airport: Airport) -> None:
    asked = airport.sync().asked
    assert asked >= 3
    again = airport.sync()
    assert (again.asked, airport.keys()) == (0, {"airline": "airlines.uid by names+values"})
    assert airport.sync(day=3).asked == asked


def test_a_key_that_the_data_belie_goes_and_one_that_they_bear_out_comes(airport: Airport) -> None:
    airport.sync()
    airport.execute("DELETE FROM airlines WHERE uid = 2; INSERT INTO gates VALUES (7, 'C'), (8, 'D')")
    airport.sync(day=3)
    assert airport.keys() == {"gate_id": "gates.gate_id by names+values"}


def test_a_table_that_comes_later_gives_its_children_their_keys(airport: Airport) -> None:
    airport.execute("ALTER TABLE airlines RENAME TO elsewhere")
    airport.sync()
    assert airport.keys() == {}
    airport.execute("ALTER TABLE elsewhere RENAME TO airlines")
    airport.sync()
    assert airport.keys() == {"airline": "airlines.uid by names+values"}
