"""Over the embedded engine: what is written is read back from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from backends.vectors.tokens import sparse_query
from catalog_sync.documents import Document, documents, example
from catalog_sync.errors import OtherProject
from catalog_sync.index import COLLECTIONS, FILTERED, Plan, plan, publish, stamp_of, withdraw
from catalog_sync.model import Catalog
from tests.catalog_sync.build import catalog, column, table

EMBEDDER = HashEmbedder()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[QdrantEdgeIndex]:
    index = QdrantEdgeIndex(tmp_path / "index", filtered=FILTERED)
    yield index
    index.close()


def run(index: QdrantEdgeIndex, found: Sequence[Document], embedder: Any = EMBEDDER, **options: Any) -> Plan:
    what = plan(found, index, stamp_of(embedder), **options)
    withdraw(what, index)
    publish(what, index, embedder)
    return what


def stored(index: QdrantEdgeIndex) -> dict[str, str]:
    return {i: p["hash"] for name in COLLECTIONS.values() for i, p in index.scroll(name)}


def sizes(what: Plan) -> tuple[int, int, int, int]:
    return len(what.added), len(what.changed), len(what.unchanged), what.removals


SHOP = catalog(table("orders", "id", column("status", values=("open", "shut"))), table("stores", "city"))


def changed() -> Catalog:
    return catalog(table("orders", "id", column("status", values=("open", "lost"), description="State.")))


def test_the_first_time_everything_is_new(index: QdrantEdgeIndex) -> None:
    found = documents(SHOP)
    assert sizes(run(index, found)) == (7, 0, 0, 0)
    assert stored(index) == {d.id: d.hash for d in found}


def test_the_second_time_nothing_is_embedded(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    what = run(index, documents(SHOP))
    assert sizes(what) == (0, 0, 7, 0)
    assert what.to_embed == ()


def test_only_what_changed_is_embedded_and_what_is_gone_goes(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    what = run(index, documents(changed()))
    assert [d.payload.get("value", d.payload.get("column")) for d in what.to_embed] == ["lost", None, "status"]
    assert sizes(what) == (1, 2, 2, 3)
    assert stored(index) == {d.id: d.hash for d in documents(changed())}


def test_a_plan_writes_nothing(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    before = stored(index)
    plan(documents(changed()), index, stamp_of(EMBEDDER))
    assert stored(index) == before


def test_what_may_not_be_seen_any_more_goes_before_anything_is_embedded(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    hidden = catalog(table("orders", "id", column("status", pii=True, withheld="PII")), table("stores", "city"))
    withdraw(plan(documents(hidden), index, stamp_of(EMBEDDER)), index)
    texts = [p["text"] for name in COLLECTIONS.values() for _, p in index.scroll(name)]
    assert not [text for text in texts if "open" in text]
    assert len(texts) == 4


@pytest.mark.parametrize("other", [HashEmbedder(32)])
def test_another_embedder_makes_the_index_again(index: QdrantEdgeIndex, other: HashEmbedder) -> None:
    run(index, documents(SHOP))
    what = run(index, documents(SHOP), other)
    assert what.rebuild.startswith("the embedder was hash-trigrams-64, is hash-trigrams-32")
    assert len(what.to_embed) == 7
    assert index.stamp() == stamp_of(other)
    assert stored(index) == {d.id: d.hash for d in documents(SHOP)}


def test_examples_are_carried_over_by_a_rebuild_and_left_alone_otherwise(index: QdrantEdgeIndex) -> None:
    verified = example("shop", "How many orders?", "select count(*) from orders", ["db.main.orders"])
    run(index, documents(SHOP))
    run(index, [verified], kinds=["example"])
    run(index, documents(changed()))
    assert index.count("examples") == 1
    run(index, documents(changed()), HashEmbedder(32))
    ((point, payload),) = index.scroll("examples")
    assert (point, payload) == (verified.id, dict(verified.payload))


def test_publishing_examples_leaves_the_catalogue_alone(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    what = run(index, [example("shop", "?", "select 1", [])], kinds=["example"])
    assert sizes(what) == (1, 0, 0, 0)
    assert index.count("tables") == 2


def test_the_index_of_another_project_is_not_overwritten(index: QdrantEdgeIndex) -> None:
    run(index, documents(SHOP))
    other = documents(Catalog("other", "duckdb", SHOP.tables))
    with pytest.raises(OtherProject, match="shop"):
        plan(other, index, stamp_of(EMBEDDER))
    run(index, other, rebuild=True)
    assert stored(index) == {d.id: d.hash for d in other}


def test_a_value_is_found_by_what_people_call_it(index: QdrantEdgeIndex) -> None:
    korea = column("country", values=("KR", "DE"), value_synonyms={"KR": ("Korea", "한국")})
    run(index, documents(catalog(table("customers", korea))))
    hits = index.search("values", EMBEDDER.embed_query("한국").tolist(), sparse_query("한국 고객"), 1)
    assert hits[0].payload["value"] == "KR"
    exact = index.search("values", EMBEDDER.embed_query("x").tolist(), sparse_query("x"), 5, {"norm": "korea"})
    assert [hit.payload["value"] for hit in exact] == ["KR"]
