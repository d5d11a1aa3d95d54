from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.beside import CODES, beside

ROWS = [("Brooklyn", 10), ("Chicago", 20)]


@pytest.mark.parametrize(
    ("left", "right", "codes"),
    [
        (ROWS, list(reversed(ROWS)), ("same",)),
        (ROWS, [(b, a) for a, b in ROWS], ("same",)),
        ([], [], ("same",)),
        ([], ROWS, ("empty",)),
        (ROWS, [], ("extra_rows",)),
        ([("Brooklyn",)], ROWS, ("fewer_columns",)),
        (ROWS, [("Brooklyn",)], ("more_columns",)),
        (ROWS[:1], ROWS, ("missing_rows",)),
        (ROWS, ROWS[:1], ("extra_rows",)),
        (ROWS, [("Brooklyn", 10), ("Chicago", 21)], ("other_values",)),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], ("missing_rows", "extra_rows")),
    ],
)
def test_what_the_left_has_against_the_right(left: list[Any], right: list[Any], codes: tuple[str, ...]) -> None:
    assert beside(left, right).codes == codes


def test_the_cells_and_rows_that_differ_are_named() -> None:
    found = beside([("Brooklyn", 10), ("Chicago", 20), ("Tokyo", 1)], [("Chicago", 21), ("Brooklyn", 10)])
    assert found.left.other == {(1, 1)}
    assert found.right.other == {(0, 1)}
    assert found.left.alone == {2}
    assert found.right.alone == frozenset()


lists = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=5)


@given(lists, lists)
def test_both_ways_say_the_same(left: list[Any], right: list[Any]) -> None:
    there, back = beside(left, right), beside(right, left)
    assert there.same == back.same
    assert set(there.codes) <= set(CODES)
    assert (there.left, there.right) == (back.right, back.left) or not (left and right)
    if not there.same:
        assert there.codes


@given(lists)
def test_a_result_is_the_same_as_itself_in_any_order(rows: list[Any]) -> None:
    assert beside(rows, rows[::-1]).same
