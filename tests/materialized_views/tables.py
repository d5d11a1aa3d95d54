"""A small catalogue in the shape of a warehouse: a fact with two references, a dimension above a dimension, and a view
for every test that wants one."""

from __future__ import annotations

from dataclasses import replace

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey

TESTED = {"primary_key": "dbt:test:unique"}
COLUMNS = {
    "f": (
        "id integer!, k integer!, k2 integer, k3 integer!, d date!, ts timestamp, x integer, y decimal(10,2), "
        "z double precision, g varchar, b boolean"
    ),
    "dim": "k integer!, name varchar!, r integer, note varchar",
    "reg": "r integer!, rn varchar!",
    "pair": "a integer!, c integer!, label varchar!",
    "fp": "id integer!, a integer!, c integer!, v integer",
}
KEYS = {"f": ("id",), "dim": ("k",), "reg": ("r",), "pair": ("a", "c"), "fp": ("id",)}
REFERENCES = {
    "f": [(("k",), "dim", ("k",)), (("k2",), "dim", ("k",))],
    "dim": [(("r",), "reg", ("r",))],
    "fp": [(("a", "c"), "pair", ("a", "c")), (("a",), "pair", ("a",))],
}


def name(table: str) -> TableName:
    return TableName(None, "main", table)


def table(called: str, columns: str, key: tuple[str, ...] = ()) -> CatalogTable:
    parts = [part.split(" ", 1) for part in columns.split(", ")]
    return CatalogTable(
        name=name(called),
        kind="table",
        unique_id=f"model.t.{called}",
        columns=tuple(CatalogColumn(n, t.rstrip("!"), nullable=not t.endswith("!")) for n, t in parts),
        primary_key=key,
        provenance=TESTED if key else {},
    )


def base_tables() -> tuple[CatalogTable, ...]:
    """`f.k3` refers to dim too, but nothing tests it. A test may find a partner for half of a key: `fp.a`."""
    found = {called: table(called, columns, KEYS[called]) for called, columns in COLUMNS.items()}
    for called, references in REFERENCES.items():
        keys = tuple(ForeignKey(own, name(to), its, tested=True) for own, to, its in references)
        if called == "f":
            keys = (*keys, ForeignKey(("k3",), name("dim"), ("k",), tested=False))
        found[called] = replace(found[called], foreign_keys=keys)
    return tuple(found.values())


def catalog(*more: CatalogTable, dialect: str = "duckdb") -> Catalog:
    return Catalog("t", dialect, (*base_tables(), *more))
