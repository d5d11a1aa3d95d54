"""A question costs what it uses: of a catalogue of many tables only a few are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backends.warehouse.base import TableName
from catalog_sync import store
from catalog_sync.model import CatalogTable
from catalog_sync.scope import scope
from catalog_sync.shelf import Shelf
from plugin.answer import answer
from plugin.generator.ask import Ask, Candidate, TableSlice
from plugin.generator.check.stages import Structure
from plugin.generator.presets import Options, build
from plugin.generator.stage import Services
from tests.support.catalogs import table

Make = Callable[..., Services]
OTHERS = 1500
SQL = (
    "SELECT r.region_name, SUM(o.amount) AS amount FROM orders o JOIN regions r ON o.region_id = r.region_id GROUP BY 1"
)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[TableName]:
    """The tables that are read."""
    names: set[TableName] = set()
    found = Shelf.named

    def named(self: Shelf, name: TableName) -> CatalogTable | None:
        names.add(name)
        return found(self, name)

    monkeypatch.setattr(Shelf, "named", named)
    return names


def among_many(services: Services, folder: Path) -> Services:
    others = tuple(
        table(f"log_{number}", "order_id bigint, note varchar", refs={"order_id": "orders.order_id"})
        for number in range(OTHERS)
    )
    whole = services.catalog.with_tables((*services.catalog, *others))
    store.save(whole, folder / store.CATALOG)
    asked = store.load(folder / store.CATALOG)
    return replace(services, catalog=asked, warehouse=services.warehouse.restricted(scope(asked)))


@pytest.mark.parametrize("question", ["How many customers are there?", "Total amount by region in 2024"])
@pytest.mark.parametrize("preset", ["rules", "default"])
def test_few_tables_are_read(question: str, preset: str, services: Make, tmp_path: Path, read: set[TableName]) -> None:
    many = among_many(services(*[SQL] * 4), tmp_path)
    done = build(preset, Options())(Ask(question), many)
    answer(done, many, 0.0)
    assert done.verdict is not None
    assert done.verdict.status == "answered" or preset == "rules"
    assert len(read) < OTHERS / 5


def test_a_table_that_was_not_shown_is_still_found(services: Make, tmp_path: Path) -> None:
    """The column of a table behind the one that was shown, two keys away."""
    many = among_many(services(), tmp_path)
    orders = many.catalog.table(TableName(None, "main", "orders"))
    assert orders is not None
    shown = TableSlice(orders, ("order_id", "amount"), 1.0)
    written = Candidate("SELECT region_name, SUM(amount) FROM orders GROUP BY region_name", "test")
    (mended,) = Structure()(Ask("?", slices=(shown,), candidates=(written,)), many).candidates
    assert "JOIN main.regions" in mended.sql, mended
