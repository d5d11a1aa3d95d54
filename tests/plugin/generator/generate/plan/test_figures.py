"""Quotients by name, flags that must be false, percents: over a view and a table of deliveries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable, QuestionView
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import table

SYNONYMS = {
    "line_count": ("주문 라인 수", "lines"),
    "late_line_count": ("지연 건수",),
    "gross_profit": ("매출총이익", "profit"),
    "revenue": ("매출",),
    "ship_mode": ("운송 수단",),
    "is_late": ("지연 여부", "지연"),
    "discount_rate": ("할인율",),
}
RATE = "SUM(late_line_count) * 1.0 / NULLIF(SUM(line_count), 0)"


def _table(found: CatalogTable, description: str = "", described: dict[str, str] | None = None) -> CatalogTable:
    columns = (
        replace(c, synonyms=SYNONYMS.get(c.name, ()), description=(described or {}).get(c.name, ""))
        for c in found.columns
    )
    return replace(found, columns=tuple(columns), description=description)


SUMS = ("line_count", "late_line_count", "order_count", "revenue", "gross_profit")
MONTHLY = _table(
    table(
        "monthly_shipping",
        f"ship_month date, ship_mode varchar, {', '.join(f'{name} bigint' for name in SUMS)}",
        view=QuestionView(
            grain=("ship_month", "ship_mode"), measures=dict.fromkeys(SUMS, "sum"), time_column="ship_month"
        ),
        ranges={"ship_month": ("2019-01-01", "2020-08-01")},
    ),
    "Add up the measures, and divide sum(revenue) by sum(order_count) for the average order value.",
)
LINES = _table(
    table(
        "lines", "line_id int, is_late boolean, discount_rate decimal, weight_rate decimal, pieces int", key="line_id"
    ),
    described={"discount_rate": "Discount as a fraction: 0.06 is 6 %."},
)
CATALOG = Catalog("shipping", "duckdb", (MONTHLY, LINES))


def planned(question: str, where: CatalogTable = MONTHLY) -> str:
    language = "en" if question.isascii() else "ko"
    ask = Ask(question, language, periods=dates.find(question), groupings=dates.groupings(question))  # type: ignore[arg-type]
    return write(read(ask, narrow(where, CATALOG)), CATALOG, "duckdb").replace("main.", "")


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("What is the late rate by ship mode?", f"{RATE} AS late_line_count_per_line"),
        ("운송 수단별 지연율", f"{RATE} AS late_line_count_per_line"),
        ("운송 수단별 지연율은 몇 %?", f"{RATE.replace('1.0', '100.0')} AS late_line_count_per_line"),
        ("average order value by ship mode", "SUM(revenue) * 1.0 / NULLIF(SUM(order_count), 0) AS revenue_per_order"),
        ("운송 수단별 평균 주문 금액", "SUM(revenue) * 1.0 / NULLIF(SUM(order_count), 0) AS revenue_per_order"),
        ("운송 수단별 매출총이익률", "SUM(gross_profit) * 1.0 / NULLIF(SUM(revenue), 0) AS gross_profit_per_revenue"),
        (
            "gross profit as a percentage of revenue by ship mode",
            "SUM(gross_profit) * 100.0 / NULLIF(SUM(revenue), 0) AS gross_profit_per_revenue",
        ),
        (
            "운송 수단별 매출 대비 매출총이익",
            "SUM(gross_profit) * 1.0 / NULLIF(SUM(revenue), 0) AS gross_profit_per_revenue",
        ),
    ],
)
def test_a_quotient(question: str, figure: str) -> None:
    assert planned(question) == f"SELECT ship_mode, {figure} FROM monthly_shipping GROUP BY ship_mode"


def test_a_quotient_of_two_periods_is_divided_in_each() -> None:
    sql = planned("average order value in June 2020 and in July 2020 by ship mode")
    assert sql.count("/ NULLIF(SUM(CASE WHEN") == 2


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many pieces are there?", "SELECT SUM(pieces) AS pieces FROM lines"),
        (
            "How many lines have pieces between 10 and 20?",
            "SELECT COUNT(*) AS line_count FROM lines WHERE pieces >= 10 AND pieces <= 20",
        ),
        ("How many lines are not late?", "SELECT COUNT(*) AS line_count FROM lines WHERE NOT is_late"),
        ("What is the late rate?", "SELECT COUNT(CASE WHEN is_late THEN 1 END) * 1.0 / NULLIF(COUNT(*), 0)"),
        (
            "How many lines have a discount rate over 5%?",
            "SELECT COUNT(*) AS line_count FROM lines WHERE discount_rate > 0.05",
        ),
        (
            "What percentage of lines has a discount rate over 5%?",
            "SELECT COUNT(CASE WHEN discount_rate > 0.05 THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0)",
        ),
    ],
)
def test_rows(question: str, sql: str) -> None:
    assert planned(question, LINES).startswith(sql)


@pytest.mark.parametrize(
    ("question", "where", "why"),
    [
        ("How many lines have a weight rate over 5%?", LINES, "percent of what"),
        ("ratio of the late rate by ship mode", MONTHLY, "nothing here is called ratio"),
        ("proportion of the late rate by ship mode", MONTHLY, "a share of a quotient"),
        ("gross profit as a share of sunshine", MONTHLY, "sunshin|what is divided"),
    ],
)
def test_what_stays_unread(question: str, where: CatalogTable, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, where)
