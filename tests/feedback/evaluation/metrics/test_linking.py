from __future__ import annotations

import pytest

from feedback.evaluation.metrics.linking import Used, linking, shown, used
from tests.support.catalogs import shop

KNOWN = {t.name.name: {c.name for c in t.columns} for t in shop()}


@pytest.mark.parametrize(
    ("sql", "tables", "columns", "values"),
    [
        ("select Amount from Orders where status = 'open'", {"orders"}, {"orders.amount", "orders.status"}, {"open"}),
        ("select s.store_name, sum(amount) from stores s join orders o on s.store_id = o.store_id group by 1",
         {"stores", "orders"},
         {"stores.store_name", "orders.amount", "stores.store_id", "orders.store_id"}, set()),
        ("with x as (select store_id from orders) select count(*) from x", {"orders"}, {"orders.store_id"}, set()),
        ("select * from regions", {"regions"}, {"regions.region_id", "regions.region_name"}, set()),
        ("select 1 from orders where store_id in (select store_id from stores where store_name = 'Brooklyn')",
         {"orders", "stores"}, {"orders.store_id", "stores.store_id", "stores.store_name"}, {"Brooklyn"}),
    ],
)  # fmt: skip
def test_what_a_statement_uses(sql: str, tables: set[str], columns: set[str], values: set[str]) -> None:
    assert used(sql, "duckdb", KNOWN) == Used(frozenset(tables), frozenset(columns), frozenset(values))


def test_what_can_not_be_parsed() -> None:
    assert used("selec (", "duckdb", KNOWN) is None


def test_a_text_in_the_quotes_of_a_name() -> None:
    found = used('select amount from orders where status = "open"', "sqlite", KNOWN)
    assert found is not None
    assert found.values == {"open"}


def test_recall_and_precision() -> None:
    gold = used("select amount from orders where status = 'open'", "duckdb", KNOWN)
    assert gold is not None
    given = shown({"main.Orders": ["amount", "order_id"], "main.stores": ["store_id"]}, ["open", "x"])
    found = linking(gold, given)
    assert found["tables_recall"] == 1.0
    assert found["tables_precision"] == 0.5
    assert found["columns_recall"] == 0.5
    assert found["columns_precision"] == pytest.approx(1 / 3)
    assert found["values_recall"] == 1.0
    assert found["all_found"] == 0.0
    assert linking(gold, gold)["all_found"] == 1.0
    assert "values_recall" not in linking(Used(frozenset({"a"})), given)
