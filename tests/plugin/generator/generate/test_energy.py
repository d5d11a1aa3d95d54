"""What is asked of a power company and of a factory, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from tests.support.energy import energy
from tests.support.readers import Readers

ENERGY = Readers(energy(), {"불합격": "fail"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("which part has the most stock?", "part_stock", "ORDER BY SUM(on_hand_qty) DESC"),
        ("which month had the lowest total kwh?", "agg_monthly_usage", "ORDER BY SUM(total_kwh) ASC"),
        ("amount of bills paid by card in 2025", "fct_bills", "SUM(amt)"),
        ("how many bills were paid late in May 2026?", "fct_bills", "is_late AND (paid_on >="),
        ("how many inspections did Eva Fry fail?", "fct_inspections", "fct_inspections.result = 'fail'"),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in ENERGY.planned(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("how many batches did Robot 3 abort?", "fct_batches", "what was done"),
        ("검사자별 불합격 검사 건수", "fct_inspections", "by what"),
        ("cost 건수는?", "fct_work_orders", "a count of a figure"),
        ("average kwh per day in June 2026", "fct_bills", "kwh"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        ENERGY.planned(question, of, verbs=False)


@pytest.mark.parametrize(
    "question",
    [
        "how many batches passed inspection?",
        "how many batches cleared inspection?",
        "how many work orders did Eva Fry close?",
        "how many batches did Robot 3 abort?",
        "which team lost the most technicians?",
        "how many bills were paid late in May 2026?",
        "how many parts were never counted?",
        "which month had the lowest total kwh?",
        "which part has the most stock?",
    ],
)
def test_no_phrase_leaves_out_what_was_done(question: str) -> None:
    assert not ENERGY.phrased(question)
