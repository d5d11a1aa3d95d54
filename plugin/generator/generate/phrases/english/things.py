"""Phrases for things with all that is said of them: "female students who have at least two pets"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from catalog_sync.names import MASS, words
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import conditions, nouns, superlatives
from plugin.generator.generate.phrases.english.conditions import Said
from plugin.generator.generate.phrases.english.deeds import done
from plugin.generator.generate.phrases.english.firsts import of_ends
from plugin.generator.generate.phrases.english.late import late
from plugin.generator.generate.phrases.english.parents import whose
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.english.states import state, stated
from plugin.generator.generate.phrases.english.times import begun, in_time
from plugin.generator.generate.phrases.english.together import in_one
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Among, Best, Compared, Counted, Flagged, Path, Related, Things

_DEEPEST = 3
_FAR = 3  # keys
_AUXILIARY = ("is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "has been", "have been")
_EXCEPT = ("except", "except for", "excluding", "other than", "apart from", "besides", "but not")
_PARTICLES = ("up", "out", "off", "down")
_OFTEN = ("most often", "most frequently", "the most often", "the most times", "the most")
_RARELY = ("least often", "least frequently", "the least often", "the fewest times")
_WORK = ("work", "works", "worked", "working", "employed")
_ANYBODY = ("people", "persons")
_WHY = ("because", "due")
_EVER = ("any", "a", "an", "some", "the", "ever", "even one", "a single", "all", "at least one", "one or more")


@remembered
def things(q: Question, place: int, table: str, deep: int = 0) -> Iterator[tuple[Things, bool, int]]:
    """Things of one table, whether each is to come once, and the end."""
    if deep > _DEEPEST:
        return
    start, different = nouns.determiner(q, place)
    if deep and q.word(start - 1) in ("each", "every"):
        return
    for found, end in _named_things(q, start, table):
        for whole, last in all_said(q, found, end, deep):
            yield whole, different, last
    for compared, end in nouns.label_value(q, start, table):
        yield Things(table, (compared,)), different, end


def _named_things(q: Question, place: int, table: str) -> Iterator[tuple[Things, int]]:
    """The noun with what stands before it: "3 youngest French singers"."""
    if (end := nouns.noun(q, place, table)) is not None:
        yield Things(table), end
    for best, after in superlatives.superlative(q, place, table):
        for found, end in _named_things(q, after, table):
            if found.best is None:
                yield replace(found, best=best), end
    if q.word(place) in ("new", "newly") and q.when and begun(q, table):
        yield from _named_things(q, place + 1, table)
    for true, after in state(q, place, table):
        for found, end in _named_things(q, after, table):
            yield replace(found, conditions=(true, *found.conditions)), end
        if isinstance(true, Flagged) and after > place and q.is_plural(after - 1):
            yield Things(table, (true,), guesses=1), after  # "newsletter subscribers"
    for compared, after in nouns.value(q, place, table):
        for found, end in _named_things(q, after, table):
            if not any(isinstance(c, Compared) and c.attribute == compared.attribute for c in found.conditions):
                yield replace(found, conditions=(compared, *found.conditions)), end
            else:
                yield Things(table, (compared,), guesses=1), end  # "gold members", where MEMBER is a tier too
        if (
            not compared.attribute.path
            and compared.attribute.column != q.schema.label(table)
            and not _is_named(q, place)
        ):
            yield Things(table, (compared,), guesses=1), _as_noun(q, after, table)


def _is_named(q: Question, place: int) -> bool:
    """ "Brands" are those of a column of that name, whatever value is called so too."""
    spoken = (q.tokens[place].stem,)
    columns = (c for table in q.schema.tables.values() for c in table.columns if not c.type.upper().startswith("BOOL"))
    return any(stems(words(column.name)) == spoken for column in columns)


def all_said(q: Question, found: Things, place: int, deep: int = 0) -> Iterator[tuple[Things, int]]:
    """With nothing, one or more conditions behind it. What stands behind other things is said of them rather; what is
    joined by "and" with a verb rather of the first."""
    yield found, place
    ties = found.conditions and isinstance(found.conditions[-1], Related | Counted | Among)
    joined = q.skip(place, said.AND)
    for start in dict.fromkeys((place, joined)):
        if start != place and not found.conditions and found.best is None:
            continue
        passed = int(bool(ties) and start == place) + int(deep > 0 and start != place)
        for one, end in conditions_of(q, start, found.table, deep):
            if not isinstance(one, Best):
                more = replace(found, conditions=(*found.conditions, one), guesses=found.guesses + passed)
            elif found.best is None:
                more = replace(found, best=one, guesses=found.guesses + passed)
            else:
                continue
            if is_of_each(more) and not q.schema.key(found.table):
                continue
            yield from all_said(q, more, end, deep)


@remembered
def conditions_of(q: Question, place: int, table: str, deep: int) -> Iterator[Said]:
    yield from conditions.of_columns(q, place, table)
    yield from stated(q, place, table)
    yield from late(q, place, table)
    yield from in_time(q, place, table)
    yield from whose(q, place, table)
    yield from of_ends(q, place, table)
    yield from _of_others(q, place, table, deep)
    start = q.after(place, _EXCEPT)
    if start is not None:
        for found, _, end in things(q, start, table, deep + 1):
            yield Among(found, negated=True), end


def _of_others(q: Question, place: int, table: str, deep: int) -> Iterator[Said]:
    """What is said of things that keys tie to these: "who have no pets", "of the youngest singer"."""
    for start, negated in _ties(q, place):
        yield from in_one(q, start, table) if not negated else ()
        for other in q.schema.tables:
            path = q.schema.path(table, other) if other != table else ()
            if not path and (towards := q.towards(place, start)) is not None and other != table:
                path = q.schema.directed(table, other, towards=towards)
            if not path:
                continue
            yield from _some(q, start, path, negated, deep)
            if not negated and start != place:
                yield from _so_many(q, start, path, deep)
    yield from done(q, place, table, deep, things, all_said)
    yield from _by_most(q, place, table)
    yield from _never(q, place, table)
    yield from _most_often(q, place, table)


def _never(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "Parts that were never ordered": of the rows that are called after it, or the only ones that lead here, none."""
    start = q.skip(q.skip(place, said.RELATIVE), _AUXILIARY)
    verb = q.after(start, ("never", "not ever", "never been", "never yet"))
    if verb is None or not q.is_verb(verb) or (q.skip(verb + 1, ("yet", "before", "so far", "at all")) != q.end):
        return
    for path in _done_with(q, verb, table):
        yield Related(path, Things(path[0].end), negated=True), q.end


def _most_often(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "Which promotion was used most often": by the rows that are called after it, or the only ones that lead here."""
    verb = q.skip(q.skip(place, said.RELATIVE), _AUXILIARY)
    if not q.is_verb(verb):
        return
    for spoken, descending in ((_OFTEN, True), (_RARELY, False)):
        if (end := q.after(verb + 1, spoken)) is not None:
            yield from (
                (Best(Related(path, Things(path[0].end)), descending), end) for path in _done_with(q, verb, table)
            )


def _done_with(q: Question, verb: int, table: str) -> Iterator[Path]:
    paths = [
        p for other in q.schema.tables if other != table and len(p := q.schema.path(table, other)) == 1 and p[0].many
    ]
    called = [p for p in paths if q.schema.is_deed(p[0].end, q.tokens[verb].stem)]
    found = called or paths
    yield from found if len(found) == 1 else ()


def _ties(q: Question, place: int) -> Iterator[tuple[int, bool]]:
    """The ends of what may stand between things and other things: "that are used by", "who do not have", "in"."""
    start = q.skip(place, said.RELATIVE)
    start = q.skip(start, ("also", "still"))
    begun = q.skip(start, _AUXILIARY)
    negated = q.after(begun, said.NEGATED)
    plain = begun if negated is None else negated
    if q.word(begun) != "without":  # "without check out by office" is said of no office
        yield from ((end, negated is not None) for end in dict.fromkeys(_verb_ends(q, plain)) if end > place)
    if q.after(start, ("without", "with no")) is not None:
        yield q.skip(start, ("without", "with no", "without any")), True


def _verb_ends(q: Question, place: int) -> Iterator[int]:
    """After an adverb, a verb and a preposition, of which each may be missing."""
    place = q.skip(place, ("ever", "also"))
    if q.word(place) in _WORK and place and q.word(place - 1) in _ANYBODY:
        return  # who works there are no customers
    ends = [place]
    if q.after(place, said.HAVING) is not None:
        ends.append(q.skip(place, said.HAVING))
    elif q.word(place) in said.CHANGED and not (_is_called_so(q, place) or q.word(place + 1) in _WHY):
        return
    elif q.is_verb(place) and not any(True for _ in nouns.any_noun(q, place)) and _is_said_of_rows(q, place):
        ends += dict.fromkeys((place + 1, q.skip(place + 1, _PARTICLES)))
    for end in ends:
        yield end
        preposition = q.after(end, said.PLACES)
        if preposition is not None:
            yield preposition


def _is_called_so(q: Question, place: int) -> bool:
    """Rows are called after it: cancellations of "cancelled"."""
    return any(q.schema.is_deed(table, q.tokens[place].stem) for table in q.schema.tables)


def _is_said_of_rows(q: Question, place: int) -> bool:
    """No value: "cancelled" may be one, but "cancelled because of" tells what was done."""
    return place not in q.hits or q.word(place + 1) in _WHY


def _some(q: Question, place: int, path: Path, negated: bool, deep: int) -> Iterator[Said]:
    """At least one such thing, or one of a value: "a cat", "English and Dutch"."""
    other = path[-1].end
    if q.word(place) in ("each", "every") and not path[0].many:
        return  # "by each inspector" is one figure of each of them
    start = q.skip(place, _EVER)
    for found, _, end in things(q, start, other, deep + 1):
        if negated or not (_says_little(q, place, path, found) or _is_far(q, start, end, path)):
            yield Related(path, found, negated), end
    both = q.after(start, ("both", "both a", "both an", "both the"))
    if (len(path) >= _FAR and not negated) or _is_own(q, start, path):
        return
    for first, end in nouns.value(q, start if both is None else both, other):
        if first.attribute.path:
            continue
        ends = dict.fromkeys((end, _as_noun(q, end, other)))
        joined = _joined(q, start, end)
        for last in ends:
            if len(first.values) > 1 and joined == "and" and path[0].many and not negated:
                yield _each(path, other, first), last
            elif both is None:
                yield Related(path, Things(other, (first,)), negated), last


def _is_own(q: Question, place: int, path: Path) -> bool:
    """ "Invoices that are still open" are so themselves, whatever else of theirs may be open."""
    return any(hit.table == path[0].start for hit, _ in q.hits.get(place, ()))


def _says_little(q: Question, place: int, path: Path, found: Things) -> bool:
    """ "Sold by clinic" asks for each clinic rather; that there is anything at all so far away is not said."""
    is_plain = not found.conditions and found.best is None
    return is_plain and (len(path) >= _FAR or (q.word(place - 1) == "by" and q.after(place, _EVER) is None))


def _is_far(q: Question, start: int, end: int, path: Path) -> bool:
    """ "Active" is not said of vets whose patients' policies are, where no policy is spoken of; nor what the reports of
    a clinic are of its visits."""
    other = path[-1].end
    beside = any(not up.many and down.many for up, down in pairwise(path))  # rows of the same parent
    return (len(path) >= _FAR or beside) and not any(nouns.noun(q, place, other) for place in range(start, end))


def _joined(q: Question, start: int, end: int) -> str:
    return "or" if any(q.word(n) in ("or", "either") for n in range(start, end)) else "and"


def _each(path: Path, other: str, several: Compared) -> Related:
    """One of each value."""
    return Related(path, Things(other, (replace(several, every=True),)))


def _as_noun(q: Question, place: int, table: str) -> int:
    """ "A cat pet", "English as a language" """
    start = q.skip(place, ("as a", "as an", "as", "as the", "as their"))
    end = nouns.noun(q, start, table)
    return place if end is None else end


def _so_many(q: Question, place: int, path: Path, deep: int) -> Iterator[Said]:
    """ "At least two pets", "more than one", "the most concerts"."""
    if not (path[0].many and len(path) <= 2 and all(s.many for s in path[:1])):
        return
    other = path[-1].end
    for start, sign, number in quantities(q, place):
        for found, _, end in things(q, start, other, deep + 1):
            yield Counted(path, found, sign, number), end
    for spoken, descending in ((said.MOST, True), (said.FEWEST, False)):
        if (most := q.after(place, spoken)) is not None:
            for found, _, end in things(q, most, other, deep + 1) if q.word(most) not in MASS else ():
                yield Best(Related(path, found), descending), end


def _by_most(q: Question, place: int, table: str) -> Iterator[Said]:
    """ "That the most templates belong to", "that most documents use"."""
    start = q.after(place, said.RELATIVE)
    if start is None:
        return
    for spoken, descending in ((said.MOST, True), (said.FEWEST, False)):
        if (begin := q.after(start, spoken)) is None:
            continue
        for other, _ in nouns.any_noun(q, begin):
            path = q.schema.path(table, other) if other != table else ()
            end = nouns.noun(q, begin, other)
            if path and path[0].many and end is not None and q.is_verb(end):
                last = q.skip(end + 1, said.PLACES)
                yield Best(Related(path, Things(other)), descending), last


def is_of_each(found: Things) -> bool:
    """What is said is true of one row and false of another that is called the same: what types are used by none."""
    counted = found.best is not None and isinstance(found.best.by, Related)
    return counted or any(isinstance(c, Counted) or (isinstance(c, Related) and c.negated) for c in found.conditions)
