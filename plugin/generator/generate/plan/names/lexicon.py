"""What the columns and the rows of a table are called, in terms that meet those of a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import without_layer, words
from plugin.generator import tables
from plugin.generator.bilingual.glossary import korean
from plugin.generator.generate.plan.names.alike import alike, korean_alike
from plugin.generator.generate.plan.names.also_called import also_called, worth
from plugin.generator.generate.plan.names.figures import quotients
from plugin.generator.generate.plan.names.naming import WITH_OTHERS, Name, Role, noun_of, role, synonym_of
from plugin.generator.generate.plan.names.row_names import nameless, rows

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
_OF_TOTALS = frozenset(("amount", "price", "value", "cost", "revenue", "fee", "charge", "due", "paid"))
_GENERAL = frozenset(("full", "display", "company", "business", "legal", "official", "common"))
MOMENTS = frozenset(("on", "at", "date", "dt", "ts", "day", "time", "timestamp"))
_LASTING = frozenset(("minutes", "hours", "days", "seconds", "weeks"))
DAYS = ("date", "day", "time")
KOREAN_NUMBER = "번호"
_SUFFIXES = frozenset(("flag", "flg", "ind", "indicator", "yn"))
_PREFIXES = frozenset(("is", "has", "was", "had"))
_WHOLE = frozenset(terms("full display legal official"))  # full_name is a name


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
    found += rows(table)
    found += nameless(table)
    found += (Name(q.form, "measure", q.part, over=q.over) for q in quotients(table))
    found += [other for name in found for other in _alike(name)]
    if tables.speaks_korean(table):
        found += [other for name in found for other in _in_korean(name)]
    plain = {n.form for n in found if not n.alike}
    found = [n for n in found if not n.alike or n.form not in plain]
    figures = {n.form for n in found if n.role == "measure"}
    found = [n for n in found if n.role == "measure" or n.form not in figures or n.own]
    return tuple(dict.fromkeys(n for n in found if n.form))


def _alike(name: Name) -> Iterator[Name]:
    """The name with each word put for which others mean the same: the country of a `nation`."""
    if isinstance(name.form, str):
        for word, others in korean_alike():
            if word in name.form:
                yield from (
                    replace(name, form=name.form.replace(word, other), own=False, alike=True) for other in others
                )
        return
    yield from (replace(name, form=form, own=False, alike=True) for form in alike(name.form))


def _in_korean(name: Name) -> Iterator[Name]:
    """The margin of a table that speaks Korean is 마진 too, though no one wrote so."""
    is_own = name.role == "measure" or (name.own and not (name.role == "rows" and name.column))
    if is_own and not (isinstance(name.form, str) or name.alike):
        first = name.role != "measure"  # 점수 are points before they are a grade
        yield from (replace(name, form=noun, own=False, alike=True) for noun in korean(name.form, first=first))


def is_deed(noun: str, verb: str) -> bool:
    """Stems of one word: prescriptions of "prescribed", orders of "ordered"."""
    return noun == verb or (min(len(noun), len(verb)) > 5 and noun[:6] == verb[:6])


def own_names(base: CatalogTable) -> set[str]:
    """The columns that tell its rows apart."""
    noun = terms(noun_of(base))
    called = [n for n in names(base) if n.role == "dimension" and not n.alike]
    own = {n.column for n in called if n.form == noun}
    own |= {n.column for n in called if n.form == noun[-1:] and words(n.column).endswith(" name")}  # a menu item's
    return {*own, *base.primary_key, *(c.name for c in base.columns if is_general_name(c.name, base))}


def is_general_name(column: str, table: CatalogTable) -> bool:
    """The company name of customers, where nothing else is a name, is what customers are told apart by."""
    spelled = words(column).split()
    names_of = [c for c in table.columns if words(c.name).split()[-1] == "name"]
    return spelled[-1] == "name" and " ".join(spelled[:-1]) in _GENERAL and len(names_of) == 1


def is_whole_name(column: str) -> bool:
    """`full_name`, of whatever the rows are."""
    *first, last = terms(words(column)) or ("",)
    return (last,) == terms("name") and bool(first) and _WHOLE.issuperset(first)


def terms_of(column: str, table: CatalogTable) -> frozenset[str]:
    """Every word that a name of the column has; Korean names whole."""
    forms = [n.form for n in names(table) if n.column == column]
    return frozenset(t for form in forms for t in ((form,) if isinstance(form, str) else form))


def _of(column: CatalogColumn, table: CatalogTable) -> Iterator[Name]:
    kind = role(column, table)
    spelled = words(column.name).split()
    if kind == "flag" and spelled[0] in _PREFIXES:
        spelled = spelled[1:]
    if kind == "flag" and len(spelled) > 1 and spelled[-1] in _SUFFIXES:
        spelled = spelled[:-1]
    yield from _spelled(spelled, kind, column, table)
    if kind == "flag" and len(spelled) == 2 and spelled[-1].endswith("ed"):  # what "included breakfast"
        yield Name(terms(" ".join(spelled[::-1])), kind, column.name, own=False)
    rows = without_layer(table.name.name).split()
    also = also_called(spelled, rows, is_figure=kind == "measure")
    yield from (Name(form, kind, column.name, own=False) for form in also)
    valued = worth(spelled, rows) if kind == "measure" else ()
    yield from (Name(form, kind, column.name, own=False, alike=True) for form in valued)
    for synonym in column.synonyms:
        yield from synonym_of(synonym, kind, column.name)
        if not has_hangul(synonym) and not WITH_OTHERS.intersection(synonym.casefold().split()):
            yield from _spelled(words(synonym).split(), kind, column, table, own=False)
    own = terms(" ".join(spelled))
    if spelled[-1:] == ["id"] and len(own) > 1:
        yield Name((*own[:-1], *terms("number")), kind, column.name, own=False)
        is_own = table.primary_key == (column.name,)
        for called in (*column.synonyms, *(table.synonyms if is_own else ())):
            if has_hangul(called) and not called.endswith(KOREAN_NUMBER):
                yield from synonym_of(called + KOREAN_NUMBER, kind, column.name)
        if is_own:
            yield Name(terms("id"), kind, column.name, own=False)
    for word in _clock_words(column, table):
        yield from synonym_of(word, "dimension", column.name)
    if kind == "measure" and (alone := _ends_measure(spelled, table)):
        yield Name(terms(alone), kind, column.name, own=False, alike=True)
    if kind == "measure" and spelled[0] == "total" and spelled[1:] and spelled[1] in _OF_TOTALS and len(spelled) == 2:
        yield Name(terms(spelled[1]), kind, column.name, own=False, alike=True)  # the amount of `total_amount`
    lasts = kind == "measure" and len(spelled) > 1 and spelled[0] in _LASTING
    if lasts and sum(spelled[0] in words(c.name).split() for c in table.columns) == 1:  # minutes of `minutes_lost`
        yield Name(terms(spelled[0]), kind, column.name, own=False, alike=True)
    if tables.is_time(column) and len(spelled) > 1 and spelled[-1] in MOMENTS:  # launched_on is the launch date
        yield from (Name((*terms(" ".join(spelled[:-1])), *terms(day)), kind, column.name, own=False) for day in DAYS)
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
