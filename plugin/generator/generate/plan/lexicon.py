"""What the columns and the rows of a table are called, in terms that meet those of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import MASS, gathers, row_noun, spoken, without_layer, words
from plugin.generator import tables
from plugin.generator.generate.plan.additive import adds_up
from plugin.generator.generate.plan.also_called import also_called, worth
from plugin.generator.generate.plan.figures import quotients

Role = Literal["measure", "dimension", "flag", "rows"]

_COUNTED = re.compile(r"count\((?:(\*)|distinct (\w+))\)(?: is the number of (.+))?", re.IGNORECASE)
_COUNT = "count"
_CLOCK: dict[str, tuple[str, ...]] = {
    "day": ("day", "date", "날", "날짜", "일자"),
    "week": ("week", "주"),
    "month": ("month", "달", "월"),
    "quarter": ("quarter", "분기"),
    "year": ("year", "해", "연도"),
    "hour": ("hour", "hour of the day", "time of the day", "시간대", "하루 중 시간대", "시간"),
    "weekday": ("weekday", "day of the week", "요일"),
}
_FIGURES = frozenset(
    ("price", "cost", "salary", "weight", "rating", "score", "balance", "distance", "duration", "spend")
)
_UNITS_OF_MONEY = frozenset(("amt", "amount", "usd", "eur", "krw", "gbp", "cents", "value"))
_WITH_OTHERS = frozenset(("with", "without", "including", "excluding", "incl", "excl", "before", "after"))
_MOMENTS = frozenset(("on", "at", "date", "dt", "ts", "day", "time", "timestamp"))
_DAYS = ("date", "day", "time")
KOREAN_NUMBER = "번호"
_KOREAN_COUNTS = ("건수", "개수", "수")
_SUFFIXES = frozenset(("flag", "flg", "ind", "indicator", "yn"))
_PREFIXES = frozenset(("is", "has", "was", "had"))
_WHOLE = frozenset(terms("full display legal official"))  # full_name is a name


@dataclass(frozen=True)
class Name:
    """One way to call a column, or the rows of the table (`rows`, where `column` is "" or what tells them apart).

    `form`: terms of an English name, the text without blanks of a Korean one. `counted`: the noun of a count
    (`order_count` by the name of orders): it takes a "how many" to mean it. `own` names come before synonyms. `over`:
    what the column is divided by, where that is the figure (figures.py). `alike`: one of its words stands for another
    of the same meaning (alike.txt).
    """

    form: tuple[str, ...] | str
    role: Role
    column: str
    counted: bool = False
    own: bool = True
    over: str = ""
    alike: bool = False


_HELD = frozenset(("stock", "inventory"))
_STAFF = frozenset(("employee", "staff", "worker", "person"))


def names(table: CatalogTable) -> tuple[Name, ...]:
    """All of a table; PII columns have none."""
    known = _KNOWN.get(id(table))
    if known is not None and known[0] is table:
        return known[1]
    found = _names(table)
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[id(table)] = (table, found)
    return found


_KNOWN: dict[int, tuple[CatalogTable, tuple[Name, ...]]] = {}
"""By the identity of tables, which are immutable and here kept alive: to hash one would cost as much as its names."""
_MOST_KNOWN = 512


def _names(table: CatalogTable) -> tuple[Name, ...]:
    keys = {k.columns[0] for k in table.foreign_keys if not k.columns[0].casefold().endswith("_id")}
    shown = [c for c in table.columns if not c.pii and c.name not in keys]  # a key means what it leads to
    found = [name for column in shown for name in _of(column, table)]
    found += _rows(table)
    found += _nameless(table)
    found += (Name(q.form, "measure", q.part, over=q.over) for q in quotients(table))
    found += [other for name in found for other in _alike(name)]
    plain = {n.form for n in found if not n.alike}
    found = [n for n in found if not n.alike or n.form not in plain]
    figures = {n.form for n in found if n.role == "measure"}
    found = [n for n in found if n.role == "measure" or n.form not in figures or n.own]
    return tuple(dict.fromkeys(n for n in found if n.form))


def _alike(name: Name) -> Iterator[Name]:
    """The name with each word put for which others mean the same: the country of a `nation`."""
    if isinstance(name.form, str):
        for word, others in _korean_alike():
            if word in name.form:
                yield from (
                    replace(name, form=name.form.replace(word, other), own=False, alike=True) for other in others
                )
        return
    yield from (replace(name, form=form, own=False, alike=True) for form in alike(name.form))


def alike(form: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The stems of an English name with each put for which others mean the same."""
    for at, term in enumerate(form):
        for other in same_words(term):
            yield (*form[:at], other, *form[at + 1 :])


def same_words(term: str) -> tuple[str, ...]:
    """The terms that mean the same wherever data is spoken of."""
    return _alike_words().get(term, ())


@cache
def _alike_words() -> dict[str, tuple[str, ...]]:
    lines = (files(__package__) / "alike.txt").read_text(encoding="utf-8").splitlines()
    lots = [tuple(map(stem, line.split())) for line in lines if not line.startswith("#")]
    found: dict[str, tuple[str, ...]] = {}
    for lot in lots:
        for term in lot:
            found[term] = (*found.get(term, ()), *(t for t in lot if t != term))
    return found


@cache
def _korean_alike() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, others) for word, others in _alike_words().items() if has_hangul(word))


def is_deed(noun: str, verb: str) -> bool:
    """Stems of one word: prescriptions of "prescribed", orders of "ordered"."""
    return noun == verb or (min(len(noun), len(verb)) > 5 and noun[:6] == verb[:6])


def own_names(base: CatalogTable) -> set[str]:
    """The columns that tell its rows apart."""
    noun = terms(noun_of(base))
    own = {n.column for n in names(base) if n.role == "dimension" and n.form == noun and not n.alike}
    return {*own, *base.primary_key}


def is_whole_name(column: str) -> bool:
    """`full_name`, of whatever the rows are."""
    *first, last = terms(words(column)) or ("",)
    return (last,) == terms("name") and bool(first) and _WHOLE.issuperset(first)


def terms_of(column: str, table: CatalogTable) -> frozenset[str]:
    """Every word that a name of the column has; Korean names whole."""
    forms = [n.form for n in names(table) if n.column == column]
    return frozenset(t for form in forms for t in ((form,) if isinstance(form, str) else form))


def role(column: CatalogColumn, table: CatalogTable) -> Role:
    if column.type.upper().startswith("BOOL"):
        return "flag"
    how = table.view.measures.get(column.name) if table.view else None
    if how is not None:
        return "dimension" if _COUNTED.search(how) else "measure"
    is_figure = tables.is_number(column) and not _is_key(column, table) and not _is_time(column)
    return "measure" if is_figure else "dimension"


def noun_of(table: CatalogTable) -> str:
    """What one row is: as the view says, by the key (`customer_id`), else by the table's last word in the singular."""
    for how in table.view.measures.values() if table.view else ():
        if (match := _COUNTED.search(how)) and match[1] and match[3]:
            return match[3].removesuffix("s")
    return row_noun(table)


def _of(column: CatalogColumn, table: CatalogTable) -> Iterator[Name]:
    kind = role(column, table)
    spelled = words(column.name).split()
    if kind == "flag" and spelled[0] in _PREFIXES:
        spelled = spelled[1:]
    if kind == "flag" and len(spelled) > 1 and spelled[-1] in _SUFFIXES:
        spelled = spelled[:-1]
    yield from _spelled(spelled, kind, column, table)
    rows = without_layer(table.name.name).split()
    also = also_called(spelled, rows, is_figure=kind == "measure")
    yield from (Name(form, kind, column.name, own=False) for form in also)
    valued = worth(spelled, rows) if kind == "measure" else ()
    yield from (Name(form, kind, column.name, own=False, alike=True) for form in valued)
    for synonym in column.synonyms:
        yield from _synonym(synonym, kind, column.name)
        if not has_hangul(synonym) and not _WITH_OTHERS.intersection(synonym.casefold().split()):
            yield from _spelled(words(synonym).split(), kind, column, table, own=False)
    own = terms(" ".join(spelled))
    if spelled[-1:] == ["id"] and len(own) > 1:
        yield Name((*own[:-1], *terms("number")), kind, column.name, own=False)
        is_own = table.primary_key == (column.name,)
        for called in (*column.synonyms, *(table.synonyms if is_own else ())):
            if has_hangul(called) and not called.endswith(KOREAN_NUMBER):
                yield from _synonym(called + KOREAN_NUMBER, kind, column.name)
        if is_own:
            yield Name(terms("id"), kind, column.name, own=False)
    for word in _clock_words(column, table):
        yield from _synonym(word, "dimension", column.name)
    if kind == "measure" and (alone := _ends_measure(spelled, table)):
        yield Name(terms(alone), kind, column.name, own=False)
    if tables.is_time(column) and len(spelled) > 1 and spelled[-1] in _MOMENTS:  # launched_on is the launch date
        yield from (Name((*terms(" ".join(spelled[:-1])), *terms(day)), kind, column.name, own=False) for day in _DAYS)
    if (
        kind == "dimension"
        and len(own) > 1
        and (_ends_alone(spelled[-1], table) or _is_type_of_rows(spelled, column, table))
    ):
        yield Name(own[-1:], kind, column.name, own=False)


def _spelled(
    spelled: list[str], kind: Role, column: CatalogColumn, table: CatalogTable, *, own: bool = True
) -> Iterator[Name]:
    """By its words; a count by what it counts, a name by whose it is."""
    form = terms(" ".join(spelled))
    if own and len(form) == len(spelled):
        yield Name(form, kind, column.name)
    if kind == "measure" and form[-1:] == (_COUNT,):
        yield Name(form[:-1], kind, column.name, counted=True, own=own)
    if kind == "dimension" and spelled[-1:] == ["name"]:
        noun = terms(noun_of(table))
        of_column = () if own else _whose(column.name)  # the "full name" of `guest_name` is that of guests
        whose = tuple(t for t in form[:-1] if t not in _WHOLE) or of_column or noun
        yield Name(whose, kind, column.name, own=own or form[:-1] == noun)


def _whose(column: str) -> tuple[str, ...]:
    *whose, last = terms(words(column)) or ("",)
    return tuple(t for t in whose if t not in _WHOLE) if (last,) == terms("name") else ()


def _clock_words(column: CatalogColumn, table: CatalogTable) -> tuple[str, ...]:
    """Generic words for a column of a unit of time, where the table has one such column."""
    for unit, called in _CLOCK.items():
        if _unit_of(column) == unit and sum(_unit_of(c) == unit for c in table.columns) == 1:
            return called
    return ()


def _unit_of(column: CatalogColumn) -> str:
    name = column.name.casefold()
    for unit in ("month", "quarter", "year", "week", "hour", "weekday"):
        if name == unit or name.endswith(f"_{unit}"):
            return unit
    return "day" if tables.is_time(column) and tables.grain(column) == "day" and column.type.upper() == "DATE" else ""


def _synonym(text: str, kind: Role, column: str, *, counted: bool = False) -> Iterator[Name]:
    if not has_hangul(text):
        if not _WITH_OTHERS.intersection(text.casefold().split()):  # "total with tax" is no total tax
            yield Name(terms(text), kind, column, counted, own=False)
        return
    form = "".join(text.split()).casefold()
    yield Name(form, kind, column, counted, own=False)
    ending = next((e for e in _KOREAN_COUNTS if form.endswith(e) and len(form) > len(e) + 1), None)
    if ending and kind == "measure":
        yield Name(form[: -len(ending)], kind, column, counted=True, own=False)


def _ends_alone(last: str, table: CatalogTable) -> bool:
    """Only one column ends with the word: "priority" is order_priority."""
    ends = [words(c.name).split()[-1] for c in table.columns]
    return ends.count(last) == 1 and last not in ("id", "name", "key", "date", "at", "number", "code", "type")


def _is_type_of_rows(spelled: list[str], column: CatalogColumn, table: CatalogTable) -> bool:
    """The `leave_type` of leave requests, the `txn_type` of transactions, and no `contract_type` of employees."""
    types, noun = [c for c in table.columns if words(c.name).split()[-1] == "type"], set(noun_of(table).split())
    called = [spelled, *(s.split() for s in column.synonyms if s.isascii())]
    return len(types) == 1 and any(name[-1] == "type" and set(name[:-1]) <= noun for name in called)


def _ends_measure(spelled: list[str], table: CatalogTable) -> str:
    """The price of `list_price_amt`, where no other figure is a price; "" where it is no such word."""
    bare = spelled[:-1] if spelled[-1] in _UNITS_OF_MONEY else spelled
    word = bare[-1] if len(bare) > 1 else ""
    others = [c for c in table.columns if tables.is_number(c) and word in words(c.name).split()]
    return word if word in _FIGURES and len(others) == 1 else ""


def _rows(table: CatalogTable) -> Iterator[Name]:
    for column, how in (table.view.measures if table.view else {}).items():
        match = _COUNTED.search(how)
        noun = match[3] or (words(column.removesuffix("_id")) if column.endswith("_id") else "") if match else ""
        if match and noun:
            counted = "" if match[1] else match[2]
            yield Name(terms(noun), "rows", counted, counted=True)
            known = table.column(column)
            for synonym in known.synonyms if known else ():
                yield from _synonym(synonym, "rows", counted, counted=True)
    if table.view is None and not gathers(table):
        row = noun_of(table)
        nouns = dict.fromkeys((row, row.split()[-1], without_layer(table.name.name), spoken(table.name.name)))
        yield from (Name(terms(n), "rows", "", counted=True, own=n == row) for n in nouns if n.split()[-1] not in MASS)
        yield from _of_mass(table, row)
        for synonym in table.synonyms:
            yield from _synonym(synonym, "rows", "", counted=True)
            if has_hangul(synonym) and " " in synonym:  # 주문 상품 are also 상품, where nothing else is called so
                last = _synonym(synonym.split()[-1], "rows", "", counted=True)
                yield from (replace(name, alike=synonym.split()[-1] not in table.synonyms) for name in last)
        if row.split()[-1] in _STAFF and table.column("headcount") is None:
            yield Name(terms("headcount"), "rows", "", counted=True, own=False)
        for begun in tables.beginnings(table):
            yield Name(terms(begun), "rows", "", counted=True, own=False)
            yield Name((*terms(noun_of(table)), *terms(begun)), "rows", "", counted=True, own=False)
        own = tables.event_time(table)
        if own is not None and tables.is_time(own):
            is_beginning = tables.is_beginning(own)
            for deed in tables.own_deeds(own):
                for called in _begun(deed, table) if is_beginning else (deed,):  # 접수 건수
                    yield from _synonym(called, "rows", "", counted=True)
        for key in table.foreign_keys:
            if len(key.columns) == 1 and key.columns[0].casefold().endswith("_id"):
                known = table.column(key.columns[0])
                for called in (words(key.columns[0]), *(known.synonyms if known else ())):
                    if called.endswith(" id"):
                        yield Name(terms(called[:-3]), "rows", key.columns[0], counted=True, own=False)


def _of_mass(table: CatalogTable, row: str) -> Iterator[Name]:
    """Stock, of which there is much, is the one figure of its rows that adds up."""
    figures = [c for c in table.columns if role(c, table) == "measure" and adds_up(c.name)]
    if row.split()[-1] in _HELD and len(figures) == 1:
        yield Name(terms(row.split()[-1]), "measure", figures[0].name, own=False, alike=True)


def _begun(deed: str, table: CatalogTable) -> Iterator[str]:
    """Whoever came to be then: 가입자, 가입 회원, 신규 회원."""
    yield from (f"{deed}자", f"신규 {deed}", f"신규 {deed}자")
    for noun in (s for s in table.synonyms if has_hangul(s) and " " not in s):
        yield from (f"{deed} {noun}", f"신규 {noun}", f"신규 {deed} {noun}")


def _nameless(table: CatalogTable) -> Iterator[Name]:
    """What has no name that may be shown is told apart by its key: "which customers" by customer_id."""
    shown = {c.name.casefold() for c in table.columns if not c.pii}
    for column in table.columns:
        name = column.name.casefold()
        is_own = table.primary_key == (column.name,)
        if not name.endswith("_id") or not (is_own or table.view) or f"{name[:-3]}_name" in shown:
            continue
        if words(name[:-3]) not in MASS:
            yield Name(terms(words(name[:-3])), "dimension", column.name)
        for synonym in table.synonyms if is_own else ():
            yield from _synonym(synonym, "dimension", column.name)


def _is_key(column: CatalogColumn, table: CatalogTable) -> bool:
    keys = {*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)}
    return column.name in keys or column.name.casefold().endswith("_id")


def _is_time(column: CatalogColumn) -> bool:
    return column.name.casefold().endswith(("year", "month", "quarter", "hour", "number"))
