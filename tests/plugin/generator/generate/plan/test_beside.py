"""Figures before tax, and one figure as a part of another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from tests.support.catalogs import shop

FIRST = next(t for t in shop() if t.view is not None)
assert FIRST.view is not None
TABLE = replace(
    FIRST,
    columns=(
        CatalogColumn("store_name", "VARCHAR"),
        CatalogColumn("revenue", "DECIMAL(18, 2)", description="Sales in US dollars, before tax."),
        CatalogColumn("invoiced_amount", "DECIMAL(18, 2)", description="What customers paid."),
        CatalogColumn("discount_amount", "DECIMAL(18, 2)", synonyms=("discounts",)),
    ),
    view=replace(
        FIRST.view,
        grain=("store_name",),
        measures={"revenue": "sum", "invoiced_amount": "sum", "discount_amount": "sum"},
    ),
)
CATALOG = replace(shop(), tables=(TABLE,))


def planned(question: str) -> str:
    return write(read(Ask(question, "en"), narrow(TABLE, CATALOG)), CATALOG, "duckdb")


def test_a_figure_of_which_it_is_told_is_before_tax() -> None:
    assert planned("What was the revenue before tax?").startswith("SELECT SUM(revenue) AS revenue")
    with pytest.raises(Unread, match="not before tax"):
        planned("What was the invoiced amount before tax?")


def test_what_goes_into_another_figure_is_a_part_of_it() -> None:
    sql = planned("What percentage of revenue went into discounts?")
    assert sql.startswith("SELECT SUM(discount_amount) * 100.0 / NULLIF(SUM(revenue), 0)")
    with pytest.raises(Unread):
        planned("What percentage of revenue beside discounts?")
