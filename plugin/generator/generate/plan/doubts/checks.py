"""What a reading must not be: a rank of nothing, an average of sums, a share of what is not clear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.recognition import beside
from plugin.generator.generate.plan.recognition.measure import Measure, is_by_row
from plugin.generator.generate.plan.recognition.noun_again import is_shown_too
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Text

if TYPE_CHECKING:
    from plugin.generator.generate.plan.meaning.tree import Reading

_OF_ITSELF = ("over_average", "under_average")
_ACTS = frozenset(terms("buy bought purchase purchased visit visited sell sold spend spent use used serve earn paid"))
_NOW = re.compile(r"\bcurrent(?:ly)?\b|현재|지금", re.IGNORECASE)
_AGAINST = re.compile(
    r"\b(?:over|above|below|under|exceed\w*|(?:more|less|higher|lower|greater|fewer) than)\s+(?:the |its |their )?$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b|모두|둘\s?다|양쪽", re.IGNORECASE)
_COSTS = re.compile(r"\bhow much (?:does|do|would|will)\b.*\bcosts?\b", re.IGNORECASE)
_CASES = re.compile(r"건수|횟수|수$|몇\s*(?:건|번|회)")
_HOW_MUCH = re.compile(r"\bhow (?:much|many)\b|얼마|몇", re.IGNORECASE)

_AND = re.compile(r"이고|이며|\band\b|,|이?랑\s|[와과]\s|하고\s")
_ALSO = re.compile(
    r"과|와|하고|이?랑|및|and|,|, and|and the"
    r"|(?:,? ?and|,? ?with|along with|plus|as well as) (?:its|the|their)(?: [a-z]+)*",
    re.IGNORECASE,
)


def check(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """Raises Unread."""
    _check_words(reading, seen)
    _check_clear(reading, seen, ask)
    _check_averages(reading, seen)
    _check_prices(reading, seen, ask)
    _check_asked(reading, seen, ask)
    _check_which(reading, seen)
    _check_rows(reading, seen)
    _check_form(reading)


def _check_words(reading: Reading, seen: Recognised) -> None:
    """Each word for one thing."""
    if len([o for o in seen.operators if o.kind in ("top", "bottom")]) > 1:
        raise Unread("several superlatives")
    if any(_is_of_nothing(o, seen) for o in seen.operators if o.kind == "each" and o.behind):
        raise Unread("by what")
    if any(_is_counted_money(f, seen) for f in seen.found):
        raise Unread("a count of a figure")
    if _in_one_breath(seen):
        raise Unread("two figures in one breath")
    same = any(
        (a.name.column, a.name.over) == (b.name.column, b.name.over) and a.name.role == "measure"
        for a, b in pairwise(seen.found)
        if not _is_said_of(a, b, seen)
    )
    whole = reading.form in ("share", "share_of_best") and seen.first("total") is not None
    whole = whole or reading.beside
    if same and not reading.order and not whole and reading.form not in (*_OF_ITSELF, "difference", "growth", "apart"):
        raise Unread("two words for one column")


def _check_clear(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """What is ranked, counted, averaged and compared is there."""
    found, groups, units, order = reading.measures, reading.groups, reading.units, reading.order
    nameless = any(o.of == "rank" for o in seen.operators) and all(g.casefold().endswith("_id") for g in groups)
    if order and (len(found) != 1 or not (groups or units) or (nameless and not units)):
        raise Unread("a rank of what, by what, is not clear")
    counted = [f for f in seen.found if f.name.role in ("measure", "rows") or seen.is_distinct(f.span)]
    if any(_AGAINST.search(seen.text.text, 0, f.span[0]) for f in seen.found if f.name.role == "measure"):
        raise Unread("one figure against another")
    own = {c.name for c in reading.wide.base.columns}
    if seen.first("count") and not (any(seen.is_counted(f.span) for f in counted) or seen.counts_values(own)):
        raise Unread("what is to be counted")
    if seen.first("average") and not (found or reading.having):
        raise Unread("an average of what")
    if seen.first("compare") and not groups and len(ask.periods) < 2 and not seen.first("previous"):
        raise Unread("what is to be compared")
    ranks = order is not None and reading.form not in ("growth", "difference")
    plain = reading.form == "plain" and not (order or reading.having or units)
    several = len(reading.periods) > 2 and not plain
    if several or (len(reading.periods) == 2 and (ranks or reading.having or reading.form == "share")):
        raise Unread("several periods")


def _check_averages(reading: Reading, seen: Recognised) -> None:
    """One figure of each thing, or one of all of them."""
    found, groups = reading.measures, reading.groups
    singles = [o for o in seen.operators if o.of == "per" and "인" in seen.text.text[slice(*o.span)]]
    pers = [o for o in seen.operators if o.kind == "each" and o.of == "per"]
    if (singles and groups and not reading.order) or (len(pers) > 1 and not (groups or reading.units)):
        raise Unread("a figure of each, or the average of one")  # "items per order per store"
    each = {o.of for o in seen.operators if o.kind == "each"}
    is_quotient = bool(found) and all(m.aggregate == "ratio" for m in found)
    averaged = seen.first("average") and not is_quotient
    if len(each) > 1 and (averaged or any(g.casefold().endswith("_id") for g in groups)):
        raise Unread("a figure of each, or the average of one")  # "for each store, tweets per customer"
    if reading.form in ("share", "share_of_all") and any(_groups_nothing(f, reading, seen) for f in seen.found):
        raise Unread("by what is not here")
    if reading.form == "share" and _counts_too(seen):
        raise Unread("a count beside a share")


def _groups_by(each: Operator, seen: Recognised) -> bool:
    """And not "the name of each teacher", which only says that all are wanted."""
    said = seen.text.text[slice(*each.span)].casefold()
    return each.kind == "each" and (each.behind or said in ("by", "per"))


def _is_of_nothing(each: Operator, seen: Recognised) -> bool:
    """검사자별, where nobody is called 검사자: what it would group by is not here."""
    ends = [f.span[1] for f in seen.found] + [span[1] for _, span in seen.values]
    return not any(seen.text.between(end, each.span[0]) in ("", "들") for end in ends if end <= each.span[0])


def _is_counted_money(one: Found, seen: Recognised) -> bool:
    """작업 건수, where 작업 was taken for what a job costs."""
    behind = seen.behind(one.span)
    counts = behind is not None and behind.kind == "count" and _CASES.search(seen.text.text[slice(*behind.span)])
    return bool(counts) and one.name.role == "measure" and not one.name.counted


def _is_said_of(one: Found, other: Found, seen: Recognised) -> bool:
    """ "Pieces in stock", "took in more than 2,500 dollars in revenue": what the one is of."""
    between = seen.text.between(one.span[1], other.span[0])
    return between.split()[-1:] == ["in"] or is_shown_too(one, other, seen)


def _check_prices(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """What is dear or cheap is one thing, and not all that was paid for it; what is done in both of two periods is not
    what is done in each."""
    summed = any(m.aggregate == "sum" for m in reading.measures)
    of_each = reading.order or reading.form in ("over_average", "under_average")
    if summed and of_each and any(o.of in ("price", "cost") for o in seen.operators):
        raise Unread("the price of a sum")
    if summed and not reading.periods and _COSTS.search(ask.question):
        raise Unread("what one of them costs")
    counts = not reading.measures or any(m.aggregate in ("rows", "distinct") for m in reading.measures)
    if len(reading.periods) == 2 and counts and _BOTH.search(ask.question):
        raise Unread("in both of two periods")


def _groups_nothing(one: Found, reading: Reading, seen: Recognised) -> bool:
    """ "The share of completed requests by vendor", of rows that know a vendor by its key alone."""
    is_each = any(o is not None and o.kind == "each" for o in (seen.before(one.span), seen.behind(one.span)))
    return one.name.role == "rows" and bool(one.name.column) and is_each and one.name.column not in reading.groups


def _check_which(reading: Reading, seen: Recognised) -> None:
    """ "Which restaurants serve Thai food" is not answered by what is said of the food."""
    heads = [f for f in seen.found if seen.text.between(0, f.span[0]) == "which"]
    if any(f.name.role == "rows" and not seen.is_counted(f.span) and not reading.groups for f in heads):
        raise Unread("which of them is not shown")


def _counts_too(seen: Recognised) -> bool:
    """노쇼는 몇 건이고 전체 중 몇 퍼센트야: two figures."""
    counts = [o for o in seen.operators if o.kind == "count" and o.of != "distinct"]
    parts = [o for o in seen.operators if o.kind == "share" and o.of != "rate"]
    return any(_AND.search(seen.text.text[c.span[1] : s.span[0]]) for c in counts for s in parts)


def _check_asked(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """What is asked for is there, of the time that is spoken of, and all of it."""
    found, groups = reading.measures, reading.groups
    if not found and not groups:
        raise Unread("neither a measure nor a list")
    if not found and not reading.having and _HOW_MUCH.search(ask.question):
        raise Unread("how much of what")
    plain = not (found or reading.having) and reading.form == "plain"
    if plain and groups and any(_groups_by(o, seen) for o in seen.operators):
        raise Unread("how many of each, or which there are")
    if not found and not reading.having and (ask.periods or ask.groupings):
        raise Unread("a list of a period")
    if beside.before_tax(Text(ask.question), reading.wide.base):
        columns = [m.part.column if m.part else m.column for m in found]
        if any(beside.is_after_tax(column, reading.wide.table) for column in columns):
            raise Unread("a figure that is not before tax")
    before = seen.first("previous")
    if before and any(_ALSO.fullmatch(seen.text.between(f.span[1], before.span[0])) for f in seen.found):
        raise Unread("a figure beside its change")
    if _NOW.search(ask.question) and any(_is_kept_elsewhere(m, ask) for m in found):
        raise Unread("what is current stands elsewhere")
    own = tables.event_time(reading.wide.base)
    if reading.periods and own is not None and tables.is_beginning(own) and _ACTS & set(terms(ask.question)):
        raise Unread("what was done then")  # who bought something in May did not sign up then


def _is_kept_elsewhere(measure: Measure, ask: Ask) -> bool:
    """ "Current MRR" where a table has a column of that name, and this is another."""
    current = f"current_{measure.column.casefold()}"
    return any(c.name.casefold() == current for route in ask.routes for c in route.table.columns)


def _in_one_breath(seen: Recognised) -> bool:
    """ "Unit cost" is no number of units beside a cost, in English words."""
    said = seen.text.text
    found = [f for f in seen.found if f.name.role == "measure" and said[slice(*f.span)].isascii()]
    gaps = (seen.text.text[a.span[1] : b.span[0]] for a, b in pairwise(found) if a.span[1] < b.span[0])
    return any(not gap.strip() for gap in gaps)


def _check_rows(reading: Reading, seen: Recognised) -> None:
    """Figures of single rows, and of groups that are one row each."""
    found, groups, order, base = reading.measures, reading.groups, reading.order, reading.wide.base
    each_row = [m for m in found if m.aggregate == "value"]
    if each_row and (seen.first("total") or len(each_row) < len(found)):
        raise Unread("a figure of each row beside a sum")
    if each_row and groups and all(g in reading.wide.columns for g in groups):
        raise Unread("a figure of each row by what the row is of")
    times = {g for g in groups if _is_time(g, reading.wide.table)}
    if each_row and order and (reading.units or times) and not _own_times(reading):
        raise Unread("the best day is not that of the best row")
    own = {n.column for n in names(base) if n.form == terms(noun_of(base))}
    one = {c.column for c in reading.conditions if len(c.values) == 1 and not c.excluded}
    if is_by_row(base) and order and one & own:
        raise Unread("the best of one row")
    counts = [b.measure.aggregate in ("rows", "distinct") for b in reading.having]
    if is_by_row(base) and set(groups) & own and (seen.first("total") or _counts_rows(found) or any(counts)):
        raise Unread("one row of each")


def _own_times(reading: Reading) -> set[str]:
    """Of each of which there is one row."""
    base = reading.wide.base
    times = {g for g in reading.groups if _is_time(g, reading.wide.table)}
    return times & set(base.view.grain if base.view else base.primary_key)


def _counts_rows(found: Sequence[Measure]) -> bool:
    return any(m.aggregate == "rows" for m in found)


def _check_form(reading: Reading) -> None:
    found, form = reading.measures, reading.form
    if form == "averaged" and reading.order and (not reading.groups or reading.order.within or reading.order.skip):
        raise Unread("the best of which averages")
    if form in ("plain", "averaged", "count_of_groups"):
        return
    if len(found) != 1 or reading.having:
        raise Unread(f"{form} of several figures")
    aggregate = found[0].aggregate
    by_time = len(reading.units) == 1 or any(_is_time(g, reading.wide.table) for g in reading.groups)
    if form == "share" and (len(reading.conditions[0].values) > 1 or aggregate not in ("sum", "rows", "distinct")):
        raise Unread("a share of what is not clear")
    if form in ("share_of_all", "share_of_best", "running") and aggregate not in ("sum", "rows"):
        raise Unread(f"{form} of what can't be added up")
    if form in ("change", "change_rate", "risen", "fallen", "running", "moving") and not by_time:
        raise Unread(f"{form} over what time")
    if form == "moving" and (reading.order or reading.over < 2 or (aggregate == "value" and not _own_times(reading))):
        raise Unread("what moves over what")
    if form == "share_of_all" and reading.order and not reading.figures:
        raise Unread("the largest share of what is not clear")
    if form == "share_of_all" and not (reading.groups or reading.units):
        raise Unread("a share of what is not clear")
    if form in ("risen", "fallen") and (reading.order or (aggregate == "value" and not _own_times(reading))):
        raise Unread("what is compared with what was before")
    if form in ("rose", "fell") and (reading.units or reading.order or aggregate not in ("sum", "rows", "distinct")):
        raise Unread("what is compared with what was before")
    if form in ("growth", "difference") and (reading.units or len(reading.periods) != 2 or aggregate == "value"):
        raise Unread("growth from when to when")
    if form in ("over_average", "under_average") and (
        aggregate == "ratio"
        or found[0].column in reading.groups
        or reading.order
        or bool(reading.groups) == bool(reading.units)
        or (reading.units and aggregate not in ("sum", "rows", "distinct"))
    ):
        raise Unread("what is compared with the average")


def _is_time(column: str, table: CatalogTable) -> bool:
    found = table.column(column)
    return found is not None and tables.is_time(found)
