from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from backends.warehouse import open_sqlite
from backends.warehouse.base import TableName
from catalog_sync.model import Catalog
from feedback.errors import EvaluationError
from feedback.evaluation.compare import BAG, ORDERED, Policy, compare
from feedback.evaluation.instances.files import write
from feedback.evaluation.instances.generate import instance, valid
from feedback.evaluation.instances.neighbours import neighbours
from feedback.evaluation.instances.pools import pools
from feedback.evaluation.instances.separate import bench, sampled, separate, suite_of
from tests.support.catalogs import shop, shop_on_sqlite

SHOP = replace(shop(), dialect="sqlite", tables=tuple(t for t in shop().tables if t.view is None))
ORDERS, STORES = (TableName(None, "main", name) for name in ("orders", "stores"))


def cells(catalog: Catalog, data: object, table: TableName, column: str) -> list[object]:
    found = catalog.table(table)
    assert found is not None
    place = [c.name for c in found.columns].index(column)
    return [row[place] for row in data[table]]  # type: ignore[index]


@pytest.mark.parametrize("seed", range(20))
def test_made_databases_keep_the_keys(seed: int) -> None:
    data = instance(SHOP, pools(SHOP, ["select 1 from orders where order_id = 7"]), Random(seed))
    ids = cells(SHOP, data, ORDERS, "order_id")
    assert len(ids) == len(set(ids))
    assert ids[:1] == [7]
    assert set(cells(SHOP, data, ORDERS, "store_id")) <= set(cells(SHOP, data, STORES, "store_id"))
    fewer = valid(SHOP, {**data, STORES: data[STORES][:1]})
    assert set(cells(SHOP, fewer, ORDERS, "store_id")) <= {data[STORES][0][0]}


def test_pools_hold_what_lies_beside_the_literals() -> None:
    made = pools(
        SHOP,
        [
            "select 1 from orders where amount > 50 and order_date >= '2020-03-01' and status like '%pen'",
            "this is no sql (",
        ],
        {("main.orders", "status"): ("open", None), ("main.orders", "amount"): (10.5, 20.0)},
    )
    assert set(made["main.orders", "amount"].telling) == {49, 50, 51}
    assert made["main.orders", "amount"].plain == (10.5, 20.0)
    assert set(made["main.orders", "order_date"].telling) == {"2020-02-29", "2020-03-01", "2020-03-02"}
    assert "apen" in made["main.orders", "status"].telling
    assert made["main.orders", "status"].null
    assert not made["main.orders", "amount"].null


DIFFERENT = [
    ("select count(*) from orders where amount > 50", "select count(*) from orders where amount >= 50", BAG),
    ("select status from orders", "select distinct status from orders", BAG),
    ("select count(store_id) from orders", "select count(distinct store_id) from orders", BAG),
    ("select store_id from stores", "select s.store_id from stores s join orders o on s.store_id = o.store_id", BAG),
    ("select store_id from stores except select store_id from orders", "select store_id from stores", BAG),
    ("select order_id from orders order by amount", "select order_id from orders order by amount desc", ORDERED),
    ("select store_id from orders group by store_id having count(*) >= 3",
     "select store_id from orders group by store_id having count(*) > 3", BAG),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "policy"), DIFFERENT)
def test_two_statements_are_separated_by_few_rows(one: str, other: str, policy: Policy) -> None:
    found = separate([one, other], SHOP, policy=policy)
    assert found is not None
    assert not compare(*found.answers, policy)
    assert sum(map(len, found.data.values())) <= 14
    with bench(SHOP) as at:
        at.put(found.data)
        assert (at.ask(one), at.ask(other)) == found.answers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select amount from orders where amount > 5 and status = 'open'",
         "select o.amount from orders as o where status = 'open' and 5 < amount"),
        # Every order has a store: the key says so, and made data keeps it.
        ("select order_id from orders", "select order_id from orders o join stores s on o.store_id = s.store_id"),
        ("select distinct order_id from orders", "select order_id from orders"),
        ("select nothing from orders", "select order_id from orders"),
    ],
)  # fmt: skip
def test_what_is_the_same_or_does_not_run_is_not_separated(one: str, other: str) -> None:
    assert separate([one, other], SHOP, tries=25) is None


def test_duckdb_too() -> None:
    catalog = replace(SHOP, dialect="duckdb")
    statements = [
        "select count(*) from main.orders where amount > 50",
        "select count(*) from orders where amount >= 50",
    ]
    found = separate(statements, catalog, tries=20)
    assert found is not None
    assert found.answers[0] != found.answers[1]


def test_near_misses() -> None:
    found = neighbours("SELECT count(DISTINCT status) FROM orders WHERE amount > 5 AND store_id = 1 LIMIT 3", SHOP)
    for expected in (
        "SELECT COUNT(DISTINCT status) FROM orders WHERE amount >= 5 AND store_id = 1 LIMIT 3",
        "SELECT COUNT(DISTINCT status) FROM orders WHERE amount > 6 AND store_id = 1 LIMIT 3",
        "SELECT COUNT(DISTINCT status) FROM orders WHERE amount > 5 OR store_id = 1 LIMIT 3",
        "SELECT COUNT(DISTINCT status) FROM orders WHERE amount > 5 LIMIT 3",
        "SELECT COUNT(status) FROM orders WHERE amount > 5 AND store_id = 1 LIMIT 3",
        "SELECT COUNT(DISTINCT status) FROM orders LIMIT 3",
    ):
        assert expected in found
    assert neighbours("no sql (", SHOP) == ()


def test_a_made_suite_shows_near_misses_that_one_database_lets_pass(tmp_path: Path) -> None:
    """In the shop's own four orders nobody paid exactly 6."""
    _, file = shop_on_sqlite(tmp_path)
    gold, miss = "select order_id from orders where amount > 6", "select order_id from orders where amount >= 6"
    real = open_sqlite(file)
    assert compare(real.query(gold).rows, real.query(miss).rows)
    made = suite_of(gold, SHOP, samples=sampled(SHOP, real))
    real.close()
    assert 1 <= len(made) <= 6
    with bench(SHOP) as at:
        caught = []
        for data in made:
            at.put(data)
            rows = [at.ask(sql) for sql in (gold, miss)]
            caught.append(rows[0] != rows[1])
    assert any(caught)


def test_samples_leave_personal_values_out(tmp_path: Path) -> None:
    _, file = shop_on_sqlite(tmp_path)
    real = open_sqlite(file)
    found = sampled(SHOP, real)
    real.close()
    assert ("main.customers", "customer_name") not in found
    assert list(found["main.regions", "region_name"]) == ["ASIA", "EUROPE"]


def test_a_dialect_that_no_file_holds(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="dialect snowflake"):
        write(replace(SHOP, dialect="snowflake"), {}, tmp_path / "x")
