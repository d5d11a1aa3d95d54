"""What only the embedded index has: processes that share a folder, crashes, generations, threads, large collections."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
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
    if i == 5:
        index.flush()
    print(i, flush=True)
"""
OWNER = """
import sys
from backends.vectors import Point, QdrantEdgeIndex, Stamp, sparse_document
index = QdrantEdgeIndex(sys.argv[1])
index.begin(Stamp(embedder="random", dim=8, template="1"))
point = Point("00000000-0000-0000-0000-000000000009", [1.0] * 8, sparse_document("new"), {"n": 9})
for line in sys.stdin:
    match line.strip():
        case "read": print(index.count("tables"), flush=True)
        case "write": index.upsert("tables", [point]); print("written", flush=True)
        case "flush": index.flush(); print("flushed", flush=True)
"""


class Other:
    """A process that does what it is told, a word at a time."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", OWNER, str(path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, word: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(word, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def __enter__(self) -> Other:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


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


def filled(path: Path, count: int) -> QdrantEdgeIndex:
    index = QdrantEdgeIndex(path)
    index.begin(STAMP)
    index.upsert("tables", points(range(count)))
    index.flush()
    return index


@pytest.mark.parametrize("after", [7, 40, 300])
def test_a_killed_writer_leaves_what_was_published(tmp_path: Path, after: int) -> None:
    kill_while_it_writes(tmp_path, "update", after)
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    assert {payload["text"] for _, payload in index.scroll("tables")} == {f"table {i}" for i in range(6)}
    hit = index.search("tables", [0.0, *[1.0] * 7], sparse_query("table 0"), 1)[0]
    assert hit.payload == {"text": "table 0"}
    index.upsert("tables", points(range(10_000_000, 10_000_010)))
    index.flush()
    assert index.count("tables") == 16
    index.close()
    assert len(list(tmp_path.glob("g-*"))) == 1


def test_a_killed_rebuild_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = QdrantEdgeIndex(tmp_path)
    index.begin(STAMP)
    index.upsert("tables", points(range(5)))
    index.flush()
    index.close()
    kill_while_it_writes(tmp_path, "rebuild", 3)
    assert len(list(tmp_path.glob("g-*"))) == 2
    index = QdrantEdgeIndex(tmp_path)
    assert len(list(tmp_path.glob("g-*"))) == 1
    assert {payload["n"] for _, payload in index.scroll("tables")} == set(range(5))
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


def test_many_processes_read_while_one_writes(tmp_path: Path) -> None:
    index = filled(tmp_path, 5)
    with Other(tmp_path) as reader, Other(tmp_path) as writer:
        assert (reader("read"), writer("read")) == ("5", "5")
        assert writer("write") == "written"
        assert (reader("read"), writer("read"), index.count("tables")) == ("5", "6", 5)
        with Other(tmp_path) as late:
            assert late("read") == "5"
        assert writer("flush") == "flushed"
        assert index.count("tables") == 5
        index.begin(STAMP)
        assert index.count("tables") == 6
    index.close()
    QdrantEdgeIndex(tmp_path).close()
    assert len(list(tmp_path.glob("g-*"))) == 1


def test_one_writes_at_a_time_and_is_named(tmp_path: Path) -> None:
    index = filled(tmp_path, 5)
    with Other(tmp_path) as writer:
        writer("write")
        for begin in (lambda: index.upsert("tables", points(range(3))), lambda: index.begin(STAMP, rebuild=True)):
            with pytest.raises(IndexLocked) as raised:
                begin()
            assert raised.value.attrs()["owner"] == str(writer.process.pid)
            assert str(tmp_path) in raised.value.message
            assert "Qdrant server" in raised.value.hint
            assert raised.value.transient
        assert index.count("tables") == 5
        writer("flush")
        index.upsert("tables", points(range(10, 13)))
        index.flush()
        assert index.count("tables") == 9, "what the other had written was lost"
    index.close()


def test_who_waits_gets_its_turn_when_the_other_dies(tmp_path: Path) -> None:
    filled(tmp_path, 5).close()
    patient = QdrantEdgeIndex(tmp_path, wait=60)
    patient.begin(STAMP)
    with Other(tmp_path) as writer:
        writer("write")
        waiting = Thread(target=patient.upsert, args=("tables", points(range(10, 13))))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        writer.process.kill()
        waiting.join(60)
    patient.flush()
    assert patient.count("tables") == 8
    patient.close()


def test_a_full_disk_is_said_and_leaves_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path, 5)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
        for write in (lambda: index.upsert("tables", points(range(9))), lambda: index.begin(STAMP, rebuild=True)):
            with pytest.raises(VectorError, match="has 1 MB left") as raised:
                write()
            assert "make room" in raised.value.hint
        assert index.count("tables") == 5
    index.upsert("tables", points(range(9)))
    index.flush()
    assert index.count("tables") == 9
    index.close()


def test_a_folder_that_is_not_ours_to_write_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VectorError, match="can't be read or written") as raised:
        QdrantEdgeIndex(tmp_path / "file" / "index")
    assert "can be written by this user" in raised.value.hint


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
    index.flush()
    index.close()
    index = QdrantEdgeIndex(tmp_path, filtered=["kind"])
    hits = index.search("tables", [1.0] * 8, sparse_query("x"), 5, {"kind": "view"})
    assert [hit.payload for hit in hits] == [{"kind": "view"}]
    index.begin(STAMP)
    index.upsert("tables", [Point(str(UUID(int=2)), [1.0] * 8, sparse_document("x"), {"kind": "table"})])
    shard = index._own.shard("tables")._shard  # type: ignore[union-attr]
    assert list(shard.info().payload_schema) == ["kind"]
    index.close()


def test_a_copy_to_read_takes_no_room_and_changes_nothing(tmp_path: Path) -> None:
    points = [Point(str(UUID(int=n)), [1.0, n, *[0.5] * 6], sparse_document(f"w{n}"), {"kind": "t"}) for n in range(50)]
    index = QdrantEdgeIndex(tmp_path, filtered=["kind"])
    index.begin(STAMP)
    index.upsert("tables", points)
    index.flush()
    index.delete("tables", [points[0].id])
    index.flush()
    index.close()
    published = tmp_path / (tmp_path / "CURRENT").read_text()
    files = [path for path in published.rglob("*") if path.is_file() and path.name != "owner"]
    before = {path: path.read_bytes() for path in files}

    reader = QdrantEdgeIndex(tmp_path, filtered=["kind", "other"])
    assert len(reader.search("tables", [1.0] * 8, sparse_query("w7"), 100, {"kind": "t"})) == 49
    linked = [path for path in files if path.stat().st_nlink > 1]
    assert {path.suffix for path in linked} >= {".mmap", ".dat"}
    assert [path.name for path in files if path.read_bytes() != before[path]] == []
    reader.begin(STAMP)
    reader.upsert("tables", points[:1])
    assert [path.name for path in files if path.read_bytes() != before[path]] == []
    reader.flush()
    assert reader.count("tables") == 50
    reader.close()


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
