"""The sample project, as a user has it after `dbt build`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from catalog_sync import store
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.index import COLLECTIONS, FILTERED
from catalog_sync.model import Catalog
from catalog_sync.policy import Policy
from catalog_sync.sync import Options, SyncReport, sync
from materialized_views.cards import card
from tests.catalog_sync.conftest import PATIENT

pytestmark = pytest.mark.slow


class Synced:
    def __init__(self, project: Path, state: Path) -> None:
        self.state = state
        self.warehouse = Door(DuckDBEngine(project / "data" / "warehouse.duckdb"))
        self.index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
        self._source = DbtArtifacts(project)
        self.report = self.sync()

    def sync(self) -> SyncReport:
        options = Options(rules=PATIENT)
        return sync(self._source, self.warehouse, HashEmbedder(), self.index, Policy(), self.state, options=options)

    @property
    def catalog(self) -> Catalog:
        found = store.load(self.state / store.CATALOG)
        return found.with_tables(tuple(found))


@pytest.fixture(scope="module")
def synced(sample_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    made = Synced(sample_project, tmp_path_factory.mktemp("state"))
    yield made
    made.index.close()
    made.warehouse.close()


def test_marts_and_ask_views_stay_and_staging_goes(synced: Synced) -> None:
    names = [table.name.name for table in synced.catalog]
    assert len(names) == synced.report.tables == 32
    assert not [name for name in names if name.startswith("stg_")]
    assert {decision.reason for decision in synced.report.dropped} <= {"no_tier", "other_tier"}
    assert synced.report.notes == ()


def test_every_table_and_column_is_described_and_typed(synced: Synced) -> None:
    assert not [t.name.name for t in synced.catalog if not t.description]
    assert not [f"{t.name.name}.{c.name}" for t in synced.catalog for c in t.columns if not (c.type and c.description)]


def test_every_ask_view_rests_on_marts(synced: Synced) -> None:
    marts = {table.name for table in synced.catalog if table.view is None}
    views = [table for table in synced.catalog if table.view]
    assert len(views) == 18
    for table in views:
        assert table.view is not None
        assert table.view.base_tables
        assert set(table.view.base_tables) <= marts
        assert card(table)


def test_no_value_of_a_pii_column_is_written(synced: Synced) -> None:
    texts = [(synced.state / store.CATALOG).read_bytes().decode("utf-8", "replace")]
    texts += [repr(payload) for name in COLLECTIONS.values() for _, payload in synced.index.scroll(name)]
    hidden = [(t, c) for t in synced.catalog for c in t.columns if c.pii]
    assert hidden
    for table, column in hidden:
        for value in synced.warehouse.distinct_values(table.name, column.name, 50):
            assert not [text for text in texts if len(str(value)) > 7 and str(value) in text], (table.name, column.name)


def test_literals_and_what_people_call_them(synced: Synced) -> None:
    values = {(p["table"].split(".")[-1], p["column"], p["value"]): p for _, p in synced.index.scroll("values")}
    assert "유럽" in values["supply_nations", "region_name", "EUROPE"]["norm"]
    assert "유럽" in values["supply_monthly_sales", "customer_region", "EUROPE"]["norm"]
    stores = {value for table, column, value in values if (table, column) == ("shop_stores", "store_name")}
    assert "Philadelphia" in stores


def test_the_reach_of_the_data(synced: Synced) -> None:
    orders = next(table for table in synced.catalog if table.name.name == "supply_orders")
    column = orders.column("order_date")
    assert column is not None
    assert (column.min_value, column.max_value) == ("1992-01-01", "1998-08-02")


def test_the_second_sync_does_nothing(synced: Synced) -> None:
    report = synced.sync()
    assert (report.added, report.changed, report.removed, report.embedded, report.asked) == (0, 0, 0, 0, 0)
    assert report.unchanged == synced.report.added
