"""What is asked of a property manager and of a game studio, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.absence import write_absence
from plugin.generator.generate.plan.errors import Unread
from tests.support.estate import estate
from tests.support.readers import Readers

ESTATE = Readers(estate(), {"결제": "payment", "배관": "plumbing"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("Share of completed requests by vendor", "maintenance_requests", "GROUP BY vendors.vendor_name"),
        ("Share of VIP players by guild", "players", "GROUP BY guilds.guild_name"),
        ("Number of requests and share by category", "maintenance_requests", "SELECT category, request_count, request"),
        ("How many units have 2 bedrooms?", "units", "WHERE bedrooms = 2"),
        ("How many 2-bedroom units are there?", "units", "WHERE bedrooms = 2"),
        ("Amount of purchases last year", "purchases", "SUM(amount)"),
        ("Which building is the oldest?", "buildings", "ORDER BY year_built ASC"),
        ("희귀도별 아이템 수", "items", "GROUP BY rarity"),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in ESTATE.staged(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("How many players played in the last 7 days?", "players", "began then"),
        ("How many items were sold?", "items", "what became of them"),
        ("팔린 아이템은 몇 개야?", "items", "what became of them"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        ESTATE.staged(question, of, verbs=False)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("한 번도 결제하지 않은 player는 몇 명이야?", "players", "what other rows are about"),
        ("Which units have no lease right now?", "units", "go on today"),
    ],
)
def test_no_such_row(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        write_absence(ESTATE.asked(question), ESTATE.tables[of], ESTATE.catalog, "duckdb")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("마지막 구매는 언제였어?", "SELECT MAX(purchases.purchased_at)"),
        ("첫 구매는 언제야?", "SELECT MIN(purchases.purchased_at)"),
    ],
)
def test_phrases(question: str, sql: str) -> None:
    read = ESTATE.phrased(question)
    assert read
    assert all(sql in one for one in read), read


@pytest.mark.parametrize(
    "question",
    [
        "Which guild has the most members?",
        "Which units are not leased at the moment?",
        "Revenue from limited items",
        "How many vendor requests are open?",
    ],
)
def test_no_phrase_reads_what_is_not_meant(question: str) -> None:
    assert not ESTATE.phrased(question)
