"""What the prompt says of the question's values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plugin.generator.ask import Ask, TableSlice, ValueHit
from plugin.generator.link.hints import hints
from plugin.generator.stage import Services
from tests.support.catalogs import table

FLIGHTS = table("flights", "flight_no int, source_airport varchar, dest_airport varchar")
BOTH = "source_airport = 'ASY' or dest_airport = 'ASY'"


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many flights go to Airport ASY?", "dest_airport = 'ASY'"),
        ("flights landing at ASY", "dest_airport = 'ASY'"),
        ("How many flights depart from ASY?", "source_airport = 'ASY'"),
        ("the flights of ASY", BOTH),
    ],
)
def test_the_end_that_the_words_before_a_value_speak_of(
    services: Callable[..., Services], question: str, condition: str
) -> None:
    hits = tuple(ValueHit("asy", "main.flights", c, "ASY", 1.0) for c in ("source_airport", "dest_airport"))
    part = TableSlice(FLIGHTS, ("flight_no", "source_airport", "dest_airport"), 1.0)
    assert [h.condition for h in hints(Ask(question, values=hits), [part], services())] == [condition]
