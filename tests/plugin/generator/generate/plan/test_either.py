"""Which of two values is more, and how many times as much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog
from plugin.generator.generate.plan.errors import Unread
from tests.support.catalogs import shop
from tests.support.parcels import planned

SYNONYMS = {"revenue": ("sales", "매출"), "store_name": ("매장",)}


def spoken() -> Catalog:
    found = shop()
    columns = ((t, tuple(replace(c, synonyms=SYNONYMS.get(c.name, ())) for c in t.columns)) for t in found)
    return replace(found, tables=tuple(replace(t, columns=c) for t, c in columns))


CATALOG = spoken()
OF_BOTH = "SELECT store_name FROM main.monthly_sales WHERE store_name IN ('Brooklyn', 'Chicago')"


def in_year(year: int) -> str:
    return f"order_month >= CAST('{year}-01-01' AS DATE) AND order_month < CAST('{year + 1}-01-01' AS DATE)"


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("Did Brooklyn or Chicago sell more?", "DESC"),
        ("Did Brooklyn, or Chicago sell more?", "DESC"),
        ("Did Brooklyn or Chicago have the higher revenue?", "DESC"),
        ("Is revenue lower in Brooklyn or Chicago?", "ASC"),
        ("Brooklyn이랑 Chicago 중 어디 매출이 더 많아?", "DESC"),
        ("Brooklyn과 Chicago 중 매출이 더 높은 곳은?", "DESC"),
        ("Brooklyn이랑 Chicago 중 어디가 매출이 더 적어?", "ASC"),
    ],
)
def test_the_one_with_more(question: str, sign: str) -> None:
    ranked = f"{OF_BOTH} GROUP BY store_name ORDER BY SUM(revenue) {sign} LIMIT 1"
    assert planned(question, "monthly_sales", CATALOG) == ranked


def test_in_a_period() -> None:
    sql = planned("Did Brooklyn or Chicago have more revenue in 2019?", "monthly_sales", CATALOG)
    assert sql == f"{OF_BOTH} AND ({in_year(2019)}) GROUP BY store_name ORDER BY SUM(revenue) DESC LIMIT 1"


@pytest.mark.parametrize(
    "question",
    [
        "Did Brooklyn and Chicago sell more?",
        "Did Brooklyn or Chicago sell more in each month of 2019?",  # one of each month
        "Did Brooklyn or Chicago sell more than in 2019?",
        "Did Brooklyn or Chicago sell more in 2019 or 2020?",
        "no more revenue in Brooklyn or Chicago",
        "Brooklyn과 Chicago 매출이 더 많은 달",
    ],
)
def test_no_choice_of_two(question: str) -> None:
    with pytest.raises(Unread):
        planned(question, "monthly_sales", CATALOG)


@pytest.mark.parametrize("question", ["revenue of Brooklyn or Chicago", "Brooklyn이나 Chicago 매출"])
def test_or_alone_is_of_both(question: str) -> None:
    both = OF_BOTH.replace("SELECT store_name", "SELECT SUM(revenue) AS revenue")
    assert planned(question, "monthly_sales", CATALOG) == both


def of_store(name: str) -> str:
    return f"COALESCE(SUM(CASE WHEN store_name = '{name}' THEN revenue END), 0)"


@pytest.mark.parametrize(
    ("question", "more", "base"),
    [
        ("How many times higher is the revenue of Brooklyn than Chicago?", "Brooklyn", "Chicago"),
        ("How many times more revenue did Chicago make than Brooklyn?", "Chicago", "Brooklyn"),
        ("ratio of Brooklyn revenue to Chicago revenue", "Brooklyn", "Chicago"),
        ("Brooklyn 매출은 Chicago의 몇 배야?", "Brooklyn", "Chicago"),
        ("Chicago보다 Brooklyn 매출이 몇 배야?", "Brooklyn", "Chicago"),
    ],
)
def test_how_many_times_of_two_values(question: str, more: str, base: str) -> None:
    sql = planned(question, "monthly_sales", CATALOG)
    assert f"{of_store(more)} * 1.0 / NULLIF({of_store(base)}, 0)" in sql


@pytest.mark.parametrize(
    "question",
    [
        "How many times higher was the revenue in 2020 than in 2019?",
        "Compared to 2019, how many times higher was the revenue in 2020?",
        "ratio of revenue in 2020 to 2019",
        "2020년 매출은 2019년의 몇 배야?",
        "2019년 대비 2020년 매출은 몇 배야?",
        "2019년보다 2020년 매출이 몇 배야?",
    ],
)
def test_how_many_times_of_two_periods(question: str) -> None:
    later, before = (f"SUM(CASE WHEN {in_year(year)} THEN revenue END)" for year in (2020, 2019))
    assert f"SELECT {later} * 1.0 / NULLIF({before}, 0)" in planned(question, "monthly_sales", CATALOG)


def test_a_difference_is_no_quotient() -> None:
    sql = planned("How much more did Brooklyn sell than Chicago?", "monthly_sales", CATALOG)
    assert f"{of_store('Brooklyn')} - {of_store('Chicago')}" in sql


@pytest.mark.parametrize("question", ["How many times higher is the revenue in 2020?", "ratio of revenue to orders"])
def test_times_of_what(question: str) -> None:
    with pytest.raises(Unread):
        planned(question, "monthly_sales", CATALOG)
