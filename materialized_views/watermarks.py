"""What state a view's base tables are in: cheap to ask, and different as soon as rows came, went or are newer.

It can't see a row that changed in place with no moment of its own changing: `reconcile` can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlglot import exp

from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync.model import Catalog, CatalogTable

_MOMENTS = ("date", "timestamp", "datetime")


@dataclass(frozen=True)
class Mark:
    """`latest`: column -> its greatest moment, ISO; of every column of date or timestamp that may be read."""

    rows: int
    latest: Mapping[str, str]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def marks(
    tables: Iterable[TableName], catalog: Catalog, warehouse: Warehouse, limits: Limits = Limits()
) -> dict[str, dict[str, Any]]:
    """By the table's whole name. One scan a table, of few columns. Raises WarehouseError."""
    found = {}
    for name in dict.fromkeys(tables):
        table = catalog.table(name)
        found[str(name)] = _mark(name, _moments(table), warehouse, limits).attrs()
    return found


def as_of(marked: Mapping[str, Mapping[str, Any]]) -> str:
    """The newest moment that the data know of; "" where they know none."""
    return max((moment for mark in marked.values() for moment in mark["latest"].values()), default="")


def changed(then: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Which tables are not what they were, and how, for people."""
    found = []
    for table, mark in now.items():
        known = then.get(table)
        if known is None:
            found.append(f"{table} is new")
        elif known["rows"] != mark["rows"]:
            found.append(f"{table} had {known['rows']:,} rows and has {mark['rows']:,}")
        elif dict(known["latest"]) != dict(mark["latest"]):
            found.append(f"{table} has newer rows")
    return found


def _moments(table: CatalogTable | None) -> list[str]:
    columns = table.columns if table else ()
    return [c.name for c in columns if c.type.casefold().startswith(_MOMENTS) and not c.pii and not c.withheld]


def _mark(name: TableName, moments: list[str], warehouse: Warehouse, limits: Limits) -> Mark:
    columns = [exp.column(exp.to_identifier(column, quoted=True)) for column in moments]
    select = exp.select(
        exp.Count(this=exp.Star()).as_("n"), *(exp.Max(this=c).as_(f"m{i}") for i, c in enumerate(columns))
    )
    source = exp.Table(
        this=exp.to_identifier(name.name, quoted=True),
        db=exp.to_identifier(name.schema, quoted=True),
        catalog=exp.to_identifier(name.database, quoted=True),
    )
    (row,) = warehouse.query(select.from_(source).sql(warehouse.dialect), limits).rows
    latest = {column: value.isoformat() for column, value in zip(moments, row[1:], strict=True) if value is not None}
    return Mark(int(row[0]), latest)
