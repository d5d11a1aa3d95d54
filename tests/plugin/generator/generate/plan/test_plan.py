"""Questions and the SQL that rules write for them, over the small shop; and what rules leave to the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.generate.plan.absence import split, write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import shop

FIXTURES = Path(__file__).parent / "fixtures" / "plan.sql"
SYNONYMS = {
    "store_name": ("store", "매장", "지점"),
    "revenue": ("sales", "매출"),
    "order_count": ("주문 수",),
    "region_name": ("지역",),
    "amount": ("order value", "주문 금액"),
    "status": ("order status",),
}


def catalog() -> Catalog:
    return replace(shop(), tables=tuple(_with_synonyms(t) for t in shop()))


def _with_synonyms(table: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=SYNONYMS.get(c.name, ())) for c in table.columns)
    return replace(table, columns=tuple(columns))


CATALOG = catalog()
TABLES = {t.name.name: t for t in CATALOG}


def planned(question: str, table: str) -> str:
    language = "en" if question.isascii() else "ko"
    ask = Ask(question, language, periods=dates.find(question), groupings=dates.groupings(question))  # type: ignore[arg-type]
    ask = ask.add(values=tuple(_hits(question)))
    where = TABLES[table]
    if any(True for _ in split(question)):
        with suppress(Unread):
            return write_absence(ask, where, CATALOG, "duckdb")[0]
    try:
        return write(read(ask, narrow(where, CATALOG)), CATALOG, "duckdb")
    except Unread:
        if where.view:
            raise
        return write(read(ask, widened(where, CATALOG, question)), CATALOG, "duckdb")


def _hits(question: str) -> Iterator[ValueHit]:
    for table in CATALOG:
        for column in table.columns:
            for value in column.values:
                for spoken in (value, *column.value_synonyms.get(value, ())):
                    if spoken.casefold() in question.casefold():
                        yield ValueHit(spoken.casefold(), str(table.name), column.name, value, 1.0)


def cases() -> list[tuple[str, str, str]]:
    """Of each block: -- table: question, then the SQL."""
    blocks = FIXTURES.read_text(encoding="utf-8").strip().split("\n\n")
    found = []
    for block in blocks:
        head, sql = block.split("\n", 1)
        table, question = head.removeprefix("-- ").split(": ", 1)
        found.append((table, question, sql.rstrip(";")))
    return found


@pytest.mark.parametrize(("table", "question", "sql"), cases())
def test_plan(table: str, question: str, sql: str) -> None:
    assert planned(question, table) == sql


@pytest.mark.parametrize(
    ("table", "question", "why"),
    [
        ("monthly_sales", "weather in each store", "nothing here is called weather"),
        ("monthly_sales", "revenue of stores without orders", "a negation"),
        ("monthly_sales", "average revenue by store", "an average over rows that are sums already"),
        ("monthly_sales", "which store is the best", "nothing here is called best"),
        ("monthly_sales", "top 3 stores", "a rank of what"),
        ("monthly_sales", "compare the revenue", "what is to be compared"),
        ("customers", "names of the customers", "nothing here is called nam"),
        ("monthly_sales", "How did revenue grow?", "what moved"),
        ("monthly_sales", "cumulative revenue", "running over what time"),
        ("monthly_sales", "1-month moving average of revenue", "what moves over what"),
        ("monthly_sales", "revenue in the last 20 days", "order_month has no day"),
        ("monthly_sales", "7-day moving average of revenue", "order_month has no day"),
        ("stores", "How much did every store take in?", "how much of what"),
        ("orders", "매장별 날씨", "nothing here is called 날씨"),
        ("monthly_sales", "분기별 매출과 전분기 대비 증가율", "a figure beside its change"),
        ("monthly_sales", "which store has the largest share of revenue", "the largest share"),
        ("monthly_sales", "매출이 안 오른 매장", "a negation"),
        ("orders", "names of the customers that ordered in the Brooklyn store", "nothing here is called nam|what"),
        ("orders", "average number of stores per customer", "an average of a count"),
        ("monthly_sales", "2020년 6월보다 매출이 늘어난 매장", "what was more than when"),
        ("orders", "Which orders cost more than 10 dollars?", "no one price is here"),
        ("monthly_sales", "revenue before order count", "nothing here is called befor"),
        ("monthly_sales", "How much did Brooklyn buy from Chicago?", "deals with whom"),
        ("customers", "How many customers ordered but never in 2020?", "a negation"),
        ("orders", "How many different companies ordered?", "nothing here is called company"),
        ("orders", "For each store, how many orders are there per customer id?", "a figure of each, or"),
        ("monthly_sales", "revenue order count by store", "two figures in one breath"),
        ("orders", "What share of orders over 100 have an amount in Brooklyn?", "a share of what is not clear|bound"),
    ],
)
def test_what_rules_leave_to_the_model(table: str, question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, table)


def test_a_private_column_has_no_name() -> None:
    with pytest.raises(Unread):
        planned("how many orders by customer name", "orders")


def test_of_parents_that_are_reached_twice_the_one_that_the_key_is_called_after_has_the_name() -> None:
    key = TABLES["orders"].foreign_keys[1]
    orders = replace(
        TABLES["orders"],
        columns=(*TABLES["orders"].columns, replace(TABLES["orders"].columns[2], name="return_store_id")),
        foreign_keys=(key, replace(key, columns=("return_store_id",))),
    )
    assert {"store_name", "return_store_store_name"} <= set(widened(orders, CATALOG).columns)


def test_parents_that_are_reached_twice_are_told_apart_by_the_key() -> None:
    key = TABLES["orders"].foreign_keys[1]
    columns = (replace(TABLES["orders"].columns[2], name=name) for name in ("sent_store_id", "return_store_id"))
    keys = (replace(key, columns=("sent_store_id",)), replace(key, columns=("return_store_id",)))
    orders = replace(TABLES["orders"], columns=(*TABLES["orders"].columns, *columns), foreign_keys=keys)
    names = set(widened(orders, CATALOG).columns)
    assert {"sent_store_store_name", "return_store_store_name"} <= names
    assert "store_name" not in names


def test_the_day_of_a_loan_is_not_the_day_on_which_it_is_due() -> None:
    def column(name: str) -> CatalogColumn:
        return CatalogColumn(name, "DATE")

    out, due, back = column("out_dt"), column("due_dt"), column("returned_on")
    table = replace(TABLES["orders"], columns=(due, out, back))
    assert tables.event_time(table) == out
    assert tables.event_time(replace(table, columns=(out, column("shipped_on")))) is None


def test_of_several_times_that_counts_which_every_row_has() -> None:
    def column(name: str, gaps: bool | None) -> CatalogColumn:
        return CatalogColumn(name, "DATE", gaps=gaps)

    def event(*columns: CatalogColumn) -> CatalogColumn | None:
        return tables.event_time(replace(TABLES["orders"], columns=columns))

    placed, paid, planned = column("placed_on", False), column("paid_on", True), column("scheduled_on", False)
    assert event(paid, placed, column("due_on", False)) == placed
    assert event(paid, planned) == planned
    assert event(placed, planned) == placed
    assert event(placed, column("paid_on", None)) is None
    assert event(placed, column("paid_on", False)) is None
    orders = replace(TABLES["orders"], columns=(placed, column("booked_at", False)), synonyms=("booking",))
    assert tables.event_time(orders) == column("booked_at", False)


def test_a_condition_is_not_passed_over_as_a_verb() -> None:
    """ "Orders that were cancelled" are some of the orders; "orders we got" are all."""
    read(Ask("How many orders did we get?"), narrow(TABLES["orders"], CATALOG), verbs=False)
    with pytest.raises(Unread, match="cancel"):
        read(Ask("How many orders were cancelled?"), narrow(TABLES["orders"], CATALOG), verbs=False)
