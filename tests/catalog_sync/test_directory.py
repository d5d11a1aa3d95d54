"""Tables are found by name, key, noun and time without reading the others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from backends.warehouse.base import TableName
from catalog_sync import store
from catalog_sync.errors import CatalogUnreadable
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, QuestionView
from catalog_sync.scope import scope
from catalog_sync.shelf import Shelf
from catalog_sync.store import CATALOG, Store


def name(text: str, schema: str = "shop") -> TableName:
    return TableName("db", schema, text)


def table(text: str, *to: str, key: str = "", domain: str = "Shop", day: str = "", **more: object) -> CatalogTable:
    columns = [CatalogColumn(f"{parent}_id") for parent in to]
    columns += [CatalogColumn("sold_on", "DATE", min_value="2020-01-01", max_value=day)] if day else []
    keys = tuple(ForeignKey((f"{parent}_id",), name(parent), (f"{parent}_id",)) for parent in to)
    made = CatalogTable(
        name(text), "model", f"model.{text}", columns=tuple(columns), primary_key=(key,) if key else (),
        foreign_keys=keys, domain=domain, workspace="shop",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


VIEW = table("daily", "orders", view=QuestionView(("day",), {}), domain="Sales")
TABLES = (
    table("customers", key="customer_id", description="Who buys."),
    table("orders", "customers", "stores", key="order_id", day="2021-03-01"),
    table("items", "orders", "products", key="item_id", day="2021-03-01"),
    table("products", key="product_id", domain="Goods"),
    table("stores", key="store_id", day="2022-01-01"),
    VIEW,
)


@pytest.fixture(params=["memory", "file"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Catalog:
    catalog = Catalog("shop", "duckdb", TABLES)
    if request.param == "memory":
        return catalog
    store.save(catalog, tmp_path / CATALOG)
    return store.load(tmp_path / CATALOG)


def bare(names: list[TableName]) -> list[str]:
    return [found.name for found in names]


def test_by_what_a_table_is_called(shop: Catalog) -> None:
    assert shop.whole("db.shop.orders") == TABLES[1]
    assert shop.short("shop.orders") == TABLES[1]
    assert shop.directory.bare("ORDERS") == [name("orders")]
    assert shop.whole("db.shop.nowhere") is None


def test_by_keys(shop: Catalog) -> None:
    assert bare(shop.directory.children([name("orders"), name("products")])) == ["items"]  # no view
    assert bare(shop.directory.between(name("customers"), name("stores"))) == ["orders"]
    assert bare(shop.directory.between(name("customers"), name("products"))) == ["orders", "items"]
    assert shop.directory.between(name("customers"), name("orders")) == []
    assert bare(shop.directory.around([name("customers")], 2)) == ["orders", "stores"]
    assert bare(shop.directory.around([name("customers")], 9)) == ["orders", "items", "products", "stores"]


def test_by_what_a_row_is(shop: Catalog) -> None:
    assert shop.directory.owner("shop", "store_id") == name("stores")
    assert shop.directory.owner("elsewhere", "store_id") is None
    assert shop.directory.of_noun("shop", "customer") == [name("customers")]


def test_when_the_data_end(shop: Catalog) -> None:
    assert shop.directory.last_days("shop") == {date(2021, 3, 1): 2, date(2022, 1, 1): 1}
    assert shop.directory.last_days("elsewhere") == {}


def test_by_words(shop: Catalog) -> None:
    assert bare(shop.directory.speaking_of(["customers"], "", 9)) == ["customers", "orders"]
    assert bare(shop.directory.speaking_of(["shop.orders"], "", 9)) == ["orders"]
    assert bare(shop.directory.speaking_of(["buys"], "Goods", 9)) == []
    assert bare(shop.directory.speaking_of([], "Goods", 9)) == ["products"]
    assert bare(shop.directory.speaking_of(["o%s"], "", 9)) == []


def test_other_domains_are_not_there(shop: Catalog) -> None:
    seen = shop.within(frozenset({"Shop"}))
    assert bare(seen.names()) == ["customers", "orders", "items", "stores"]
    assert (seen.table(name("products")), seen.whole("db.shop.products"), seen.views()) == (None, None, [])
    assert bare(seen.directory.between(name("orders"), name("products"))) == ["items"]
    assert bare(seen.directory.around([name("items")], 9)) == ["customers", "orders", "stores"]
    assert seen.directory.all_domains() == ["Shop"]
    allowed = scope(seen)
    assert (allowed.called("Products"), allowed.called("Orders")) == ([], [name("orders")])
    assert (len(allowed), allowed.first(1)) == (4, ["db.shop.customers"])


def test_a_hub_is_no_reason_to_read_all_its_children() -> None:
    children = tuple(table(f"t{number}", "calendar", "products") for number in range(1000))
    many = Catalog("shop", "duckdb", (table("calendar"), table("products"), table("events", "calendar"), *children))
    assert len(many.directory.children([name("calendar")])) < 400
    assert bare(many.directory.between(name("events"), name("t7"))) == ["calendar"]
    assert bare(many.directory.between(name("events"), name("products")))[0] == "calendar"


def test_what_another_process_wrote_is_read(tmp_path: Path) -> None:
    store.save(Catalog("shop", "duckdb", TABLES), tmp_path / CATALOG)
    asked = store.load(tmp_path / CATALOG)
    assert asked.table(name("orders")) == TABLES[1]
    days = asked.directory.last_days("shop")
    cut = replace(TABLES[1], columns=TABLES[1].columns[:1], foreign_keys=())
    with Store(tmp_path / CATALOG) as opened, opened.change():
        opened.put(Catalog("shop", "duckdb", (TABLES[0], cut)))
    assert asked.table(name("orders")) == cut
    assert asked.table(name("items")) is None
    assert asked.directory.children([name("customers")]) == []
    assert asked.directory.last_days("shop") != days


_DIES = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE records SET record = '{' || hex(zeroblob(9000))")
os._exit(9)
"""


def test_a_writer_that_dies_changes_nothing(tmp_path: Path) -> None:
    store.save(Catalog("shop", "duckdb", TABLES), tmp_path / CATALOG)
    asked = store.load(tmp_path / CATALOG)
    assert subprocess.run([sys.executable, "-c", _DIES, str(tmp_path / CATALOG)], check=False).returncode == 9
    assert (tmp_path / f"{CATALOG}-journal").exists()
    assert asked.table(name("orders")) == TABLES[1]
    with pytest.raises(CatalogUnreadable):
        asked.directory.db.execute("DELETE FROM records")


def test_a_catalogue_without_a_directory_gets_one(tmp_path: Path) -> None:
    path = tmp_path / CATALOG
    store.save(Catalog("shop", "duckdb", TABLES), path)
    with sqlite3.connect(path) as db:
        db.executescript("DROP VIEW links; DROP TABLE ties; DROP TABLE entries; PRAGMA user_version = 2")
    db.close()
    assert bare(store.load(path).directory.children([name("orders")])) == ["items"]


def test_only_what_is_asked_for_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(Catalog("shop", "duckdb", TABLES), tmp_path / CATALOG)
    read: list[TableName] = []
    found = Shelf.named
    monkeypatch.setattr(Shelf, "named", lambda self, of: (read.append(of), found(self, of))[1])
    asked = store.load(tmp_path / CATALOG)
    asked.directory.between(name("customers"), name("products"))
    asked.directory.last_days(None)
    assert scope(asked).table(name("orders")) is not None
    assert read == [name("orders")]
