"""The catalogue's file: what it keeps, what it takes over, what it refuses."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_sync import records, store
from catalog_sync.errors import CatalogMissing, CatalogUnreadable
from catalog_sync.shelf import Shelf
from catalog_sync.store import CATALOG, Store
from tests.catalog_sync.build import catalog, column, name, table
from tests.catalog_sync.conftest import Tiny

SHOP = catalog(table("orders", "id", column("status", values=("open",))), table("b"), table("a"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / CATALOG


def test_the_catalogue_of_a_dbt_project_comes_back(tiny: Tiny, path: Path) -> None:
    store.save(tiny.read(), path)
    assert store.load(path) == tiny.read()


def test_a_table_is_read_by_name_and_the_order_stays(path: Path) -> None:
    store.save(SHOP, path)
    with store.opened(path) as opened:
        found = opened.catalog()
        assert found.names() == [t.name for t in SHOP]
        assert found.table(name("a")) == SHOP.tables[2]
        assert found.table(name("nowhere")) is None
        assert found.tables[1] == SHOP.tables[1]
        assert list(found) == list(SHOP)


def test_only_what_changed_is_written(path: Path) -> None:
    store.save(SHOP, path)
    before = path.stat().st_mtime_ns
    store.save(SHOP, path)
    assert path.stat().st_mtime_ns == before
    with Store(path) as opened:
        written: list[str] = []
        opened.db.set_trace_callback(written.append)
        later = catalog(table("new"), SHOP.tables[0], replace(SHOP.tables[2], description="A."))
        with opened.change():
            opened.put(later)
        assert len([sql for sql in written if "INTO records" in sql]) == 2
        assert list(opened.catalog()) == list(later)


def test_what_is_removed_is_not_in_the_file(path: Path) -> None:
    secret = catalog(table("t", column("status", values=("canary" * 9,))), *(table(f"t{i}") for i in range(90)))
    store.save(secret, path)
    assert b"canarycanary" in path.read_bytes()
    store.save(catalog(*secret.tables[1:]), path)
    assert b"canary" not in path.read_bytes()


def test_a_change_that_fails_leaves_what_was_there(path: Path) -> None:
    store.save(SHOP, path)

    def fail(opened: Store) -> None:
        with opened.change():
            opened.put(catalog(table("other")))
            raise KeyError

    with Store(path) as opened:
        with pytest.raises(KeyError):
            fail(opened)
        assert list(opened.catalog()) == list(SHOP)
    assert store.load(path) == SHOP


def test_a_file_of_an_older_version_is_taken_over(path: Path) -> None:
    records.write(SHOP, path.with_name("catalog.json"))
    reading = {"at": "2026-03-01T12:00:00+00:00", "type": "VARCHAR", "values": ["open"]}
    told = {"format": 1, "readings": {"db.main.orders/status": reading, "db.main.orders/gone": reading}}
    path.with_name("values.json").write_text(json.dumps(told))
    assert store.is_there(path)
    assert store.load(path) == SHOP
    assert [p.name for p in path.parent.iterdir()] == [CATALOG]
    with Store(path) as opened:
        assert json.loads(opened.readings("db.main.orders")) == {"status": reading}


def test_what_was_taken_over_once_is_not_taken_again(path: Path) -> None:
    store.save(SHOP, path)
    records.write(catalog(), path.with_name("catalog.json"))
    assert store.load(path) == SHOP
    assert not path.with_name("catalog.json").exists()


def test_a_damaged_older_file_is_none(path: Path) -> None:
    path.with_name("catalog.json").write_text("{")
    with pytest.raises(CatalogMissing):
        store.load(path)


def test_nothing_synced_yet(path: Path) -> None:
    with pytest.raises(CatalogMissing) as caught:
        store.load(path)
    assert "dbt-ask sync" in caught.value.hint
    assert not path.exists()


def test_a_file_that_cannot_be_read_says_so(path: Path) -> None:
    path.write_text("no database" * 200)
    with pytest.raises(CatalogUnreadable):
        store.load(path)


def test_a_file_of_another_version_says_so(path: Path) -> None:
    store.save(SHOP, path)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(CatalogUnreadable, match="another version"):
        store.load(path)


def test_a_record_of_tomorrow_says_so(path: Path) -> None:
    store.save(SHOP, path)
    with sqlite3.connect(path) as db:
        db.execute("""UPDATE records SET record = '{"name": ["", "", "t"], "field_of_tomorrow": 1}'""")
    db.close()
    with pytest.raises(CatalogUnreadable):
        list(store.load(path))
    with pytest.raises(CatalogUnreadable):
        store.load(path).table(name("a"))


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    one, two = catalog(table("t", "a")), catalog(table("t", "b"))
    assert store.fingerprint(one) == store.fingerprint(catalog(table("t", "a")))
    assert store.fingerprint(one) != store.fingerprint(two)


def test_the_fingerprint_is_the_same_on_disk_and_in_memory(path: Path) -> None:
    store.save(SHOP, path)
    with store.opened(path) as opened:
        assert store.fingerprint(opened.catalog()) == store.fingerprint(SHOP)
    assert store.fingerprint(SHOP.with_tables(Shelf.of(SHOP.tables))) == store.fingerprint(SHOP)


def test_how_a_record_was_made_is_forgotten_when_it_is_cut(path: Path) -> None:
    store.save(SHOP, path)
    key, other = records.key_of(name("orders")), records.key_of(name("a"))
    with Store(path) as opened:
        with opened.change():
            opened.put_made(key, "x")
            opened.put_made(other, "y")
        with opened.change():
            opened.put_record(key, "0", records.record_of(SHOP.tables[0]))
            opened.remove([other])
        assert (opened.made(key), opened.made(other)) == ("", "")
