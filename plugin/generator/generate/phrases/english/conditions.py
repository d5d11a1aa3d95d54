"""Phrases that say something of things: comparisons of their columns, superlatives, patterns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.documents import words
from plugin.generator import units
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns, verbs
from plugin.generator.generate.phrases.english.patterns import pattern, pattern_first
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.english.superlatives import best_behind, superlative, superlative_attribute
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.schema import FROM, TO, speaks
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import (
    AgainstAverage,
    Attribute,
    Best,
    Compared,
    Condition,
    Sign,
)
from plugin.generator.understand.deeds import is_made

Said = tuple[Condition | Best, int]

_BE = tuple(
    f"{r} {b} {a}".strip()
    for r in ("", "that", "which", "who", "where")
    for b in said.BEING[:6]
    for a in ("", "still", "currently", "now")
)
_HAVE = tuple(said.HAVING)
_PAID = ("spend", "spent", "have spent", "has spent", "paid", "have paid", "earned", "have earned")
_OF_LIVES = frozenset(stems("birth born death died"))  # what is of 2014 was not born then
_UNITS = frozenset((
    "minutes", "minute", "min", "hours", "hour", "days", "day", "seconds", "kg", "kilos", "kilograms", "g", "grams",
    "tonnes", "tons", "km", "kilometers", "kilometres", "m", "meters", "metres", "eur", "euros", "euro", "usd",
    "dollars", "dollar", "krw", "won", "points", "liters", "litres",
))  # fmt: skip
_FACTORS = {"twice": "2", "double": "2", "triple": "3", "half": "0.5"}
_OWN = tuple(
    f"{i} {o}" for i in ("of", "in", "at", "for") for o in ("their", "its", "their own", "its own", "the same")
)
_IN = ("in", "at", "of", "with", "for", "on", "from", "by")


@remembered
def of_columns(q: Question, place: int, table: str) -> Iterator[Said]:
    """What is said of the things' own columns."""
    yield from _placed(q, place, table)
    yield from _named(q, place, table)
    acts = list(verbs.more_than(q, place, table))
    for start in dict.fromkeys(
        (q.skip(place, _HAVE), q.skip(place, said.WHOSE), q.skip(place, _IN), q.skip(place, _BE))
    ):
        if not (acts and verbs.begins(q, start)):
            yield from _of_attribute(q, start, table, place)
    yield from _signed_first(q, place, table)
    yield from _by_adjective(q, place, table)
    for attribute, sign, than in acts:
        yield from _numbers(q, than, attribute, sign)
        yield from _average(q, than, attribute, sign)
    yield from verbs.most(q, place, table)
    yield from _superlative(q, place, table)
    yield from pattern_first(q, place, table)
    yield from _in_year(q, place, table)


def _by_whom(q: Question, place: int) -> int:
    """ "Made by Hooli", "placed through the app"."""
    if is_made(q.word(place), f" {q.word(place + 1)}"):
        return place + 1
    return place + 2 if q.is_verb(place) and place not in q.hits and q.word(place + 1) == "by" else place


def _placed(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "In Asia", "outside Asia", "that are located in the Gelderland district", "of type CV"."""
    start = q.skip(place, _BE)
    negated = (behind := q.after(start, ("not", "outside", "outside of"))) is not None
    start = plain = start if behind is None else behind
    if (start := q.skip(_by_whom(q, start), said.PLACES)) == place:
        return
    for compared, end in nouns.value(q, plain, table) if place < plain < start else ():
        yield replace(compared, negated=negated), end  # "are not in use"
    towards = q.towards(place, start)
    if q.word(start) in ("each", "every"):
        return  # "by each inspector" is a figure of each of them
    start, _ = nouns.determiner(q, start)
    for compared, end in nouns.value(q, start, table):
        if towards is not None and speaks(compared.attribute.column, FROM if towards else TO):
            continue
        if towards and not speaks(compared.attribute.column, TO):
            continue
        compared = replace(compared, negated=negated)
        yield compared, end
        for attribute, after in nouns.attribute(q, end, table):
            if attribute == compared.attribute:
                yield compared, after
    for attribute, end in nouns.attribute(q, start, table):
        begin, _ = nouns.determiner(q, q.skip(end, ("of", "is", "called", "named")))
        for compared, after in nouns.value(q, begin, table):
            if compared.attribute == attribute:
                yield replace(compared, negated=negated), after


def _in_year(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "In 2014", "after 2013", where the table has one year."""
    columns = q.schema.attributes[table].get(("year",), frozenset())
    columns = frozenset(c for c in columns if not _OF_LIVES & set(stems(words(c))))
    start = q.skip(place, _BE)
    inside = q.after(start, ("in", "during", "from", "of", "in the year", "for the year"))
    sign_end = q.after(start, ("after", "before", "since", "later than", "prior to"))
    if len(columns) != 1 or (inside is None and sign_end is None):
        return
    begin = inside if inside is not None else sign_end
    assert begin is not None
    if begin < q.end and len(q.tokens[begin].number) == 4:
        sign = said.SIGNS[_text(q, start, begin)] if inside is None else "="
        attribute = Attribute(table, next(iter(columns)))
        yield from _numbers(q, begin, attribute, sign)
        yield from _range(q, start, attribute)


def _named(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "Named Kyle", "titled 'X'", "the student Kyle"."""
    start = q.skip(place, said.NAMED)
    yield from nouns.label_value(q, start, table)
    label = q.schema.label(table)
    if start != place and label and start < q.end and q.tokens[start].quoted and start not in q.hits:
        yield Compared(Attribute(table, label), "=", (q.tokens[start].quoted,)), start + 1


def _of_attribute(q: Question, place: int, table: str, said_from: int) -> Iterator[Said]:
    """ "Capacity over 5000", "whose age is 20", "with names that contain 'Hey'"."""
    start, _ = nouns.determiner(q, place)
    for attribute, end in nouns.attribute(q, start, table):
        yield from compared(q, end, attribute)
        if place != said_from:
            yield from best_behind(q, end, attribute)
            yield from pattern(q, end, attribute)


def compared(q: Question, place: int, attribute: Attribute) -> Iterator[Said]:
    """What stands behind a column: a number, a value, a range, the average."""
    start = q.skip(
        place, ("is", "are", "was", "were", "that is", "that are", "which is", "of", "does", "do", "is not", "are not")
    )
    is_not = start > place and q.word(start - 1) == "not"
    sign_end = q.after(start, said.SIGNS)
    sign: Sign = said.SIGNS[_text(q, start, sign_end)] if sign_end is not None else "="
    if is_not:
        sign = "!="
    begin = sign_end if sign_end is not None else start
    yield from _numbers(q, begin, attribute, sign)
    yield from _range(q, start, attribute)
    if sign in ("<", "<=", ">", ">="):
        yield from _average(q, begin, attribute, sign)
    if sign in ("=", "!="):
        begin, _ = nouns.determiner(q, begin)
        for found, end in nouns.value(q, begin, attribute.table):
            if found.attribute.column == attribute.column:
                yield Compared(attribute, "=", found.values, negated=sign == "!="), end
        if begin < q.end and q.tokens[begin].quoted and begin not in q.hits:
            yield Compared(attribute, "=", (q.tokens[begin].quoted,), negated=sign == "!="), begin + 1


def _text(q: Question, start: int, end: int) -> str:
    return " ".join(q.word(n) for n in range(start, end))


def _numbers(q: Question, place: int, attribute: Attribute, sign: Sign) -> Iterator[Said]:
    if (found := nouns.number(q, place)) is None:
        return
    first, end = found
    if not nouns.comparable(q, attribute, [first]):
        return
    if q.word(end) in _UNITS:
        measured = units.in_unit_of(q.schema.column(attribute.table, attribute.column), first, q.word(end))
        if measured is None:
            return  # 2 hours are no 2 kilometres
        first, end = measured, end + 1
    end = q.skip(end, ("years", "year", "years old", "years of age"))
    behind = q.after(end, said.BEHIND)
    if behind is not None and sign == "=":
        yield Compared(attribute, said.BEHIND[_text(q, end, behind)], (first,)), behind
        return
    yield Compared(attribute, sign if sign != "!=" else "=", (first,), negated=sign == "!="), end
    start = q.after(end, ("or", "and"))
    if sign == "=" and start is not None and (other := nouns.number(q, start)):
        yield Compared(attribute, "=", (first, other[0])), other[1]


def _range(q: Question, place: int, attribute: Attribute) -> Iterator[Said]:
    """ "Between 5 and 10", both ends in it."""
    start = q.after(place, ("between", "from", "ranging from", "in the range of", "in between"))
    if start is None or not (low := nouns.number(q, start)):
        return
    middle = q.after(low[1], ("and", "to"))
    if middle is not None and (high := nouns.number(q, middle)) and nouns.comparable(q, attribute, [low[0]]):
        yield Compared(attribute, "between", (low[0], high[0])), high[1]


def _average(q: Question, place: int, attribute: Attribute, sign: Sign) -> Iterator[Said]:
    """ "Above the average", "higher than the average age of all students"."""
    times, start = _times(q, place)
    start = q.skip(start, ("the", "that of the"))
    end = q.after(start, ("average", "mean"))
    if end is None:
        return
    found = AgainstAverage(attribute, sign, times)
    yield found, end
    for columns, last in _of_own(q, end, attribute.table) if not attribute.path else ():
        yield replace(found, within=columns), last
    for other, after in nouns.attribute(q, end, attribute.table):
        if other.column == attribute.column:
            yield found, after
            yield from ((replace(found, within=own), n) for own, n in _of_own(q, after, attribute.table))
            of = q.after(after, ("of", "across", "for", "among", "over"))
            if of is not None:
                rest = nouns.noun(q, q.skip(of, ("all", "all the", "the")), attribute.table)
                yield from ((found, n) for n in (rest,) if n is not None)


def _times(q: Question, place: int) -> tuple[str, int]:
    """ "Twice (the average)", "three times", "half"; once where nothing is said."""
    if (times := _FACTORS.get(q.word(place))) is not None:
        return times, place + 1
    number = nouns.number(q, place)
    after = q.after(number[1], ("times", "x")) if number is not None else None
    return (number[0], after) if number is not None and after is not None else ("1", place)


def _of_own(q: Question, place: int, table: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """ "... of their own club", "... in the same category": the columns that these have in common."""
    start = q.after(place, _OWN)
    if start is None:
        return
    for other, path in nouns.parents(q, table):
        end = nouns.noun(q, start, other)
        if end is not None and len(path) == 1:
            yield path[0].columns, end
    for column, end in nouns.own_attribute(q, start, table):
        yield (column,), end


def _signed_first(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "Above age 20", "with a greater weight than 10", "over the average age"."""
    start = q.skip(q.skip(q.skip(place, _BE), _HAVE), _PAID)
    start = q.skip(start, ("a", "an"))
    if q.is_verb(start) and (q.word(start + 1) in _COMPARATIVES or q.after(start + 1, said.SIGNS) is not None):
        start += 1  # "that pay more rent than the average"
    end = q.after(start, said.SIGNS)
    if end is not None and (sign := said.SIGNS[_text(q, start, end)]) not in ("=", "!="):
        for attribute, after in nouns.attribute(q, end, table):
            yield from _numbers(q, after, attribute, sign)
    yield from _number_first(q, start, table)
    if end is not None and (sign := said.SIGNS[_text(q, start, end)]) not in ("=", "!="):
        times, begin = _times(q, end)
        for average in ("the average", "average", "the mean"):
            if (after_average := q.after(begin, (average,))) is not None:
                for attribute, after in nouns.attribute(q, after_average, table):
                    yield AgainstAverage(attribute, sign, times), after
    for word, sign in _COMPARATIVES.items():
        if q.word(start) == word:
            for attribute, after in nouns.attribute(q, start + 1, table):
                than = q.after(after, ("than", "than that of"))
                if than is not None:
                    yield from _numbers(q, than, attribute, sign)
                    yield from _average(q, than, attribute, sign)


def _number_first(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "More than 300 pages", "between 100 and 200 pages", "500 or more pages"."""
    for low, sign, high, end in _bounds(q, place):
        for attribute, after in nouns.attribute(q, end, table):
            if nouns.comparable(q, attribute, [low]) and not attribute.path:
                yield Compared(attribute, sign, (low, high) if high else (low,)), after


def _bounds(q: Question, place: int) -> Iterator[tuple[str, Sign, str, int]]:
    for end, sign, number in quantities(q, place):
        if sign not in ("=", "!="):
            yield number, sign, "", end
    start = q.after(place, ("between", "from"))
    if start is not None and (low := nouns.number(q, start)):
        middle = q.after(low[1], ("and", "to"))
        if middle is not None and (high := nouns.number(q, middle)):
            yield low[0], "between", high[0], high[1]


_COMPARATIVES: dict[str, Sign] = {
    **dict.fromkeys(("greater", "higher", "larger", "bigger", "more", "longer", "later"), ">"),
    **dict.fromkeys(("smaller", "lower", "less", "fewer", "shorter", "earlier"), "<"),
}


def _by_adjective(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "Older than 20", "who are younger than the average"."""
    start = q.skip(place, _BE)
    than = q.after(start + 1, ("than",))
    if than is not None:
        for attribute, more in nouns.spoken_of(q, q.word(start), table):
            sign: Sign = ">" if more else "<"
            yield from _numbers(q, than, attribute, sign)
            yield from _average(q, than, attribute, sign)
    if (found := nouns.number(q, start)) and (end := q.after(found[1], ("years old", "years of age"))):
        for attribute, _ in nouns.spoken_of(q, "older", table):
            yield Compared(attribute, "=", (found[0],)), end


def _superlative(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "With the highest capacity", "that have the top 5 largest areas", "who is the oldest"."""
    start = q.skip(place, _HAVE)
    if start != place:
        for attribute, best, end in superlative_attribute(q, q.skip(start, ("the", "a")), table):
            yield Best(attribute, best.descending, best.limit, best.skip), end
    being = q.after(place, _BE)
    if being is not None:
        yield from superlative(q, q.skip(being, ("the",)), table)
