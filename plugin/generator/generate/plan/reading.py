"""A question read over one table: measures, groups, conditions, order; or why it can't be read so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.doubts import doubtful
from plugin.generator.generate.plan.doubts.checks import check
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning import lots, ranks, roles, shares, snapshots, tails
from plugin.generator.generate.plan.meaning.against import are_two, base_last, both_of, than_then, two_values
from plugin.generator.generate.plan.meaning.bounds import Bound, bounds_of
from plugin.generator.generate.plan.meaning.tree import Condition, Form, Reading
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition import noun_again, turns
from plugin.generator.generate.plan.recognition.measure import Measure, by_period, is_by_row
from plugin.generator.generate.plan.recognition.recognise import recognise
from plugin.generator.generate.plan.words import seeming, told_clocks
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Recognised
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Unit

_UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")
_ALSO_ASKED = re.compile(
    r"\band what (?:is|was|are|were) (?:it|that|they)\b"
    r"|\b(?:and|with)(?: (?:by|at|for|on))? (?:how (?:much|many)|(?:the|its|their|his|her|that)(?: \w+){1,3}\s*[?.]?$)"
    r"|\b(?:and|with) (?:the|its|their) (?:number|count|amount|total|value|figure|share|price|sum)\b"
    r"|\bgive (?:me )?(?:the|its) \w+ and\b"
    r"|(?:뭐|뭔지|무엇|어디|누구|언제|어느|무슨)[가-힣]*(?:\s[가-힣]+)?[,\s].*(?:얼마|몇)|(?:함께|같이)(?=\s|$)|[가-힣](?:랑|하고|와|과)\s*(?:함께|같이)?.{0,12}(?:보여|알려|뽑아)",
    re.IGNORECASE,
)
_OF_BEST = re.compile(r"\s+of (?:the |our )", re.IGNORECASE)
_ITS = re.compile(r"[가-힣](?:과|와|이?랑|하고)\s(?:그\s|해당\s)?$|[가-힣]의\s$")
_WHICH_TIME = re.compile(
    r"\b(?:which|what|in which|in what) (?:month|quarter|week|year|day)\b"
    r"|(?:달|월|분기|주|해|연도|날)[은는이]\s*(?:언제|[?]|$)",
    re.IGNORECASE,
)
_AND_WHEN = re.compile(
    r"^\W*what(?: is|'s| was| were) (?:the|our) .*\band (?:when|where|who|(?:in|on|at|by)? ?which|what)\b",
    re.IGNORECASE,
)


def read(ask: Ask, wide: Wide, *, verbs: bool = True) -> Reading:
    """Without `verbs` a verb that nothing here is called after counts for nothing. Raises Unread."""
    if ask.language not in ("en", "ko"):
        raise Unread("the language")
    told = tails.tail(ask.question, wide.table)
    if told is None:
        return _read(ask, wide, verbs)
    try:
        before = _read(ask.add(question=told.question), wide, verbs)
    except Unread:
        return _read(ask, wide, verbs)  # "For each store, give the revenue" is no question with a list behind it
    return tails.shown(before, told)


def _read(ask: Ask, wide: Wide, verbs: bool) -> Reading:
    table = wide.table
    ask = snapshots.without_latest(ask, wide.base)
    ask = seeming.without_named(seeming.without_previous(ask), table)
    seen = recognise(ask, wide, verbs=verbs)
    ranked = seen.first("top", "bottom")
    noun = terms(noun_of(table)) if is_by_row(table) else ()
    if ranked is not None and ranks.ranks_a_count(seen, ranked):
        raise Unread("what is ranked is not here")
    groups = roles.groups(seen, ranked, noun=_nouns(noun, table))
    groups = groups or roles.kinds_of_things(seen, wide.base)
    found = lots.figures_of(seen, ask, wide, groups, noun)
    counted, found = lots.counted_things(seen, wide.base, found) if not groups else ("", found)
    groups = [counted] if counted else groups
    bounds = bounds_of(seen, found, table)
    if groups and all(g in wide.columns for g in groups) and not lots.speaks_of_rows(seen):
        bounds = [replace(b, measure=by_period(b.measure, wide.base)) for b in bounds]
    units: tuple[Unit, ...] = ()
    if lots.is_of_days(seen, ask, wide, found, groups):
        found, units = [replace(m, aggregate="sum") for m in found], ("day",)
    form, kept, groups, periods = _form_of(seen, ask, bounds, found, groups)
    having, inner, left = _bounded(bounds, found, groups, by_row=is_by_row(table))
    again = noun_again.shown_too(seen) if inner else set()
    left = [m for m in found if m in left or m.column in again]
    found = found if having and _ALSO_ASKED.search(ask.question) else left
    form = "averaged" if units and form == "plain" else form
    if form == "share_of_all" and inner and (not (groups or ask.groupings) or shares.is_bound_of_them(seen)):
        form = "share"
    ranked, found = ranks.extreme(ranked, found, groups, has_units=bool(ask.groupings))
    if form == "share" and kept:
        kept, inner = (shares.bound_first(kept, inner, seen), []) if inner else (shares.first(kept, seen), inner)
    order = ranks.order_of(seen, ranked, groups)
    if order is not None and ranked is not None and groups and form == "plain" and ranks.is_of_each_unit(ask):
        order = replace(order, each_unit=True)
    form = _of_the_best(form, ranked, ask)
    reading = Reading(
        wide,
        tuple(found),
        tuple(groups),
        units or _units(form, groups, ask) or _over(seen, [*groups, *periods]),
        (*kept, *inner),
        tuple(having),
        periods,
        order,
        form,
        figures=_shows_figures(form, ranked, seen),
        over=_of_so_many(seen),
        times=100 if any(o.of == "percent" for o in seen.operators) else 1,
        quotient=any(o.kind == "difference" and o.of == "times" for o in seen.operators),
        counted=bool(counted),
        beside=form == "share_of_all" and shares.stands_beside(seen),
        clock=_clock(ask, table, seen, is_share=form == "share" or any(m.aggregate == "ratio" for m in found)),
        alike=_is_alike(seen, ask, wide),
    )
    check(reading, seen, ask)
    doubtful.check(reading, seen, ask)
    return replace(reading, conditions=(*reading.conditions, *snapshots.latest(reading)))


def _of_the_best(form: Form, ranked: Operator | None, ask: Ask) -> Form:
    """ "What share of revenue came from the top 10 customers": of them together. Raises Unread where of each."""
    if ranked is None or ranked.number is None or form not in ("share", "share_of_all"):
        return form
    if not shares.is_of_the_best(ask.question):
        raise Unread("a share of each of the best")
    return "share_of_best"


def _form_of(
    seen: Recognised, ask: Ask, bounds: Sequence[Bound], found: Sequence[Measure], groups: list[str]
) -> tuple[Form, list[Condition], list[str], tuple[TimePhrase, ...]]:
    """With the conditions, groups and periods that are left beside it."""
    kept = conditions(seen)
    form = _form(seen, ask, kept, found)
    if form == "difference" and (two := two_values(seen, kept, ask.periods)):
        form, kept, groups = "apart", two, [g for g in groups if g != two[0].column]
    if form == "plain" and (entity := _counted_groups(bounds, found, groups)):
        form, groups = "count_of_groups", [entity]
    moved = seen.first("moved") is not None and are_two(ask.periods)
    if form == "plain" and moved and seen.first("top", "bottom"):
        form = "difference"  # "grew the most"
    is_two = form in ("growth", "difference") or (form == "plain" and moved)
    periods = both_of(ask.periods) if is_two else ask.periods
    if is_two and any(o.kind == "difference" and o.of == "times" for o in seen.operators):
        periods = base_last(periods, seen)
    if form in ("plain", "change") and (than := than_then(seen, ask, groups)):
        form, periods = than
    if against := turns.against_before(ask, seen, form):
        form, periods = against
    return form, kept, groups, periods


def _clock(ask: Ask, table: CatalogTable, seen: Recognised, *, is_share: bool) -> str:
    """The time that is spoken of, "" where none is. "The share of last month's orders that was cancelled" is one of all
    orders of that month, not of those cancelled in it; so is the refund rate."""
    if told := told_clocks.told(ask, table):
        return told[0]
    spoken = turns.clock(table, ask, seeming.outside_periods(ask))
    if spoken is None:
        return ""
    parts = [*seen.said.values(), *(f.span for f in seen.found if f.name.role == "flag" or f.name.over)]
    said = {t for start, end in parts for t in terms(seen.text.text[start:end])}
    of_part = is_share and bool(tables.deeds(spoken, ask.question) & said)
    return "" if of_part else spoken.name


def _is_other_word(name: Name) -> bool:
    """It means the same as a name, or is a synonym of the things: where another area has the word, that is meant."""
    is_thing = name.role in ("dimension", "rows") and name.column.casefold().endswith(("_name", "_id"))
    return name.alike or (is_thing and not name.own and not isinstance(name.form, str))


def _is_alike(seen: Recognised, ask: Ask, wide: Wide) -> bool:
    other = any(_is_other_word(f.name) for f in seen.found)
    return seen.alike or other or is_flag_elsewhere(seen, ask, wide) or _counts_values(seen, wide)


_OF_FLAGS = re.compile(r"^(?:is|was|has|had) | (?:flag|flg|yn|ind)$")


def is_flag_elsewhere(seen: Recognised, ask: Ask, wide: Wide) -> bool:
    """환불 is a topic of talks, and what was done with payments that have a flag of that name; fraud a category of
    tickets, and what some transactions are."""
    said = {"".join(seen.text.text[start:end].split()).casefold() for start, end in seen.said.values()}
    others = (r.table for r in ask.routes if r.table.name != wide.base.name) if said else ()
    flags = (c for table in others for c in table.columns if c.type.upper().startswith("BOOL"))
    called = (name for c in flags for name in (_OF_FLAGS.sub("", words(c.name)), *c.synonyms))
    return any("".join(name.split()).casefold() in said for name in called)


def _counts_values(seen: Recognised, wide: Wide) -> bool:
    """ "How many no-shows" of bookings in that state: a table that has their number goes before it."""
    return seen.first("count") is not None and seen.counts_values({c.name for c in wide.base.columns})


def _nouns(noun: tuple[str, ...], table: CatalogTable) -> tuple[tuple[str, ...] | str, ...]:
    """What one row is called, in both languages; nothing where a row is no one thing."""
    return (noun, *("".join(s.split()) if has_hangul(s) else terms(s) for s in table.synonyms)) if noun else ()


def _shows_figures(form: Form, ranked: Operator | None, seen: Recognised) -> bool:
    """ "Which store had the most revenue" asks for no figure; "... and how much was it" does, and so does "the price of
    the cheapest drink"."""
    if form in ("over_average", "under_average", "rose", "fell", "risen", "fallen"):
        return False
    question = seen.text.text
    asked = bool(_ALSO_ASKED.search(question) or _AND_WHEN.search(question))
    figures = [f.span for f in seen.found if f.name.role == "measure"]
    if ranked is not None:
        asked = asked or any(_OF_BEST.fullmatch(question[end : ranked.span[0]]) for _, end in figures)
        asked = asked or any(start > ranked.span[1] and _ITS.search(question, 0, start) for start, _ in figures)
    return ranked is None or ranked.number is not None or asked


def conditions(seen: Recognised) -> list[Condition]:
    """Of the values and flags that are named."""
    found = [Condition(c, tuple(dict.fromkeys(v))) for c, v in seen.filters.items()]
    found += [Condition(c, tuple(dict.fromkeys(v)), excluded=True) for c, v in seen.excluded.items()]
    found += [Condition(c, excluded=True) for c in seen.turned]
    found += [Condition(c, bound=("=", number)) for c, number in seen.equal.items()]
    found += [Condition(c, bound=(">", 0)) for c in seen.some]
    found += [Condition(h.column, bound=(">=", h.low)) for h in seen.hours if h.low is not None]
    found += [Condition(h.column, bound=("<", h.high)) for h in seen.hours if h.high is not None]
    return found + [Condition(f.name.column) for f in seen.found if f.name.role == "flag"]


def _form(seen: Recognised, ask: Ask, conditions: Sequence[Condition], measures: Sequence[Measure]) -> Form:
    found: list[Form] = []
    if seen.first("over_average"):
        found.append("over_average")
    if seen.first("under_average"):
        found.append("under_average")
    of_each = bool(measures) and all(m.aggregate == "ratio" for m in measures) and _is_by_unit(ask)
    means = all(m.aggregate == "average" for m in measures) or of_each
    if (average := seen.first("average")) and ask.groupings and not means:
        if average.of == "median":
            raise Unread("a median of periods")
        found.append("averaged")
    if (share := seen.first("share")) and any(m.aggregate == "ratio" for m in measures):
        if share.of != "percent" and not seen.first("over"):
            raise Unread("a share of a quotient")
    elif share:
        found.append("share" if conditions and not shares.is_of_each(seen) else "share_of_all")
    kept: tuple[Literal["running", "moving"], ...] = ("running", "moving")
    found += [form for form in kept if seen.first(form)]
    percent = any(o.of == "percent" for o in seen.operators)
    if seen.first("previous"):
        found.append("change_rate" if seen.first("growth") or percent else "change")
    elif seen.first("growth") and ask.groupings and not ask.periods[1:] and not are_two(ask.periods):
        found.append("change_rate")  # of each month over the one before
    elif not are_two(ask.periods) and seen.first("top", "bottom") and _WHICH_TIME.search(ask.question):
        if seen.first("difference", "moved", "growth"):  # the month that rose the most over the one before
            found.append("change_rate" if seen.first("growth") or percent else "change")
    elif seen.first("growth") or (percent and seen.first("moved") and are_two(ask.periods)):
        found.append("growth")
    elif seen.first("difference"):
        found.append("difference")
    elif seen.first("moved") and not are_two(ask.periods):
        raise Unread("what moved from when to when")
    if len(found) > 1:
        found = [
            f for f in found if not (f.startswith("share") and seen.first("growth", "difference", "previous", "moved"))
        ]
    if len(found) > 1:
        raise Unread(" and ".join(found))
    return found[0] if found else "plain"


def _is_by_unit(ask: Ask) -> bool:
    """ "The average per employee by month" is one figure for each; "the average per month" is one."""
    return all(said.casefold().startswith("by ") or said.endswith("별") for said, _ in ask.groupings)


def _units(form: Form, groups: Sequence[str], ask: Ask) -> tuple[Unit, ...]:
    """ "Which months were above the average monthly revenue" names the month twice."""
    units = tuple(unit for _, unit in ask.groupings)
    if form == "averaged":
        return units
    return tuple(unit for unit in units if not any(tables.is_unit(group, unit) for group in groups))


def _of_so_many(seen: Recognised) -> int:
    moving = seen.first("moving")
    return int(moving.number or 0) if moving else 0


def _over(seen: Recognised, others: Sequence[object]) -> tuple[Unit, ...]:
    """ "Month over month" is by month, so is 전월 대비 where no time is told, and a moving average of months."""
    before = seen.first("previous")
    if moving := seen.first("moving"):
        return tuple(unit for unit in _UNITS if unit == moving.of)
    if before is not None and not others and has_hangul(seen.text.text):
        return tuple(unit for unit in _UNITS if unit == before.of)
    spoken = seen.text.text[slice(*before.span)].casefold() if before else ""
    return tuple(unit for unit in _UNITS if re.fullmatch(rf"{unit}[- ](?:over|on)[- ]{unit}", spoken))


def _counted_groups(bounds: Sequence[Bound], found: Sequence[Measure], groups: Sequence[str]) -> str:
    """ "How many customers have more than 25 orders": the customers are groups first, and then counted."""
    others = [m for m in found if m not in {b.measure for b in bounds}]
    if groups or not bounds or len(others) != 1 or others[0].aggregate != "distinct":
        return ""
    fit = ("rows", "sum", "distinct", "ratio", "average")
    return others[0].column if all(b.measure.aggregate in fit for b in bounds) else ""


def _bounded(
    bounds: Sequence[Bound], found: list[Measure], groups: Sequence[str], *, by_row: bool
) -> tuple[list[Bound], list[Condition], list[Measure]]:
    """A bound on a sum is for the groups (HAVING), one on a column as it stands for the rows. The third are the
    measures that are left to show: what only bounds is not asked for."""
    having: list[Bound] = []
    inner: list[Condition] = []
    for bound in bounds:
        if bound.measure.aggregate == "value" or (by_row and not groups and bound.measure.aggregate == "sum"):
            inner.append(Condition(bound.measure.column, bound=(bound.sign, bound.number)))
        elif groups:
            having.append(bound)
        else:
            raise Unread("a bound of what is not clear")
    only = {m for b in bounds for m in (b.measure, b.named) if m is not None} | {
        Measure("distinct", g) for g in groups if having
    }
    return having, inner, [m for m in found if m not in only]
