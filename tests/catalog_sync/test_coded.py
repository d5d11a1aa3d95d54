"""What descriptions say of coded values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backends.warehouse.base import TableName
from catalog_sync.coded import meanings, with_meanings
from catalog_sync.model import CatalogColumn, CatalogTable

STATUS = {"O": "open", "F": "filled", "X": "cancelled"}


@pytest.mark.parametrize(
    "description",
    [
        "Status. O = open, F = filled, X = cancelled",
        "O: open, F: filled and X: cancelled.",
        "Status: open (O), filled (F) or cancelled (X)",
        "'O' means open, 'F' means filled, 'X' means cancelled",
        "O -> open; F -> filled; X -> cancelled",
        "Status: O open, F filled, X cancelled",
    ],
)
def test_ways_to_say_it(description: str) -> None:
    assert meanings(description, ("F", "O", "X")) == STATUS


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("Region: North, Centre or South", ("North", "Centre", "South")),
        ("whether it is A or B; A is better", ("A", "B")),
        ("A = adult", ("A", "B", "C", "D")),
        ("", ("A", "B")),
    ],
)
def test_says_nothing_of_them(description: str, values: tuple[str, ...]) -> None:
    assert meanings(description, values) == {}


def test_korean() -> None:
    assert meanings("상태. O = 대기 중, X = 취소", ("O", "X")) == {"O": "대기 중", "X": "취소"}


def column(**changes: object) -> CatalogColumn:
    known = CatalogColumn("card_typ", "VARCHAR", description="A = adult, C = child", values=("A", "C"))
    return replace(known, **changes)  # type: ignore[arg-type]


def synonyms(one: CatalogColumn) -> dict[str, tuple[str, ...]]:
    table = CatalogTable(TableName("d", "s", "t"), "table", "", columns=(one,))
    return dict(with_meanings(table).columns[0].value_synonyms)


def test_nouns_come_in_the_plural_too() -> None:
    assert synonyms(column()) == {"A": ("adult", "adults"), "C": ("child", "children")}


def test_what_people_wrote_stays() -> None:
    assert synonyms(column(value_synonyms={"A": ("grown-up",)}))["A"] == ("grown-up",)


def test_nothing_of_private_columns() -> None:
    assert synonyms(column(pii=True)) == {}


def test_a_single_code_is_told_in_brackets() -> None:
    assert meanings("IN_SERVICE or OOO (out of order)", ("IN_SERVICE", "OOO")) == {"OOO": "out of order"}
    assert meanings("STD, SUP (see the price list)", ("STD", "SUP")) == {}


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("P = paused by the partner, A = closed", {"P": ["paused by the partner", "paused"], "A": ["closed"]}),
        ("P = closed / left us, A = open", {"P": ["closed / left us", "closed", "left us"], "A": ["open"]}),
        ("P = delivery failed, A = delivered", {"P": ["delivery failed", "failed delivery"], "A": ["delivered"]}),
        ("P = still open, A = closed", {"P": ["still open", "open"], "A": ["closed"]}),
        ("P = submitted, pending; A = paid", {"P": ["submitted, pending", "submitted", "pending"], "A": ["paid"]}),
        ("P = paid in full, A = paid in part", {"P": ["paid in full"], "A": ["paid in part"]}),  # paid says neither
        ("P = not paid, A = paid", {"P": ["not paid"], "A": ["paid"]}),
        ("P = no longer opened, A = opened", {"P": ["no longer opened"], "A": ["opened"]}),
        ("P = never used, A = used", {"P": ["never used"], "A": ["used"]}),
        ("P = out of stock, A = there", {"P": ["out of stock"], "A": ["there"]}),
        ("P = first of two, A = done", {"P": ["first of two"], "A": ["done"]}),
        ("P = newly created, A = done", {"P": ["newly created"], "A": ["done"]}),
    ],
)
def test_in_fewer_words_where_these_say_one_value_alone(description: str, said: dict[str, list[str]]) -> None:
    found = synonyms(column(description=description, values=("P", "A")))
    assert {value: list(told) for value, told in found.items()} == said


def test_short_codes_that_are_small_words_are_none() -> None:
    assert meanings("State: on (ON), off (OFF)", ("ON", "OFF")) == {}
    assert meanings("ON = Ontario, BC = British Columbia", ("ON", "BC")) == {"ON": "ontario", "BC": "british columbia"}
    assert meanings("H = customer's home, W = work", ("H", "W")) == {"H": "customer's home", "W": "work"}
