"""Words that a reading takes for what its things are, and that name other rows: roles, values that another table has
too, flags of other things."""

from __future__ import annotations

from collections.abc import Iterator

from backends.vectors.korean import has_hangul
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.phrases.named import Form
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Asked, Attribute, Compared, Related, Share, Step, Things, all_of
from plugin.generator.generate.plan.doubts.acted import WAYS

_ARE = frozenset(("is", "are", "was", "were"))


def is_of_a_role(asked: Asked, q: Question) -> bool:
    """Managers are the employees that others lead to, and not all of them; what keys of several tables call rows is
    what they are."""
    steps = tuple(all_of(asked, Step))
    used = {asked.things.table, *(step.end for step in steps)}
    roles = {table: found for table in used if (found := _roles(table, q.schema))}
    if not roles:
        return False
    said = {form for at in range(len(q.tokens)) for form in called(q, at)}
    named = {a.column for a in (*asked.by, *asked.outputs) if isinstance(a, Attribute)}
    keys = {key for step in steps for key in _keys(step)} | named
    return any(
        not said & (q.schema.nouns[table] - set(forms)) and any(not keys & forms[form] for form in said & set(forms))
        for table, forms in roles.items()
    )


def is_of_other_rows(asked: Asked, q: Question) -> bool:
    """이메일을 클릭한 회원 clicked what is sent, and did not come by email, where rows of another table are called so;
    "from organic" is said of the things themselves, where they have that value too."""
    shares = (o.conditions for o in asked.outputs if isinstance(o, Share))
    parts = [c for conditions in shares for c in conditions if isinstance(c, Compared)]
    for one, table in (*values_of(asked.things, asked.things.table), *((c, asked.things.table) for c in parts)):
        for at, lots in q.hits.items():
            for end in {end for hit, end in lots if hit.column == one.attribute.column and hit.value in one.values}:
                own = any(hit.table == asked.things.table for hit, _ in lots)
                if own and table != asked.things.table and one.attribute.table != asked.things.table:
                    return True
                if _is_object(q, at, end, table) or _is_flag_elsewhere(q, at, table):
                    return True
                if one.attribute.table != asked.things.table and _is_of_their_own(one, at, end, asked, q):
                    return True
    if any(_is_of_a_parent(c, q) for c in asked.things.conditions if isinstance(c, Compared)):
        return True
    if any(_is_far_away(c, q) for c in asked.things.conditions if isinstance(c, Related)):
        return True
    return any(tables.is_state(column) and not is_named(table, q) for table, column in _of_parents(asked.things))


def _is_far_away(tie: Related, q: Question) -> bool:
    """ "Trips that started in Berlin" did so where their routes begin, and not where the customers are whose shipments
    they carried."""
    other = tie.path[-1].end
    if not tie.path[0].many or tie.path[-1].many or is_named(other, q):
        return False
    values = {v for c in tie.things.conditions if isinstance(c, Compared) for v in c.values}
    hits = (hit for lots in q.hits.values() for hit, _ in lots if hit.value in values)
    nearer = _ancestors(tie.path[0].start, q.schema)
    return any(hit.table in nearer and hit.table != other for hit in hits)


def _ancestors(table: str, schema: Schema) -> set[str]:
    """What the rows belong to, however far up."""
    found: set[str] = set()
    queue = [table]
    while queue:
        known = schema.tables.get(queue.pop())
        up = {str(k.to_table) for k in known.foreign_keys} - found if known else set()
        found |= up
        queue += up
    return found - {table}


def _of_parents(things: Things) -> Iterator[tuple[str, str]]:
    """The columns by which what these belong to is told."""
    for condition in things.conditions:
        if isinstance(condition, Related) and not any(step.many for step in condition.path):
            theirs = (c.attribute for c in condition.things.conditions if isinstance(c, Compared))
            yield from ((a.table, a.column) for a in theirs if not a.path)


def _is_of_their_own(one: Compared, at: int, end: int, asked: Asked, q: Question) -> bool:
    """Who "has no email" has none in a column of their own; what was "paid" is no state of other rows, unless these are
    named; "used roaming" is a figure of a third table."""
    form = tuple(t.stem for t in q.tokens[at:end])
    things = q.schema.tables[asked.things.table]
    if any(set(form) <= set(stems(words(c.name))) for c in things.columns):
        return True
    table = one.attribute.table
    if tables.is_state(one.attribute.column) and not is_named(table, q):
        return True
    others = (t for name, t in q.schema.tables.items() if name != table)
    figures = (c for t in others for c in t.columns if tables.is_number(c))
    return not is_named(table, q) and any(set(form) <= set(stems(words(c.name))) for c in figures)


def is_nobodys_name(asked: Asked, q: Question) -> bool:
    """ "How many stores do we have" are no subscribers who signed up in one: only a kind or a state of rows is what
    they are called."""
    things = asked.things
    own = [c.attribute.column for c in things.conditions if isinstance(c, Compared) and not c.attribute.path]
    ways = bool(own) and all(words(column).split()[-1] in WAYS for column in own)
    return ways and bool(things.guesses) and not has_hangul(q.word(0)) and not is_named(things.table, q)


def _is_flag_elsewhere(q: Question, at: int, table: str) -> bool:
    """Fraud is a category of tickets, and what some transactions are."""
    said = set(called(q, at))
    return any(said & set(forms) for name, forms in q.schema.flags.items() if name != table)


def _is_of_a_parent(compared: Compared, q: Question) -> bool:
    """Payments that "are overdue", and overdue payments, are not those of loans that are."""
    path, column = compared.attribute.path, compared.attribute.column
    if not path or any(step.many for step in path):
        return False
    if tables.is_state(column) and not is_named(path[-1].end, q):
        return True
    places = ((at, end) for at, lots in q.hits.items() for hit, end in lots if hit.value in compared.values)
    return any(at and q.word(at - 1) in _ARE and q.word(end) in ("", "?") for at, end in places)


def is_named(table: str, q: Question) -> bool:
    """The question speaks of its rows."""
    said = {form for at in range(len(q.tokens)) for form in called(q, at)}
    return bool(said & q.schema.nouns[table])


def _is_object(q: Question, at: int, end: int, table: str) -> bool:
    """A Korean noun with 을 that names rows of another table."""
    behind = q.word(end) if end < len(q.tokens) else ""
    said = {word for form in called(q, at) for word in form}
    others = {word for name, forms in q.schema.nouns.items() if name != table for form in forms for word in form}
    return behind == "를" and bool(said & others)


def values_of(things: Things, table: str) -> Iterator[tuple[Compared, str]]:
    """With texts, each with the table of the things that it is said of: these, or what they have."""
    for condition in things.conditions:
        if isinstance(condition, Compared) and condition.sign == "=":
            yield condition, table
        elif isinstance(condition, Related) and condition.path[0].many:
            yield from values_of(condition.things, condition.things.table)


def _roles(table: str, schema: Schema) -> dict[Form, frozenset[str]]:
    keys = [k.columns[0] for known in schema.tables.values() for k in known.foreign_keys if len(k.columns) == 1]
    return {form: of for form, of in schema.roles.get(table, {}).items() if all(keys.count(key) == 1 for key in of)}


def called(q: Question, at: int) -> Iterator[Form]:
    """What the words from there on are, a Korean one by its English."""
    token = q.tokens[at]
    if has_hangul(token.word):
        yield from (stems(name) for name in glossary().get(token.word, ()))
    else:
        yield from (tuple(t.stem for t in q.tokens[at:end]) for end in range(at + 1, min(at + 4, len(q.tokens)) + 1))


def _keys(step: Step) -> tuple[str, ...]:
    return (*step.columns, *step.to_columns)
