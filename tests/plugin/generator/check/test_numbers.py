"""Numbers that the question says."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
OVER = "SELECT COUNT(*) FROM main.orders WHERE amount > {}"


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("How many orders were over 50 dollars?", "50000", "50"),
        ("50달러 넘는 주문은 몇 건이야?", "50000", "50"),
        ("How many orders were over 1,250.5 dollars?", "1250", "1250.5"),
        ("How many orders were over 50 dollars?", "50", "50"),
        ("How many orders were over 50 thousand dollars?", "50000", "50000"),
        ("How many orders were over 50%?", "0.5", "0.5"),
        ("How many orders were over 50 dollars?", "5000", "5000"),  # cents
        ("How many orders were over a dozen dollars in 2019?", "12", "12"),
        ("How many of the top 5 orders were over the usual sum?", "70", "70"),
    ],
)
def test_the_one_that_is_not_used_stands_for_the_one_that_nobody_said(question: str, written: str, meant: str) -> None:
    assert repair(OVER.format(written), SCHEMA, "duckdb", question=question).sql == OVER.format(meant)
