"""Phrases for what a verb says of a column: "that cost more than 20", "who earns the most", "longer than others"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator import tables, units
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Best, Sign
from plugin.generator.generate.phrases.words import phrases

_COLUMNS = {
    "earn": phrases("salary|wage|pay|income|hourly rate|hourly wage|hourly pay|monthly salary|annual salary"),
    "cost": phrases("price|cost"),
    "weigh": phrases("weight"),
    "last": phrases("duration|length"),
}
_TAKING = frozenset(("take", "took", "taken", "last"))
_MORE: dict[str, Sign] = {"more": ">", "longer": ">", "less": "<", "shorter": "<"}
_BY = phrases("per hour|an hour|per month|a month|per year|a year|each hour|each month")


def spoken(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """The one column that a verb speaks of."""
    for verb, columns in _COLUMNS.items():
        if (q.tokens[place].stem if place < q.end else "") == verb and q.is_verb(place):
            called = q.schema.attributes[table]
            lots = ({c for c in called.get(stems(n), ()) if q.schema.is_number(table, c)} for n in columns)
            found = next((lot for lot in lots if lot), set())  # what has a price costs that
            if len(found) == 1:
                yield Attribute(table, next(iter(found))), place + 1
    if place < q.end and q.tokens[place].stem in _TAKING and q.word(place + 1) in ("longer", "more", "less", "shorter"):
        yield from ((Attribute(table, column), place + 1) for column in _lasting(q, table))


def _lasting(q: Question, table: str) -> Iterator[str]:
    """The one column of how long it took; of several the one that is called a duration."""
    numbers = [c for c in q.schema.tables[table].columns if tables.is_number(c) and not c.pii]
    found = [c.name for c in numbers if units.unit_of(c) in ("second", "minute", "hour", "day")]
    named = [name for name in found if "duration" in name]
    found = named or found
    yield from found if len(found) == 1 else ()


def more_than(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, Sign, int]]:
    """Up to what is compared with."""
    for attribute, end in spoken(q, q.skip(place, said.RELATIVE), table):
        than = q.after(end + 1, ("than",))
        if than is not None and (sign := _MORE.get(q.word(end))):
            yield attribute, sign, than


def begins(q: Question, place: int) -> bool:
    """What costs less than 6 says nothing of a column that is called cost."""
    return place < q.end and q.tokens[place].stem in (*_COLUMNS, *_TAKING) and q.is_verb(place)


def most(q: Question, place: int, table: str) -> Iterator[tuple[Best, int]]:
    for attribute, end in spoken(q, q.skip(place, said.RELATIVE), table):
        for words, descending in ((("the most", "most", "the longest"), True), (("the least", "least"), False)):
            if (last := q.after(end, words)) is not None:
                yield Best(attribute, descending), q.skip(last, _BY)
