"""A figure, and what is one of it: of a row, of what ties things, of a sum over a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.additive import adds_up, is_quantity
from plugin.generator.generate.plan.words.seen import Found, Recognised

Aggregate = Literal["sum", "average", "rows", "distinct", "value", "ratio", "flagged", "filled", "max", "min", "median"]


@dataclass(frozen=True)
class Measure:
    """`value`: the column as it stands, one row for each of what is asked for. `ratio`: `part` divided by `over`, of
    100 where `times` says so. `flagged`: the rows of which a flag is true; `filled`: those that have one."""

    aggregate: Aggregate
    column: str = ""
    part: Measure | None = None
    over: Measure | None = None
    times: int = 1


def is_by_row(table: CatalogTable) -> bool:
    """One thing a row, told apart by one key."""
    return len(table.view.grain if table.view else table.primary_key) == 1


def is_tie(table: CatalogTable) -> bool:
    """Each row ties things together: an offer of a part by a supplier."""
    keys = {column for key in table.foreign_keys for column in key.columns}
    return table.view is None and len(table.primary_key) > 1 and keys.issuperset(table.primary_key)


def added(measure: Measure, table: CatalogTable) -> Measure:
    """The sum where the figures of rows can be added up; the price of a row stays its price."""
    return by_period(measure, table) if measure.aggregate == "value" and adds_up(measure.column) else measure


def by_period(measure: Measure, table: CatalogTable) -> Measure:
    """ "Billed amount by month" of bills is a sum of each month, not the amount of each bill. Raises Unread."""
    key = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
    if measure.aggregate != "value" or table.view is not None or key is None or tables.is_time(key):
        return measure
    if not adds_up(measure.column):
        raise Unread(f"{measure.column} of a period")
    return replace(measure, aggregate="sum")


def summed(measure: Measure, seen: Recognised, table: CatalogTable, *, single: bool) -> Measure:
    """ "How many pieces were ordered", "the revenue in March" is one figure, not one of each row; the price of a
    `single` thing and the amounts of orders are. Raises Unread where it is neither."""
    if measure.aggregate != "value" or single:
        return measure
    said = [one for one in seen.found if one.name.column == measure.column]
    if any(seen.is_distinct(one.span) for one in said):
        if not is_quantity(measure.column):
            raise Unread("a count of a figure")  # "how many ratings"
        return replace(measure, aggregate="sum")
    if table.view is not None or not said or any(_is_plural(one, seen) for one in said):
        return measure
    if adds_up(measure.column):
        return replace(measure, aggregate="sum")
    if seen.periods or any(one.name.alike for one in said):
        raise Unread(f"{measure.column} of all of them")
    return measure


_SUMS = frozenset(("sales", "takings", "earnings", "proceeds"))


def _is_plural(one: Found, seen: Recognised) -> bool:
    """ "The amounts of": of each row, where the column itself is no plural."""
    said = seen.text.text[slice(*one.span)].casefold().partition(" of ")[0]  # "amount of bills"
    return said.endswith("s") and said not in _SUMS and not one.name.column.casefold().endswith("s")
