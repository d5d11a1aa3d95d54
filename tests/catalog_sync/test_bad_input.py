"""What no catalogue should hold and some do, through a whole sync into a real warehouse and index: nothing is lost, and
the tables beside it come as ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from backends.warehouse.base import TableName
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from catalog_sync import store
from catalog_sync.dbt_nodes import catalog_of
from catalog_sync.documents import documents_of
from catalog_sync.index import FILTERED
from catalog_sync.openmetadata import OpenMetadataSource, Selection
from catalog_sync.openmetadata.names import join
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata, payloads
from catalog_sync.openmetadata.testing.payloads import column, table, tag, term_tag
from catalog_sync.policy import Policy
from catalog_sync.sync import Options, SyncReport, sync
from catalog_sync.texts import LONGEST
from catalog_sync.values import Rules

__all__ = ["openmetadata"]
ODD = '주문 "😀".v2'
WIDE = 5000
BINARY = "a\x00b\x1b[31m\ud800 \U0010ffff"
TIER1 = [tag("Tier.Tier1")]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Door]:
    quoted = ODD.replace('"', '""')
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(f'CREATE TABLE "{quoted}" AS SELECT 1 AS id, \'open\' AS "sta""tus.😀"')
        connection.execute(f"CREATE TABLE wide ({', '.join(f'c{i} INTEGER' for i in range(WIDE))})")
        connection.execute("CREATE TABLE told AS SELECT 1 AS id, 'x' AS note")
        connection.execute("CREATE TABLE plain AS SELECT 1 AS id")
    door = Door(DuckDBEngine(tmp_path / "shop.duckdb"))
    yield door
    door.close()


@pytest.fixture
def catalogue(openmetadata: FakeOpenMetadata) -> FakeOpenMetadata:
    def named(name: str) -> str:
        return join("duck", "shop", "main", name)

    openmetadata.add(
        table(named(ODD), [column("id", "INTEGER"), column('sta"tus.😀', description="Where it stands.")], tags=TIER1),
        table(named("wide"), [column(f"c{i}", "INTEGER") for i in range(WIDE)], tags=TIER1),
        table(
            named("told"), [column("id", "INTEGER", tags=[term_tag("Loop.One")]), column("note", description=BINARY)],
            tags=TIER1, description="word " * 200_000,
        ),
        table(named("plain"), [column("id", "INTEGER")], tags=TIER1, description="As ever."),
    )  # fmt: skip
    openmetadata.add_terms(
        payloads.term("Loop.One", synonyms=["first"], related=["Loop.Two"]),
        payloads.term("Loop.Two", related=["Loop.One", "Loop.Two"], parent={"fullyQualifiedName": "Loop.Two"}),
    )
    return openmetadata


def synced(server: FakeOpenMetadata, warehouse: Door, state: Path) -> SyncReport:
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    source = OpenMetadataSource(server.block, Policy(), "shop", Selection(details=()))
    options = Options(rules=Rules(seconds=3600, query_seconds=600))
    try:
        return sync(source, warehouse, HashEmbedder(), index, Policy(), state, options=options)
    finally:
        index.close()


def test_all_of_it_at_once(catalogue: FakeOpenMetadata, warehouse: Door, tmp_path: Path) -> None:
    state = tmp_path / "state"
    report = synced(catalogue, warehouse, state)
    assert report.tables == 4
    saved = {found.name.name: found for found in store.load(state / store.CATALOG)}
    assert set(saved) == {ODD, "wide", "told", "plain"}
    assert len(saved["wide"].columns) == WIDE
    status = saved[ODD].column('sta"tus.😀')
    assert status is not None
    assert (status.description, status.values) == ("Where it stands.", ("open",))
    told = saved["told"]
    assert len(told.description) <= LONGEST + 2
    assert told.columns[0].synonyms == ("One", "first")
    assert told.columns[1].description == "a b [31m? \U0010ffff"
    assert saved["plain"].description == "As ever."
    again = synced(catalogue, warehouse, state)
    assert (again.added, again.changed, again.removed, again.embedded) == (0, 0, 0, 0)


def test_the_same_in_a_manifest(tmp_path: Path) -> None:
    """JSON may hold halves of characters, which no file can be written with."""
    node = {
        "unique_id": "model.shop.told", "resource_type": "model", "name": "told", "schema": "main", "database": None,
        "original_file_path": "models/told.sql", "package_name": "shop", "config": {"materialized": "table"},
        "description": "word " * 200_000, "columns": {"note": {"name": "note", "description": BINARY}},
    }  # fmt: skip
    manifest = json.loads(json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": {node["unique_id"]: node}}))
    found = catalog_of(manifest, "shop")
    store.save(found, tmp_path / store.CATALOG)
    assert store.load(tmp_path / store.CATALOG) == found
    (told,) = found
    assert told.name == TableName(None, "main", "told")
    assert (len(told.description) <= LONGEST + 2, told.columns[0].description) == (True, "a b [31m? \U0010ffff")
    assert all(document.text.encode() for document in documents_of("shop", told))
