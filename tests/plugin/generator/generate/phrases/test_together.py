"""What lies in one row together, in English questions."""

from __future__ import annotations

import pytest

from tests.plugin.generator.generate.phrases.test_spending import GUESTS, STAYS, read
from tests.support.catalogs import table

WINES = table("wines", "wine_id int, wine_name varchar", key="wine_id", values={"wine_name": ("Rioja", "Chianti")})
GLASSES = table(
    "glasses",
    "glass_id int, stay_id int, wine_id int",
    key="glass_id",
    refs={"stay_id": "stays.stay_id", "wine_id": "wines.wine_id"},
)
ONE = (
    "stays.stay_id IN (SELECT glasses.stay_id FROM main.glasses WHERE glasses.wine_id IN "
    "(SELECT wines.wine_id FROM main.wines WHERE wines.wine_name = '{}'))"
)
BOTH = f"{ONE.format('Rioja')} AND {ONE.format('Chianti')}"
OF_GUESTS = "SELECT COUNT(*) AS count FROM main.guests WHERE guests.guest_id IN "
WHO = f"{OF_GUESTS}(SELECT stays.guest_id FROM main.stays WHERE {BOTH})"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many guests drank Rioja and Chianti in the same stay?", WHO),
        ("How many guests have drunk both a Rioja and a Chianti in one stay?", WHO),
        ("How many stays had both a Rioja and a Chianti?", f"SELECT COUNT(*) AS count FROM main.stays WHERE {BOTH}"),
    ],
)
def test_together(question: str, sql: str) -> None:
    assert read(question, GUESTS, STAYS, GLASSES, WINES) == [sql]


def test_either_is_not_both() -> None:
    assert not read("How many guests drank Rioja or Chianti in the same stay?", GUESTS, STAYS, GLASSES, WINES)
