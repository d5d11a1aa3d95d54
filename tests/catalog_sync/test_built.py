from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from backends.warehouse.base import ColumnInfo, TableName
from catalog_sync.built import Built, as_built
from catalog_sync.model import CatalogTable, ForeignKey
from tests.catalog_sync.build import catalog, column, name, table


class Names:
    """A warehouse that knows names and types; asking it anything else is an error."""

    def __init__(self, there: Mapping[TableName, list[ColumnInfo]]) -> None:
        self._there = there
        self.asked: list[TableName] = []

    def tables(self) -> list[TableName]:
        return sorted(self._there, key=str)

    def columns(self, asked: TableName) -> list[ColumnInfo]:
        self.asked.append(asked)
        return self._there.get(asked, [])


def built(there: Mapping[TableName, list[ColumnInfo]], *tables: CatalogTable) -> Built:
    warehouse: Any = Names(there)
    return as_built(catalog(*tables), {t.name for t in tables}, warehouse)


ID = ColumnInfo("id", "INTEGER")


def test_the_warehouse_decides_on_columns_types_and_order() -> None:
    there = {name("a"): [ColumnInfo("ID", "INTEGER", nullable=False), ColumnInfo("extra", "TEXT")]}
    found = built(there, table("a", column("gone"), column("id", "bigint", description="Key."), primary_key=("id",)))
    (one,) = found.catalog.tables
    assert [(c.name, c.type, c.nullable, c.description) for c in one.columns] == [
        ("ID", "INTEGER", False, "Key."),
        ("extra", "TEXT", True, ""),
    ]
    assert one.primary_key == ("ID",)
    assert [c.provenance["type"] for c in one.columns] == ["warehouse", "warehouse"]
    assert found.notes == ("db.main.a has no column gone, though the project describes it: it is left out",)


def test_a_column_that_only_the_warehouse_knows_is_pii_in_a_table_marked_as_a_whole() -> None:
    found = built({name("a"): [ID]}, table("a", pii_by_default=True))
    assert found.catalog.tables[0].columns[0].pii


def test_what_is_not_built_says_what_to_do() -> None:
    found = built({name("a"): [ID]}, table("a"), table("b"))
    assert found.kept == {name("a")}
    assert [(d.table.name, d.reason, d.detail) for d in found.missing] == [
        ("b", "not_built", "not built yet: run dbt build")
    ]


def test_only_kept_tables_are_asked_for_columns() -> None:
    warehouse: Any = Names({name("a"): [ID], name("b"): [ID]})
    as_built(catalog(table("a"), table("b")), {name("a")}, warehouse)
    assert warehouse.asked == [name("a")]


@pytest.mark.parametrize(
    "engine",
    [TableName("DB", "MAIN", "A"), TableName(None, "main", "a"), TableName("db", "Main", "A")],
)
def test_the_engine_spells_the_name(engine: TableName) -> None:
    key = ForeignKey(("id",), name("a"), ("id",))
    found = built({engine: [ID], name("b"): [ID]}, table("a"), table("b", foreign_keys=(key,), upstream=(name("a"),)))
    a, b = found.catalog.tables
    assert (a.name, b.foreign_keys[0].to_table, b.upstream) == (engine, engine, (engine,))
    assert engine in found.kept


def test_the_exact_name_wins_over_one_of_another_case() -> None:
    found = built({name("a"): [ID], TableName("db", "main", "A"): [ID]}, table("a"))
    assert found.kept == {name("a")}


def test_two_names_that_differ_in_case_are_not_guessed_between() -> None:
    there = {TableName("db", "main", "A"): [ID], TableName("db", "Main", "a"): [ID]}
    assert [d.reason for d in built(there, table("a")).missing] == ["not_built"]


def test_another_database_is_another_table() -> None:
    assert built({TableName("prod", "main", "a"): [ID]}, table("a")).kept == frozenset()
