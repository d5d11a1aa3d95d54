from __future__ import annotations

import itertools
from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.evaluation.compare import BAG, ORDERED, Policy, clusters, compare, digest

Rows = list[tuple[object, ...]]
SET = Policy(rows="set")
FIXED = Policy(any_column_order=False)
AS_THEY_ARE = Policy(by_value=False)
TRIMMED = Policy(trim=True)


@pytest.mark.parametrize(
    ("left", "right", "policy"),
    [
        ([], [], BAG),
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], BAG),
        ([(1, "a")], [("a", 1)], BAG),
        ([(1, 1, 2)], [(2, 1, 1)], BAG),
        ([(Decimal("1.00"),)], [(1,)], BAG),
        ([(True,)], [(1,)], BAG),
        ([(0.1 + 0.2,)], [(0.3,)], BAG),
        ([(1234567.81,)], [(1234567.79,)], BAG),
        ([(12345.650000000001,)], [(12345.649999999998,)], BAG),
        ([(1e12 + 0.0001,)], [(10**12,)], BAG),
        ([(float("nan"),)], [(float("nan"),)], BAG),
        ([(date(2020, 1, 1),)], [(datetime(2020, 1, 1),)], BAG),
        ([(date(2020, 1, 1),)], [("2020-01-01",)], BAG),
        ([(b"abc",)], [("abc",)], BAG),
        ([([1, 2.0],)], [((1.0, 2),)], BAG),
        ([({"a": 1, "b": 2},)], [({"b": 2.0, "a": 1},)], BAG),
        ([(None,)], [(None,)], BAG),
        ([(None, 1), (2, None)], [(1, None), (None, 2)], BAG),
        ([(1,), (2,)], [(1,), (2,)], ORDERED),
        ([(1, "b"), (2, "a")], [("b", 1), ("a", 2)], ORDERED),
        ([(1,), (1,), (2,)], [(2,), (1,)], SET),
        ([(1, "a"), (1, "a")], [("a", 1)], SET),
        ([(" a ",)], [("a",)], TRIMMED),
        ([(1, "a")], [("a", 1.0)], AS_THEY_ARE),
    ],
)
def test_same(left: Rows, right: Rows, policy: Policy) -> None:
    assert compare(left, right, policy)
    assert compare(right, left, policy)


@pytest.mark.parametrize(
    ("left", "right", "policy"),
    [
        ([(1,)], [], BAG),
        ([(1,)], [(1,), (1,)], BAG),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], BAG),
        ([(1,)], [(1, 1)], BAG),
        ([(1, 2), (3, 4)], [(1, 4), (3, 2)], BAG),
        ([(1, 2), (2, 1)], [(1, 1), (2, 2)], BAG),
        ([(0.5,)], [(50,)], BAG),
        ([(1.001,)], [(1.002,)], BAG),
        ([(12345678,)], [(12345679,)], BAG),
        ([(None,)], [(0,)], BAG),
        ([(None,)], [("",)], BAG),
        ([(None,)], [("None",)], BAG),
        ([("1",)], [(1,)], BAG),
        ([(" a ",)], [("a",)], BAG),
        ([("a",)], [("A",)], BAG),
        ([(1,), (2,)], [(2,), (1,)], ORDERED),
        ([(1, "a")], [("a", 1)], FIXED),
        ([(1,)], [(2,)], SET),
        ([(0.1 + 0.2,)], [(0.3,)], AS_THEY_ARE),
    ],
)
def test_not_same(left: Rows, right: Rows, policy: Policy) -> None:
    assert not compare(left, right, policy)
    assert not compare(right, left, policy)


CELLS = st.one_of(st.none(), st.integers(-2, 2), st.sampled_from(["a", "b"]))
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5)
POLICIES = st.builds(
    Policy,
    rows=st.sampled_from(["set", "bag", "ordered"]),
    any_column_order=st.booleans(),
    by_value=st.booleans(),
)


@given(TABLES, st.permutations([0, 1, 2]), st.randoms())
def test_any_order_of_rows_and_columns_is_the_same(rows: Rows, columns: list[int], random: Random) -> None:
    moved = [tuple(row[i] for i in columns) for row in rows]
    random.shuffle(moved)
    assert compare(rows, moved)


@given(TABLES, TABLES, POLICIES)
def test_agrees_with_the_definition(left: Rows, right: Rows, policy: Policy) -> None:
    """All orders of columns, one by one."""

    def collected(rows: Rows) -> object:
        ordered = rows if policy.rows == "ordered" else sorted(rows, key=repr)
        return set(rows) if policy.rows == "set" else ordered

    orders = itertools.permutations(range(3)) if policy.any_column_order else [(0, 1, 2)]
    expected = any(collected(left) == collected([tuple(r[i] for i in o) for r in right]) for o in orders)
    assert compare(left, right, policy) == expected


@given(TABLES, TABLES, POLICIES)
def test_a_digest_says_what_the_comparison_says(left: Rows, right: Rows, policy: Policy) -> None:
    if digest(left, policy) == digest(right, policy):
        assert compare(left, right, policy)
    elif not policy.any_column_order:
        assert not compare(left, right, policy)


def test_clusters_are_the_answers_that_agree() -> None:
    results: list[Rows] = [[(1, "a")], [(2,)], [("a", 1.0)], [], [(2.0,)], [(1, "a")]]
    assert clusters(results) == [(0, 2, 5), (1, 4), (3,)]
    assert clusters([]) == []


def test_many_equal_columns_end() -> None:
    rows = [(1,) * 12, (2,) * 12]
    assert not compare(rows, [(*[1] * 11, 2), (*[2] * 11, 1)])


def test_columns_alike_but_for_one_row_are_still_found() -> None:
    wide = [tuple(i == j for j in range(12)) for i in range(12)]
    turned = [row[::-1] for row in wide]
    random = Random(0)
    random.shuffle(turned)
    assert compare(wide, turned)


def test_the_search_is_bounded() -> None:
    random = Random(1)
    left = [tuple(random.randrange(2) for _ in range(14)) for _ in range(6)]
    assert not compare(left, [(*row[1:], row[0]) for row in left], Policy(max_checks=1))
