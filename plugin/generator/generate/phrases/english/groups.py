"""Questions with a row for each value of something: "the number of singers in each country", "the most common type"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync import missing
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.conditions import compared
from plugin.generator.generate.phrases.english.outputs import NUMBER_OF, outputs
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.english.ratios import ratios
from plugin.generator.generate.phrases.english.spending import earned
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Asked,
    Attribute,
    Compared,
    Filled,
    Having,
    Order,
    Output,
    Share,
    Tally,
    Things,
)
from plugin.generator.generate.phrases.words import listed, phrases

_PER = listed("per")
_ALSO = phrases("and|,|, and|as well as|along with|, along with|together with|, as well as")
_THERE = ("are", "are there", "is", "are located", "there are", "come", "are from", "belong to", "are there in total")
_COMMON = ("most common", "most popular", "most frequent", "most frequently used", "commonest", "most commonly used")
_RARE = ("least common", "least popular", "least frequent", "rarest")
_OFTEN = phrases("most often|the most often|most frequently|most commonly|the most|most")
_SELDOM = phrases("least often|the least often|least frequently|the least|least|most rarely")
_OCCUR = frozenset((
    "occur", "occurs", "occurred", "happen", "happens", "happened", "appear", "appears", "appeared", "used", "chosen",
    "picked", "selected", "reported", "given", "mentioned", "cited",
))  # fmt: skip
_COUNT = Aggregate("count")
_LISTING = frozenset(("list", "sort", "sorted", "rank", "order", "name", "names", "which", "who"))
_BROKEN_DOWN = phrases("by|per|for each|in each|broken down by|split by|grouped by|for every|across each|on each")

Groups = tuple[Attribute, ...]


def grouped(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    yield from _counts_of_each(q, place, table)
    yield from _tallied(q, place, table)
    yield from _each_first(q, place, table)
    yield from _group_and_count(q, place, table)


def by(q: Question, place: int, table: str) -> Iterator[tuple[Groups, int]]:
    """What stands behind "each": a column, or a parent by its name, else by its key."""
    for attribute, end in nouns.attribute(q, place, table):
        yield (attribute,), end
        of = q.after(end, ("of", "of the"))
        if of is not None and (last := nouns.noun(q, of, table)) is not None:
            yield (attribute,), last
    for other, path in nouns.parents(q, table):
        behind = nouns.noun(q, place, other)
        name = q.schema.label(other) or q.schema.key(other)
        if behind is not None and name and not any(True for _ in nouns.own_attribute(q, place, table)):
            yield (Attribute(other, name, path),), behind


def figures(q: Question, place: int, table: str) -> Iterator[tuple[tuple[Output, ...], Things, int]]:
    """A count of things, or aggregates of their columns."""
    start = q.after(place, NUMBER_OF)
    if start is not None:
        for found, _, end in things(q, start, table):
            yield (_COUNT,), found, end
    yield from (((figure,), found, end) for figure, found, end in ratios(q, place, table) if isinstance(figure, Share))
    yield from (((total,), found, end) for total, found, end in earned(q, place, table))
    for asked, _, end in outputs(q, place, table):
        if any(isinstance(o, Aggregate) for o in asked) and not any(isinstance(o, Tally) for o in asked):
            yield asked, Things(table), end
            of = q.after(end, ("of", "for", "of all", "among"))
            if of is not None:
                yield from ((asked, found, last) for found, _, last in things(q, of, table))


def _counts_of_each(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "How many singers are from each country", "the average age for each type of pet"."""
    for asked_for, found, end in figures(q, place, table):
        begin = q.skip(end, _THERE)
        start = q.after(begin, _PER)
        if start is None and q.is_verb(begin) and q.word(begin + 1) in ("each", "every"):
            start = begin + 2
        if start is None:
            continue
        for groups, last in by(q, start, table):
            if (shown := _shown(groups, asked_for)) is None:
                continue
            last = q.skip(last, ("have", "has"))
            yield Asked(found, shown, by=groups), last
            for having, after in _averaging(q, last, table):
                yield Asked(found, shown, by=groups, having=(having,)), after
            for more, after in all_said(q, found, last):
                if more != found:
                    yield Asked(more, shown, by=groups), after


def _tallied(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Sessions by device": how many of each, where nobody asks for a list."""
    if any(q.word(before) in _LISTING for before in range(place)):
        return
    for found, _, end in things(q, place, table):
        start = q.after(end, _BROKEN_DOWN)
        for groups, last in _several(q, start, table) if start is not None else ():
            if found.best is None and not any(q.schema.is_number(g.table, g.column) for g in groups):
                asked = Asked(found, (*groups, _COUNT), by=groups)
                yield asked, last
                yield from ((replace(asked, things=m), n) for m, n in all_said(q, found, last) if m != found)


def _several(q: Question, place: int, table: str) -> Iterator[tuple[Groups, int]]:
    """ "Type and status"."""
    for groups, end in by(q, place, table):
        yield groups, end
        start = q.after(end, ("and", "and by"))
        for more, last in by(q, start, table) if start is not None else ():
            if more != groups:
                yield (*groups, *more), last


def _shown(groups: Groups, figures: tuple[Output, ...]) -> tuple[Output, ...] | None:
    """The groups before the figures, or as they stand among these: "the highest weight and type of each type"."""
    named = [o for o in figures if isinstance(o, Attribute)]
    if not named:
        return (*groups, *figures)
    return figures if set(named) == set(groups) else None


def _each_first(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "For each country, the number of singers"."""
    start = q.after(place, ("for each", "for every", "in each", "of each", "for each of the", "per"))
    if start is None:
        return
    for groups, end in by(q, start, table):
        begin = q.skip(end, (",",))
        begin = q.skip(begin, said.LEADS)
        for asked_for, found, last in figures(q, begin, table):
            if (shown := _shown(groups, asked_for)) is not None:
                yield Asked(found, shown, by=groups), q.skip(last, ("are there", "does it have", "there are"))


def _group_and_count(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "All countries and the number of singers in each", "each type and the average age of its pets"."""
    start, _ = nouns.determiner(q, place)
    for groups, end in by(q, start, table):
        begin = q.after(end, _ALSO)
        if begin is None:
            continue
        begin = q.skip(begin, ("what is", "what are", "the", "what is the"))
        for asked_for, found, last in figures(q, begin, table):
            after = q.after(last, _BEHIND)
            if after is None and q.is_verb(last) and q.word(last + 1) == "each":
                after = last + 2
            if after is None:
                continue
            if (shown := _shown(groups, asked_for)) is None:
                continue
            for more, final in all_said(q, found, after):
                yield Asked(more, shown, by=groups), final
            for again, final in by(q, after, table):
                if again == groups:
                    yield Asked(found, shown, by=groups), final


_BEHIND = listed("behind")


def kinds(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """A column stands for things itself: "the countries with singers above 20", "which grade has the most students"."""
    start, different = nouns.determiner(q, place)
    yield from _most_common(q, start, table)
    if (several := nouns.number(q, start)) is not None and several[0].isdigit():
        for groups, end in by(q, several[1], table):
            yield from _most_often(q, end, table, groups, int(several[0]))
    for groups, end in by(q, start, table):
        yield from _most_often(q, end, table, groups)
        if groups[0].path and not different:
            continue
        yield from _most(q, end, table, groups)
        yield from _at_least(q, end, table, groups)
        for found, last in _held(q, end, table):
            yield Asked(found, groups, distinct=True, guesses=1), last
        if different:
            yield Asked(Things(table), groups, distinct=True), end


def _held(q: Question, place: int, table: str) -> Iterator[tuple[Things, int]]:
    """ "... with singers above age 20", "... where singers above age 20 are from"."""
    start = q.after(place, ("with", "that have", "which have", "have", "has", "having", "where"))
    if start is None and (we := q.after(place, ("do we", "did we", "do you", "have we"))) and q.is_verb(we):
        start = we + 1
    if start is None:
        return
    for found, _, end in things(q, start, table):
        yield found, q.skip(end, ("are from", "come from", "live", "are", "belong to", "exist", "from"))


def _most_common(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "The most common type of pet", "the least common country among all singers"; of several each with its count."""
    for spoken, descending in ((_COMMON, True), (_RARE, False)):
        start = q.after(place, spoken)
        if start is None:
            continue
        kinds_of = list(by(q, start, table))
        several = q.is_plural(min((end for _, end in kinds_of), default=1) - 1)
        for groups, end in kinds_of:
            there = Things(table, (Filled(groups[0]),))  # what is not there is no type
            shown: tuple[Output, ...] = (*groups, _COUNT) if several else groups
            asked = Asked(there, shown, by=groups, order=Order(_COUNT, descending, None if several else 1))
            yield asked, end
            of = q.after(end, ("of", "among", "for", "of all", "among all", "across all"))
            for found, _, last in things(q, of, table) if of is not None else ():
                among = replace(found, conditions=(*there.conditions, *found.conditions))
                yield replace(asked, things=among), last


def _most(q: Question, place: int, table: str, groups: Groups) -> Iterator[tuple[Asked, int]]:
    """ "... with the most singers", "... that has the fewest singers", "... that most singers are from"."""
    start = q.skip(place, ("that", "which", "where"))
    yield from _most_parents(q, q.skip(start, said.BEING), table, groups)
    begin = q.after(start, ("with", "has", "have", "having", "had", "contains"))
    for verb, done in _doing(q, start if begin is None else begin, table, begun=begin is not None):
        for spoken, descending in ((said.MOST, True), (said.FEWEST, False)):
            most = q.after(verb, spoken)
            for found, _, end in things(q, most, table) if most is not None else ():
                rows = replace(found, conditions=(*found.conditions, *done, *_named(q, groups)))
                yield Asked(rows, groups, by=groups, order=Order(_COUNT, descending, 1)), end
    for spoken, descending in ((said.MOST, True), (said.FEWEST, False)):
        if start != place and begin is None and (most := q.after(start, spoken)) is not None:
            for found, _, end in things(q, most, table):
                last = q.after(end, ("are from", "come from", "belong to", "have", "are in", "live in"))
                if last is not None:
                    yield Asked(found, groups, by=groups, order=Order(_COUNT, descending, 1)), last


def _most_often(q: Question, place: int, table: str, groups: Groups, limit: int = 1) -> Iterator[tuple[Asked, int]]:
    """ "Which drug is prescribed most often" of prescriptions: what each row tells, by the name of the rows; "which
    three causes occurred most often in 2024"."""
    start = q.skip(q.skip(place, ("that", "which")), said.BEING)
    is_deed = q.is_verb(start) and q.schema.is_deed(table, q.tokens[start].stem)
    if not is_deed and (groups[0].path or q.word(start) not in _OCCUR):
        return
    there = Things(table, (Filled(groups[0]),))  # what is not there does not occur
    counted: tuple[Output, ...] = (_COUNT,) if limit > 1 else ()
    for spoken, descending in ((_OFTEN, True), (_SELDOM, False)):
        end = q.after(start + 1, spoken)
        for found, last in all_said(q, there, end) if end is not None else ():
            yield Asked(found, (*groups, *counted), by=groups, order=Order(_COUNT, descending, limit)), last


def _most_parents(q: Question, place: int, table: str, groups: Groups) -> Iterator[tuple[Asked, int]]:
    """ "... that is spoken in the most countries": each row is of one of these."""
    start = q.skip(place + 1, said.PLACES) if q.is_verb(place) else place
    for spoken, descending in ((said.MOST, True), (said.FEWEST, False)):
        most = q.after(start, spoken)
        if most is None or start == place:
            continue
        for other, path in nouns.parents(q, table):
            end = nouns.noun(q, most, other)
            if end is not None and len(path) == 1 and len(path[0].columns) == 1:
                count = Aggregate("count", Attribute(table, path[0].columns[0]), distinct=True)
                yield Asked(Things(table), groups, by=groups, order=Order(count, descending, 1)), end


def _at_least(q: Question, place: int, table: str, groups: Groups) -> Iterator[tuple[Asked, int]]:
    """ "... that have at least 4 students", "... whose average age is over 20"."""
    start = q.after(place, said.HAVING)
    for verb, done in _doing(q, place if start is None else start, table, begun=start is not None):
        for begin, sign, number in quantities(q, verb):
            for found, _, end in things(q, begin, table):
                rows = replace(found, conditions=(*found.conditions, *done, *_named(q, groups)))
                yield Asked(rows, groups, by=groups, having=(Having(_COUNT, sign, number),)), end
    for having, end in _averaging(q, place, table):
        yield Asked(Things(table), groups, by=groups, having=(having,)), end


def _named(q: Question, groups: Groups) -> tuple[Filled, ...]:
    """ "Which owner has the most" is no question for those without one, where some are."""
    return tuple(Filled(g) for g in groups if missing.is_optional(q.schema.column(g.table, g.column)))


def _doing(q: Question, place: int, table: str, *, begun: bool) -> Iterator[tuple[int, tuple[Filled, ...]]]:
    """Behind "have" nothing, or a verb: of "have resolved" the rows with a day on which that was done."""
    if begun:
        yield place, ()
    if q.is_verb(place) and place not in q.hits:
        days = [c for c, deeds in q.schema.deeds[table].items() if q.tokens[place].stem in deeds]
        if len(days) <= 1:
            yield place + 1, tuple(Filled(Attribute(table, day)) for day in days)


def _averaging(q: Question, place: int, table: str) -> Iterator[tuple[Having, int]]:
    """ "... whose average age is over 20"."""
    start = q.after(place, phrases("whose|with|with an|that have an|where the|whose the|with a|that has an|having an"))
    for asked, _, end in outputs(q, start, table) if start is not None else ():
        if len(asked) == 1 and isinstance(asked[0], Aggregate) and (column := asked[0].attribute):
            for said_of, last in compared(q, end, column):
                if isinstance(said_of, Compared) and said_of.sign not in ("=", "!=", "between"):
                    yield Having(asked[0], said_of.sign, said_of.values[0]), last
