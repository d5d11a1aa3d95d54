"""English turns of speech and what the rules read in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from plugin.generator.ask import Ask, Verdict
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand.english_turns import plainly
from plugin.generator.understand.plainly import Plainly

NO_SERVICES = cast("Services", None)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("How much did we spend on fuel last month?", "what was the total fuel cost last month?"),
        ("Which 5 drivers were hired first?", "the first 5 drivers to be hired?"),
        ("Average delay per driver, top 10", "top 10 drivers by Average delay"),
        ("Sales without cancelled orders", "Sales excluding cancelled orders"),
        ("How many customers ordered more than once?", "How many customers ordered more than 1 times?"),
        ("Of the patients who came in May, how many paid?", "how many patients who came in May paid?"),
        ("Out of all our orders from 2024, how many of them were late?", "how many orders from 2024 were late?"),
        ("Of the customers in Rome, what percentage churned?", "what percentage of customers in Rome churned?"),
        ("Of the orders that are not open, what share is late?", "what share of orders that are not open is late?"),
        ("Of the X-1 lines ordered in 1994, how many were late?", "how many X-1 lines ordered in 1994 were late?"),
        ("guests who bought for the first time", "guests who had their first order"),
        ("the very first order", "the first order"),
        ("What share of each store's revenue came from tea?", "What share of revenue came from tea by store?"),
        ("Did we win more than last May? Please show both numbers.", "Did we win more than last May?"),
        ("How many of our customers are active?", "how many customers are active?"),
        ("new customers, how many?", "how many new customers"),
        ("What was our busiest day by number of orders?", "which day had the most orders?"),
        ("What's our busiest weekday by orders?", "which weekday had the most orders?"),
        ("What was our best month ever for revenue?", "which month had the most revenue?"),
        ("revenue month by month", "revenue by month"),
        ("What fraction of orders are late?", "what share of orders are late?"),
        ("How often was it ordered?", "how many times was it ordered?"),
        ("Who are our top 5 customers?", "top 5 customers?"),
        ("Open orders as a share of the total?", "share of Open orders?"),
        ("revenue in the month of May", "revenue in May"),
        ("revenue in the whole year 2024", "revenue in 2024"),
        ("orders over the course of 2024", "orders in 2024"),
        ("each of the months", "each month"),
        ("orders in each of our categories", "orders in each categories"),
        ("Which store sold the most and how much was that?", "Which store sold the most, and how much?"),
    ],
)
def test_plainly(said: str, plain: str) -> None:
    assert plainly(said) == plain


@pytest.mark.parametrize(
    "question",
    [
        "Of the doctors in Rome, how many visits did they have?",  # visits are counted, not doctors
        "Of the stores in Rome, what share of the revenue comes from Brooklyn?",
        "Of the 20 customers, how many paid?",
        "orders in the month before",
        "What is the busiest day of the week?",
        "Which customers have more than 5 orders, how many?",
        "And how many?",
        "How often do customers order?",
        "revenue of Rome as a share of the total by month",
        "each of the last 3 months",
        "customers that have no email on file",
        "How many orders are there by month?",
        "",
    ],
)
def test_what_stays(question: str) -> None:
    assert plainly(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "Of the patients in Rome who are not insured, how many paid?",
        "Of the orders over 50 euros placed in May 2024, how many were late?",
        "How many of the open orders from web were never shipped?",
    ],
)
def test_no_condition_is_dropped(question: str) -> None:
    plain = plainly(question)
    for word in ("Rome", "not", "insured", "over 50 euros", "May 2024", "late", "open", "web", "never"):
        assert (word in plain) == (word in question)


@dataclass(frozen=True)
class Reads:
    """Settles the one question that it knows."""

    known: str
    name: str = "reads"
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return ask.add(verdict=Verdict("answered")) if ask.question == self.known else ask.add(dropped=("tried",))


def test_a_question_that_is_read_so_is_put_so() -> None:
    done = Plainly(Reads("how many orders are late?"))(Ask("How many of the orders are late?"), NO_SERVICES)
    assert done.settled
    assert (done.question, done.asked) == ("how many orders are late?", "How many of the orders are late?")


@pytest.mark.parametrize(
    "asked",
    [
        Ask("How many of the stores are open?"),  # nor so
        Ask("how many orders are late?"),  # plain already
        Ask("How many of the orders are late?", language="ko"),
    ],
)
def test_what_is_not_read_so_stays_as_it_was_asked(asked: Ask) -> None:
    assert Plainly(Reads("how many orders are late?"))(asked, NO_SERVICES) is asked


def test_periods_are_those_of_the_question_as_it_is_put() -> None:
    put = "how many orders placed in 2024 were late?"
    done = Plainly(Reads(put))(Ask("Of the orders placed in 2024, how many were late?"), NO_SERVICES)
    assert [put[slice(*p.span)] for p in done.periods] == ["2024"]
