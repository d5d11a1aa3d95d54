"""Plain questions that were read wrongly once: what is ranked, counted, returned, or only seems to be named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.words.text import Text
from tests.support.catalogs import table
from tests.support.clinic import read


@pytest.mark.parametrize(
    ("word", "left"),
    [("returned", True), ("return", False), ("visits", True), ("listed", True), ("show", False)],
)
def test_a_request_is_not_what_was_done(word: str, left: bool) -> None:
    assert bool(Text(f"completed {word}").unexplained()[1:]) is left


def test_a_name_with_others_inside_is_not_read_without_them() -> None:
    bills = table("bills", "bill_id int, bill_total decimal", key="bill_id")
    bills = replace(bills, columns=tuple(replace(c, synonyms=("total with tax",)) for c in bills.columns))
    assert ("total", "tax") not in {n.form for n in names(bills)}


@pytest.mark.parametrize(("word", "order"), [("oldest", "ASC"), ("newest", "DESC")])
def test_the_oldest_of_things_that_have_a_date_is_the_first(word: str, order: str) -> None:
    days = table("deals", "deal_id int, deal_name varchar, deal_date date", key="deal_id")
    (sql,) = read(f"What is the name of the {word} deal?", Catalog("deals", "duckdb", (days,)))
    assert sql.endswith(f"ORDER BY deals.deal_date {order} LIMIT 1")


def test_what_is_ranked_must_be_here() -> None:
    from tests.plugin.generator.generate.plan.test_plan import planned

    with pytest.raises(Unread, match="what is ranked is not here"):
        planned("Top 5 orders by revenue in 2020", "monthly_sales")
