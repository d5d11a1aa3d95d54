"""Services over real parts: SQLite behind the door, Qdrant Edge, the multilingual embedder; the model is scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.llm.scripted import ScriptedLLM
from backends.vectors import Point, QdrantEdgeIndex
from backends.vectors.tokens import sparse_document
from backends.warehouse import open_sqlite
from catalog_sync.documents import documents
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.scope import scope
from plugin.generator.stage import Services
from tests.support.catalogs import shop_on_sqlite

EMBEDDER = CachedEmbedder(MultilingualEmbedder())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QdrantEdgeIndex]:
    catalog, _ = shop_on_sqlite(tmp_path_factory.mktemp("catalog"))
    index = QdrantEdgeIndex(tmp_path_factory.mktemp("index"), filtered=FILTERED)
    index.begin(stamp_of(EMBEDDER))
    for kind, name in COLLECTIONS.items():
        found = [d for d in documents(catalog) if d.kind == kind]
        vectors = EMBEDDER.embed_documents([d.text for d in found]) if found else []
        index.upsert(
            name,
            [
                Point(d.id, v.tolist(), sparse_document(d.lexical), dict(d.payload))
                for d, v in zip(found, vectors, strict=True)
            ],
        )
    index.flush()
    yield index
    index.close()


@pytest.fixture
def services(index: QdrantEdgeIndex, tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """services("SELECT ...", ...): what the model will say, one reply a call."""
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)

    def make(*replies: str) -> Services:
        llm = ScriptedLLM(list(replies))
        return Services(catalog, warehouse.restricted(scope(catalog)), llm, EMBEDDER, index)

    yield make
    warehouse.close()
