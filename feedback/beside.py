"""Two results side by side: what is the same, and where they differ. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from numbers import Number
from typing import Any, Literal

from feedback.evaluation.compare import canonical, compare

Code = Literal["same", "empty", "fewer_columns", "more_columns", "missing_rows", "extra_rows", "other_values"]
CODES: tuple[Code, ...] = (
    "same", "empty", "fewer_columns", "more_columns", "missing_rows", "extra_rows", "other_values",
)  # fmt: skip
Row = Sequence[Any]
_Line = tuple[Hashable, ...]


@dataclass(frozen=True)
class Side:
    """Of one result: the rows that the other does not have, and the cells (row, column) that read otherwise there."""

    alone: frozenset[int] = frozenset()
    other: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Difference:
    """`codes` say what the left has against the right."""

    codes: tuple[Code, ...]
    left: Side = field(default_factory=Side)
    right: Side = field(default_factory=Side)

    @property
    def same(self) -> bool:
        return self.codes == ("same",)


def beside(left: Sequence[Row], right: Sequence[Row]) -> Difference:
    """Rows belong together that share what is no number, where that tells the rows of each side apart."""
    mine, theirs = [tuple(row) for row in left], [tuple(row) for row in right]
    if compare(mine, theirs):
        return Difference(("same",))
    if not mine:
        return Difference(("empty",))
    if not theirs:
        return Difference(("extra_rows",), left=Side(frozenset(range(len(mine)))))
    if len(mine[0]) != len(theirs[0]):
        return Difference(("fewer_columns" if len(mine[0]) < len(theirs[0]) else "more_columns",))
    a, b = canonical(mine), canonical(theirs)
    keys = [i for i in range(len(a[0])) if not _measure(mine, i) and not _measure(theirs, i)]
    if keys and _unique(a, keys) and _unique(b, keys):
        return _by_key(a, b, keys)
    return _as_bags(a, b)


def _by_key(a: Sequence[_Line], b: Sequence[_Line], keys: Sequence[int]) -> Difference:
    here = {_key(row, keys): i for i, row in enumerate(a)}
    there = {_key(row, keys): i for i, row in enumerate(b)}
    other = [
        (i, there[key], column)
        for key, i in here.items()
        if key in there
        for column in range(len(a[0]))
        if a[i][column] != b[there[key]][column]
    ]
    left = Side(frozenset(i for k, i in here.items() if k not in there), frozenset((i, c) for i, _, c in other))
    right = Side(frozenset(j for k, j in there.items() if k not in here), frozenset((j, c) for _, j, c in other))
    return Difference(_codes(left, right), left, right)


def _as_bags(a: Sequence[_Line], b: Sequence[_Line]) -> Difference:
    left, right = Side(_left_over(a, b)), Side(_left_over(b, a))
    return Difference(_codes(left, right), left, right)


def _codes(left: Side, right: Side) -> tuple[Code, ...]:
    found: list[tuple[Code, bool]] = [
        ("missing_rows", bool(right.alone)),
        ("extra_rows", bool(left.alone)),
        ("other_values", bool(left.other)),
    ]
    return tuple(code for code, holds in found if holds)


def _left_over(rows: Sequence[_Line], others: Sequence[_Line]) -> frozenset[int]:
    there = Counter(others)
    found = set()
    for i, row in enumerate(rows):
        if there[row] > 0:
            there[row] -= 1
        else:
            found.add(i)
    return frozenset(found)


def _measure(rows: Sequence[Row], column: int) -> bool:
    known = [row[column] for row in rows if row[column] is not None]
    return bool(known) and all(isinstance(v, Number) and not isinstance(v, bool) for v in known)


def _key(row: _Line, keys: Sequence[int]) -> _Line:
    return tuple(row[i] for i in keys)


def _unique(rows: Sequence[_Line], keys: Sequence[int]) -> bool:
    return len({_key(row, keys) for row in rows}) == len(rows)
