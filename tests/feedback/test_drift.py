"""What a query relies on, and what makes it doubtful; and what does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backends.warehouse.guard import check
from catalog_sync.model import Catalog, CatalogTable, Metric
from catalog_sync.scope import scope
from feedback.drift import broken, drifted, uses
from tests.support.catalogs import shop

SQL = """select s.store_name, sum(o.amount) from orders o join stores s on o.store_id = s.store_id
         where o.status = 'shipped' group by 1"""


def changed(table: str, change: Callable[[CatalogTable], CatalogTable | None]) -> Catalog:
    old = shop()
    tables = [change(t) if t.name.name == table else t for t in old]
    return old.with_tables(tuple(t for t in tables if t is not None))


def column(name: str, **changes: Any) -> Callable[[CatalogTable], CatalogTable]:
    return lambda t: replace(t, columns=tuple(replace(c, **changes) if c.name == name else c for c in t.columns))


def without(name: str) -> Callable[[CatalogTable], CatalogTable]:
    return lambda t: replace(t, columns=tuple(c for c in t.columns if c.name != name))


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (changed("orders", lambda _: None), "main.orders is gone"),
        (changed("orders", without("amount")), "main.orders.amount is gone"),
        (changed("orders", column("amount", type="varchar")), "main.orders.amount was decimal, is varchar"),
        (changed("stores", column("store_name", pii=True)), "main.stores.store_name holds personal data now"),
        (changed("orders", column("status", values=("open", "sent"))), "main.orders.status has no 'shipped' any more"),
        (changed("orders", lambda t: replace(t, primary_key=("order_id", "store_id"))), "one row of main.orders"),
    ],
)
def test_what_it_relies_on(new: Catalog, says: str) -> None:
    (why,) = drifted(SQL, shop(), new)
    assert why.startswith(says)


@pytest.mark.parametrize(
    "new",
    [
        shop(),
        changed("customers", lambda _: None),
        changed("orders", without("customer_id")),
        changed("orders", column("customer_id", type="varchar")),
        changed("orders", column("amount", type="DECIMAL", description="in euro")),
        changed("orders", column("status", values=("open", "shipped", "lost"))),
        changed("orders", column("status", values=("open",), values_exact=False)),
        changed("orders", lambda t: replace(t, description="new", synonyms=("sales",))),
    ],
)
def test_what_it_does_not_rely_on(new: Catalog) -> None:
    assert drifted(SQL, shop(), new) == ()


def test_a_measure_that_is_made_in_another_way() -> None:
    def avg(table: CatalogTable) -> CatalogTable:
        assert table.view is not None
        return replace(table, view=replace(table.view, measures={"revenue": "avg", "order_count": "sum"}))

    new = changed("monthly_sales", avg)
    sql = "select sum(revenue) from monthly_sales"
    assert drifted(sql, shop(), new) == ("main.monthly_sales.revenue was sum, is avg",)
    assert drifted("select sum(order_count) from monthly_sales", shop(), new) == ()


def test_it_is_plain_data() -> None:
    old = shop()
    used = uses(check(SQL, "duckdb", scope(old)), old)
    assert json.loads(json.dumps(used)) == used
    assert set(used["main.orders"]["columns"]) == {"amount", "store_id", "status"}
    assert used["main.orders"]["literals"] == {"status": ["shipped"]}
    assert broken(json.loads(json.dumps(used)), old) == ()


def test_an_alias_that_is_two_tables_counts_for_both() -> None:
    sql = "select count(*) from orders x where exists (select 1 from (select x.store_id from stores x) s)"
    used = uses(check(sql, "duckdb", scope(shop())), shop())
    assert "store_id" in used["main.stores"]["columns"]


REVENUE = Metric("Revenue", expression="sum(amount)", synonyms=("net sales", "매출"))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What was the revenue of each store?", True),
        ("Net sales by store", True),
        ("2020년 매장별 매출을 알려줘", True),
        ("매장별순매출은?", False),
        ("How many revenues are there?", False),
        ("What is the total amount of each store?", False),
    ],
)
def test_a_metric_that_the_question_names_and_that_is_defined_anew(question: str, named: bool) -> None:
    old = replace(shop(), metrics=(REVENUE,))
    used = json.loads(json.dumps(uses(check(SQL, "duckdb", scope(old)), old, question)))
    assert broken(used, old) == ()
    anew = replace(old, metrics=(replace(REVENUE, expression="sum(amount - discount)"),))
    says = ("the metric Revenue was sum(amount), is sum(amount - discount)",)
    assert broken(used, anew) == (says if named else ())
    assert broken(used, shop()) == ()  # nobody knows of any metric
    assert broken(used, replace(old, metrics=(replace(REVENUE, description="Money"),))) == ()
