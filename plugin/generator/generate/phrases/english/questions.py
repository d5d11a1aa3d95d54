"""Whole questions: every way to read one from its first word to its last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import groups, nouns
from plugin.generator.generate.phrases.english.firsts import gap
from plugin.generator.generate.phrases.english.outputs import Outputs, is_aggregate, order, outputs
from plugin.generator.generate.phrases.english.rankings import ranked
from plugin.generator.generate.phrases.english.ratios import ratios
from plugin.generator.generate.phrases.english.shares import shares
from plugin.generator.generate.phrases.english.spans import lasting
from plugin.generator.generate.phrases.english.spending import earned, spent
from plugin.generator.generate.phrases.english.tails import told
from plugin.generator.generate.phrases.english.things import all_said, is_of_each, things
from plugin.generator.generate.phrases.english.whens import when
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Asked,
    Attribute,
    Compared,
    Counted,
    Path,
    Related,
    Tally,
    Things,
)
from plugin.generator.generate.phrases.words import listed, phrases

_OF = phrases("of|for|from|in|on|by|about|corresponding to|associated with|of all|for all|at|that|among")
_HOW_MANY = listed("how_many")
_PEOPLE = phrases(
    "how many people live|how many people are living|the number of people living|number of people living|"
    "what is the total number of people living|the total number of people living|how many people are there"
)
_TAIL = listed("tail")


def readings(q: Question) -> Iterator[Asked]:
    for start in dict.fromkeys((0, q.skip(0, said.LEADS), q.skip(0, ("which", "what", "whose")))):
        for table in q.schema.tables:
            for asked, end in _with_told(q, start, table):
                if q.skip(end, _TAIL) == q.end:
                    yield asked
                for by, last in order(q, end, table, asked.outputs):
                    if (
                        q.skip(last, _TAIL) == q.end
                        and asked.order is None
                        and (not asked.by or by.by in asked.outputs)
                    ):
                        yield replace(asked, order=by)


def _with_told(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    for asked, end in _of_table(q, place, table):
        yield asked, end
        yield from told(q, end, asked)


def _of_table(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    yield from _asked_of(q, place, table)
    yield from _list(q, place, table)
    yield from _how_many(q, place, table)
    yield from _of_a_thing(q, place, table)
    yield from _how_many_of(q, place, table)
    yield from _people(q, place, table)
    yield from lasting(q, place, table)
    yield from gap(q, place, table)
    yield from shares(q, place, table)
    yield from spent(q, place, table)
    yield from when(q, place, table)
    yield from ((Asked(found, (figure,)), end) for figure, found, end in ratios(q, place, table))
    start = q.skip(place, ("how much",))
    yield from ((Asked(found, (total,)), end) for total, found, end in earned(q, start, table))
    yield from groups.grouped(q, place, table)
    yield from groups.kinds(q, place, table)
    yield from ranked(q, place, table)


def _asked_of(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "The names and ages of singers from France", "the ids with the description 'Book'"."""
    for asked, different, end in outputs(q, place, table):
        if all(isinstance(o, Tally) for o in asked) or _is_mixed(asked):
            continue
        if q.word(end) in ("by", "per") and is_aggregate(asked):
            continue  # the average price by plan is one of each
        for found, also, last in _things_behind(q, end, table, _is_clear(q, place, table, asked)):
            is_plain = not found.conditions and found.best is None
            if q.word(end) == "by" and is_plain and q.word(last - 1) not in ("each", "one", "them", "all"):
                continue  # seats by plan are those of each
            if found.guesses and not _tells_apart(q, table, asked) and is_of_each(found):
                continue
            if found.guesses and _is_of_others(found) and not _is_named(q, place, end, table):
                continue
            if _is_a_sum(q, end, table, asked, found):
                continue
            one = Asked(found, asked, distinct=different or also)
            yield one, last
            yield from _also(q, last, one)


def _is_mixed(asked: Outputs) -> bool:
    return any(isinstance(o, Aggregate) for o in asked) and not is_aggregate(asked)


def _is_clear(q: Question, place: int, table: str, asked: Outputs) -> bool:
    """Whose columns they are is said with them, or one is of no other table."""
    start, _ = nouns.determiner(q, place)
    if nouns.noun(q, start, table) is not None:
        return True
    for output in asked:
        attribute = (
            output if isinstance(output, Attribute) else output.attribute if isinstance(output, Aggregate) else None
        )
        if attribute and not attribute.path and not q.schema.is_key(table, attribute.column):
            forms = [f for f, columns in q.schema.attributes[table].items() if attribute.column in columns]
            others = [t for t in q.schema.tables if t != table and any(f in q.schema.attributes[t] for f in forms)]
            if not others:
                return True
    return False


def _is_named(q: Question, start: int, end: int, table: str) -> bool:
    return any(nouns.noun(q, place, table) is not None for place in range(start, end))


def _is_of_others(found: Things) -> bool:
    """ "The pages of the oldest member" are of no member, and books are not spoken of; "drinks with coffee" are."""
    first = found.conditions[0] if found.conditions else None
    if isinstance(first, Compared) and not first.attribute.path:
        return False
    return any(isinstance(c, Related | Counted) for c in found.conditions)


def _is_a_sum(q: Question, end: int, table: str, asked: Outputs, found: Things) -> bool:
    """ "The value of stock in Japan" is one figure, not one of each row; "the ages of students" are many."""
    one = asked[0]
    if len(asked) != 1 or not isinstance(one, Attribute) or not q.schema.is_number(one.table, one.column):
        return False
    if any(t.word in ("each", "every", "all") for t in q.tokens):
        return False
    names = {q.schema.label(table), q.schema.key(table)}
    single = found.best or any(isinstance(c, Compared) and c.attribute.column in names for c in found.conditions)
    is_key = one.column in names or q.schema.is_key(one.table, one.column)
    return not is_key and not single and not q.word(end - 1).endswith("s")


def _tells_apart(q: Question, table: str, asked: Outputs) -> bool:
    own = {o.column for o in asked if isinstance(o, Attribute) and not o.path}
    return bool(own & {q.schema.label(table), q.schema.key(table)} - {""})


def _things_behind(q: Question, place: int, table: str, clear: bool = True) -> Iterator[tuple[Things, bool, int]]:
    start = q.after(place, _OF)
    if start is not None:
        yield from things(q, start, table)
        end = q.after(start, ("each", "each one", "each of them", "all"))
        if end is not None:
            yield Things(table), False, end
    by = q.after(place + 1, ("by", "for")) if q.is_verb(place) else None
    if by is not None:
        yield from things(q, by, table)
    for found, end in all_said(q, Things(table, guesses=1), place) if clear else ():
        yield found, False, end


def _also(q: Question, place: int, asked: Asked) -> Iterator[tuple[Asked, int]]:
    """ "The names of the singers and how many concerts each has"."""
    start = q.after(place, said.JOINED)
    if start is None or asked.things.best:
        return
    for more, _, end in outputs(q, start, asked.things.table):
        if all(isinstance(o, Tally) for o in more):
            last = q.after(end, _EACH_HAS)
            if last is not None:
                both = replace(asked, outputs=(*asked.outputs, *more))
                yield both, last
                yield from ((both, after) for after in (nouns.noun(q, last, asked.things.table),) if after is not None)


_EACH_HAS = listed("each_has")


def _list(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Singers from France": their names."""
    label = q.schema.label(table) or q.schema.nameless(table)
    for found, different, end in things(q, place, table) if label else ():
        yield Asked(found, (Attribute(table, label),), distinct=different), end


def _how_many(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    start = q.after(place, _HOW_MANY)
    if start is None:
        return
    for found, _, end in things(q, start, table):
        yield Asked(found, (Aggregate("count"),)), end
        after = q.after(end, ("are there", "do we have", "exist", "there are"))
        if after is not None and after < q.end:
            yield from ((Asked(more, (Aggregate("count"),)), last) for more, last in all_said(q, found, after))
    begin, different = nouns.determiner(q, start)
    for attribute, end in nouns.attribute(q, begin, table):
        if q.schema.is_flag(attribute.table, attribute.column):
            continue
        if different or not q.schema.is_number(attribute.table, attribute.column):
            for found, _, last in _things_behind(q, end, table):
                yield Asked(found, (Aggregate("count", attribute, distinct=True),), guesses=int(not different)), last


def _of_a_thing(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Kyle's id", "what grade is Kyle in"."""
    for found, _, end in things(q, place, table):
        start = q.after(end, ("'s",))
        for asked, _, last in outputs(q, start, table) if start is not None and found.conditions else ():
            if not any(isinstance(o, Tally) for o in asked):
                yield Asked(found, asked), last
    for asked, _, end in outputs(q, place, table):
        start = q.after(end, said.BEING)
        for found, _, last in things(q, start, table) if start is not None else ():
            if found.conditions and all(isinstance(o, Attribute) for o in asked):
                yield (
                    Asked(found, asked),
                    q.skip(last, ("in", "from", "have", "has", "of", "at", "on", "located in", "belong to")),
                )


def _how_many_of(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "How many likes does Kyle have", "how many pets does each student have"."""
    start = q.after(place, _HOW_MANY)
    if start is None:
        return
    for counted, _, end in things(q, start, table):
        owned = q.skip(end, ("do", "does", "did", "are", "were", "have", "has", "that", "is"))
        for other in q.schema.tables:
            path = q.schema.path(table, other) if other != table else ()
            is_theirs = bool(path) and not any(b.many and not a.many for a, b in pairwise(path))
            for found, _, last in things(q, owned, other) if is_theirs else ():
                having = q.after(last, ("have", "has", "own", "had", "play", "hold"))
                for after in (having,) if having is not None else _verb(q, last):
                    yield from _owned(q, counted, path, found, after, each=q.word(owned) in ("each", "every"))


def _owned(
    q: Question, counted: Things, path: Path, found: Things, place: int, *, each: bool
) -> Iterator[tuple[Asked, int]]:
    """How many of what is counted each has, or these have; also of what is said behind: "last month"."""
    other = path[-1].end
    back = q.schema.path(other, counted.table)
    label = q.schema.label(other) or q.schema.key(other)
    for more, end in all_said(q, counted, place):
        if each and back and back[0].many and label and len(back) <= 2:
            yield Asked(found, (Attribute(other, label), Tally(Related(back, more)))), end
        elif not each and (found.conditions or found.best) and not (more.best or counted.best):
            yield Asked(replace(more, conditions=(Related(path, found), *more.conditions)), (Aggregate("count"),)), end


def _verb(q: Question, place: int) -> Iterable[int]:
    return dict.fromkeys((place + 1, q.skip(place + 1, said.PLACES))) if q.is_verb(place) else ()


def _people(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "How many people live in Asia": their number stands in a column."""
    start = q.after(place, _PEOPLE)
    columns = q.schema.attributes[table].get(stems("population"), frozenset())
    if start is None or len(columns) != 1:
        return
    total = Aggregate("sum", Attribute(table, next(iter(columns))))
    for found, _, end in _things_behind(q, start, table):
        if found.conditions or found.best:
            yield Asked(found, (total,)), end
