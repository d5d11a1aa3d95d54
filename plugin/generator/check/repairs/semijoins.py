"""What a question asks of things that have, or have not, something: a semi-join or an anti-join, where a model writes a
join that repeats the thing for each, or finds those with something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.check.repairs import joins
from plugin.generator.check.repairs.sides import Side, Split, split
from plugin.generator.check.schema import Schema

_NEVER = re.compile(
    r"\b(?:(?:do|does|did|have|has|had)(?:\s+not|n't)|never|without|have no|has no|had no"
    r"|(?:where|in which|for which)\b[^,?]*\b(?:is|are|was|were)(?:\s+not|n't)"
    r"|(?:is|are|was|were)(?:\s+not|n't)(?=[^?.]*\b(?:a single|any|ever|at all)\b))\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?:^|_)(?:id|key|code)$", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b|\bas well as\b|둘\s?다|모두", re.IGNORECASE)
_NEVER_KOREAN = re.compile(r"지\s?(?:않|못)\S*|없[는던었]\S*|(?<!\S)안\s\S+[ㄴ은는던]?|(?:한\s?번도|하나도)")


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT; returns notes."""
    if not isinstance(tree, exp.Select):
        return []
    notes = []
    for _ in range(len(tree.args.get("joins") or [])):
        found = split(tree, schema)
        done = next((note for side in found.sides if (note := _mended(found, side, question))), "") if found else ""
        if not done:
            break
        notes.append(done)
    return [*notes, *_alone(tree, schema, question), *_either(tree, schema, question)]


def _mended(found: Split, side: Side, question: str) -> str:
    if not side.many:
        return ""
    denied = [c for c in side.own if _affirmed(c) is not None or _is_absent(c, side)]
    named = " and ".join(t.name for t in side.tables.values())
    if any(_affirmed(c) is not None for c in denied) and _denies(question, found, side):
        said = [_affirmed(c) or c for c in side.own if not _is_absent(c, side)]
        found.put(side, [exp.not_(side.exists(said))])
        return f"those that have no such {named}, instead of those that have another"
    if denied and all(_is_absent(c, side) for c in denied):
        return ""
    if (void := [c for c in side.own if _is_void(c)]) and _denies(question, found, side):
        found.put(side, [exp.not_(side.exists([c for c in side.own if c not in void]))])
        return f"those that have no {named}, instead of those that have one without a key"
    if pair := _contrary(side.own):
        rest = [c for c in side.own if all(c is not p for p in pair)]
        one, other = (side.exists([*rest, p]) for p in pair)
        found.put(side, [one, exp.not_(other) if _but_not(question, *pair) else other])
        return f"one of {named} for each of the conditions that no single one can meet"
    if found.select.args.get("distinct") or not _repeats(found):
        return ""
    if (side.outer and not side.own) or _counts(found, side):
        return ""
    if not side.own and not _is_spoken_of(side, question):
        found.put(side, [])
        return f"left out {named}, of which nothing is said"
    found.put(side, [side.exists(side.own)])
    return f"each once that has such {named}"


def _is_spoken_of(side: Side, question: str) -> bool:
    said = set(terms(question))
    return has_hangul(question) or any(said & set(terms(t.name)) for t in side.tables.values())


def _repeats(found: Split) -> bool:
    """Rows that come twice count twice in a sum, or are put out twice."""
    figures = [a for s in found.select.selects for a in s.find_all(exp.AggFunc)]
    if not figures:
        return found.select.args.get("group") is None
    return any(isinstance(f, (exp.Sum, exp.Avg, exp.Count)) and not f.find(exp.Distinct) for f in figures)


def _counts(found: Split, side: Side) -> bool:
    own = {t for alias in side.tables for t in _called(found.known[alias])}
    own -= {t for table in found.main.values() for t in _called(table)}
    return joins.counts(found.select, own)


def _but_not(question: str, one: exp.Expression, other: exp.Expression) -> bool:
    """ "has a dog but does not have a cat"."""
    said, never = question.casefold(), _NEVER.search(question)
    places = [said.find(str(e.expression.this).casefold()) for e in (one, other)]
    return never is not None and 0 <= places[0] < never.start() < places[1]


def _affirmed(condition: exp.Expression) -> exp.Expression | None:
    """What a condition denies: `a = 1` of `a <> 1`."""
    if isinstance(condition, exp.NEQ):
        return exp.EQ(this=condition.this.copy(), expression=condition.expression.copy())
    if isinstance(condition, exp.Not) and isinstance(condition.this, (exp.EQ, exp.In, exp.Like, exp.ILike)):
        return condition.this.copy()
    return None


def _is_absent(condition: exp.Expression, side: Side) -> bool:
    """`x IS NULL` of what is joined by LEFT JOIN."""
    return side.outer and isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null)


def _is_void(condition: exp.Expression) -> bool:
    """A key that IS NULL: what no row has that an inner join finds."""
    column = condition.this if isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null) else None
    return isinstance(column, exp.Column) and bool(_KEY.search(column.name))


def _contrary(conditions: Sequence[exp.Expression]) -> tuple[exp.Expression, exp.Expression] | None:
    """Two conditions on one column that no value meets both of."""
    for at, one in enumerate(conditions):
        for other in conditions[at + 1 :]:
            if _is_of_column(one) and _is_of_column(other) and one.this == other.this and _exclude(one, other):
                return one, other
    return None


def _is_of_column(condition: exp.Expression) -> bool:
    kinds = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
    return (
        isinstance(condition, kinds)
        and isinstance(condition.this, exp.Column)
        and isinstance(condition.expression, exp.Literal)
    )


def _exclude(one: exp.Expression, other: exp.Expression) -> bool:
    if isinstance(one, exp.EQ) and isinstance(other, exp.EQ):
        return bool(one.expression.this != other.expression.this)
    if isinstance(other, (exp.LT, exp.LTE)):
        one, other = other, one
    if not isinstance(one, (exp.LT, exp.LTE)) or not isinstance(other, (exp.GT, exp.GTE)):
        return False
    try:
        return float(one.expression.this) < float(other.expression.this)
    except ValueError:
        return False


def _denies(question: str, found: Split, side: Side) -> bool:
    """The question says "not" of the things that are put out, and not of what they have."""
    others = {t for alias in side.tables for t in _called(found.known[alias])}
    return _denied(question, {t for table in found.main.values() for t in _called(table)}, others)


def _called(table: CatalogTable) -> set[str]:
    return {*terms(table.name.name), *(t for s in table.synonyms for t in terms(s))}


def _denied(question: str, things: set[str], others: Set[str] = frozenset()) -> bool:
    """By the nearest nouns before the "not", in Korean after it."""
    if has_hangul(question):
        never = _NEVER_KOREAN.search(question)
        after = terms(question[never.end() :])[:2] if never else []
        return never is not None and not set(after) & (others - things)
    never = _NEVER.search(question)
    if never is None:
        return False
    before = set(terms(question[: never.start()])[-4:])
    return bool(before & things) or not before & others


def _alone(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """Of one table that has a thing in many rows: the thing that has no such row, not that has another."""
    known = schema.read_by(select)
    where = select.args.get("where")
    if len(known) != 1 or select.args.get("joins") or where is None or select.args.get("group"):
        return
    (table,) = known.values()
    outputs = [s.unalias() for s in select.selects]
    names = {o.name.casefold() for o in outputs if isinstance(o, exp.Column)}
    key = {c.casefold() for c in table.primary_key or (table.view.grain if table.view else ())}
    if len(names) != len(outputs) or len(names) != 1 or not key or key <= names:
        return
    if len(key) == 1 and _is_its_name(next(iter(names)), next(iter(key))):
        return
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    denied = [c for c in conditions if _affirmed(c) is not None]
    if len(denied) != 1 or not _denied(question, set(terms(next(iter(names))))):
        return
    said = [_affirmed(c) or c.copy() for c in conditions]
    inner = exp.select(outputs[0].copy()).from_(select.args["from_"].this.copy()).where(*said)
    outside = exp.not_(exp.In(this=outputs[0].copy(), query=exp.Subquery(this=inner)))
    select.set("where", exp.Where(this=outside))
    select.set("distinct", exp.Distinct())
    yield f"each {outputs[0].name} of which no row is so, instead of those with another row"


def _is_its_name(column: str, key: str) -> bool:
    """`country_name` of what `country_id` tells apart, and a mere `name`: there is one for each row."""
    own = set(terms(column)) - set(terms("name title label"))
    return not own or own <= set(terms(key))


def _either(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """Of one row, two values of a column are meant as one or the other; of "both", as two rows of one thing."""
    where = select.args.get("where")
    conditions = list(where.this.flatten()) if where is not None and isinstance(where.this, exp.And) else []
    pair = _contrary(conditions)
    if pair is None or not schema.read_by(select):
        return
    rest = [c for c in conditions if all(c is not p for p in pair)]
    outputs = [s.unalias() for s in select.selects]
    if _BOTH.search(question) and len(outputs) == 1 and isinstance(outputs[0], exp.Column):
        other = select.copy()
        for query, own in ((select, pair[0]), (other, pair[1])):
            query.set("where", exp.Where(this=exp.and_(*(c.copy() for c in (*rest, own)))))
        inside = exp.In(this=outputs[0].copy(), query=exp.Subquery(this=other))
        select.where(inside, copy=False)
        yield "one row for each of the conditions that no single one can meet"
    else:
        select.set("where", exp.Where(this=exp.and_(*rest, exp.or_(*(p.copy() for p in pair)))))
        yield "either of two conditions that no row can meet both of"
