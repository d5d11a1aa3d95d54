"""The one sentence about several rows, by the statement that made them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from backends.warehouse.base import Rows
from plugin.generator.deliver.sentence import describe

BY_STORE = "SELECT store_name, SUM(revenue) AS revenue FROM s GROUP BY 1"
COUNTED = "SELECT city, COUNT(*) AS stores FROM s GROUP BY 1"


def said(sql: str, columns: str, *rows: tuple[Any, ...], ko: bool = False, truncated: bool = False) -> str:
    names = tuple(columns.split())
    made = Rows(columns=names, types=("X",) * len(names), rows=rows, truncated=truncated, seconds=0)
    return describe(made, sql, "duckdb", "ko" if ko else "en", {"revenue": "매출"} if ko else {})


FOUR = (("Brooklyn", 8.5), ("Chicago", 3.25), ("Boston", 5.0), ("Austin", None))
SIX = (("a", Decimal(1)), ("b", Decimal(6)), ("c", Decimal(6)), ("d", Decimal(4)), ("e", Decimal(6)), ("f", Decimal(2)))


def test_few_groups_are_told_each_with_its_figure() -> None:
    assert said(BY_STORE, "store_name revenue", *FOUR) == "Revenue: Brooklyn 8.50; Chicago 3.25; Boston 5.00; Austin -."
    assert said(BY_STORE, "store_name revenue", *FOUR[:2], ko=True) == "매출은 Brooklyn 8.50; Chicago 3.25입니다."


def test_of_many_the_ends_and_how_many_share_them() -> None:
    assert (
        said(BY_STORE, "store_name revenue", *SIX)
        == "6 rows; highest revenue for b and 2 more (6.00), lowest for a (1.00)."
    )
    assert (
        said(BY_STORE, "store_name revenue", *SIX, ko=True)
        == "6건 중 매출 최고는 b 외 2건(6.00), 최저는 a(1.00)입니다."
    )


def test_all_the_same() -> None:
    same = [(letter, 2) for letter in "abcdef"]
    assert said(COUNTED, "city stores", *same) == "6 rows, all with stores 2."


def test_two_names_of_a_group() -> None:
    sql = "SELECT city, month, SUM(revenue) AS revenue FROM s GROUP BY 1, 2"
    rows = (("York", date(2024, 1, 1), 1.0), ("York", date(2024, 2, 1), 2.0))
    assert said(sql, "city month revenue", *rows) == "Revenue: York, 2024-01 1.00; York, 2024-02 2.00."


def test_one_column_of_names() -> None:
    assert said("SELECT city FROM s", "city", ("York",), ("Bath",)) == "City: York; Bath."


@pytest.mark.parametrize(
    ("sql", "columns", "rows"),
    [
        pytest.param(BY_STORE + " ORDER BY 2 DESC LIMIT 6", "store_name revenue", SIX, id="lowest of those shown"),
        pytest.param("SELECT city, y FROM s", "city y", (("York", 2020), ("Bath", 2021)), id="a year is no amount"),
        pytest.param(
            "SELECT city, SUM(a) AS a, SUM(b) AS b FROM s GROUP BY 1", "city a b", (("Y", 1, 2), ("B", 3, 4)), id="two"
        ),
        pytest.param("SELECT t FROM s", "t", (("x" * 70,), ("y",)), id="text to read"),
        pytest.param(BY_STORE, "store_name revenue", (*SIX, ("g", None)), id="unknown may be the highest"),
    ],
)  # fmt: skip
def test_else_how_many_and_the_first(sql: str, columns: str, rows: tuple[tuple[Any, ...], ...]) -> None:
    assert said(sql, columns, *rows).startswith(f"{len(rows)} rows; the first: ")


def test_rows_that_are_not_all_have_no_ends() -> None:
    assert said(BY_STORE, "store_name revenue", *SIX, truncated=True).startswith("6+ rows; the first: ")


def test_a_flag_beside_a_figure_is_told_by_what_it_says() -> None:
    sql = "SELECT is_weekend, SUM(revenue) AS revenue FROM s GROUP BY is_weekend"
    rows = ((False, 9.0), (True, 23.5))
    assert said(sql, "is_weekend revenue", *rows) == "Revenue: not weekend 9.00; weekend 23.50."
    assert said(sql, "is_weekend revenue", *rows, ko=True) == "매출은 weekend 아님 9.00; weekend 23.50입니다."
    assert said("SELECT is_open FROM s", "is_open", (True,)) == "is open: true."


def test_a_figure_beside_its_share() -> None:
    sql = "SELECT city, stores, stores * 1.0 / NULLIF(SUM(stores) OVER (), 0) AS stores_share FROM (SELECT 1) AS t"
    assert said(sql, "city stores stores_share", ("a", 3, 0.75), ("b", 1, 0.25)) == "Stores: a 3 (75.0%); b 1 (25.0%)."


def test_a_year_is_no_amount() -> None:
    sql = "SELECT building_name, year_built FROM s ORDER BY year_built DESC LIMIT 2"
    rows = (("Dock", 2019), ("Mill", 1998))
    assert said(sql, "building_name year_built", *rows) == "2 rows; the first: building name Dock, year built 2019."
