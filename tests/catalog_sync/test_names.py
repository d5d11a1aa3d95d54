from __future__ import annotations

import pytest

from catalog_sync.names import noun, without_layer


@pytest.mark.parametrize(
    ("table", "key", "expected"),
    [
        ("orders", ("order_id",), "order"),
        ("fct_sales", ("order_id",), "order"),
        ("fct_appointments", ("appt_id",), "appointment"),
        ("dim_customers", ("cust_id",), "customer"),
        ("dim_customers", ("id",), "customer"),
        ("order_lines", ("order_id", "line_no"), "line"),
    ],
)
def test_what_one_row_is(table: str, key: tuple[str, ...], expected: str) -> None:
    assert noun(table, key) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [("fct_po_lines", "po lines"), ("dim_stores", "stores"), ("raw", "raw"), ("orders", "orders")],
)
def test_the_layer_says_nothing_of_what_a_table_holds(table: str, expected: str) -> None:
    assert without_layer(table) == expected


def test_what_a_table_holds_stands_last() -> None:
    assert without_layer("fct_calls_to_support") == "support calls"
    assert noun("fct_calls_to_support", ()) == "call"
