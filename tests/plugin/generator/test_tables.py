"""Which time a question is about."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from catalog_sync.model import Catalog, CatalogColumn
from plugin.generator import tables
from tests.support.catalogs import table

STORES = table("stores", "store_id int, store_name varchar, opened_date date", key="store_id")
ORDERS = table(
    "orders", "order_id int, store_id int, order_date date, shipped_on date", key="order_id",
    refs={"store_id": "stores.store_id"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("revenue of each store in 2020", "order_date"),
        ("stores that were opened in 2020", "opened_date"),
        ("orders shipped in 2020", "shipped_on"),
        ("orders in 2020", "order_date"),
    ],
)
def test_what_happened_before_what_it_happened_to(question: str, column: str) -> None:
    found = tables.timed([STORES, ORDERS], question)
    assert found is not None
    assert found[1].name == column


def test_what_is_ranked_first_happened_though_something_follows_it() -> None:
    returns = table("returns", "return_id int, order_id int, returned_on date", refs={"order_id": "orders.order_id"})
    assert tables.timed([ORDERS, returns], "orders in 2020", ranked=True) == (ORDERS, ORDERS.columns[2])
    assert tables.timed([STORES, ORDERS], "stores in 2020", ranked=True) == (ORDERS, ORDERS.columns[2])


def test_a_table_alone_has_its_own_time() -> None:
    assert tables.timed([STORES]) == (STORES, STORES.columns[2])
    assert tables.timed([table("regions", "region_id int")]) is None


def test_nobody_who_asks_in_english_loads_what_reads_korean() -> None:
    """It takes 200 MB and a second."""
    code = (
        "import sys, plugin.asking; from plugin.generator.presets import build, Options; build('default', Options())\n"
        "from backends.vectors.tokens import sparse_query; sparse_query('How many orders are there?')\n"
        "sys.exit('kiwipiepy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 0


def _ending(**days: str) -> Catalog:
    made = (
        table(name, "id int, done_on date", key="id", ranges={"done_on": ("2020-01-01", d)}) for name, d in days.items()
    )
    return Catalog("ends", "duckdb", tuple(made))


def test_today_is_where_most_tables_end_else_the_latest_day_that_has_come() -> None:
    assert tables.today((), _ending(a="2024-06-30", b="2024-06-30", c="2024-08-01")) == date(2024, 6, 30)
    assert tables.today((), _ending(staff="2021-03-01", loans="2024-06-30", members="2024-05-28")) == date(2024, 6, 30)
    assert tables.today((), _ending(loans="2024-06-30", plans="2999-01-01")) == date(2024, 6, 30)


def test_what_a_day_is_called_after() -> None:
    def day(*names: str) -> CatalogColumn:
        return CatalogColumn("accepted_at", "timestamp", synonyms=names)

    assert tables.own_deeds(day("접수 일시")) == {"접수"}
    assert tables.own_deeds(day("클레임 접수일", "접수일")) == set()
    assert tables.deeds(day("배송 완료 일시"), "배송 완료된") >= {"배송", "완료"}
