"""Words that change nothing."""

from __future__ import annotations

import pytest

from plugin.generator.understand.fillers import without_fillers


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Could you tell me how many orders we have on record, please?", "how many orders we have ?"),
        ("Hi, do you know which store sold the most right now?", "which store sold the most ?"),
        ("I'd like to know how many invoices are still open", "how many invoices are still open"),
        ("Who are our five biggest customers in terms of revenue?", "Who are our five biggest customers by revenue?"),
        ("Are there products nobody has ever ordered?", "which products never ordered?"),
        ("web sessions by device please", "web sessions by device"),
        ("How many inspections failed last week (Mon–Sun)?", "How many inspections failed last week ?"),
        ("Running revenue by month, starting from January", "Running revenue by month"),
        ("Good pieces by month, in date order.", "Good pieces by month ."),
        ("Customers in date order", "Customers in date order"),
        ("Days per carrier, slowest first", "Days per carrier, highest first"),
        ("revenue by day, oldest first", "revenue by day"),
        ("For the board deck: revenue by month", "revenue by month"),
        ("For the weekly meeting show revenue by month", "show revenue by month"),
        ("Revenue of both, side by side", "Revenue of both"),
        ("Revenue, broken down by month", "Revenue by month"),
        ("Revenue, separated by month", "Revenue by month"),
        ("A breakdown of revenue by store", "revenue by store"),
        ("on-time delivery rate", "timely delivery rate"),
        ("Which five room attendants did the most tasks?", "Which 5 room attendants did the most tasks?"),
    ],
)
def test_what_changes_nothing_is_left_out_in_its_place(question: str, said: str) -> None:
    made = without_fillers(question)
    assert " ".join(made.split()) == said
    assert len(made) == len(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which products were really ordered?",
        "How many people do we need on Monday?",
        "매출 please",
        "customers, oldest first",  # by their age
        "employees separated by department",  # who left
        "For the weekly call center calls by agent",
        "orders per month based on the ship date",
        "a breakdown of revenue",
        "How many orders were on time?",
        "A next to each other B",
    ],
)
def test_the_rest_stays(question: str) -> None:
    assert without_fillers(question).removesuffix("please").split() == question.removesuffix("please").split()
