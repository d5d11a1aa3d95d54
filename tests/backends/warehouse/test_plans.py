"""What is read out of an EXPLAIN. PostgreSQL's, ClickHouse's and Spark's answers are their own, the others those of the
warehouses' documentation."""

from __future__ import annotations

import pytest
import sqlglot

from backends.errors import QueryRefused
from backends.warehouse import plans
from backends.warehouse.adapter import _DIALECTS
from backends.warehouse.base import Limits, Plan
from backends.warehouse.price import check_price

GB = 1024**3
SNOWFLAKE = [
    (None, None, None, "GlobalStats", None, None, None, 12, 3, 5_368_709_120),
    (1, 0, None, "Result", None, None, "O.AMOUNT", None, None, None),
    (1, 1, [0], "TableScan", "ANALYTICS.MARTS.ORDERS", "O", "AMOUNT", 12, 3, 5_368_709_120),
]
CLICKHOUSE = [("marts", "orders", 2, 16_384, 2), ("marts", "stores", 1, 2, 1)]
SPARK = """== Optimized Logical Plan ==
Aggregate [sum(amount#3) AS total#9], Statistics(sizeInBytes=24.0 B)
+- Project [amount#3], Statistics(sizeInBytes=1024.0 B, rowCount=64)
   +- Join Inner, Statistics(sizeInBytes=8.0 EiB)
      :- Relation shop.orders[order_id#1,amount#3] parquet, Statistics(sizeInBytes=2.0 GiB)
      +- Relation shop.stores[store_id#2] parquet, Statistics(sizeInBytes=1.5 KiB)

== Physical Plan ==
*(1) FileScan parquet Statistics(sizeInBytes=9.0 EiB)
"""
TRINO = "Fragment 0 [SINGLE]\n  Estimates: {rows: 25 (225B), cpu: 225, memory: 0B, network: 225B}"
REDSHIFT = [("XN HashAggregate  (cost=131.97..133.41 rows=576 width=17)",), ("  ->  XN Seq Scan on orders",)]


@pytest.mark.parametrize(
    ("dialect", "rows", "expected"),
    [
        ("snowflake", SNOWFLAKE, (None, None, 5 * GB)),
        ("bigquery", [("10.0 MiB",)], (None, None, 10 * 1024**2)),
        ("bigquery", [(1_500,)], (None, None, 1_500)),
        ("clickhouse", CLICKHOUSE, (16_386, None, None)),
        ("spark", [(SPARK,)], (64, None, 2 * GB + 1_536)),
        ("databricks", [(SPARK,)], (64, None, 2 * GB + 1_536)),
        ("spark", [(SPARK.replace("2.0 GiB", "8.0 EiB"),)], (64, None, None)),
        ("trino", [(TRINO,)], (25, None, None)),
        ("redshift", REDSHIFT, (576, 133.41, None)),
        ("postgres", [("Seq Scan on orders  (cost=0.00..22.70 rows=1270 width=36)",)], (1270, 22.7, None)),
    ],
)
def test_what_it_estimates(dialect: str, rows: plans.Rows, expected: tuple[float | None, ...]) -> None:
    found = plans.plan(rows, dialect)
    assert (found.rows, found.cost, found.scanned) == expected
    assert found.text


@pytest.mark.parametrize("dialect", sorted({*_DIALECTS.values()}))
def test_an_answer_in_other_words_estimates_nothing(dialect: str) -> None:
    for rows in ([], [("something else",)] if dialect != "clickhouse" else []):
        found = plans.plan(rows, dialect)
        assert (found.rows, found.cost, found.scanned) == (None, None, None)


@pytest.mark.parametrize("dialect", sorted({*_DIALECTS.values()} - {"bigquery"}))
def test_it_asks_for_a_plan_and_runs_nothing(dialect: str) -> None:
    assert plans.explain_sql("SELECT 1", dialect).startswith("EXPLAIN ")
    assert plans.explain_sql("SELECT 1", dialect).endswith(" SELECT 1")


def test_a_dry_run_is_the_statement_itself() -> None:
    assert (
        sqlglot.parse_one(plans.explain_sql("SELECT 1", "bigquery"), dialect="bigquery").sql()
        == "/* a dry run */ SELECT 1"
    )


@pytest.mark.parametrize(
    ("plan", "limits", "says"),
    [
        (Plan("", scanned=5 * GB), Limits(scanned=2 * GB), "5 GiB for this query, of at most 2 GiB"),
        (Plan("", cost=12_345.6), Limits(cost=1_000), "cost 12,346, of at most 1,000"),
    ],
)
def test_what_is_too_dear_is_refused(plan: Plan, limits: Limits, says: str) -> None:
    with pytest.raises(QueryRefused, match=says) as caught:
        check_price(plan, limits)
    assert caught.value.rule == "too_costly"


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        (Plan("", scanned=5 * GB, cost=9), Limits()),
        (Plan("", scanned=2 * GB, cost=9), Limits(scanned=2 * GB, cost=9)),
        (Plan(""), Limits(scanned=1, cost=1)),
    ],
    ids=["no bound", "just within", "no estimate"],
)
def test_the_rest_is_run(plan: Plan, limits: Limits) -> None:
    check_price(plan, limits)
