"""The figures that a question asks for: sums, counts, averages, quotients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backends.vectors.korean import has_hangul
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.measured import is_told, measure_of
from plugin.generator.generate.plan.meaning.ratios import is_added, is_divisor, is_per, quotient, ratio
from plugin.generator.generate.plan.names.additive import adds_up
from plugin.generator.generate.plan.recognition.measure import Measure, is_by_row
from plugin.generator.generate.plan.words.seen import Found, Recognised

_BUT_FOR = re.compile(r"\b(?:before|after|including|excluding|plus|minus|net of|less)\s+$", re.IGNORECASE)
_WHOLE = ("총액", "합계", "총합", "총계")
_ADNOMINAL = frozenset(("된", "한", ""))
_A = re.compile(r"\b(?:an?|both|(?:contain|includ)(?:e|s|es|ed|ing)?) $", re.IGNORECASE)


def measures(seen: Recognised, table: CatalogTable, noun: tuple[str, ...], *, has_units: bool) -> list[Measure]:
    """`noun`: what a row is; beside a measure it only says of whom one speaks. Raises Unread."""
    average = seen.first("average") is not None
    different = _different(seen, table)
    if different and average:
        raise Unread("an average of a count")
    named = _named(seen, noun, counts=bool(different))
    if divided := _divided(named, seen, table):
        return medians([divided], seen)
    if any(one.name.role == "measure" and not one.name.counted for one in named):
        named = [one for one in named if one.name.role == "rows" or not one.name.counted or seen.is_counted(one.span)]
    plain = has_units and not (different or average) and len(named) == 1
    if plain and named[0].name.role == "rows" and not named[0].name.column:
        return [Measure("rows")]  # "orders per month"
    averaged = _averaged(named, seen) if average else []
    found = [measure_of(one, seen, table, one in averaged and not has_units) for one in named]
    if has_units and table.view is None and is_by_row(table):
        of_each = [m for one, m in zip(named, found, strict=True) if one in averaged]
        whose = [one for one in named if one in averaged]
        if of_each and all(_is_of_each(m) or _is_of_a_thing(o, m, noun) for o, m in zip(whose, of_each, strict=True)):
            return [replace(m, aggregate="average") if m in of_each else m for m in found]  # no average of sums
    fit = ("sum", "rows", "distinct") if has_units else ("average",)
    if any(m.aggregate not in fit for one, m in zip(named, found, strict=True) if one in averaged):
        raise Unread("an average of sums")
    return medians(list(dict.fromkeys([*found, *(Measure("distinct", column) for column in different)])), seen)


def _different(seen: Recognised, table: CatalogTable) -> list[str]:
    """The columns of which different values are counted. Raises Unread."""
    found = [one.name.column for one in seen.found if one.name.role == "dimension" and seen.is_distinct(one.span)]
    if found and has_hangul(seen.text.text) and _are_rows(found, seen, table):
        raise Unread("kinds, or rows")
    told = any(o.of == "distinct" for o in seen.operators)
    if not told and any(map(tables.is_free_text, found)):
        raise Unread("texts, or different ones")
    columns = (column for name in found if (column := table.column(name)) is not None)
    if any(tables.is_time(column) and tables.is_beginning(column) for column in columns):
        raise Unread("the days of what")  # "how many days was each store open"
    return found


def _named(seen: Recognised, noun: tuple[str, ...], *, counts: bool) -> list[Found]:
    """The figures and rows that are asked for. Raises Unread."""
    named = [one for one in seen.found if one.name.role in ("measure", "rows")]
    if not seen.either and any(_BUT_FOR.search(seen.text.text, 0, one.span[0]) for one in named):
        raise Unread("a figure before or after another")
    if any(_is_by_others(one, seen) for one in named):
        raise Unread("by what is not here")
    if any(_is_one_of_them(one, seen) for one in named):
        raise Unread("whether a count is meant")
    named = _asked_for(named, seen, noun)
    counts = counts or any(seen.is_counted(one.span) for one in named)
    if counts and any(_may_be_done(one, seen) for one in named):
        raise Unread("a count, or what is done")
    return named


def _divided(named: list[Found], seen: Recognised, table: CatalogTable) -> Measure | None:
    """One figure by another, where that is asked for. Raises Unread."""
    if whole := quotient(named, seen, table):
        return whole
    over = [one for one in named if is_divisor(one, seen) or (is_per(one, seen) and is_added(one, table))]
    if any(is_per(one, seen) for one in named if one not in over):
        raise Unread("what is divided by what")
    return ratio([one for one in named if one not in over], over, seen, table) if over else None


def _is_by_others(one: Found, seen: Recognised) -> bool:
    """ "Revenue by customers" of rows that know how many customers there were, and not which."""
    before = seen.before(one.span)
    is_by = before is not None and before.kind == "each" and before.of != "per"
    return (
        is_by and one.name.role == "measure" and one.name.counted and not seen.first("top", "bottom", "sorted", "share")
    )


def _are_rows(different: Sequence[str], seen: Recognised, table: CatalogTable) -> bool:
    """한국어 자료는 몇 개 asks for the rows, where 자료 is their kind; 몇 가지, 몇 종 asks for the kinds."""
    count = seen.first("count")
    named = all(column.casefold().endswith(("name", "id", "title")) for column in different)
    kinds = count is None or count.of == "distinct" or named
    return not kinds and is_by_row(table) and bool(seen.filters)


def _is_one_of_them(one: Found, seen: Recognised) -> bool:
    """ "How many orders contained a beverage" asks for no `beverage_count`."""
    is_count = one.name.role == "measure" and one.name.counted and not seen.is_counted(one.span)
    return is_count and bool(_A.search(seen.text.text, 0, one.span[0]))


def _asked_for(named: list[Found], seen: Recognised, noun: tuple[str, ...]) -> list[Found]:
    """Without those that only say of whom one speaks, or what another is of."""
    others = [one for one in named if one.name.role == "measure" or one.name.form != noun or seen.is_counted(one.span)]
    others += [one for one in named if one not in others and is_divisor(one, seen)]
    named = others or named
    whole = any(one.name.role == "rows" and not one.name.column for one in named)
    if whole and seen.first("share"):  # "what share of the tweets of customers"
        named = [one for one in named if one.name.role != "rows" or not one.name.column or seen.is_counted(one.span)]
    rates = {one.name.over for one in named if one.name.over}
    named = [one for one in named if one.name.column not in rates or not one.name.counted]
    named = [one for one in named if not (_is_modifier(one, named, seen) or _is_part_of_before(one, named, seen))]
    named = [one for one in named if not _is_all_of_before(one, named, seen)]
    if any(one.name.role == "rows" and seen.is_counted(one.span) for one in named):
        named = [one for one in named if one.name.role != "rows" or one.name.column or seen.is_counted(one.span)]
    return named


def _is_of_each(measure: Measure) -> bool:
    return measure.aggregate == "value" and not adds_up(measure.column)


def _is_of_a_thing(one: Found, measure: Measure, noun: tuple[str, ...]) -> bool:
    """ "Average order value by month" is of each order, as its name says."""
    said = set(one.name.form) if not isinstance(one.name.form, str) else set()
    return measure.aggregate == "value" and bool(noun) and set(noun) <= said


def _may_be_done(one: Found, seen: Recognised) -> bool:
    """ "How many accounts use the feature" asks for no use_count."""
    if not one.name.counted or seen.is_counted(one.span) or one.name.role == "rows":
        return False
    beside = (seen.before(one.span), seen.behind(one.span))
    divides = any(o is not None and o.kind in ("each", "over") for o in beside)
    return not divides and seen.text.may_be_done(one.span)


def medians(found: list[Measure], seen: Recognised) -> list[Measure]:
    """The average that is asked for is the middle one. Raises Unread."""
    average = seen.first("average")
    if average is None or average.of != "median":
        return found
    if not any(m.aggregate == "average" for m in found):
        raise Unread("a median of sums")
    return [replace(m, aggregate="median") if m.aggregate == "average" else m for m in found]


def _is_modifier(one: Found, named: Sequence[Found], seen: Recognised) -> bool:
    """손님 주문, "customer orders", "cancellation fees": the first noun only says whose they are."""
    if not one.name.counted or seen.is_counted(one.span):
        return False
    is_row = one.name.role == "rows" and not one.name.column
    owned = [f for f in named if f.name.counted or (is_row and f.name.role == "measure")]
    return any(f.span[0] > one.span[1] and seen.text.between(one.span[1], f.span[0]) == "" for f in owned)


def _is_part_of_before(one: Found, named: Sequence[Found], seen: Recognised) -> bool:
    """반품된 라인: of the `returned_line_count`, and not all lines beside it."""
    own = set(words(one.name.column).split())
    others = (f for f in named if f.name.counted and f.span[1] <= one.span[0] and f.name.column != one.name.column)
    near = (f for f in others if seen.text.between(f.span[1], one.span[0]) in _ADNOMINAL)
    return one.name.counted and any(own < set(words(f.name.column).split()) for f in near)


def _is_all_of_before(one: Found, named: Sequence[Found], seen: Recognised) -> bool:
    """세금 총액 is that of the tax, and no other figure that is called 총액."""
    said = seen.text.text[slice(*one.span)]
    others = (f for f in named if f is not one and f.name.role == "measure" and f.span[1] <= one.span[0])
    return said in _WHOLE and any(not seen.text.text[f.span[1] : one.span[0]].strip() for f in others)


def _averaged(named: Sequence[Found], seen: Recognised) -> list[Found]:
    """The figure that "average" stands before, where the others are counts or totals by their own words; else all."""
    direct = [one for one in named if is_told(one, seen, "average")]
    others = [one for one in named if one not in direct]
    if direct and others and all(seen.is_counted(one.span) or is_told(one, seen, "total") for one in others):
        return direct
    return list(named)
