"""Figures of single rows, and of lots of rows: the revenue in March is a sum, so is that of a brand; the price of one
product is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.meaning.measures import measures
from plugin.generator.generate.plan.meaning.roles import is_for_each
from plugin.generator.generate.plan.names.additive import adds_up
from plugin.generator.generate.plan.names.lexicon import own_names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition import turns
from plugin.generator.generate.plan.recognition.measure import Measure, added, by_period, is_by_row, summed
from plugin.generator.generate.plan.words.seen import BOUNDS, Recognised
from plugin.generator.generate.plan.words.weekdays import is_part

_SCORES = frozenset(("score", "rating", "satisfaction", "csat", "nps", "stars", "grade"))


def figures_of(seen: Recognised, ask: Ask, wide: Wide, groups: Sequence[str], noun: tuple[str, ...]) -> list[Measure]:
    found = measures(seen, wide.table, noun, has_units=bool(ask.groupings))
    spans = {o.span for o in seen.operators if o.kind in BOUNDS}
    told = {f.name.column for f in seen.found if f.name.role == "measure" and f.span in spans}  # "orders over $50"
    if groups and (extreme := _extreme_of_each(groups, seen, wide, found)):
        found = [extreme]
    elif ask.groupings:
        found = [m if m.column in told else by_period(m, wide.table) for m in found]
    elif not groups:
        single = bool({*seen.filters, *seen.equal} & own_names(wide.base)) or _is_ranked(seen)
        found = [summed(measure, seen, wide.base, single=single) for measure in found]
    elif _are_lots(groups, seen, wide) and not any(o.of in ("price", "cost") for o in seen.operators):
        bound = {f.name.column for f in seen.found if f.name.role == "measure" and seen.bound(f.span)} | told
        bound = bound if told or speaks_of_rows(seen) or not all(g in wide.columns for g in groups) else set()
        found = [m if m.column in bound else by_period(m, wide.base) for m in found]
    elif _may_repeat(groups, seen, wide):
        found = [_averaged(added(measure, wide.base)) for measure in found]
    found = [_by_rows(measure, seen, wide.base) for measure in found]
    flagged = any(f.name.role == "flag" and seen.is_distinct(f.span) for f in seen.found)
    counts = is_by_row(wide.base) and (flagged or seen.counts_values({c.name for c in wide.base.columns}))
    if not found and (counts or turns.is_share_of_rows(seen, wide, groups) or _are_kinds(seen, wide, groups)):
        found = [Measure("rows")]
    return found


def is_of_days(seen: Recognised, ask: Ask, wide: Wide, found: Sequence[Measure], groups: Sequence[str]) -> bool:
    """ "Average revenue per weekday": of what was earned on each such day, not of each order."""
    if len(found) != 1 or found[0].aggregate != "average" or ask.groupings or not groups:
        return False
    forms = [f.name.form for f in seen.found if f.name.role == "rows" or f.name.column == found[0].column]
    noun = set(terms(noun_of(wide.base)))
    korean = [form for form in forms if isinstance(form, str)]
    of_one = any(noun & {*form} for form in forms if not isinstance(form, str))
    of_one = of_one or any(s in form for form in korean for s in wide.base.synonyms)
    return any(map(is_part, groups)) and adds_up(found[0].column) and not of_one


def counted_things(seen: Recognised, base: CatalogTable, found: list[Measure]) -> tuple[str, list[Measure]]:
    """ "How many stores sold more in 2020 than in 2019", "had above-average revenue": the things that are compared
    first and then counted, and the figures that are left; "" where there are none."""
    if seen.first("over_average", "under_average", "than_then") is None or seen.first("count") is None:
        return "", found
    things = [m for m in found if m.aggregate in ("distinct", "rows")]
    others = [m for m in found if m not in things]
    if (
        len(things) != 1
        or len(others) != 1
        or (things[0].aggregate == "rows" and not (is_by_row(base) and base.view is None))
    ):
        return "", found
    return things[0].column or base.primary_key[0], others


def _extreme_of_each(groups: Sequence[str], seen: Recognised, wide: Wide, found: list[Measure]) -> Measure | None:
    """ "The highest salary in each department", 매장별 최고 금액: of the single rows of each; None where another
    thing is ranked."""
    ranked = seen.first("top", "bottom")
    by = {f.name.column for f in seen.found if f.name.role == "dimension" and is_for_each(f, seen)}
    if ranked is None or ranked.number is not None or ranked.skip or ranked.of or by != {*groups}:
        return None
    if len(found) != 1 or found[0].aggregate != "value" or not is_by_row(wide.base) or own_names(wide.base) & by:
        return None
    places = [f.span for f in seen.found if f.name.column == found[0].column]
    is_before = bool(places) and seen.before(places[0]) == ranked
    return replace(found[0], aggregate="max" if ranked.kind == "top" else "min") if is_before else None


def _are_kinds(seen: Recognised, wide: Wide, groups: Sequence[str]) -> bool:
    """ "Top 3 return reasons" are the most frequent: what is ranked is a property of the rows, and by nothing else."""
    ranked = seen.first("top", "bottom")
    if ranked is None or ranked.number is None or len(groups) != 1 or wide.base.view is not None:
        return False
    column = wide.base.column(groups[0])
    others = seen.first("above", "least", "below", "most", "average", "total", "share", "previous", "moved", "growth")
    named = groups[0] in own_names(wide.base) or groups[0] in wide.columns
    return column is not None and bool(column.values) and is_by_row(wide.base) and not named and others is None


def _are_lots(groups: Sequence[str], seen: Recognised, wide: Wide) -> bool:
    """Of the groups each has many rows: brands of the items sold, not items by their names."""
    if all(g in wide.columns for g in groups):
        return True
    several = any(len(seen.filters.get(g, ())) > 1 for g in groups)  # "fuel cost at Shell and Aral"
    return (several or seen.first("each", "compare") is not None) and not own_names(wide.base) & set(groups)


def _may_repeat(groups: Sequence[str], seen: Recognised, wide: Wide) -> bool:
    """ "Which plant had the most revenue" of shipments: of all that left it, not of the one shipment."""
    dear = any(o.of in ("price", "cost") for o in seen.operators)
    others = own_names(wide.base) | set(wide.columns)
    return seen.first("top", "bottom") is not None and not dear and not others & set(groups)


def speaks_of_rows(seen: Recognised) -> bool:
    """ "Orders below 10" are bound each; "categories with revenue below 10" by their sums."""
    return any(f.name.role == "rows" for f in seen.found) or seen.first("share", "count", "average") is not None


def _by_rows(measure: Measure, seen: Recognised, base: CatalogTable) -> Measure:
    """ "How many users" of a table of users, whatever their names."""
    count = seen.first("count")
    different = count is not None and count.of == "distinct"
    own = measure.aggregate == "distinct" and measure.column in own_names(base)
    return Measure("rows") if own and is_by_row(base) and base.view is None and not different else measure


def _averaged(measure: Measure) -> Measure:
    """ "Which agent has the lowest satisfaction score" of tickets: on average, not that of the one worst ticket."""
    is_score = bool(_SCORES & set(words(measure.column).split()))
    return replace(measure, aggregate="average") if measure.aggregate == "value" and is_score else measure


def _is_ranked(seen: Recognised) -> bool:
    """Ranked or bounded: of single rows."""
    return seen.first("top", "bottom", "over_average", "under_average", *BOUNDS) is not None
