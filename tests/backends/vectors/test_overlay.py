from __future__ import annotations

from pathlib import Path

import pytest

from backends.errors import IndexMismatch
from backends.vectors import Point, QdrantEdgeIndex, SparseVector, Stamp
from backends.vectors.overlay import Overlay

STAMP = Stamp(embedder="axes", dim=2, template="1")
NOWHERE = SparseVector((), ())
ONE, TWO = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))


def test_one_collection_is_the_other_index_s(tmp_path: Path) -> None:
    base, over = (QdrantEdgeIndex(tmp_path / name) for name in ("base", "over"))
    index = Overlay(base, {"examples": over})
    index.begin(STAMP)
    index.upsert("tables", [Point(ONE, [1.0, 0.0], NOWHERE, {"of": "tables"})])
    index.upsert("examples", [Point(TWO, [1.0, 0.0], NOWHERE, {"of": "examples"})])
    index.flush()
    for name in ("tables", "examples"):
        assert [h.payload["of"] for h in index.search(name, [1.0, 0.0], NOWHERE, 5)] == [name]
        assert ([p["of"] for _, p in index.scroll(name)], index.count(name)) == ([name], 1)
    assert (base.count("examples"), over.count("tables"), index.stamp()) == (0, 0, STAMP)
    index.delete("examples", [TWO])
    assert (over.count("examples"), base.count("tables")) == (0, 1)
    with pytest.raises(IndexMismatch):
        index.begin(Stamp(embedder="other", dim=2, template="1"))
    index.close()
    assert base.count("tables") == 1
    base.close()
    over.close()
