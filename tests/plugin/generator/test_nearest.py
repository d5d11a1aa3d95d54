"""The nearest documents of tables that count, however many others stand before them."""

from __future__ import annotations

from typing import Any

import pytest

from backends.vectors.base import Hit
from backends.vectors.tokens import SparseVector
from plugin.generator.retrieve.nearest import nearest


class Index:
    """`count` documents, one a table, t0 the nearest."""

    def __init__(self, count: int) -> None:
        self.count, self.asked = count, list[int]()

    def search(self, _collection: str, _dense: Any, _sparse: Any, limit: int) -> list[Hit]:
        self.asked.append(limit)
        return [Hit(str(n), 1.0, {"table": f"t{n}"}) for n in range(min(limit, self.count))]


@pytest.mark.parametrize(
    ("count", "first", "found", "asked"),
    [
        (1000, 0, ["t0", "t1", "t2"], [3]),
        (1000, 40, ["t40", "t41", "t42"], [3, 12, 48]),
        (20, 18, ["t18", "t19"], [3, 12, 48]),
        (9000, 5000, [], [3, 12, 48, 192, 768, 2000]),
    ],
)
def test_it_searches_further_until_there_are_enough(count: int, first: int, found: list[str], asked: list[int]) -> None:
    index: Any = Index(count)
    hits = nearest(index, "tables", [1.0], SparseVector((), ()), 3, lambda name: int(name[1:]) >= first)
    assert [hit.payload["table"] for hit in hits] == found
    assert index.asked == asked
