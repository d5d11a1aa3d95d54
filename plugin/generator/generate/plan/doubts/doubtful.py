"""Readings that explain every word, and still are not what was asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backends.vectors.tokens import terms
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.doubts import acted, doubtful_times
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.additive import adds_up, counts_again, is_of_one
from plugin.generator.generate.plan.names.lexicon import own_names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.words.seen import Recognised

if TYPE_CHECKING:
    from plugin.generator.generate.plan.meaning.tree import Reading

_JOINED = re.compile(r"\band\b|&|,|[가-힣](?:이?랑|와|과|하고)\s|및", re.IGNORECASE)
_SOLD = re.compile(
    r"\b(?:were|was|been|got) (?:sold|bought|purchased|ordered)\b|팔린|판매된|팔렸|판매됐", re.IGNORECASE
)
_LONG = re.compile(r"\b(?:longest|shortest)\b|(?:긴|길었던|짧은|짧았던|오래)$", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b|모두|둘\s?다|양쪽\s?다", re.IGNORECASE)
_OF_ITSELF = frozenset(
    ("active", "inactive", "enabled", "disabled", "deleted", "valid", "current", "verified", "archived")
)
_BILLS = frozenset(terms("bill invoice payment fine fee refund charge receipt"))
_NUMBER = re.compile(r"\bnumber\b|\bcount\b|\bmany\b|건수|개수", re.IGNORECASE)
_WHEN = re.compile(r"^\W*when\b|언제", re.IGNORECASE)
_WHO = re.compile(r"^\W*who(?:se)?\b(?! (?:many|much))|누가|누구", re.IGNORECASE)
_MUCH_TOO = re.compile(
    r"\bhow many\b.*\b(?:and|,)\s*(?:how much|what(?:'s| is| was| were)? (?:the|their) (?:total|sum|amount|value))\b"
    r"|(?:몇|건수)[^?]*(?:이고|고|며|과|와|랑)\s[^?]*(?:얼마|금액|총액|합계)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much (?:(?:more|less|money) )*(?:did|do|does|have|has|was|were|is)\b.*"
    r"\b(?:charged?|paid|pay|earn(?:ed)?|spen[dt]|collect(?:ed)?|bill(?:ed)?|invoiced?|refund(?:ed)?|owed?)\b",
    re.IGNORECASE,
)
_AND_SOME = re.compile(r"(?:,? ?and(?: the)?|(?:\s?(?:건수|수))?(?:와|과|이?랑|하고))")
_SUMS = re.compile(r"\bsum of\b|합계|총합|총액", re.IGNORECASE)
_TOTALS = re.compile(r"\btotal (?:\w+ ){1,3}?and (?:the )?total \w+", re.IGNORECASE)


_COMPARED = re.compile(r"평균[^?]*보다")
_TOP_PART = re.compile(
    r"\b(?:top|bottom|best|worst|first|highest|lowest) \d+ ?(?:%|percent\b)|(?:상위|하위)\s*\d+\s?(?:%|퍼센트|프로)",
    re.IGNORECASE,
)
_RETURN = re.compile(r"\breturns? on\b", re.IGNORECASE)
_RATE = re.compile(r"(?:율|률|\brates?|\bratio|\bpercentage)$", re.IGNORECASE)
_ARE = re.compile(r"\b(?:is|are|was|were) $", re.IGNORECASE)
_KO_PER_MEAN = re.compile(r"[가-힣a-z]\s?당\s+평균")
_DATE = re.compile(r"\b(?:date|day|time|when|month|year)\b", re.IGNORECASE)
_WHAT = re.compile(r"^\W*what (?:was|is|were|did)\b", re.IGNORECASE)
_TEXTS = frozenset(("description", "notes", "note", "comment", "comments", "text", "body"))


def check(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """Raises Unread."""
    _check_figures(reading, seen, ask)
    _check_counts(reading, seen, ask)
    doubtful_times.check(reading, seen, ask)
    _check_things(reading, seen, ask)
    _check_marks(reading, seen)
    acted.check(reading, seen)


def _check_figures(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """What figures are asked for, and how many."""
    summed = [m for m in reading.measures if m.aggregate == "sum"]
    average, extreme = seen.first("average"), seen.first("top", "bottom")
    if average is not None and extreme is not None and extreme.number is None:
        first, last = sorted((average.span, extreme.span))
        if _JOINED.search(ask.question, first[1] - 1, last[0] + 1):
            raise Unread("an average, and an extreme")
    if _TOP_PART.search(ask.question):
        raise Unread("so many percent of them")
    if _RETURN.search(ask.question):
        raise Unread("what comes back")
    if any(_is_rate(seen.text.text[slice(*f.span)]) for f in seen.found if f.name.column in {m.column for m in summed}):
        raise Unread("a sum of rates")
    if average is not None and _COMPARED.search(ask.question) and reading.form not in ("over_average", "under_average"):
        raise Unread("what is compared with an average")
    if average is not None and any(m.part and m.part.column and is_of_one(m.part.column) for m in reading.measures):
        raise Unread("a sum of what does not add up")
    is_long = extreme is not None and _LONG.search(seen.text.text[slice(*extreme.span)])
    is_base = reading.wide.base.view is None
    if is_long and is_base and reading.order and summed:
        raise Unread("the longest of sums")
    if any(counts_again(m.column) for m in summed) and is_base and reading.units != ("day",):
        raise Unread("who is there on one day is there on the next")
    if len(reading.measures) < 2 and (_MUCH_TOO.search(ask.question) or _TOTALS.search(ask.question)):
        raise Unread("two figures")
    per = [m for m in reading.measures if m.part is not None and m.part.aggregate == "rows"]
    is_bill = bool(_BILLS & set(terms(noun_of(reading.wide.base))))
    if per and average is not None and is_bill and not _NUMBER.search(ask.question):
        raise Unread("how many bills, or of how much")
    counts = all(m.aggregate in ("rows", "distinct") for m in reading.measures)
    if counts and reading.measures and _SUMS.search(ask.question):
        raise Unread("a sum of what")
    if counts and _MONEY.search(ask.question):
        raise Unread("how much money")


def _is_rate(said: str) -> bool:
    return bool(_RATE.search(said))


def _check_counts(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """What is counted, and among what."""
    few = any(b.sign in ("<", "<=") and b.measure.aggregate in ("rows", "distinct") for b in reading.having)
    of_parents = bool(reading.groups) and all(g in reading.wide.columns for g in reading.groups)
    if few and of_parents and reading.wide.base.view is None:
        raise Unread("those that have none are not here")
    told = {c.column for c in reading.conditions if c.values and not c.excluded}
    if any(m.aggregate == "distinct" and m.column in told for m in reading.measures):
        raise Unread("how many rows, or how many values")
    if any(_are_all_of_a_parent(m.column, reading) for m in reading.measures if m.aggregate == "distinct"):
        raise Unread("how many there are, or how many did")
    if _SOLD.search(ask.question) and _counts_things(reading, ask):
        raise Unread("what became of them")
    if _is_of_now(reading, ask):
        raise Unread("those who are there now")
    noun = set(terms(noun_of(reading.wide.base)))
    flags = [f for f in seen.found if f.name.role == "flag"]
    of_rows = any(noun & {*f.name.form} for f in flags if not isinstance(f.name.form, str))
    if of_rows and any(b.measure.aggregate == "rows" for b in reading.having):
        raise Unread("how many of all of them")  # "their first order in 2020, and at least 20 orders"
    counted = [f.span[1] for f in seen.found if f.name.role == "rows" and seen.is_counted(f.span)]
    starts = [f.span[0] for f in flags]
    gaps = (seen.text.between(end, start) for end in counted for start in starts if start >= end)
    if any(_AND_SOME.fullmatch(gap) for gap in gaps):
        raise Unread("how many, and how many of them")


def _counts_things(reading: Reading, ask: Ask) -> bool:
    """ "How many items were sold" of a table of the items that there are."""
    base = reading.wide.base
    plain = not (reading.conditions or reading.having or ask.periods) and base.view is None
    rows = bool(reading.measures) and all(m.aggregate == "rows" for m in reading.measures)
    return plain and rows and tables.event_time(base) is None


def _are_all_of_a_parent(column: str, reading: Reading) -> bool:
    """국가별 회원 수와 주문 수: members by what they are, beside their orders, are not those alone who ordered."""
    base = reading.wide.base
    beside = any(m.aggregate in ("rows", "distinct") and m.column != column for m in reading.measures)
    led = {k.to_table for k in base.foreign_keys if k.columns == (column,)}
    homes = [reading.wide.columns.get(group) for group in reading.groups]
    of_parent = [reading.wide.joins[home[0]].parent.name in led for home in homes if home is not None]
    return beside and bool(led) and bool(of_parent) and all(of_parent) and len(of_parent) == len(homes)


def _is_of_now(reading: Reading, ask: Ask) -> bool:
    """ "현재 직원 수": where a flag tells who is still there, all who ever were are too many."""
    rows = all(m.aggregate in ("rows", "value", "distinct") for m in reading.measures)
    return rows and not reading.conditions and tables.asks_who_is_there(reading.wide.base, ask.question)


def _check_marks(reading: Reading, seen: Recognised) -> None:
    """마케팅 수신 동의 고객 수 are those who agreed: a mark that is no flag of the warehouse is nobody's group."""
    for one in seen.found:
        column = reading.wide.table.column(one.name.column)
        marks = column is not None and column.name.casefold().endswith(("_yn", "_flag", "_flg", "_ind"))
        if marks and one.name.role == "dimension" and one.name.column not in reading.groups:
            raise Unread("whether it is so")


def _check_things(reading: Reading, seen: Recognised, ask: Ask) -> None:
    flags = [*(f.name.column for f in seen.found if f.name.role == "flag"), *seen.turned]
    if any(_is_of_itself(column, reading, seen) for column in flags):
        raise Unread("a flag of another thing")
    counts = not reading.measures or any(m.aggregate in ("rows", "distinct") for m in reading.measures)
    lots = [c for c in reading.conditions if len(c.values) > 1 and not c.excluded]
    tallied = any(m.column.casefold().endswith("_count") for m in reading.measures)
    if tallied and len(reading.periods) == 2 and _BOTH.search(ask.question):
        raise Unread("in both of two periods")
    text = seen.text.text
    parents = [span for column, span in seen.values if column in reading.wide.columns]
    if any(_ARE.search(text, 0, start) and not text[end:].strip(" ?.") for start, end in parents):
        raise Unread("what they are, and not what they belong to")  # payments that "are overdue"
    if any(_is_state_of_a_parent(column, reading, seen) for column, _ in seen.values):
        raise Unread("a state of what they belong to")
    if _ranks_rows_of_a_kind(reading):
        raise Unread("the kind of the best row, or the best kind")
    each = [seen.behind(f.span) for f in seen.found if f.name.column in reading.groups]
    if _KO_PER_MEAN.search(ask.question) and any(o is not None and o.of == "per" for o in each):
        raise Unread("one average, or one of each")
    averages = [m.column for m in reading.measures if m.aggregate == "average" and adds_up(m.column)]
    of_each_one = bool(reading.groups) and all(_tells_parents_apart(g, reading) for g in reading.groups)
    before = [seen.before(f.span) for f in seen.found if f.name.column in reading.groups]
    if averages and of_each_one and any(o is not None and o.of == "per" for o in (*before, *each)):
        raise Unread("one average, or one of each")  # "average minutes per subscriber"
    if reading.order and any(words(g).split()[-1] in _TEXTS for g in reading.groups):
        raise Unread("what is told of things, and not what they are")
    if counts and lots and _BOTH.search(ask.question) and not seen.either:
        raise Unread("of both")
    times = [g for g in reading.groups if (c := reading.wide.table.column(g)) is not None and tables.is_time(c)]
    if _WHEN.search(ask.question) and not (times or reading.units) and reading.measures:
        raise Unread("when is not shown")
    if _WHO.search(ask.question) and set(reading.groups) <= {*reading.wide.base.primary_key}:
        raise Unread("who is not shown")
    days = [c for m in reading.measures if (c := reading.wide.table.column(m.column)) is not None and tables.is_time(c)]
    if days and _WHAT.search(ask.question) and not _DATE.search(ask.question):
        raise Unread("what it was is not shown")


def _tells_parents_apart(group: str, reading: Reading) -> bool:
    """The name of what rows belong to, of which there are too many to list."""
    home = reading.wide.columns.get(group)
    parent = reading.wide.joins[home[0]].parent if home is not None else None
    column = parent.column(home[1]) if parent is not None and home is not None else None
    return (
        column is not None
        and parent is not None
        and home is not None
        and home[1] in own_names(parent)
        and not column.values
    )


def _is_state_of_a_parent(column: str, reading: Reading, seen: Recognised) -> bool:
    """Overdue payments are not those of overdue loans, unless loans are spoken of."""
    alias, own = reading.wide.columns.get(column, ("", ""))
    if not alias or not tables.is_state(own):
        return False
    parent = reading.wide.joins[alias].parent
    spoken = {*terms(noun_of(parent)), *(t for s in parent.synonyms for t in terms(s))}
    return not spoken & seen.text.terms


def _ranks_rows_of_a_kind(reading: Reading) -> bool:
    """ "Which account type has the highest balance" is not the type of the one best account."""
    base = reading.wide.base
    kinds = [c for g in reading.groups if (c := base.column(g)) is not None and c.values and g not in own_names(base)]
    plain = bool(reading.measures) and all(m.aggregate == "value" for m in reading.measures)
    by_row = base.view is None and plain and reading.order is not None
    return by_row and bool(kinds) and len(kinds) == len(reading.groups)


def _is_of_itself(column: str, reading: Reading, seen: Recognised) -> bool:
    """ "Active accounts" are not those whose sales rep is active, unless reps are spoken of."""
    home = reading.wide.columns.get(column)
    if home is None or not _OF_ITSELF & set(words(home[1]).split()):
        return False
    parent = reading.wide.joins[home[0]].parent
    spoken = {*terms(noun_of(parent)), *(t for s in parent.synonyms for t in terms(s))}
    return not spoken & seen.text.terms
