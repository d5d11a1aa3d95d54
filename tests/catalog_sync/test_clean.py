"""A sync that takes over what did not change ends where one that makes everything anew does."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from backends.embedder.hashing import HashEmbedder
from backends.warehouse.base import ColumnInfo, Rows, Scope, TableName
from catalog_sync import store
from catalog_sync.model import Catalog, CatalogTable, ForeignKey
from catalog_sync.policy import Policy
from catalog_sync.sync import Options, SyncReport, sync
from tests.catalog_sync.build import catalog, column, name, table
from tests.catalog_sync.conftest import PATIENT
from tests.support.points import Points

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class World:
    """A source and a warehouse that can be changed between syncs, and the state of those syncs."""

    id = "dbt"
    dialect = "duckdb"
    locked = True

    def __init__(self, tables: list[CatalogTable], state: Path) -> None:
        self.said = {t.name: t for t in tables}
        self.built = {t.name: [ColumnInfo(c.name, c.type) for c in t.columns] for t in tables}
        self.values: dict[tuple[TableName, str], list[str]] = {}
        self.index, self.state, self.now = Points(), state, NOON
        self.asked: list[str] = []

    def read(self) -> Catalog:
        return catalog(*self.said.values())

    def tables(self) -> list[TableName]:
        return list(self.built)

    def columns(self, wanted: TableName) -> list[ColumnInfo]:
        return self.built.get(wanted, [])

    def restricted(self, scope: Scope) -> World:
        return self

    def distinct_values(
        self, wanted: TableName, name: str, limit: int, seconds: float = 10.0, *, rows: int | None = None
    ) -> list[str]:
        self.asked.append(f"{wanted.name}.{name}")
        return self.values.get((wanted, name), [f"{wanted.name} {name}"])

    def query(self, sql: str, limits: Any = None) -> Rows:
        return Rows((), (), (("2026-01-01", "2026-02-01", 0) if "gaps_0" in sql else (1, 1),))

    def sync(self, **options: Any) -> SyncReport:
        self.asked.clear()
        port: Any = self
        return sync(
            port, port, HashEmbedder(8), self.index, Policy(), self.state,
            options=Options(**{"rules": PATIENT, **options}), now=self.now,
        )  # fmt: skip

    def saved(self) -> Catalog:
        found = store.load(self.state / store.CATALOG)
        return found.with_tables(tuple(found))

    def anew(self, state: Path) -> World:
        """The same world, of which no sync knows anything."""
        other = World([], state)
        other.said, other.built, other.values, other.now = self.said, self.built, self.values, self.now
        return other

    def edit(self, wanted: str, **changes: Any) -> None:
        self.said[name(wanted)] = replace(self.said[name(wanted)], **changes)


def shop() -> list[CatalogTable]:
    orders = table(
        "orders", "id", column("cust_no", description="The customer."), column("status", synonyms=("state",)),
        column("placed_on", "DATE"), upstream=(name("raw"),),
        foreign_keys=(ForeignKey(("cust_no",), name("customers"), ("no",)),),
    )  # fmt: skip
    return [
        table("raw", column("status", description="How far it is."), tier=None),
        orders,
        table("customers", "no", "city", description="Who buys."),
        table("sales", column("status"), column("city"), upstream=(name("orders"), name("customers"))),
        table("stores", "city"),
    ]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(shop(), tmp_path / "state")


def test_what_did_not_change_is_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.sync()
    from catalog_sync import inherit

    made: list[str] = []
    inherited: Callable[..., CatalogTable] = inherit._table

    def watched(wanted: CatalogTable, whole: Catalog) -> CatalogTable:
        made.append(wanted.name.name)
        return inherited(wanted, whole)

    monkeypatch.setattr(inherit, "_table", watched)
    again = world.sync()
    assert (made, world.asked) == ([], [])
    assert (again.tables, again.columns, again.values) == (first.tables, first.columns, first.values)
    assert (again.unchanged, again.reused) == (first.added, first.asked)
    world.edit("stores", description="Where it is sold.")
    assert world.sync().changed == 1


@pytest.mark.parametrize(
    ("edit", "touched"),
    [
        (lambda w: w.edit("raw", columns=(column("status", description="Where it stands."),)), {"orders", "sales"}),
        (lambda w: w.edit("raw", columns=(column("status", pii=True, provenance={"pii": "x"}),)), {"orders", "sales"}),
        (lambda w: w.edit("customers", tier="Tier.Tier3"), {"orders", "customers"}),
        (lambda w: w.built.pop(name("customers")), {"orders", "customers"}),
        (lambda w: w.built[name("stores")].append(ColumnInfo("street", "VARCHAR")), {"stores"}),
        (lambda w: w.said.pop(name("stores")), {"stores"}),
    ],
)
def test_what_depends_on_a_change_is_made_again(
    world: World, edit: Callable[[World], object], touched: set[str], tmp_path: Path
) -> None:
    world.sync()
    before = {t.name.name: t for t in world.saved()}
    edit(world)
    world.sync()
    after = {t.name.name: t for t in world.saved()}
    assert {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)} == touched
    clean = world.anew(tmp_path / "clean")
    clean.sync()
    assert world.saved() == clean.saved()


def test_values_are_read_again_when_they_are_old(world: World) -> None:
    world.sync()
    world.values[name("stores"), "city"] = ["Seoul"]
    world.sync()
    assert "stores.city" not in world.asked
    world.now = NOON + timedelta(days=1)
    world.sync()
    assert "stores.city" in world.asked
    stores = next(t for t in world.saved() if t.name.name == "stores")
    assert stores.columns[0].values == ("Seoul",)


def test_what_was_put_off_is_asked_for_next_time(world: World) -> None:
    put_off = world.sync(rules=replace(PATIENT, seconds=0))
    assert (put_off.asked, put_off.deferred) == (0, 9)
    assert world.sync().asked == 9
    assert world.sync().asked == 0


def test_a_reading_that_a_sync_did_not_look_at_stays(world: World) -> None:
    world.sync()
    world.edit("stores", description="Shops.")
    world.sync()
    with store.opened(world.state / store.CATALOG) as opened:
        assert len(opened.tables_read()) == 4


def _change(world: World, dice: random.Random) -> None:
    wanted = dice.choice([t.name for t in shop()])
    known = world.said.get(wanted)
    kind = dice.randrange(8)
    if known is None or kind == 0:
        world.said[wanted] = next(t for t in shop() if t.name == wanted)
    elif kind == 1:
        del world.said[wanted]
    elif kind == 2:
        world.said[wanted] = replace(known, tier=dice.choice([None, "Tier.Tier1"]))
    elif kind in (3, 4):
        at = dice.randrange(len(known.columns))
        marks = {"pii": True, "provenance": {"pii": "x"}} if kind == 3 else {"description": f"No. {dice.random()}"}
        changed = replace(known.columns[at], **marks)
        world.said[wanted] = replace(known, columns=(*known.columns[:at], changed, *known.columns[at + 1 :]))
    elif kind == 5:
        world.built.pop(wanted, None)
    elif kind == 6:
        world.built[wanted] = [ColumnInfo(c.name, c.type) for c in known.columns]
    else:
        world.said = dict(dice.sample(list(world.said.items()), len(world.said)))


@pytest.mark.parametrize("seed", range(6))
def test_any_changes_end_where_a_clean_sync_does(world: World, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    world.sync()
    for step in range(5):
        for _ in range(dice.randrange(3)):
            _change(world, dice)
        world.sync(force=True)
        clean = world.anew(tmp_path / f"clean{step}")
        clean.sync(force=True)
        assert world.saved() == clean.saved()
        assert world.index.made == clean.index.made or _filled(world) == _filled(clean)


def _filled(world: World) -> dict[str, Any]:
    return {kind: points for kind, points in world.index.made.items() if points}
