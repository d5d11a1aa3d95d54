from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.warehouse.base import TableName
from catalog_sync.openmetadata.names import column_fqn, decoded, encoded, join, split, table_fqn

PARTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="_"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("fqn", "parts"),
    [
        ("s.d.main.orders", ["s", "d", "main", "orders"]),
        ('s.d.main."dim.api/client"', ["s", "d", "main", "dim.api/client"]),
        ('"my.service".d.main.t', ["my.service", "d", "main", "t"]),
        ("s.d.main.a__reserved__quote__b", ["s", "d", "main", 'a"b']),
        ("s.d.main.주문😀", ["s", "d", "main", "주문😀"]),
        ('s.d.main."not closed', ["s", "d", "main", "not closed"]),
        ("", [""]),
    ],
)
def test_split(fqn: str, parts: list[str]) -> None:
    assert split(fqn) == parts


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_join_and_split_are_inverse(parts: list[str]) -> None:
    assert split(join(*parts)) == parts


@given(PARTS)
def test_reserved_words_come_back(name: str) -> None:
    assert decoded(encoded(name)) == name


def test_tables_and_columns() -> None:
    assert table_fqn("pg.shop.main.orders", {}) is not None
    found = table_fqn("my.default.shop.orders", {})
    assert found is not None
    assert (found.service, found.table) == ("my", TableName(None, "shop", "orders"))
    mapped = table_fqn("pg.prod_db.main.orders", {"prod_db": "warehouse"})
    assert mapped is not None
    assert mapped.table.database == "warehouse"
    assert table_fqn("pg.main.orders", {}) is None
    assert column_fqn('s.d.main."dim.shop".shop_id', {}) == (TableName("d", "main", "dim.shop"), "shop_id")
    assert column_fqn("s.d.main.t.address.city", {}) == (TableName("d", "main", "t"), "address")
    assert column_fqn("s.d.main.t", {}) is None
