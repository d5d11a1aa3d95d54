"""Table by table, over the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends.embedder.hashing import HashEmbedder
from backends.vectors.base import Point
from backends.vectors.edge import QdrantEdgeIndex
from backends.vectors.tokens import sparse_document
from catalog_sync.documents import documents
from catalog_sync.errors import OtherProject
from catalog_sync.incremental import plan_tables, publish, withdraw
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.model import Catalog
from catalog_sync.table_plan import TablePlan
from tests.catalog_sync.build import catalog, column, table

EMBEDDER = HashEmbedder()
ORDERS = table("orders", "id", column("status", values=("open", "shut")))
STORES = table("stores", "city")
SHOP = catalog(ORDERS, STORES)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[QdrantEdgeIndex]:
    index = QdrantEdgeIndex(tmp_path / "index", filtered=FILTERED)
    yield index
    index.close()


def run(index: QdrantEdgeIndex, found: Catalog) -> TablePlan:
    plan = plan_tables(found, index, stamp_of(EMBEDDER))
    withdraw(plan, index)
    publish(plan, index, EMBEDDER)
    assert stored(index) == {d.id: d.hash for d in documents(found)}
    return plan


def stored(index: QdrantEdgeIndex) -> dict[str, str]:
    kinds = [name for name in COLLECTIONS.values() if name != "examples"]
    return {i: p["hash"] for name in kinds for i, p in index.scroll(name)}


def sizes(plan: TablePlan) -> tuple[int, int, int, int, int]:
    return plan.added, plan.changed, plan.unchanged, plan.removed, plan.size


def test_first_and_second(index: QdrantEdgeIndex) -> None:
    assert sizes(run(index, SHOP)) == (7, 0, 0, 0, 7)
    assert sizes(run(index, SHOP)) == (0, 0, 7, 0, 0)


def test_only_tables_that_changed_are_looked_at(index: QdrantEdgeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    run(index, SHOP)
    asked: list[Any] = []
    scroll = index.scroll

    def watched(collection: str, fields: Any = None, match: Any = None) -> Any:
        asked.append(match and match["table"])
        return scroll(collection, fields, match)

    monkeypatch.setattr(index, "scroll", watched)
    plan_tables(catalog(ORDERS, replace(STORES, description="Shops.")), index, stamp_of(EMBEDDER))
    assert asked == [None, *["db.main.stores"] * 3]


def test_values_and_columns_that_go(index: QdrantEdgeIndex) -> None:
    run(index, SHOP)
    less = table("orders", column("status", values=("open", "lost")))
    assert sizes(run(index, catalog(less, STORES))) == (1, 2, 3, 2, 3)


def test_a_table_that_goes_takes_all_its_points(index: QdrantEdgeIndex) -> None:
    run(index, SHOP)
    assert sizes(run(index, catalog(STORES))) == (0, 0, 2, 5, 0)


def test_what_is_withheld_goes_with_the_withdrawal(index: QdrantEdgeIndex) -> None:
    run(index, SHOP)
    hidden = table("orders", "id", column("status", pii=True, withheld="PII"))
    plan = plan_tables(catalog(hidden, STORES), index, stamp_of(EMBEDDER))
    withdraw(plan, index)
    left = [p for name in ("tables", "columns", "values") for _, p in index.scroll(name)]
    assert not [p for p in left if p.get("column") == "status"]
    assert not [p for p in left if p["table"] == "db.main.orders" and p["kind"] == "table"]
    run(index, catalog(hidden, STORES))


def test_a_withdrawal_without_a_publication_is_made_good(index: QdrantEdgeIndex) -> None:
    """Even if the source then says what it said before."""
    run(index, SHOP)
    hidden = table("orders", "id", column("status", pii=True, withheld="PII"))
    withdraw(plan_tables(catalog(hidden, STORES), index, stamp_of(EMBEDDER)), index)
    run(index, SHOP)


@pytest.mark.parametrize("kind", ["columns", "values", "tables"])
def test_points_that_got_lost_are_written_again(index: QdrantEdgeIndex, kind: str) -> None:
    run(index, SHOP)
    index.begin(stamp_of(EMBEDDER))
    index.delete(kind, [next(index.scroll(kind))[0]])
    run(index, SHOP)


def test_points_that_nobody_accounts_for_go(index: QdrantEdgeIndex) -> None:
    """As a crash between the deletions of a table would leave them."""
    run(index, SHOP)
    index.begin(stamp_of(EMBEDDER))
    payload = {"project": "shop", "kind": "value", "table": "db.main.gone", "value": "secret", "hash": "x", "text": "s"}
    point = Point("00000000-0000-0000-0000-000000000001", [1.0] + [0.0] * 63, sparse_document("s"), payload)
    index.upsert("values", [point])
    assert run(index, SHOP).removed == 1


def test_another_project(index: QdrantEdgeIndex) -> None:
    run(index, SHOP)
    with pytest.raises(OtherProject, match="shop"):
        plan_tables(replace(SHOP, project="other"), index, stamp_of(EMBEDDER))
