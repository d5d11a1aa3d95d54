"""What only the embedded index has: a lock, crashes, generations in a folder, threads, large collections."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import numpy as np
import pytest

from backends.errors import IndexLocked, VectorError
from backends.vectors import Point, QdrantEdgeIndex, Stamp, edge_shard, sparse_document, sparse_query

STAMP = Stamp(embedder="random", dim=8, template="1")

WRITER = """
import sys
from backends.vectors import Point, QdrantEdgeIndex, Stamp, sparse_document
index = QdrantEdgeIndex(sys.argv[1])
index.begin(Stamp(embedder="random", dim=8, template="1"), rebuild=sys.argv[2] == "rebuild")
for i in range(1_000_000):
    text = f"table {i}"
    id_ = f"00000000-0000-0000-0000-{i:012d}"
    index.upsert("tables", [Point(id_, [float(i % 7), *[1.0] * 7], sparse_document(text), {"text": text})])
    print(i, flush=True)
"""


def kill_while_it_writes(path: Path, mode: str, after: int) -> int:
    """Starts a writer, kills it, and says how many upserts had returned."""
    command = [sys.executable, "-c", WRITER, str(path), mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= after:
                break
        process.kill()
        rest = process.stdout.read().split()
    return int(rest[-1]) + 1 if rest else after + 1


def points(numbers: range) -> list[Point]:
    random = np.random.default_rng(numbers.start)
    return [
        Point(str(UUID(int=i)), random.normal(size=8).tolist(), sparse_document(f"table {i}"), {"n": i})
        for i in numbers
    ]


@pytest.mark.parametrize("after", [0, 1, 40, 300])
def test_a_killed_writer_leaves_all_that_it_had_written(tmp_path: Path, after: int) -> None:
    written = kill_while_it_writes(tmp_path, "update", after)
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    kept = {payload["text"] for _, payload in index.scroll("tables")}
    assert {f"table {i}" for i in range(written)} <= kept
    assert len(kept) == index.count("tables") <= written + 1
    hit = index.search("tables", [0.0, *[1.0] * 7], sparse_query("table 0"), 1)[0]
    assert hit.payload == {"text": "table 0"}
    index.upsert("tables", points(range(10_000_000, 10_000_010)))
    assert index.count("tables") == len(kept) + 10
    index.close()


def test_a_killed_rebuild_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", points(range(5)))
    index.flush()
    index.close()
    kill_while_it_writes(tmp_path, "rebuild", 20)
    assert len(list(tmp_path.glob("g-*"))) == 2
    index = QdrantEdgeIndex(tmp_path)
    assert {payload["n"] for _, payload in index.scroll("tables")} == set(range(5))
    assert len(list(tmp_path.glob("g-*"))) == 1
    index.close()


def test_a_shard_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.flush()
    (generation,) = tmp_path.glob("g-*")
    (generation / "tables.new").mkdir()
    (generation / "tables.new" / "segments").touch()
    index.upsert("tables", points(range(3)))
    assert index.count("tables") == 3
    index.close()


def test_the_index_has_one_owner_who_is_named(tmp_path: Path) -> None:
    code = "import sys; from backends.vectors import *; index = QdrantEdgeIndex(sys.argv[1]); input(index.stamp())"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.read(4) == "None"
        with pytest.raises(IndexLocked) as raised:
            QdrantEdgeIndex(tmp_path)
        assert raised.value.attrs()["owner"] == str(owner.pid)
        assert str(tmp_path) in raised.value.message
        assert "Qdrant server" in raised.value.hint
        assert raised.value.transient
        owner.communicate("\n")
    QdrantEdgeIndex(tmp_path).close()


def test_a_second_object_in_one_process_is_refused_too(tmp_path: Path) -> None:
    first = QdrantEdgeIndex(tmp_path)
    with pytest.raises(IndexLocked):
        QdrantEdgeIndex(tmp_path)
    first.close()
    QdrantEdgeIndex(tmp_path).close()


def test_a_closed_index_says_so(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", points(range(2)))
    index.close()
    for call in (
        lambda: index.count("tables"),
        lambda: index.search("tables", [1.0] * 8, sparse_query("x"), 1),
        lambda: index.upsert("tables", points(range(2))),
        lambda: index.begin(STAMP),
    ):
        with pytest.raises(VectorError, match="was closed"):
            call()


def test_searches_go_on_while_the_index_is_made_anew(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", points(range(20)))
    done = Event()
    failures: list[BaseException] = []
    searches = [0] * 2

    def search(reader: int) -> None:
        try:
            while not done.is_set():
                assert len(index.search("tables", [1.0] * 8, sparse_query("table 3"), 5)) == 5
                assert index.count("tables") == 20
                searches[reader] += 1
        except BaseException as failure:
            failures.append(failure)
            raise

    readers = [Thread(target=search, args=(reader,)) for reader in range(len(searches))]
    for thread in readers:
        thread.start()
    for _ in range(3):
        index.begin(STAMP, rebuild=True)
        index.upsert("tables", points(range(20)))
        index.flush()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert all(searches)
    index.close()


def test_a_field_that_is_filtered_gets_an_index_also_later(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", [Point(str(UUID(int=1)), [1.0] * 8, sparse_document("x"), {"kind": "view"})])
    index.close()
    index = QdrantEdgeIndex(tmp_path, filtered=["kind"])
    hits = index.search("tables", [1.0] * 8, sparse_query("x"), 5, {"kind": "view"})
    assert [hit.payload for hit in hits] == [{"kind": "view"}]
    shard = index._read.shard("tables")._shard  # type: ignore[union-attr]
    assert list(shard.info().payload_schema) == ["kind"]
    index.close()


def test_a_collection_that_is_too_large_for_exact_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_shard, "_EXACT_UP_TO", 500)
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    written = points(range(1000))
    index.upsert("tables", written)
    for _ in ("before it is indexed", "after"):
        for wanted in written[::100]:
            hit = index.search("tables", wanted.dense, sparse_query(""), 1)[0]
            assert (hit.id, dict(hit.parts)) == (wanted.id, {"dense": 1})
        index.flush()
    assert index.count("tables") == 1000
    index.close()


def test_an_unreadable_stamp_says_what_to_delete(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.flush()
    index.close()
    (stamp,) = tmp_path.glob("g-*/stamp.json")
    stamp.write_text('{"embedder": 1')
    with pytest.raises(VectorError, match=r"stamp\.json") as raised:
        QdrantEdgeIndex(tmp_path)
    assert f"delete {tmp_path}" in raised.value.hint
    stamp.write_text('{"embedder": "random", "dim": 8, "template": "1", "lexical": "x"}')
    QdrantEdgeIndex(tmp_path).close()


def test_a_damaged_shard_can_be_rebuilt(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", points(range(5)))
    index.flush()
    index.close()
    (config,) = tmp_path.glob("g-*/tables/segments/*/segment.json")
    config.write_text("{}")
    index = QdrantEdgeIndex(tmp_path)
    with pytest.raises(VectorError, match="failed") as raised:
        index.count("tables")
    assert "dbt-ask sync --rebuild" in raised.value.hint
    index.begin(STAMP, rebuild=True)
    index.upsert("tables", points(range(3)))
    index.flush()
    assert index.count("tables") == 3
    index.close()
