"""A whole view against the SQL that makes it, compared where the rows are."""

from __future__ import annotations

import math

from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views.definition import quoted

_FLOATS = ("float", "double", "real")
_TOLERANCE = 1e-9


def content_difference(view: TableName, made_by: str, warehouse: Warehouse, limits: Limits) -> str:
    """ "" where the view holds the rows that its SQL gives now, as bags; floats by their sums. Raises
    WarehouseError."""
    columns = warehouse.columns(view)
    floats = [quote(c.name, warehouse) for c in columns if c.type.casefold().startswith(_FLOATS)]
    exact = [quote(c.name, warehouse) for c in columns if not c.type.casefold().startswith(_FLOATS)]
    if not columns:
        return "it is not there"
    stored, made = quoted(view, warehouse.dialect), f"({made_by}) as made"
    if exact:
        names = ", ".join(exact)
        one, other = f"select {names} from {stored}", f"select {names} from {made}"
        both = f"(({one}) except all ({other})) union all (({other}) except all ({one}))"
        rows = warehouse.query(f"select count(*) as n from ({both}) as differing", limits).rows[0][0]
        if rows:
            return f"{rows:,} rows differ from what its SQL gives"
    return _floats(floats, stored, made, warehouse, limits)


def _floats(columns: list[str], stored: str, made: str, warehouse: Warehouse, limits: Limits) -> str:
    sums = ", ".join(["count(*) as n", *(f"sum({column}) as s{i}" for i, column in enumerate(columns))])
    ours = warehouse.query(f"select {sums} from {stored}", limits).rows[0]
    theirs = warehouse.query(f"select {sums} from {made}", limits).rows[0]
    for name, a, b in zip(("the number of rows", *columns), ours, theirs, strict=True):
        if (a is None) != (b is None) or (a is not None and not math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=1e-12)):
            return f"{name} adds up to something else than its SQL gives"
    return ""


def quote(column: str, warehouse: Warehouse) -> str:
    return quoted(TableName(None, None, column), warehouse.dialect)
