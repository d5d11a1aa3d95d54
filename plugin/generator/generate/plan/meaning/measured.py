"""The figure that one name asks for."""

from __future__ import annotations

from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.additive import adds_up, is_mean, is_of_one
from plugin.generator.generate.plan.names.figures import ROWS
from plugin.generator.generate.plan.recognition.measure import Measure, is_by_row, is_tie
from plugin.generator.generate.plan.words.patterns import Kind
from plugin.generator.generate.plan.words.seen import Found, Recognised


def measure_of(one: Found, seen: Recognised, table: CatalogTable, average: bool, *, is_part: bool = False) -> Measure:
    is_part = is_part or seen.first("share") is not None
    if one.name.role == "rows":
        if not (seen.is_counted(one.span) or is_part):
            raise Unread("whether rows are to be counted")
        return Measure("distinct", one.name.column) if one.name.column else Measure("rows")
    if one.name.over:
        return divided(one, seen, table)
    column, view = one.name.column, table.view
    each_row = is_by_row(table)
    how = (view.measures.get(column, "") if view else "").casefold()
    if one.name.counted and not seen.is_counted(one.span) and not is_part and (average or len(seen.found) == 1):
        raise Unread("whether a count is meant")
    if average:
        if not (each_row or (is_of_one(column) and is_tie(table))):
            raise Unread("an average over rows that are sums already")
        if is_mean(column):
            raise Unread("an average of averages")
        return Measure("average", column)
    if how == "sum" or (view is None and each_row and seen.first("total")):
        return Measure("sum", column)
    if each_row:
        return Measure("value", column)
    earned = any(o.of == "money" and o.span == one.span for o in seen.operators)
    if view is None and (adds_up(column) or ((earned or is_told(one, seen, "total")) and not is_of_one(column))):
        return Measure("sum", column)
    raise Unread(f"{column} may not be added up")


def _is_adjective(one: Found) -> bool:
    """ "Late" of `late_line_count`: only a share makes a rate of it."""
    return one.name.form == terms(words(one.name.column))[:1]


def divided(one: Found, seen: Recognised, table: CatalogTable) -> Measure:
    """A figure that is a quotient by its name: "late rate"."""
    if _is_adjective(one) and not seen.first("share"):
        raise Unread("a rate that nobody asks for")
    known = table.column(one.name.column)
    is_flag = known is not None and known.type.upper().startswith("BOOL")
    is_moment = known is not None and tables.is_time(known)
    part = Measure("flagged" if is_flag else "filled" if is_moment else "sum", one.name.column)
    over = Measure("rows") if one.name.over == ROWS else Measure("sum", one.name.over)
    return Measure("ratio", one.name.column, part, over, times(seen))


def is_told(one: Found, seen: Recognised, kind: Kind) -> bool:
    before = seen.before(one.span)
    return (before is not None and before.kind == kind) or any(
        (o.kind, o.span) == (kind, one.span) for o in seen.operators
    )


def times(seen: Recognised) -> int:
    return 100 if any(o.of == "percent" for o in seen.operators) else 1
