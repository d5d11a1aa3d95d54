"""Times that a reading goes by, and that are not what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.deeds import deed_of
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.words.seen import BOUNDS, Recognised

if TYPE_CHECKING:
    from plugin.generator.generate.plan.meaning.tree import Reading

_BEGAN = frozenset(terms(
    "signup sign registration register registered reg join joined hire hired open opened birth born enrolled enrol"
    " enroll enrollment first launched founded established onboard"
))  # fmt: skip
_OPENED = frozenset(("open", "opened"))
_CASES = frozenset(("order", "ticket", "request", "case", "claim", "incident", "complaint", "issue", "job", "inquiry"))
"""What happens on the day on which it is opened."""
_NEW = re.compile(r"\bnew(?:ly)?\b|\bfirst\b|신규|새로|처음|최초", re.IGNORECASE)
_PASSED = re.compile(
    r"\bhow many days\b.*\b(?:pass(?:ed)?|between|elapsed|apart)\b|\bdays (?:between|from)\b|며칠\s?(?:걸|차이|만)",
    re.IGNORECASE,
)
_WITHIN_UNIT = re.compile(
    r"(?<![가-힣])(?:한\s?달|하루|한\s?주|일주일|한\s?해|일\s?년|1년)에\s(?!한\s?번\s?만)"
    r"|\bin (?:a|any|one|a single|any single) (?:day|week|month|quarter|year)\b",
    re.IGNORECASE,
)
_STOCK = frozenset(("mrr", "arr", "acv", "balance", "headcount", "recurring"))
_BEGINS = frozenset(("start", "started", "begin", "began", "from", "effective"))
_ENDS = frozenset(("end", "ended", "cancelled", "canceled", "until", "expiry", "expires", "expired", "terminated"))
_RUNS = frozenset(("active", "running", "live", "current", "past_due", "past due", "in_force", "open"))
_STATE_THEN = re.compile(
    r"\b(?:were|was|are|is) (?:still |currently )?(?:active|past due|in force|live|running|enrolled|employed)\b"
    r".*\b(?:on|at|in|as of|during)\b",
    re.IGNORECASE,
)
_BECAME = re.compile(r"(?:ed|paid|lost|won|sent|sold)$", re.IGNORECASE)
_KO_BECAME = re.compile(r"(?:된|한|됐던|했던)\s")
_OFTEN = re.compile(
    r"\b(?:how many|number of|count of) (?:annual|yearly|monthly|weekly|daily|quarterly) (?!average|total)",
    re.IGNORECASE,
)
_NEWLY = re.compile(r"신규|새로")
_SAME_TIME = re.compile(r"동월|동기|동분기|같은\s*(?:기간|달|분기|시기)")
_STILL = re.compile(r"\bstill\b", re.IGNORECASE)


def check(reading: Reading, seen: Recognised, ask: Ask) -> None:
    """ "How many patients visited in 2023" are not those who registered then."""
    base = reading.wide.base
    times = [c for g in reading.groups if (c := base.column(g)) is not None and tables.is_time(c)]
    if (reading.periods or reading.units or times) and not reading.clock and base.view is None:
        own = next(iter(times), None) or tables.time_column(base)
        began = tables.deeds(own, "") & _BEGAN if own is not None and own.type.upper() == "DATE" else set()
        noun = noun_of(base).split()[-1]
        begun = bool(began) and not began & deed_of(noun)  # but of enrolments
        begun = begun and not (noun in _CASES and began <= _OPENED)
        spoken = own is not None and own == tables.spoken_time(base, ask.question)
        if begun and not (spoken or _NEW.search(ask.question) or _says_how(base, seen)):
            raise Unread("nothing says that they began then")
    timed = reading.periods or reading.units or times
    if _NEWLY.search(ask.question) and not (timed or reading.conditions or reading.groups) and base.view is None:
        raise Unread("new since when")
    if _SAME_TIME.search(ask.question) and not ask.periods:
        raise Unread("the same time of the year before, of which time")
    if _STILL.search(ask.question) and not reading.conditions:
        raise Unread("what is still so")
    days = [m for m in reading.measures if (c := reading.wide.table.column(m.column)) is not None and tables.is_time(c)]
    if days and _PASSED.search(ask.question):
        raise Unread("how many days passed")
    if (reading.periods or reading.units) and _lasts(reading):
        raise Unread("what lasts is not of the day on which it began")
    if reading.periods and _STATE_THEN.search(ask.question):
        raise Unread("what was so on a day began before")
    if reading.periods and any(_was_so_then(column, span, reading, seen) for column, span in seen.values):
        raise Unread("when they came to be so")
    if _OFTEN.search(ask.question) and reading.units:
        raise Unread("a kind, or each unit of time")
    if _WITHIN_UNIT.search(ask.question) and seen.first(*BOUNDS) is not None:
        raise Unread("within one such time")


def _was_so_then(column: str, span: tuple[int, int], reading: Reading, seen: Recognised) -> bool:
    """ "Policies that expired in 2025" did not begin then: of rows with several days the one on which a state came to
    be must be spoken of."""
    base, text = reading.wide.base, seen.text.text
    days = [c for c in base.columns if tables.is_time(c) and not tables.is_written(c.name)]
    if reading.clock or base.view is not None or len(days) < 2 or not tables.is_state(column):
        return False
    if has_hangul(text):
        return bool(_KO_BECAME.match(text, span[1])) and any(p.span[1] <= span[0] for p in reading.periods)
    rows = [f.span[1] for f in seen.found if f.name.role in ("rows", "dimension")]
    behind = any(p.span[0] >= span[1] for p in reading.periods)
    return bool(_BECAME.search(text[slice(*span)])) and behind and any(end <= span[0] for end in rows)


def _lasts(reading: Reading) -> bool:
    """What is paid each month, or runs, of rows that begin one day and end another."""
    base = reading.wide.base
    days = {word for c in base.columns if tables.is_time(c) for word in words(c.name).split()}
    if base.view is not None or not (days & _BEGINS and days & _ENDS) or reading.clock:
        return False
    stock = any(m.aggregate == "sum" and _STOCK & set(words(m.column).split()) for m in reading.measures)
    runs = any({v.casefold() for v in c.values} & _RUNS and not c.excluded for c in reading.conditions)
    return stock or runs


def _says_how(base: CatalogTable, seen: Recognised) -> bool:
    """Signups are customers by how they came."""
    begun = {t for name in tables.beginnings(base) for t in terms(name)}
    return bool(begun & seen.text.terms)
