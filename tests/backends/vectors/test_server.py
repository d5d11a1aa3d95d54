"""What only the shared index has: aliases, prefixes, a second client, and the likeness to the embedded one."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from qdrant_client import QdrantClient

from backends.errors import IndexLocked, IndexMissing, VectorError
from backends.vectors import (
    Point,
    QdrantEdgeIndex,
    QdrantServerIndex,
    Stamp,
    VectorIndex,
    connect,
    local,
    sparse_document,
    sparse_query,
)

STAMP = Stamp(embedder="random", dim=8, template="1")
WORDS = ["customer", "order", "payment", "store", "product", "supply", "region", "month", "고객", "주문", "금액"]


def points(count: int) -> list[Point]:
    random = np.random.default_rng(7)
    return [
        Point(
            str(UUID(int=i)),
            random.normal(size=8).tolist(),
            sparse_document(" ".join(random.choice(WORDS, size=random.integers(1, 9)))),
            {"n": i, "kind": f"k{i % 3}"},
        )
        for i in range(count)
    ]


def filled(client: QdrantClient, prefix: str, count: int) -> QdrantServerIndex:
    index = QdrantServerIndex(client, prefix=prefix)
    index.begin(STAMP)
    index.upsert("tables", points(count))
    return index


def collections(client: QdrantClient) -> list[str]:
    return sorted(c.name.rsplit(".", 1)[0] for c in client.get_collections().collections)


def test_both_engines_rank_alike(tmp_path: Path) -> None:
    edge: VectorIndex = QdrantEdgeIndex(tmp_path)
    server: VectorIndex = QdrantServerIndex(local())
    for index in (edge, server):
        index.begin(STAMP)
        index.upsert("tables", points(200))
    random = np.random.default_rng(11)
    for i in range(20):
        dense = random.normal(size=8).tolist()
        sparse = sparse_query(" ".join(random.choice(WORDS, size=3)))
        match = {"kind": [f"k{i % 3}"]} if i % 2 else None
        mine, theirs = (index.search("tables", dense, sparse, 10, match) for index in (edge, server))
        assert mine == theirs
        assert len(mine) == 10
    edge.close()
    server.close()


def test_indexes_with_other_prefixes_are_left_alone() -> None:
    client = local()
    other = filled(client, "dbt_ask_two", 3)
    client.create_collection("dbt_ask", vectors_config={})
    index = filled(client, "dbt_ask", 2)
    index.begin(STAMP, rebuild=True)
    index.upsert("tables", points(1))
    index.flush()
    assert (index.count("tables"), other.count("tables")) == (1, 3)
    assert "dbt_ask" in collections(client)
    client.close()


def test_a_rebuild_leaves_nothing_behind() -> None:
    client = local()
    index = filled(client, "dbt_ask", 2)
    index.upsert("columns", points(2))
    index.begin(STAMP, rebuild=True)
    index.upsert("tables", points(1))
    assert len(collections(client)) == 5
    index.flush()
    assert collections(client) == ["dbt_ask.stamp", "dbt_ask.tables"]
    client.close()


def test_what_a_crash_left_goes_with_the_next_rebuild() -> None:
    client = local()
    crashed = filled(client, "dbt_ask", 2)
    crashed.begin(STAMP, rebuild=True)
    crashed.upsert("tables", points(5))
    index = QdrantServerIndex(client)
    index.begin(STAMP)
    assert index.count("tables") == 2
    index.begin(STAMP, rebuild=True)
    index.flush()
    assert collections(client) == ["dbt_ask.stamp"]
    client.close()


def test_another_reader_follows_a_rebuild() -> None:
    client = local()
    writer = filled(client, "dbt_ask", 2)
    reader = QdrantServerIndex(client)
    reader.begin(STAMP)
    writer.begin(STAMP, rebuild=True)
    writer.upsert("tables", points(4))
    assert reader.count("tables") == 2
    writer.flush()
    assert reader.count("tables") == 4
    assert len(reader.search("tables", [1.0] * 8, sparse_query("order"), 10)) == 4
    client.close()


def test_the_name_of_the_stamp_is_taken() -> None:
    index = filled(local(), "dbt_ask", 1)
    with pytest.raises(VectorError, match="taken"):
        index.upsert("stamp", points(1))
    index.close()


def test_a_prefix_has_the_form_of_a_name() -> None:
    client = local()
    with pytest.raises(VectorError, match="can't name"):
        QdrantServerIndex(client, prefix="dbt.ask")
    client.close()


def test_a_server_that_is_not_there_is_named() -> None:
    index = QdrantServerIndex(connect("http://127.0.0.1:1", timeout=2))
    with pytest.raises(VectorError, match=r"127\.0\.0\.1:1") as raised:
        index.begin(STAMP)
    assert not isinstance(raised.value, IndexMissing)
    assert "index.url" in raised.value.hint
    index.close()


@pytest.mark.filterwarnings("ignore:unclosed file.*lock:ResourceWarning")
def test_a_local_folder_has_one_owner(tmp_path: Path) -> None:
    first = local(tmp_path)
    with pytest.raises(IndexLocked, match="another process"):
        local(tmp_path)
    first.close()
