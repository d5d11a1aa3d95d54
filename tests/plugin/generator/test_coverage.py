"""What is refused: what no table knows, and what only private columns hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from plugin.generator.ask import Ask, Mention, Route
from plugin.generator.route.coverage import Coverage
from plugin.generator.stage import Services
from plugin.generator.understand import dates
from tests.support.catalogs import shop

KNOWN, PRIVATE = frozenset(("people",)), True


def judged(question: str, known: str, unknown: str, private: str = "") -> str:
    """Why it is refused; "" where it is not."""
    found = [Mention(word, KNOWN) for word in known.split()] + [Mention(word, frozenset()) for word in unknown.split()]
    found += [Mention(word, KNOWN, PRIVATE) for word in private.split()]
    services: Services = None  # type: ignore[assignment]
    verdict = Coverage()(Ask(question, mentions=tuple(found)), services).verdict
    return verdict.reason if verdict else ""


@pytest.mark.parametrize(
    ("question", "known", "unknown"),
    [
        ("How many parking spaces do we have?", "parking", "spaces"),
        ("What is the home address of our instructors?", "home instructors", "address"),
        ("What do our smoothies cost?", "cost", "smoothies"),
    ],
)
def test_what_no_table_knows(question: str, known: str, unknown: str) -> None:
    assert judged(question, known, unknown) == "not_in_data"


@pytest.mark.parametrize(
    ("question", "known", "unknown"),
    [
        ("What is the pay of the grumpiest instructors?", "pay instructors", "grumpiest"),
        ("How many instructors left by the end?", "instructors left", "end"),
        ("What is our mrr by club?", "club", "mrr"),
    ],
)
def test_one_word_that_nobody_knows_is_no_reason(question: str, known: str, unknown: str) -> None:
    assert judged(question, known, unknown) == ""


def test_a_phone_number_is_no_number_of_things() -> None:
    assert judged("What is the phone number of member 12?", "member", "", "phone") == "pii"
    assert judged("What is the number of phones?", "", "", "phones") == ""
    assert judged("How many members have a phone?", "members", "", "phone") == ""


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What will our revenue be at the end of 2030?", "not_in_data"),
        ("What was our revenue in 2030?", ""),
        ("What will our revenue be?", ""),
    ],
)
def test_nobody_knows_the_future(question: str, reason: str) -> None:
    known = shop()
    route = Route(next(t for t in known if t.name.name == "orders"), 1.0)
    services = cast(Services, SimpleNamespace(catalog=known))
    ask = Ask(question, mentions=(Mention("revenue", KNOWN),), periods=dates.find(question), routes=(route,))
    verdict = Coverage()(ask, services).verdict
    assert (verdict.reason if verdict else "") == reason
