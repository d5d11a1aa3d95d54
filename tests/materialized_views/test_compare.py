from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from backends.warehouse.base import Rows
from materialized_views.compare import difference


def rows(*found: tuple[Any, ...], types: tuple[str, ...] = ("ANY", "ANY"), truncated: bool = False) -> Rows:
    return Rows(("a", "b"), types, found, truncated)


def test_bags_are_equal_in_any_order_and_not_as_sets() -> None:
    assert difference(rows((1, "x"), (2, "y"), (2, "y")), rows((2, "y"), (1, "x"), (2, "y"))) == ""
    assert difference(rows((1, "x"), (1, "x"), (2, "y")), rows((1, "x"), (2, "y"), (2, "y"))) == "values of a differ"


def test_floats_may_differ_in_the_tenth_digit_others_not_at_all() -> None:
    assert difference(rows((1, 0.1 + 0.2)), rows((1, 0.3))) == ""
    assert difference(rows((1, 0.3)), rows((1, 0.3000001))) == "values of b differ"
    assert difference(rows((1, Decimal("0.30"))), rows((1, Decimal("0.31")))) == "values of b differ"
    assert difference(rows((1, float("nan"))), rows((1, float("nan")))) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, Decimal(1)), (1, 1.0), (1, True), (0, None), ("", None), (date(2024, 1, 1), datetime(2024, 1, 1))],
)
def test_other_types_are_other_answers(one: Any, other: Any) -> None:
    assert difference(rows((1, one)), rows((1, other))) == "values of b differ"


def test_types_names_numbers_of_rows_and_cut_results() -> None:
    assert difference(rows(types=("INTEGER", "ANY")), rows(types=("BIGINT", "ANY"))) == "a is BIGINT instead of INTEGER"
    assert difference(rows((1, 2)), rows()) == "0 rows instead of 1"
    assert difference(rows(), Rows(("a", "c"), ("ANY", "ANY"), ())) == "columns a, c instead of a, b"
    assert "too large" in difference(rows((1, 2), truncated=True), rows((1, 2)))


def test_floats_that_are_nearly_equal_do_not_shuffle_rows() -> None:
    one = rows(("x", 1.0), ("x", 2.0), ("y", 1.0 + 1e-12))
    other = rows(("y", 1.0), ("x", 2.0 - 1e-12), ("x", 1.0 + 1e-12))
    assert difference(one, other) == ""
