"""What every VectorIndex does. With QDRANT_URL set, a real server is among them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from backends.errors import IndexMismatch, IndexMissing, VectorError
from backends.vectors import (
    Point,
    QdrantEdgeIndex,
    QdrantServerIndex,
    SparseVector,
    Stamp,
    VectorIndex,
    connect,
    local,
    sparse_document,
    sparse_query,
)

STAMP = Stamp(embedder="axes", dim=4, template="1")
FILTERED = ["kind", "tables"]
NOWHERE = SparseVector((), ())

Open = Callable[[], VectorIndex]


def _server(prefix: str) -> VectorIndex:
    client = connect(os.environ["QDRANT_URL"], api_key=os.environ.get("QDRANT_API_KEY"))
    return QdrantServerIndex(client, prefix=prefix, filtered=FILTERED)


def _drop_all(prefix: str) -> None:
    client = connect(os.environ["QDRANT_URL"], api_key=os.environ.get("QDRANT_API_KEY"))
    for collection in client.get_collections().collections:
        if collection.name.startswith(f"{prefix}."):
            client.delete_collection(collection.name)
    client.close()


@pytest.fixture(params=["edge", "client-local", *(["server"] if "QDRANT_URL" in os.environ else [])])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same index again and again; closes what is left open."""
    prefix = f"test_{uuid4().hex}"
    openers: dict[str, Open] = {
        "edge": lambda: QdrantEdgeIndex(tmp_path / "edge", filtered=FILTERED),
        "client-local": lambda: QdrantServerIndex(local(tmp_path / "client"), filtered=FILTERED),
        "server": lambda: _server(prefix),
    }
    held: list[VectorIndex] = []

    def open_once() -> VectorIndex:
        held.append(openers[request.param]())
        return held[-1]

    yield open_once
    for index in held:
        index.close()
    if request.param == "server":
        _drop_all(prefix)


@pytest.fixture
def fresh(opened: Open) -> VectorIndex:
    return opened()


@pytest.fixture
def index(fresh: VectorIndex) -> VectorIndex:
    fresh.begin(STAMP)
    return fresh


def uid(number: int) -> str:
    return str(UUID(int=number))


def axis(number: int) -> list[float]:
    return [1.0 if i == number else 0.0 for i in range(4)]


def point(number: int, text: str = "", *, dense: list[float] | None = None, **payload: object) -> Point:
    return Point(uid(number), dense or axis(number % 4), sparse_document(text), {"text": text, **payload})


def found(index: VectorIndex, text: str, dense: list[float], **match: str | list[str]) -> list[int]:
    hits = index.search("tables", dense, sparse_query(text), 10, match or None)
    return [UUID(hit.id).int for hit in hits]


def test_an_index_that_was_never_written(fresh: VectorIndex) -> None:
    assert fresh.stamp() is None
    assert fresh.count("tables") == 0
    assert list(fresh.scroll("tables")) == []
    with pytest.raises(IndexMissing, match="dbt-ask sync"):
        fresh.search("tables", axis(0), NOWHERE, 5)


def test_to_begin_is_not_to_write(index: VectorIndex, opened: Open) -> None:
    with pytest.raises(IndexMissing):
        index.search("tables", axis(0), NOWHERE, 5)
    index.close()
    assert opened().stamp() is None


def test_a_flush_without_points_makes_an_empty_index(index: VectorIndex, opened: Open) -> None:
    index.flush()
    index.close()
    again = opened()
    assert again.stamp() == STAMP
    assert again.search("tables", axis(0), NOWHERE, 5) == []


def test_payloads_come_back_as_they_were(index: VectorIndex) -> None:
    payload = {
        "이름": "주문 금액 🧾",
        "sql": "select 'O''Brien' -- \\ \"quoted\"\n",
        "n": 3,
        "ratio": 0.1,
        "flag": True,
        "none": None,
        "list": ["a", "ㄱ"],
        "nested": {"a": {"b": [1, {"c": "é"}]}},
    }
    index.upsert("tables", [Point(uid(1), axis(1), NOWHERE, payload)])
    assert list(index.scroll("tables")) == [(uid(1), payload)]
    assert index.search("tables", axis(1), NOWHERE, 1)[0].payload == payload


def test_a_point_with_a_known_id_replaces(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "old", gone=True), point(2, "other")])
    index.upsert("tables", [point(1, "new", dense=axis(3))])
    assert index.count("tables") == 2
    assert dict(index.scroll("tables"))[uid(1)] == {"text": "new"}
    assert found(index, "new", axis(3))[0] == 1
    assert index.search("tables", axis(0), sparse_query("old"), 5)[0].parts.get("lex") is None


def test_more_points_than_a_batch_holds(index: VectorIndex) -> None:
    index.upsert("tables", [point(i, f"table {i}") for i in range(300)])
    assert index.count("tables") == 300
    assert {id_ for id_, _ in index.scroll("tables")} == {uid(i) for i in range(300)}


def test_scroll_gives_what_is_asked_for(index: VectorIndex) -> None:
    index.begin(STAMP)
    index.upsert("columns", [point(i, "long", table=f"t{i % 2}", hash=str(i)) for i in range(4)])
    found = dict(index.scroll("columns", fields=("hash",), match={"table": "t1"}))
    assert found == {uid(1): {"hash": "1"}, uid(3): {"hash": "3"}}
    assert {id_ for id_, _ in index.scroll("columns", match={"table": ["t0", "t1"]})} == {uid(i) for i in range(4)}
    assert dict(index.scroll("columns", fields=("nothing",))) == {uid(i): {} for i in range(4)}
    assert list(index.scroll("columns", match={"table": "t9"})) == []


def test_nothing_to_write_makes_no_collection(index: VectorIndex) -> None:
    index.upsert("tables", [])
    assert index.count("tables") == 0
    assert list(index.scroll("tables")) == []


def test_deleted_points_are_gone(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "orders"), point(2, "customers")])
    index.delete("tables", [uid(1), uid(99)])
    index.delete("tables", [])
    index.delete("columns", [uid(1)])
    assert [id_ for id_, _ in index.scroll("tables")] == [uid(2)]
    assert found(index, "orders", axis(1)) == [2]


def test_collections_are_apart(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "orders")])
    index.upsert("columns", [point(1, "order status"), point(2, "amount")])
    assert (index.count("tables"), index.count("columns"), index.count("examples")) == (1, 2, 0)
    assert index.search("examples", axis(1), sparse_query("orders"), 5) == []


def test_both_rankings_count_and_are_told(index: VectorIndex) -> None:
    index.upsert(
        "tables",
        [
            point(1, "customer orders", dense=[1.0, 0.0, 0.0, 0.0]),
            point(2, "payments", dense=[0.3, 0.954, 0.0, 0.0]),
            point(3, "orders of all suppliers abroad", dense=[0.0, 0.0, 1.0, 0.0]),
        ],
    )
    hits = index.search("tables", axis(0), sparse_query("which orders"), 3)
    assert [UUID(hit.id).int for hit in hits] == [1, 3, 2]
    assert [dict(hit.parts) for hit in hits] == [{"dense": 1, "lex": 1}, {"dense": 3, "lex": 2}, {"dense": 2}]
    assert hits[0].score > hits[1].score > hits[2].score > 0


def test_a_rare_word_weighs_more_than_a_common_one(index: VectorIndex) -> None:
    index.upsert("tables", [point(i, "orders", dense=axis(0)) for i in range(1, 9)])
    index.upsert("tables", [point(9, "refunds", dense=axis(0))])
    assert found(index, "orders refunds", axis(0))[0] == 9


def test_korean_particles_do_not_keep_words_apart(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "매장 위치", dense=axis(0)), point(2, "고객 주문 금액", dense=axis(0))])
    assert found(index, "고객의 주문금액을 보여줘", axis(0))[0] == 2


def test_equal_points_come_in_the_order_of_their_ids(index: VectorIndex) -> None:
    numbers = [5, 3, 9, 1, 7]
    index.upsert("tables", [point(n, "orders", dense=axis(0)) for n in numbers])
    assert found(index, "orders", axis(0)) == sorted(numbers)


def test_no_more_than_the_limit(index: VectorIndex) -> None:
    index.upsert("tables", [point(i, "orders") for i in range(1, 9)])
    assert len(index.search("tables", axis(0), NOWHERE, 3)) == 3
    assert index.search("tables", axis(0), NOWHERE, 0) == []


def test_arrays_do_as_vectors(index: VectorIndex) -> None:
    row = np.array([0.0, 1.0, 0.0, 0.0], dtype=np.float32)
    index.upsert("tables", [Point(uid(1), row, NOWHERE, {})])  # type: ignore[arg-type]
    assert index.search("tables", row, NOWHERE, 1)[0].id == uid(1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"kind": "view"}, {2, 4}),
        ({"kind": ["view", "seed"]}, {2, 3, 4}),
        ({"kind": ("view",)}, {2, 4}),
        ({"kind": []}, set()),
        ({"kind": "nothing"}, set()),
        ({"tables": "고객"}, {1, 4}),
        ({"tables": ["고객", "orders"]}, {1, 2, 4}),
        ({"kind": "view", "tables": "고객"}, {4}),
        ({"unlisted": "x"}, {3}),
        ({"nowhere": "x"}, set()),
        ({}, {1, 2, 3, 4}),
    ],
)
def test_match(index: VectorIndex, match: dict[str, str | list[str]], expected: set[int]) -> None:
    index.upsert(
        "tables",
        [
            point(1, "orders", kind="table", tables=["고객", "stores"]),
            point(2, "orders", kind="view", tables=["orders"]),
            point(3, "orders", kind="seed", unlisted="x"),
            point(4, "orders", kind="view", tables=["고객"]),
        ],
    )
    assert set(found(index, "orders", axis(0), **match)) == expected


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (replace(STAMP, embedder="another"), "embedder"),
        (replace(STAMP, dim=5), "dim"),
        (replace(STAMP, template="2"), "template"),
        (replace(STAMP, lexical="another"), "lexical"),
    ],
)
def test_another_stamp_is_refused(index: VectorIndex, opened: Open, other: Stamp, field: str) -> None:
    index.upsert("tables", [point(1, "orders")])
    index.flush()
    index.close()
    again = opened()
    with pytest.raises(IndexMismatch) as raised:
        again.begin(other)
    assert raised.value.attrs()["differing"] == [field]
    assert "dbt-ask sync --rebuild" in raised.value.hint
    again.begin(STAMP)
    assert found(again, "orders", axis(1)) == [1]


def test_a_vector_of_another_length_is_refused_with_its_whole_batch(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "orders")])
    with pytest.raises(IndexMismatch):
        index.upsert("tables", [point(2), Point(uid(3), [1.0, 0.0], NOWHERE, {})])
    with pytest.raises(IndexMismatch):
        index.search("tables", [1.0, 0.0], NOWHERE, 5)
    assert index.count("tables") == 1


def test_nothing_is_written_before_begin(fresh: VectorIndex) -> None:
    with pytest.raises(VectorError, match="begin"):
        fresh.upsert("tables", [point(1)])
    with pytest.raises(VectorError, match="begin"):
        fresh.delete("tables", [uid(1)])
    fresh.flush()
    assert fresh.stamp() is None


@pytest.mark.parametrize("name", ["", "Tables", "../tables", "a.b", "1a", "CURRENT", "a b", "stamp.json"])
def test_a_name_that_can_not_be_one(index: VectorIndex, name: str) -> None:
    with pytest.raises(VectorError, match="can't name a collection"):
        index.upsert(name, [point(1)])


def test_an_id_that_is_no_uuid_is_refused(index: VectorIndex) -> None:
    with pytest.raises((VectorError, ValueError)):
        index.upsert("tables", [Point("orders", axis(0), NOWHERE, {})])


def test_readers_see_the_present_index_until_a_rebuild_is_flushed(index: VectorIndex, opened: Open) -> None:
    index.upsert("tables", [point(1, "old")])
    index.upsert("columns", [point(5, "old")])
    rebuilt = replace(STAMP, dim=2, template="2")

    index.begin(rebuilt, rebuild=True)
    index.upsert("tables", [Point(uid(2), [1.0, 0.0], sparse_document("new"), {"text": "new"})])
    index.delete("tables", [uid(1)])
    assert index.stamp() == STAMP
    assert found(index, "old", axis(1)) == [1]
    assert [id_ for id_, _ in index.scroll("tables")] == [uid(1)]

    index.flush()
    for reader in (index, None):
        if reader is None:
            index.close()
            reader = opened()
        assert reader.stamp() == rebuilt
        assert [hit.payload["text"] for hit in reader.search("tables", [1.0, 0.0], NOWHERE, 5)] == ["new"]
        assert reader.count("columns") == 0


def test_a_rebuild_that_is_not_flushed_leaves_the_present_index(index: VectorIndex, opened: Open) -> None:
    index.upsert("tables", [point(1, "old")])
    index.flush()
    index.begin(replace(STAMP, template="2"), rebuild=True)
    index.upsert("tables", [point(2, "new")])
    index.close()
    again = opened()
    assert again.stamp() == STAMP
    assert found(again, "old", axis(1)) == [1]


def test_to_begin_again_drops_a_rebuild(index: VectorIndex) -> None:
    index.upsert("tables", [point(1, "old")])
    index.begin(STAMP, rebuild=True)
    index.upsert("tables", [point(2, "lost")])
    index.begin(STAMP)
    index.upsert("tables", [point(3, "kept")])
    index.flush()
    assert {id_ for id_, _ in index.scroll("tables")} == {uid(1), uid(3)}


def test_the_first_index_may_be_a_rebuild(index: VectorIndex) -> None:
    index.begin(STAMP, rebuild=True)
    index.upsert("tables", [point(1, "orders")])
    assert index.stamp() is None
    index.flush()
    assert found(index, "orders", axis(1)) == [1]


def test_an_index_is_there_again_after_it_was_closed(index: VectorIndex, opened: Open) -> None:
    index.upsert("tables", [point(i, f"table {i}") for i in range(1, 6)])
    index.delete("tables", [uid(2)])
    index.flush()
    index.close()
    index.close()
    again = opened()
    again.begin(STAMP)
    assert {id_ for id_, _ in again.scroll("tables")} == {uid(1), uid(3), uid(4), uid(5)}
    again.upsert("tables", [point(6, "table 6")])
    assert again.count("tables") == 5
