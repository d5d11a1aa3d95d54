"""Korean phrases of when: "2023년에 예약한", "지난달의", by the day on which happened what a row tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog_sync.model import Catalog
from catalog_sync.times import event_time, is_time
from plugin.generator import tables
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import is_
from plugin.generator.generate.phrases.korean.spoken import Bounds, Spoken, When
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Compared
from plugin.generator.generate.plan.names.deeds import deed_of
from plugin.generator.understand.dates import TimePhrase

_COMING = frozenset(listed("coming"))
_BEGINNING = frozenset(stems("register add enter begin start create"))
_ENDING = frozenset(listed("ending"))
_WITHIN = listed("within a time")


def times(phrases: Iterable[TimePhrase], schema: Schema, catalog: Catalog, question: str = "") -> Iterator[When]:
    """Of each time expression where it stands, and what it says of the rows of each table that has one such day; of the
    money that was refunded it is the day of that."""
    for phrase in phrases:
        said = {}
        for name, table in schema.tables.items():
            column = tables.figure_time(table, question) or event_time(table) or tables.spoken_time(table, question)
            if column is not None and is_time(column) and not column.pii:
                period = phrase.resolve(tables.today([table], catalog))
                attribute = Attribute(name, column.name)
                since = [Compared(attribute, ">=", (period.start.isoformat(),))] if period.start else []
                until = [Compared(attribute, "<", (period.end.isoformat(),))] if period.end else []
                said[name] = (*since, *until)
        yield When(phrase.span, said)


def day_of(q: Spoken, place: int, table: str) -> str | None:
    """The one day on which was done what the noun of a verb says: opened_date, and 개점일, of 개점한."""
    word = q.word(place)
    said = deed_words(word)
    times = [c for c in q.schema.tables[table].columns if is_time(c) and not c.pii]
    found = [c.name for c in times if tables.deeds(c, word) & said] if q.tag(place) == "NNG" else []
    if not found and (word in _COMING or said & _BEGINNING):
        own = event_time(q.schema.tables[table])
        found = [own.name] if own is not None and is_time(own) and not own.pii else []
    return found[0] if len(found) == 1 else None


def deed_words(word: str) -> set[str]:
    """The noun of a deed, and the English words for it and for its day."""
    named = [name for name in glossary().get(word, ()) if " " not in name]  # no fuel purchase is a purchase
    days = glossary().get(f"{word}일", ())
    done = (deed for name in named for deed in deed_of(name))
    return {word, *(stem for name in (*named, *days) for stem in stems(name)), *done}


def own_deed(q: Spoken, place: int, table: str) -> bool:
    """A verb may say what a row of the table tells: one that is made of its name or of its day, and a plain one that
    ends nothing. Who left last year did not come then."""
    if q.tag(place) != "NNG":
        return q.word(place) not in _ENDING
    figures = (c.column for c in q.called.get(place, ()) if c.table == table and c.column)
    if not q.is_value(place) and any(q.schema.is_number(table, column) for column in figures):
        return True  # 환급된 of bills that have a refund
    return day_of(q, place, table) is not None or nouns.noun(q, place, table) is not None


def at_time(q: Spoken, place: int, table: str) -> Iterator[tuple[Bounds, int]]:
    """ "2023년에" of the rows that are spoken of behind it."""
    end, said = q.when.get(place, (place, {}))
    if table in said:
        yield said[table], q.skip(end, _WITHIN)


def in_period(q: Spoken, place: int, table: str) -> Iterator[tuple[Bounds, int]]:
    """ "지난달에 등록한", "2023년의", "작년 (주문)"."""
    end, said = q.when.get(place, (place, {}))
    if table not in said:
        return
    start = q.skip(end, _WITHIN)
    is_clear = len(said) == 1 or q.word(start - 1) == "의"  # else it is of what is said next
    if (start > end and is_clear) or nouns.noun(q, end, table) is not None:
        yield said[table], start
    for verb in adnominal(q, start):
        if not (verb.negated or verb.known) and own_deed(q, verb.stem, table):
            yield _by(said[table], day_of(q, verb.stem, table)), verb.end


def _by(bounds: Bounds, column: str | None) -> Bounds:
    """Of the day of the deed: who left last year did not join last year."""
    if column is None:
        return bounds
    return tuple(replace(one, attribute=replace(one.attribute, column=column)) for one in bounds)


def dated(q: Spoken, place: int, table: str) -> Iterator[tuple[Bounds, int]]:
    """ "종료일이 지난 3월인", "종료일이 작년인"."""
    for column, end in nouns.own_attribute(q, place, table):
        start = q.after(end, ("가", "는"))
        last, said = q.when.get(start, (start, {})) if start is not None else (place, {})
        if table in said and is_time(q.schema.column(table, column)):
            ends = [after for after, denied in is_(q, last) if not denied]
            ends += [last + 1] if q.word(last) == "인" else []  # 2024년인
            yield from ((_by(said[table], column), after) for after in ends)
