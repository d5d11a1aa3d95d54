from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.evaluation.compare import Policy, same

ORDERED = Policy(ordered=True)


@pytest.mark.parametrize(
    ("left", "right", "policy"),
    [
        ([], [], Policy()),
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], Policy()),
        ([(1, "a")], [("a", 1)], Policy()),
        ([(1, 1, 2)], [(2, 1, 1)], Policy()),
        ([(Decimal("1.00"),)], [(1,)], Policy()),
        ([(True,)], [(1,)], Policy()),
        ([(0.1 + 0.2,)], [(0.3,)], Policy()),
        ([(1234567.81,)], [(1234567.79,)], Policy()),
        ([(date(2020, 1, 1),)], [(datetime(2020, 1, 1),)], Policy()),
        ([(date(2020, 1, 1),)], [("2020-01-01",)], Policy()),
        ([(None,)], [(None,)], Policy()),
        ([(1,), (2,)], [(1,), (2,)], ORDERED),
        ([(1, "b"), (2, "a")], [("b", 1), ("a", 2)], ORDERED),
    ],
)
def test_same(left: list[tuple[object, ...]], right: list[tuple[object, ...]], policy: Policy) -> None:
    assert same(left, right, policy)
    assert same(right, left, policy)


@pytest.mark.parametrize(
    ("left", "right", "policy"),
    [
        ([(1,)], [], Policy()),
        ([(1,)], [(1,), (1,)], Policy()),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], Policy()),
        ([(1,)], [(1, 1)], Policy()),
        ([(1, 2), (3, 4)], [(1, 4), (3, 2)], Policy()),
        ([(1, 2), (2, 1)], [(1, 1), (2, 2)], Policy()),
        ([(0.5,)], [(50,)], Policy()),
        ([(1.001,)], [(1.002,)], Policy()),
        ([(None,)], [(0,)], Policy()),
        ([("1",)], [(1,)], Policy()),
        ([(1,), (2,)], [(2,), (1,)], ORDERED),
        ([(1, "a")], [("a", 1)], Policy(any_column_order=False)),
    ],
)
def test_not_same(left: list[tuple[object, ...]], right: list[tuple[object, ...]], policy: Policy) -> None:
    assert not same(left, right, policy)
    assert not same(right, left, policy)


CELLS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["a", "b"]))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.permutations([0, 1, 2]), st.randoms())
def test_any_order_of_rows_and_columns_is_the_same(
    rows: list[tuple[object, ...]], columns: list[int], random: Random
) -> None:
    moved = [tuple(row[i] for i in columns) for row in rows]
    random.shuffle(moved)
    assert same(rows, moved)


def test_many_equal_columns_end() -> None:
    rows = [tuple([1] * 12), tuple([2] * 12)]
    assert not same(rows, [tuple([1] * 11 + [2]), tuple([2] * 11 + [1])])
