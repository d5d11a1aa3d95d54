"""What a table's columns are for: its time column and that column's grain, its day that counts as today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync import missing, times
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.names import singulars, words
from catalog_sync.times import event_time, grain, is_time
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Unit, start_of

if TYPE_CHECKING:
    from plugin.generator.ask import Ask, ValueHit

__all__ = [
    "Unit", "bucket", "event_time", "grain", "is_coarser", "is_number", "is_time", "is_unit", "start_of", "time_column",
    "today",
]  # fmt: skip

_TIME_WORDS = "date at on day time month year quarter week"
_KOREAN_TIME_WORDS = "날짜 일자 일시 시각 시간 날 일 월 연도 분기 주"
_KOREAN_TIME_ENDING = re.compile(r"(?:날짜|일자|일시|시각|시간|연도|분기|[날일월주])$")
_BEGUN = (
    "signup registration enrollment enrolment join joined open opened hire hired create created found founded register"
    " registered start started born birth enrol"
    " enrolled enroll sign signed launch launched onboard added established"
)
_DONE = re.compile(
    r"\b(?:[A-Za-z]+ed|paid|sent|sold|bought|built|lost|won|begun|born|taken|given|written)\b|[가-힣]+(?=[된한됐했]|되[어었는]|하[여였는]|일[이은자]|[이가]\s*(?:하나|한\s|전혀|없|있))"
)


def is_number(column: CatalogColumn) -> bool:
    kind = column.type.upper()
    return kind.startswith(
        ("INT", "BIGINT", "SMALLINT", "TINYINT", "HUGEINT", "DEC", "NUM", "DOUBLE", "REAL", "FLOAT", "UBIGINT", "UINT")
    )


def spoken_time(table: CatalogTable, question: str) -> CatalogColumn | None:
    """The one date or timestamp of which the question has a word: "shipped in 1997" is of ship_date. Of several the one
    whose word is a deed: "orders shipped in 1997"."""
    asked, was_done = set(terms(question)), done(question)
    found = [c for c in table.columns if is_time(c) and deeds(c, question) & asked]
    found = found or [c for c in table.columns if is_time(c) and either_deeds(c) & asked]
    if len(found) > 1:
        found = [c for c in found if deeds(c, question) & was_done] or found
    days = [c for c in found if grain(c) == "day"] or found
    if len(days) > 1:
        days = [c for c in days if deeds(c, question) & was_done]
    if len(days) > 1 and len({frozenset(deeds(c, question)) for c in days}) == 1:
        days = [c for c in days if c.type.upper() == "DATE"]  # the day of the moment beside it
    return days[0] if len(days) == 1 else None


_STATES = frozenset(("status", "state", "stage", "result", "outcome", "disposition", "phase", "verdict"))


def is_state(column: str) -> bool:
    """What became of rows, by its name: a status, a stage, a result."""
    return words(column).split()[-1] in _STATES


_ENDS = frozenset(("end", "ends", "ended", "until", "expires", "expired", "terminated", "left", "closed"))


def comes_to_an_end(table: CatalogTable) -> bool:
    """Its rows go on for some time, as leases do: a state or a last day says whether they still do."""
    return any(is_state(c.name) or _ENDS & set(words(c.name).split()) for c in table.columns)


_WRITTEN = frozenset(("created", "updated", "modified", "loaded", "synced", "inserted", "ingested"))


def is_written(column: str) -> bool:
    """The time tells of the row in the warehouse rather than of what happened."""
    return not _WRITTEN.isdisjoint(words(column).split())


_NOW = re.compile(r"\bcurrent(?:ly)?\b|\bright now\b|현재|지금", re.IGNORECASE)
_IS_THERE = frozenset(("active", "current", "employed", "enrolled"))


def asks_who_is_there(table: CatalogTable, question: str) -> bool:
    """ "현재 직원", "current members", where a flag of the table tells who still is one."""
    flags = (c for c in table.columns if c.type.upper().startswith("BOOL"))
    return bool(_NOW.search(question)) and any(_IS_THERE & set(words(c.name).split()) for c in flags)


def figure_time(table: CatalogTable, question: str) -> CatalogColumn | None:
    """The one day of what a figure is called after: 환불 금액, the refund amount, of `refund_dt`; leave days of the day
    on which the leave began."""
    days = [c for c in table.columns if is_time(c) and not c.pii]
    found = [c for c in days if any(_is_of_money(deed, question) for deed in deeds(c, question))]
    begun = [c for c in found if _BEGINS & set(words(c.name).split())]
    return found[0] if len(found) == 1 else begun[0] if len(begun) == 1 else None


_BEGINS = frozenset(("start", "started", "begin", "began", "from"))


def _is_of_money(deed: str, question: str) -> bool:
    ending = r"\s?(?:총\s?)?(?:금액|액)" if has_hangul(deed) else r"[a-z]{0,3} (?:amount|value|total|sum|day)s?\b"
    return re.search(rf"(?<![a-z가-힣]){re.escape(deed)}{ending}", question, re.IGNORECASE) is not None


def done(question: str) -> set[str]:
    """What is said to have been done, in terms: "shipped", 가입한, and of 가입일이."""
    return {t for deed in _DONE.findall(question) for t in terms(deed)}


def deeds(column: CatalogColumn, question: str) -> set[str]:
    """What happened then, in terms: "ship" of ship_date, of a Korean name what stands last: 만료 of 사용 만료일, and of
    배송 완료일 배송 too. Only a question with Korean in it has use for these, and for what reads them."""
    found = {t for name in (column.name, *column.synonyms) if not has_hangul(name) for t in terms(name)}
    found |= {t for match in _TOLD.finditer(column.description) for t in terms(match[1])}
    found |= {t for whole, deed in _OF_TWO.items() if whole in found for t in terms(deed)}
    found |= {t for deed, same in _OF_PEOPLE.items() if deed in found for t in same}
    korean = [_last_deed(name) for name in column.synonyms if has_hangul(name)] if has_hangul(question) else []
    return found.union(*korean) - _time_words(bool(korean)) - _ENDS


_ENDS = frozenset(terms("last first latest next previous recent"))
"""Of `last_login_at`, which is no day of what happened last year."""


_TOLD = re.compile(r"\b(?:was|were|been) ([a-z]+)\b(?! or\b)")  # "when it was solved"
_EITHER = re.compile(r"\b(?:was|were|been) ([a-z]+) or ([a-z]+)\b")  # "day it was won or lost"
_OF_TWO = {
    terms(noun)[0]: verb for noun, verb in (("signup", "sign signed"), ("checkout", "checked"), ("login", "logged"))
}
"""Nouns of a verb and a particle: a signup is when somebody signed up."""
_OF_PEOPLE = {
    deed: frozenset(terms(same))
    for deeds, same in (
        ("hired hire onboarded", "joined join"),
        ("terminated termination departed departure exit exited", "left quit"),
    )
    for deed in terms(deeds)
}
"""Whoever was hired has joined, whoever was terminated has left."""


def either_deeds(column: CatalogColumn) -> set[str]:
    """What one of may have happened then, by the description; which of them something else must say."""
    return {t for match in _EITHER.finditer(column.description) for deed in match.groups() for t in terms(deed)}


_COMPLETED = {"완료"}


def _last_deed(name: str) -> set[str]:
    said = [deed for word in reversed(name.split()) if (deed := {*terms(word)} - _time_words(True))]
    return set().union(*said[:2]) if said[:1] == [_COMPLETED] else next(iter(said), set())


def own_deeds(column: CatalogColumn) -> set[str]:
    """What a whole Korean name says of the day and nothing else: 접수 of 접수 일시 and 접수일, none of 클레임 접수일.
    By its form, as it is asked of every table."""
    names = [name for name in column.synonyms if has_hangul(name)]
    whole = (name.split() for name in names if not any(other.endswith(f" {name}") for other in names))
    said = ([deed for word in name if (deed := _KOREAN_TIME_ENDING.sub("", word))] for name in whole)
    return {deeds[0] for deeds in said if len(deeds) == 1 and len(deeds[0]) > 1}


def is_beginning(column: CatalogColumn) -> bool:
    """On that day a thing came to be: joined_at of members."""
    return bool(deeds(column, "") & _begun())


def beginnings(table: CatalogTable) -> tuple[str, ...]:
    """What people call the rows by how they came to be: signups of customers with a signup_date."""
    own = times.event_time(table)
    spelled = words(own.name).split() if own is not None and is_beginning(own) else []
    noun = [word for word in spelled if word not in _TIME_WORDS.split()]
    noun = [_OF_VERBS[" ".join(noun)]] if " ".join(noun) in _OF_VERBS else noun
    return (noun[0],) if len(noun) == 1 and noun[0] in _BEGINNINGS else ()


_OF_VERBS = {"signed up": "signup", "registered": "registration", "enrolled": "enrollment", "hired": "hire"}
_BEGINNINGS = frozenset(("signup", "registration", "enrollment", "enrolment", "opening", "hire", "launch"))


@cache
def _begun() -> frozenset[str]:
    return frozenset(terms(_BEGUN))


@cache
def _time_words(korean: bool) -> frozenset[str]:
    """The Korean ones apart: to read them loads a dictionary of 200 MB, which nobody needs who asks in English."""
    return frozenset(terms(f"{_TIME_WORDS} {_KOREAN_TIME_WORDS}" if korean else _TIME_WORDS))


def time_column(table: CatalogTable, question: str = "") -> CatalogColumn | None:
    """The one that the question speaks of, else that which the view declares, else the first date or timestamp."""
    if question and (spoken := spoken_time(table, question)):
        return spoken
    return times.time_column(table)


def timed(
    tables: Sequence[CatalogTable], question: str = "", *, ranked: bool = False
) -> tuple[CatalogTable, CatalogColumn] | None:
    """The first with a time column, but what happened before what it happened to: the date of the order, not that on
    which the order's store was opened, unless the question speaks of that. Where they are `ranked` the first of all
    happened itself if it leads to others and its time is no beginning: a loan, though a fine may follow it."""
    found = [(t, c) for t in tables if (c := time_column(t, question))]
    parents = {key.to_table for t, _c in found for key in t.foreign_keys}
    spoken = [pair for pair in found if question and spoken_time(pair[0], question)]
    first = [(t, c) for t, c in found[:1] if ranked and tables[0] == t and t.foreign_keys and not is_beginning(c)]
    events = first or [pair for pair in found if pair[0].name not in parents]
    return next(iter([*spoken, *events, *found]), None)


def today(tables: Iterable[CatalogTable], catalog: Catalog) -> date:
    """The last day of the data: where most tables of the same workspace end, the earliest of equals; where each ends on
    a day of its own, the latest that has come.

    Plans and deliveries may lie behind it, so it is not the latest date of all.
    """
    first = next(iter(tables), None)
    for workspace in (None,) if first is None else (first.workspace, None):
        if ends := catalog.directory.last_days(workspace):
            most = max(ends.values())
            if most == 1:  # no two end on one day: some have had no row for long, some may be planned
                return max((day for day in ends if day <= date.today()), default=min(ends))
            return min(day for day, count in ends.items() if count == most)
    return date.today()


def is_unit(column: str, unit: Unit) -> bool:
    """order_month, or just month; not a count of months."""
    return column.casefold() == unit or column.casefold().endswith(f"_{unit}")


def is_unit_of(column: CatalogColumn, unit: Unit, time: CatalogColumn, table: CatalogTable) -> bool:
    """The unit that a time is in: order_month beside order_date, no birth_year beside a signup_date."""
    if not is_unit(column.name, unit):
        return False
    spoken = set(words(column.name).split()) - {unit}
    known = {*words(time.name).split(), *words(table.name.name).split(), *singulars(table.name.name)}
    return not spoken or bool(spoken & known) or table.view is not None


_ORDER: tuple[Unit, ...] = ("day", "week", "month", "quarter", "half", "year")


def bucket(time: exp.Expression, unit: Unit) -> exp.Expression:
    """The unit that a time is in: a year is its number, as people write it, any other the day that it begins with."""
    if unit == "year":
        return exp.Extract(this=exp.var("YEAR"), expression=time)
    return exp.TimestampTrunc(this=time, unit=exp.var(unit.upper()))


def is_coarser(left: Unit, right: Unit) -> bool:
    return _ORDER.index(left) > _ORDER.index(right)


def speaks_korean(table: CatalogTable) -> bool:
    """Of a catalogue without a Korean word none can be said to be missing. What values are called, countries in every
    language, says nothing of names."""
    said = [table.description, *table.synonyms]
    for column in table.columns:
        said += [column.description, *column.synonyms]
    return any(map(has_hangul, said))


def outside(periods: Iterable[TimePhrase], table: CatalogTable, catalog: Catalog) -> str:
    """Why the known range of the time column has no day of a period; "" where it has, or is not known."""
    column = time_column(table)
    if column is None or not is_time(column) or not (column.min_value and column.max_value):
        return ""
    first, last = column.min_value[:10], column.max_value[:10]
    for phrase in periods:
        period = phrase.resolve(today([table], catalog))
        if (period.start and period.start.isoformat() > last) or (period.end and period.end.isoformat() <= first):
            return f"{column.name} goes from {first} to {last}, {phrase.text!r} is outside"
    return ""


def values_meant(ask: Ask) -> tuple[ValueHit, ...]:
    """Without those whose word is what some table calls a figure, unless their column is named: conversions are what
    `conversions` counts, before they are the objective of campaigns."""
    said = set(terms(ask.question))
    known = [c for route in ask.routes for c in route.table.columns if is_number(c) and not c.name.endswith("_id")]
    figures = {terms(words(c.name)) for c in known}
    return tuple(
        hit for hit in ask.values if terms(hit.phrase) not in figures or bool(said & {*terms(words(hit.column))})
    )


def may_be_missing(column: CatalogColumn) -> bool:
    """Nobody asks for the best of those that have none: told by the description, or by no test that all have one."""
    is_text = column.type.upper().startswith(("VARCHAR", "TEXT", "CHAR", "STRING"))
    return missing.is_optional(column) or (is_text and column.nullable and bool(column.values))


def is_free_text(column: str) -> bool:
    """By its name: comments and the like, which not everybody writes, and of which nobody counts the different ones."""
    return words(column).split()[-1] in _FREE


_FREE = frozenset(("comment", "comments", "note", "notes", "remark", "remarks", "description", "message", "feedback"))
