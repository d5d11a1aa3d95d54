"""The first and the last of things, by the day that the question speaks of: "which branch opened first", "the 3 latest
orders", "the newest store"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.patterns import FEW, WORD_NUMBERS
from plugin.generator.generate.plan.words.seen import Found, Recognised

_EARLY, _LATE = r"first|earliest|oldest", r"last|latest|most recently|most recent|newest"
_FIRST_LAST = re.compile(rf"(?:\b{FEW} )?\b(?:(?P<early>{_EARLY})|(?P<late>{_LATE}))\b(?: {FEW}\b)?", re.IGNORECASE)
_DEED_BEFORE = re.compile(r"\b(?P<deed>[a-z]+)\s+(?:the\s+)?$", re.IGNORECASE)
_ROWS_BEHIND = re.compile(r"\s*(?P<rows>[a-z]+(?: [a-z]+)?)\b(?P<to> to (?:be )?(?P<deed>[a-z]+))?", re.IGNORECASE)
_ROWS_BEFORE = re.compile(r"^\W*which (?P<rows>[a-z]+(?: [a-z]+)?) (?:is|was|are|were) the $", re.IGNORECASE)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which|on what|on which) (?:day|date|month|year|week|quarter)\b", re.IGNORECASE)
_AGES = frozenset(("birth", "birthday", "birthdate", "dob", "born", "age"))
_OF_PEOPLE = frozenset(terms("signup registered reg registration joined join hired hire enrolled enrollment"))
_MADE = ("built", "founded", "opened", "established", "construction", "launched", "release", "released", "made")
_OTHERS = ("top", "bottom", "count", "average", "total", "share", "each", "previous", "moved", "growth", "difference")


def find(seen: Recognised, base: CatalogTable) -> None:
    """Adds the operator and the day that it is by; nothing where it is not clear of what."""
    text = seen.text
    match = _FIRST_LAST.search(text.text)
    if match is None or _FIRST_LAST.search(text.text, match.end()) or not is_by_row(base):
        return
    inside = [o for o in seen.operators if match.start() <= o.span[0] and o.span[1] <= match.end()]  # most recently
    others = [o for o in seen.operators if o not in inside]
    if any(o.kind in _OTHERS for o in others) or not (inside or text.is_free(match.span())) or _WHEN.search(text.text):
        return
    before, behind = _DEED_BEFORE.search(text.text, 0, match.start()), _ROWS_BEHIND.match(text.text, match.end())
    of = _ROWS_BEFORE.search(text.text, 0, match.start())
    is_rows = any(m is not None and _is_of(m["rows"], base) for m in (behind, of))
    said_of = ((before, not is_rows), (behind, is_rows and of is None))
    deeds = [m for m, is_it in said_of if m is not None and is_it and m["deed"]]
    column = _day(base, terms(deeds[0]["deed"])[0] if deeds and terms(deeds[0]["deed"]) else "")
    if column is None and not deeds and match[0].casefold().endswith(("oldest", "newest")):
        column = _year(base)
    if column is None or not (is_rows or deeds):
        return
    if match[0].casefold().endswith("oldest") and (deeds or _has_age(base, column)):
        return
    for deed in deeds:
        text.take((deed.start("to"), deed.end("deed")) if "to" in deed.re.groupindex else deed.span("deed"))
    text.take(match.span())
    said = next((n for n in (match[1], match[4]) if n), "")
    number = float(WORD_NUMBERS.get(said.casefold()) or said) if said else None
    operator = Operator("bottom" if match["early"] else "top", match.span(), number, of="time")
    seen.operators = tuple(sorted((*others, operator), key=lambda o: o.span))
    seen.found = (*seen.found, Found(Name(("time",), "measure", column.name), match.span()))


def _year(base: CatalogTable) -> CatalogColumn | None:
    """The `year_built` of buildings that know no day."""
    found = [c for c in base.columns if set(words(c.name).split()) in [{"year", of} for of in _MADE] and not c.pii]
    return found[0] if len(found) == 1 else None


def _has_age(base: CatalogTable, column: CatalogColumn) -> bool:
    """The oldest patient is not the one who registered first."""
    spelled = {word for c in base.columns for word in words(c.name).split()}
    return bool(spelled & _AGES) or bool(tables.deeds(column, "") & _OF_PEOPLE)


def _is_of(said: str, base: CatalogTable) -> bool:
    """The rows are called so."""
    rows = {terms(noun_of(base)), *(terms(s) for s in base.synonyms if s.isascii())}
    return any(terms(" ".join(said.split()[:n])) in rows for n in (1, 2))


def _day(base: CatalogTable, deed: str) -> CatalogColumn | None:
    """That of the deed; where none is told, the one on which the rows came to be."""
    days = [c for c in base.columns if tables.is_time(c) and not c.pii]
    done = [c for c in days if deed in tables.deeds(c, "")] if deed else []
    event = tables.event_time(base)
    found = done if deed else [event] if event in days else []
    told = [c for c in found if c is not None]
    if len(told) != 1:
        return _finest(told)
    same = [c for c in days if tables.deeds(c, "") == tables.deeds(told[0], "")]
    return _finest(same) or told[0]


def _finest(days: Sequence[CatalogColumn]) -> CatalogColumn | None:
    """The moment rather than its day: `ordered_at` beside `order_date`."""
    moments = [c for c in days if c.type.upper().startswith(("TIMESTAMP", "DATETIME"))]
    return moments[0] if len(moments) == 1 else None
