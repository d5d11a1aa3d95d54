"""What was done to things, or became of them, that no condition of a reading says: "batches that passed inspection" are
not all that were inspected."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.names import words
from catalog_sync.times import event_time, is_time
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.doubts.others import called
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Asked,
    Attribute,
    Best,
    Compared,
    Filled,
    Step,
    Within,
    all_of,
)
from plugin.generator.tables import is_state, is_written

_DOING = frozenset(("하", "되"))
_IRREGULAR = frozenset(("paid", "sold", "sent", "lost", "won", "left", "broken", "bought", "built"))


def leaves_a_state_out(asked: Asked, q: Question) -> bool:
    """A word of the question is a state of rows that are used, or what was done to them on some day; or else something
    becomes of them by it."""
    used = {asked.things.table, *(step.end for step in all_of(asked, Step))}
    spoken = {(a.table, a.column) for a in all_of(asked, Attribute)}
    states = dict(_states(q, used))
    for at in range(len(q.tokens)):
        verbs = {q.tokens[at].stem, *(form[0] for form in called(q, at) if len(form) == 1)}
        if any(q.schema.is_deed(table, verb) for table in used for verb in verbs):
            continue
        meant = {column for form in called(q, at) for column in states.get(form, ())}
        if meant and not meant & spoken and _is_said_to_be(q, at):
            return True
        if q.word(at) in said.OUTCOMES and not spoken & _of_states(q, used) and _is_said_to_be(q, at):
            return True
    return False


def _is_said_to_be(q: Question, at: int) -> bool:
    """As a verb, or as what was done."""
    word = q.word(at)
    if at == 0:
        return False  # "return the names of"
    if not word.isascii():
        return q.word(at + 1) in _DOING
    return q.is_verb(at) or word.endswith("ed") or word in _IRREGULAR


def _states(q: Question, used: set[str]) -> Iterator[tuple[tuple[str, ...], set[tuple[str, str]]]]:
    found: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for table in used:
        known = q.schema.tables[table]
        own = event_time(known)
        for column in known.columns:
            if is_state(column.name) and not column.pii:
                for value in column.values:
                    found.setdefault(stems(words(value)), set()).add((table, column.name))
            elif is_time(column) and column != own and not is_written(column.name):
                came = q.schema.deeds[table].get(own.name, frozenset()) if own is not None else frozenset()
                for deed in q.schema.deeds[table].get(column.name, frozenset()) - came:
                    found.setdefault((deed,), set()).add((table, column.name))
    for form, columns in found.items():
        yield form, columns | {c for c in _of_states(q, used) if c[0] in {table for table, _ in columns}}


def _of_states(q: Question, used: set[str]) -> set[tuple[str, str]]:
    """The columns that say what became of rows."""
    return {
        (table, column.name)
        for table in used
        for column in q.schema.tables[table].columns
        if is_state(column.name) or column.type.upper().startswith("BOOL") or is_time(column)
    }


def was_so_then(asked: Asked, q: Question) -> bool:
    """ "Bills that were paid late last month" were not issued then: of rows with several days the one on which a state
    came to be is spoken of."""
    things, known = asked.things, q.schema.tables[asked.things.table]
    own = event_time(known)
    days = [c for c in known.columns if is_time(c) and not is_written(c.name)]
    within = [c for c in things.conditions if isinstance(c, Within) and not c.attribute.path]
    if len(days) < 2 or own is None or not any(c.attribute.column == own.name for c in within):
        return False
    states = [c for c in things.conditions if isinstance(c, Compared) and is_state(c.attribute.column)]
    values = {value.casefold() for c in states for value in c.values}
    places = [at for at in range(1, len(q.tokens)) if q.word(at) in values and _is_said_to_be(q, at)]
    return any(q.word(at - 1) in ("were", "was", "been", "got") or q.is_plural(at - 1) for at in places)


def counts_what_lacks(asked: Asked) -> bool:
    """ "How many parts were never counted" are not those of which some row was not."""
    lacking = any(isinstance(c, Filled) and c.negated for c in asked.things.conditions)
    counts = (o for o in asked.outputs if isinstance(o, Aggregate) and o.function == "count")
    return lacking and any(o.attribute is not None and not o.attribute.path for o in counts)


def is_of_one_row(asked: Asked, q: Question) -> bool:
    """ "Which month had the lowest total" of rows of which several are of one month."""
    best, table = asked.things.best, asked.things.table
    if not isinstance(best, Best) or not isinstance(best.by, Attribute) or best.by.path:
        return False
    shown = [o for o in asked.outputs if isinstance(o, Attribute) and not o.path and o != best.by]
    times = [o for o in shown if is_time(q.schema.column(table, o.column)) and q.schema.key(table) != o.column]
    return bool(times) and len(times) == len(shown) and not q.schema.key(table)
