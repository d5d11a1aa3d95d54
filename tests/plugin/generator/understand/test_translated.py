"""Korean nouns by their English ones, where the catalogue has these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from plugin.generator.ask import Ask, ValueHit
from plugin.generator.retrieve.values import IN_ENGLISH
from plugin.generator.stage import Services
from plugin.generator.tables import speaks_korean
from plugin.generator.understand import translated

Make = Callable[..., Services]


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("주문", "order"),
        ("주문들", "order"),
        ("주문 상태", ""),  # two names
        ("승무원", ""),  # nothing is called crew
        ("가나다", ""),  # no word of ours
    ],
)
def test_a_name(services: Make, phrase: str, name: str) -> None:
    assert translated.name(phrase, services()) == name


def test_a_table_that_speaks_korean_is_called_as_it_says(services: Make) -> None:
    made = services()
    spoken = made.catalog.mapped(lambda t: replace(t, synonyms=(*t.synonyms, "이것")))
    assert translated.name("주문", replace(made, catalog=spoken)) == ""


def test_countries_in_every_language_do_not_make_a_table_korean(services: Make) -> None:
    table = next(t for t in services().catalog if not speaks_korean(t))
    column = replace(table.columns[0], values=("KR",), value_synonyms={"KR": ("대한민국",)})
    assert not speaks_korean(replace(table, columns=(column, *table.columns[1:])))
    assert speaks_korean(replace(table, synonyms=("주문",)))


def test_a_value_where_one_is_meant(services: Make) -> None:
    table = next(str(t.name) for t in services().catalog if not speaks_korean(t))

    def meant(behind: str, *values: str) -> tuple[str, bool]:
        hits = tuple(ValueHit("취소", table, "status", v, IN_ENGLISH) for v in values)
        return translated.value("취소", behind, Ask("취소").add(values=hits), services())

    assert meant("된 주문", "cancelled") == ("cancelled", True)
    assert meant(" 사유", "cancelled") == ("cancelled", False)
    assert meant("된 주문", "cancelled", "returned") == ("", True)
    assert meant("된 주문") == ("", True)
