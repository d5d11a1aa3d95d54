"""Which time a question is about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
