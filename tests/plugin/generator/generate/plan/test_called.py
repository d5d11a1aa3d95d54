"""What several columns are called: the one whose own name has the word, and verbs that are no names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from tests.support.catalogs import shop


def _trade() -> CatalogTable:
    first = next(t for t in shop() if t.view is not None)
    return replace(
        first,
        columns=(
            CatalogColumn("customer_region", "VARCHAR", synonyms=("region",)),
            CatalogColumn("customer_nation", "VARCHAR", synonyms=("region", "country")),
            CatalogColumn("supplier_area", "VARCHAR", synonyms=("zone",)),
            CatalogColumn("customer_area", "VARCHAR", synonyms=("zone",)),
            CatalogColumn("revenue", "DECIMAL(18, 2)"),
            CatalogColumn("waiting_days", "BIGINT"),
            CatalogColumn("order_count", "BIGINT"),
        ),
        view=QuestionView(
            grain=("customer_region", "customer_nation"),
            measures={"revenue": "sum", "order_count": "sum", "waiting_days": "sum"},
        ),
    )


TRADE = _trade()


def planned(question: str) -> str:
    catalog = replace(shop(), tables=(TRADE,))
    return write(read(Ask(question, "en"), narrow(TRADE, catalog)), catalog, "duckdb").casefold()


@pytest.mark.parametrize(
    ("question", "select"),
    [
        ("revenue by region", "select customer_region, sum(revenue)"),
        ("In each region, which customer nation brought the most revenue?", "select customer_region, customer_nation"),
        ("How many orders did we take?", "select sum(order_count) as order_count from"),
        ("Which country has the longest waiting days?", "select customer_nation from"),
    ],
)
def test_called(question: str, select: str) -> None:
    assert planned(question).startswith(select)


def test_two_that_are_called_so_are_not_told_apart() -> None:
    with pytest.raises(Unread, match="may be"):
        planned("revenue by zone")
