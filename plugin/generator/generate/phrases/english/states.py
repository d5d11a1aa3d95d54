"""Phrases for what is true of things or not: flags ("active members", "that cover dental"), and what was done or not
yet ("unpaid invoices", where some have no day on which they were paid)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backends.vectors.english import stem
from catalog_sync import missing
from catalog_sync.documents import words
from catalog_sync.model import CatalogColumn
from plugin.generator import tables
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Filled, Flagged
from plugin.generator.generate.phrases.words import phrases
from plugin.generator.generate.plan.names.opposites import opposites

_STILL = phrases("still|yet|already|currently|now|been|not yet")
_BE = tuple(f"{r} {b}".strip() for r in ("", "that", "which", "who") for b in ("", *said.BEING, "have", "has"))
_NOT = ("not", "n't", "never", "not yet", "no", "neither", "nor")
_AUXILIARY = phrases("have|has|had|are|is|were|was|have been|has been|did|do|does")
_HAVING_NO = tuple(
    f"{who}{no}".strip()
    for who in ("", "that ", "which ", "who ", "still ", "currently ")
    for no in phrases(
        "have no|has no|had no|with no|without|without a|without an|without any|do not have a|do not have an|"
        "do not have any|does not have a|does not have an|have not got a|have not been given a|lack a|lacks a"
    )
)
_NO = stem("no")
_USED = tuple(
    f"{how} {a}" for how in ("used", "use", "uses", "using", "with", "had", "has", "have") for a in ("a", "an")
)
_USED_NO = phrases(
    "used no|use no|with no|without|without a|without an|without any|had no|have no|has no|did not use a|did not use an"
    "|did not use any|do not have a|does not have a|did not have a"
)
_TOLD_BY = frozenset(("code", "id", "key", "number", "no"))
_ARTICLES = ("a", "an", "the")
_DONE = ("ed", "en", "id", "nt", "ld", "ught", "out", "in")

State = Flagged | Filled


@remembered
def state(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """As it stands before a noun: "active", "unpaid"."""
    if any(hit.table == table for hit, _ in q.hits.get(place, ())):
        return
    for form, columns in q.schema.flags[table].items():
        if len(columns) == 1 and q.is_form(place, form):
            yield Flagged(Attribute(table, next(iter(columns)))), place + len(form)
    yield from _opposite(q, place, table)
    yield from _done(q, place, table)
    for word in q.tokens[place : place + 1] if q.word(place) != "opened" else ():  # what was opened need not be open
        yield from _missing(table, q.schema.gaps[table].get((word.stem,), frozenset()), place + 1)


def _missing(table: str, columns: frozenset[str], end: int) -> Iterator[tuple[State, int]]:
    if len(columns) == 1:
        yield Filled(Attribute(table, next(iter(columns))), negated=True), end


def _without(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "Who have never logged in", "with no owner assigned", "without an owner": as the description of the column says
    what it means that it has no value."""
    start = q.skip(q.skip(q.skip(place, said.RELATIVE), _AUXILIARY), ("still", "currently"))
    none = q.after(place, _HAVING_NO)
    none = q.after(start, _HAVING_NO) if none is None else none
    for form, columns in q.schema.gaps[table].items():
        if start > place and q.is_form(start, form):
            yield from _missing(table, columns, start + len(form))
        if none is None or form[0] != _NO:
            continue
        for spoken in (form[1:], form[1:-1]) if len(form) > 2 else (form[1:],):
            if q.is_form(none, spoken):
                yield from _missing(table, columns, none + len(spoken))
                break


def _with_one(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "That used a coupon", "with a coupon", "without a coupon": of a code or key that not every row has; "with no
    rating" of a figure that not every row has."""
    start = q.skip(place, said.RELATIVE)
    none, one = q.after(start, _USED_NO), q.after(start, _USED)
    begin = none if none is not None else one
    if begin is None:
        return
    for attribute, end in nouns.attribute(q, begin, table) if none is not None else ():
        known = q.schema.column(table, attribute.column)
        if (
            not attribute.path
            and not known.pii
            and (known.gaps or missing.is_optional(known) or _is_told_freely(known))
        ):
            yield Filled(attribute, negated=True), end
    for column in q.schema.tables[table].columns:
        *noun, last = words(column.name).split()
        if noun and last in _TOLD_BY and not column.pii and missing.is_optional(column):
            form = stems(" ".join(noun))
            for end in (begin + len(form),) if q.is_form(begin, form) else ():
                yield Filled(Attribute(table, column.name), negated=none is not None), end


def _is_told_freely(column: CatalogColumn) -> bool:
    """Comments and the like: texts that not everybody writes."""
    return column.nullable and tables.is_free_text(column.name)


def _doing(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "Who subscribe to the newsletter" where there is a flag for newsletter subscribers."""
    start = q.skip(q.skip(place, said.RELATIVE), _AUXILIARY)
    if not q.is_verb(start):
        return
    begin = q.skip(q.skip(start + 1, said.PLACES), said.DETERMINERS)
    for form, columns in q.schema.flags[table].items():
        is_done = len(form) == 2 and q.is_form(begin, form[:1]) and _is_doer(form[1], q.tokens[start].stem)
        if is_done and len(columns) == 1 and begin > start + 1:
            yield Flagged(Attribute(table, next(iter(columns)))), begin + 1


def _is_doer(noun: str, verb: str) -> bool:
    """Stems of subscriber and subscribe."""
    return len(verb) > 3 and noun.startswith(verb[:-1]) and len(noun) - len(verb) < 3


def stated(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """As it stands behind one: "that are not active", "which do not cover dental", "still unpaid"."""
    yield from _without(q, place, table)
    yield from _with_one(q, place, table)
    yield from _doing(q, place, table)
    plain = q.skip(place, _BE)
    start = q.skip(plain, _STILL)
    turned = q.after(start, (*_NOT, "without"))
    begin = q.skip(start if turned is None else turned, _STILL)
    begin = q.skip(q.skip(begin, said.HAVING), ("both",))
    thing = q.skip(begin, _ARTICLES)
    found = [*state(q, begin, table), *(of for of in state(q, thing, table) if thing > begin and _is_flag(of[0]))]
    if turned is None and begin > place and start == plain:  # what is still so is not so of all
        found += _done(q, begin, table, gaps=False)
    for one, end in found:
        yield (one if turned is None else replace(one, negated=not one.negated)), q.skip(end, ("yet", "already"))


def _is_flag(found: State) -> bool:
    return isinstance(found, Flagged)


def _opposite(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "Inactive", "non-active" where there is a flag for active."""
    word = q.word(place)
    for form in opposites((q.tokens[place].stem,)) if word else ():
        turned = q.schema.flags[table].get(form, frozenset()) if isinstance(form, tuple) else frozenset()
        if len(turned) == 1:
            yield Flagged(Attribute(table, next(iter(turned))), negated=True), place + 1
    apart = (q.word(place + 1), place + 2) if word == "non" else ("", place)
    for rest, end in (*((word.removeprefix(p), place + 1) for p in ("in", "un", "non") if word.startswith(p)), apart):
        columns = q.schema.flags[table].get((stem(rest),), frozenset()) if len(rest) > 3 else ()
        if len(columns) == 1:
            yield Flagged(Attribute(table, next(iter(columns))), negated=True), end


def _done(q: Question, place: int, table: str, *, gaps: bool = True) -> Iterator[tuple[State, int]]:
    """ "Paid", "unpaid", of a day that not every row has; without `gaps` of one that all may have: "were reported"."""
    word = q.word(place)
    bare = word.removeprefix("un")
    if not bare.endswith(_DONE):
        return
    able = {column for column, deeds in q.schema.deeds[table].items() if stem(bare) in deeds}
    found = [c for c in able if bool(q.schema.column(table, c).gaps) is gaps]
    if len(found) == 1 and len(able) == 1 and (gaps or bare == word):
        yield Filled(Attribute(table, found[0]), negated=bare != word), place + 1
