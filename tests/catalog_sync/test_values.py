from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from backends.errors import QueryFailed, QueryTimeout, WarehouseUnavailable
from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn
from catalog_sync.sightings import Sightings
from catalog_sync.store import CATALOG, Store
from catalog_sync.values import Reading, Rules, with_values
from tests.catalog_sync.build import catalog, column, name, table

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class Columns:
    """A warehouse that answers `distinct_values` from a dict, and counts."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def distinct_values(
        self, table: TableName, name: str, limit: int, seconds: float = 10.0, *, rows: int | None = None
    ) -> list[Any]:
        """`name sampled` is what a sample answers."""
        asked = name if rows is None else f"{name} sampled"
        self.asked.append(asked)
        answer = self._answers[asked]
        if isinstance(answer, Exception):
            raise answer
        return list(answer[:limit])


def ask(
    warehouse: Columns,
    tables: Catalog,
    known: Sightings | None = None,
    now: datetime = NOON,
    **rules: Any,
) -> tuple[Catalog, Reading]:
    reading = Reading.start(Rules(**rules), known or Sightings(), now)
    port: Any = warehouse
    return with_values(tables, port, reading), reading


def one(answer: Any, made: CatalogColumn | None = None, **rules: Any) -> CatalogColumn:
    found, _ = ask(Columns({"status": answer}), catalog(table("t", made or column("status"))), **rules)
    return found.tables[0].columns[0]


def test_a_short_list_is_the_whole_domain() -> None:
    found = one(["open", "shut"])
    assert (found.values, found.values_exact, found.provenance["values"]) == (("open", "shut"), True, "warehouse")


def test_one_value_too_many_and_there_is_no_list() -> None:
    assert one(["a", "b", "c"], limit=3).values == ("a", "b", "c")
    assert one(["a", "b", "c", "d"], limit=3).values == ()


def test_long_texts_are_no_values() -> None:
    assert one(["short", "x" * 81]).values == ()


def test_what_looks_like_personal_data_is_withheld_whatever_it_is_called() -> None:
    found = one(["none", "a.person@mail.example"])
    assert (found.values, found.withheld, found.pii) == ((), "its values look personal", True)
    shown = one(["none", "a.person@mail.example"], column("status", provenance={"pii": "dbt:manifest"}))
    assert (shown.values, shown.withheld, shown.pii) == ((), "its values look personal", False)


def test_examples_of_a_weakened_test_stay_when_the_list_is_too_long() -> None:
    examples = column("status", values=("open",), provenance={"values": "dbt:test:t"})
    found = one(["a", "b", "c"], examples, limit=2)
    assert (found.values, found.values_exact) == (("open",), False)


@pytest.mark.parametrize(
    "made",
    [
        column("n", "INTEGER"),
        column("d", "DATE"),
        column("b", "BOOLEAN"),
        column("order_id"),
        column("customerKey"),
        column("url"),
        column("email", pii=True, withheld="PII"),
        column("phone", withheld="its name looks personal"),
        column("status", values=("a",), values_exact=True),
    ],
)
def test_columns_that_are_never_asked(made: CatalogColumn) -> None:
    warehouse = Columns({})
    found, reading = ask(warehouse, catalog(table("t", made)))
    assert (warehouse.asked, reading.asked) == ([], 0)
    assert found.tables[0].columns[0] == made


def test_of_a_table_that_is_too_large_some_rows_give_examples(tmp_path: Path) -> None:
    tables = catalog(table("t", "a"))
    large = Columns({"a": QueryTimeout(10), "a sampled": ["x", "y"]})
    found, reading = ask(large, tables)
    seen = found.tables[0].columns[0]
    assert (seen.values, seen.values_exact, seen.provenance["values"]) == (("x", "y"), False, "warehouse:sample")
    assert (large.asked, reading.notes) == (["a", "a sampled"], [])
    following = again(tmp_path, large, tables)
    kept, _ = following(Columns({}), tables)
    assert kept.tables[0].columns[0] == seen  # it is remembered as what it is
    later = Columns({"a sampled": ["z"]})
    following(later, tables, max_age=timedelta(0))
    assert later.asked == ["a sampled"]
    smaller = Columns({"a": ["z"]})
    whole, _ = following(smaller, tables, refresh=True)
    assert (smaller.asked, whole.tables[0].columns[0].values_exact) == (["a"], True)


@pytest.mark.parametrize("error", [QueryFailed("no such cast"), QueryTimeout(10)])
def test_a_query_that_fails_is_noted_and_the_rest_goes_on(error: Exception) -> None:
    answers = {"a": error, "a sampled": error, "b": ["x"]}
    found, reading = ask(Columns(answers), catalog(table("t", "a", "b")))
    assert [c.values for c in found.tables[0].columns] == [(), ("x",)]
    assert len(reading.notes) == 1
    assert "db.main.t.a" in reading.notes[0]


def test_a_warehouse_that_is_gone_ends_the_sync() -> None:
    with pytest.raises(WarehouseUnavailable):
        ask(Columns({"a": WarehouseUnavailable("gone")}), catalog(table("t", "a")))


def remember(reading: Reading, tmp_path: Path) -> None:
    """What was read, as a sync of this folder saves it."""
    store = Store(tmp_path / CATALOG)
    reading.known._store = store
    with store.change():
        reading.known.save()


def again(tmp_path: Path, first: Columns, tables: Catalog) -> Callable[..., tuple[Catalog, Reading]]:
    """A sync that remembers; returns the next one."""
    _, reading = ask(first, tables)
    remember(reading, tmp_path)

    def following(warehouse: Columns, later: Catalog, **rules: Any) -> tuple[Catalog, Reading]:
        return ask(warehouse, later, Sightings(Store(tmp_path / CATALOG)), **rules)

    return following


def test_the_second_sync_does_not_ask_again(tmp_path: Path) -> None:
    tables = catalog(table("t", "a", "b"))
    following = again(tmp_path, Columns({"a": ["x"], "b": [str(i) for i in range(200)]}), tables)
    warehouse = Columns({})
    found, reading = following(warehouse, tables)
    assert (warehouse.asked, reading.reused) == ([], 2)
    assert [c.values for c in found.tables[0].columns] == [("x",), ()]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"built_at": "2026-03-01T12:00:01.500000Z"}, {}),
        ({}, {"refresh": True}),
        ({}, {"now": NOON + timedelta(days=1)}),
        ({"type": "TEXT"}, {}),
    ],
)
def test_what_makes_a_reading_stale(tmp_path: Path, change: dict[str, str], rules: dict[str, Any]) -> None:
    following = again(tmp_path, Columns({"a": ["old"]}), catalog(table("t", "a")))
    kind, built_at = change.get("type", "VARCHAR"), change.get("built_at", "")
    found, reading = following(
        Columns({"a": ["new"]}), catalog(table("t", column("a", kind), built_at=built_at)), **rules
    )
    assert (found.tables[0].columns[0].values, reading.asked) == (("new",), 1)


def test_a_build_before_the_reading_changes_nothing(tmp_path: Path) -> None:
    following = again(tmp_path, Columns({"a": ["x"]}), catalog(table("t", "a")))
    _, reading = following(Columns({}), catalog(table("t", "a", built_at="2026-03-01T11:59:59Z")))
    assert reading.reused == 1


def test_when_the_time_is_up_old_readings_serve_and_the_rest_waits(tmp_path: Path) -> None:
    following = again(tmp_path, Columns({"a": ["old"]}), catalog(table("t", "a")))
    later = catalog(table("t", "a", "b", built_at="2026-03-02T00:00:00Z"))
    found, reading = following(Columns({}), later, seconds=0)
    assert [c.values for c in found.tables[0].columns] == [("old",), ()]
    assert (reading.asked, reading.deferred) == (0, 2)


def test_what_was_never_read_comes_before_what_is_old(tmp_path: Path) -> None:
    following = again(tmp_path, Columns({"a": ["x"]}), catalog(table("t", "a")))
    warehouse = Columns({"a": ["x"], "b": ["y"]})
    following(warehouse, catalog(table("t", "a", "b")), refresh=True)
    assert warehouse.asked == ["b", "a"]


def test_no_query_gets_more_time_than_is_left() -> None:
    reading = Reading.start(Rules(seconds=3), Sightings(), NOON)
    assert 0 < reading.seconds_left() <= 3
    reading.deadline = time.monotonic() + 1000
    assert reading.seconds_left() == 10


def test_what_became_pii_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / CATALOG
    following = again(tmp_path, Columns({"a": ["secret"], "b": ["x"]}), catalog(table("t", "a", "b")))
    assert b"secret" in path.read_bytes()
    _, reading = following(Columns({}), catalog(table("t", column("a", pii=True, withheld="PII"), "b")))
    remember(reading, tmp_path)
    assert b"secret" not in path.read_bytes()
    with Store(path) as store:
        assert list(Sightings(store).of(name("t"))) == ["b"]


@pytest.mark.parametrize("text", ["", "{", '{"a": {}}', '{"a": []}', "[]"])
def test_a_memory_that_cannot_be_read_is_none(text: str) -> None:
    store = Store()
    with store.change():
        store.put_readings("db.main.t", text)
    assert Sightings(store).of(name("t")) == {}
