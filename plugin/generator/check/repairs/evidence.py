"""What the question says against what the statement does: periods left open, filters out of thin air, outputs that
nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import normal
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.ask import ValueHit
from plugin.generator.check.repairs import flags
from plugin.generator.check.repairs.outputs import leave_out
from plugin.generator.check.schema import Schema
from plugin.generator.retrieve.mentions import common_stems
from plugin.generator.understand.periods import Period, Unit


def repair(
    tree: exp.Expression, schema: Schema, question: str, hits: Sequence[ValueHit], periods: Sequence[Period]
) -> list[str]:
    """Works in place; returns notes."""
    notes = []
    if len(periods) == 1:
        notes += _within(tree, schema, question, periods[0])
    for select in list(tree.find_all(exp.Select)):
        found = schema.read_by(select)
        notes += _unasked_filters(select, found, question, hits)
    if isinstance(tree, exp.Select):
        notes += _constant_outputs(tree, question)
    return notes


def _owner(column: exp.Column, found: dict[str, CatalogTable]) -> CatalogTable | None:
    if column.table:
        return found.get(column.table.casefold())
    return next((t for t in found.values() if t.column(column.name)), None)


def _within(tree: exp.Expression, schema: Schema, question: str, period: Period) -> list[str]:
    """The one period of the question holds on both sides: a model forgets the end, or the whole condition."""
    reading = [s for s in tree.find_all(exp.Select) if schema.read_by(s)]
    timed = [(s, c) for s in reading for c in s.find_all(exp.Column) if _is_timed(c, schema.read_by(s))]
    bounds = [(s, c) for s, c in timed if c.find_ancestor(exp.Where, exp.Having, exp.If, exp.Filter, exp.Join)]
    if len(reading) != 1:
        return []
    select = reading[0]
    if not bounds:
        return _add_period(select, schema.read_by(select), question, period)
    bound = bounds[0][1]
    if len(bounds) != 1 or not bound.find_ancestor(exp.Where) or not _begins(bound.parent, period):
        return []
    known = _owner(bound, schema.read_by(select))
    column = known.column(bound.name) if known else None
    if column is None or period.end is None:
        return []
    end = exp.LT(this=bound.copy(), expression=_day(column, period.end.isoformat(), period.end.year))
    select.where(end, copy=False)
    return [f"closed the period of {column.name}"]


def _begins(condition: exp.Expression | None, period: Period) -> bool:
    """The condition is that the time is at or after the start of the period."""
    start = period.start
    return start is not None and isinstance(condition, (exp.GTE, exp.GT)) and str(start) in condition.sql()


def _add_period(select: exp.Select, found: dict[str, CatalogTable], question: str, period: Period) -> list[str]:
    timed = tables.timed(list(found.values()), question)
    if timed is None:
        return []
    table, column = timed
    alias = next(a for a, t in found.items() if t is table)
    place = exp.column(column.name, table=alias if len(found) > 1 else None)
    for day, compared in ((period.start, exp.GTE), (period.end, exp.LT)):
        if day:
            bound = _day(column, day.isoformat(), day.year)
            select.where(compared(this=place.copy(), expression=bound), copy=False)
    return [f"put in the period of {column.name}"]


_CODE = 3  # letters of a value that no question would spell: what it stands for is said in other words
_BOUNDS = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_UNITS: tuple[Unit, ...] = ("year", "quarter", "month", "week", "day")


def _is_timed(column: exp.Column, found: dict[str, CatalogTable]) -> bool:
    table = _owner(column, found)
    known = table.column(column.name) if table else None
    if table is None or known is None:
        return False
    return (
        tables.is_time(known)
        or known == tables.time_column(table)
        or any(tables.is_unit(known.name, unit) for unit in _UNITS)
    )


def _day(column: CatalogColumn, day: str, year: int) -> exp.Expression:
    if tables.is_time(column):
        return exp.Cast(this=exp.Literal.string(day), to=exp.DataType.build("date"))
    return exp.Literal.number(year)


def _unasked_filters(
    select: exp.Select, found: dict[str, CatalogTable], question: str, hits: Sequence[ValueHit]
) -> Iterator[str]:
    """A value of which the question has no word, in a column of which it has none either."""
    where = select.args.get("where")
    if where is None:
        return
    said, flat = set(terms(question)), normal(question)
    conjuncts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    kept = []
    for part in conjuncts:
        column, literal = (part.this, part.expression) if isinstance(part, exp.EQ) else (None, None)
        if _is_made_up(column, literal, found, question):
            yield f"left out {part.sql()}, of which the question says nothing"
            continue
        if isinstance(column, exp.Column) and isinstance(literal, exp.Literal) and literal.is_string:
            table = _owner(column, found)
            known = table.column(column.name) if table else None
            if known is not None and flags.is_coded(known) and not has_hangul(flat) and not _speaks_of(known, said):
                yield f"left out {part.sql()}, of which the question says nothing"
                continue
            if known is not None and known.values_exact and (meant := _other_value(known, literal.this, said, hits)):
                yield f"value {literal.this!r} -> {meant!r}"
                literal.replace(exp.Literal.string(meant))
            elif known is not None and known.values_exact and not _is_said(known, literal.this, said, flat, hits):
                yield f"left out {part.sql()}, of which the question says nothing"
                continue
        elif (flag := _flag(part, found)) and not has_hangul(flat) and not _speaks_of(flag[0], said, _others(*flag)):
            yield f"left out {part.sql()}, of which the question says nothing"
            continue
        kept.append(part)
    if len(kept) < len(conjuncts):
        select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)


def _is_made_up(column: object, literal: object, found: dict[str, CatalogTable], question: str) -> bool:
    """One key, which no question that does not say it can mean."""
    if not isinstance(column, exp.Column) or not isinstance(literal, exp.Literal) or not literal.this.isdigit():
        return False
    table = _owner(column, found)
    keys = {*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)} if table else set()
    is_key = column.name in keys or column.name.casefold().endswith("_id")
    return is_key and re.search(rf"(?<!\d){literal.this}(?!\d)", question) is None


def _flag(part: exp.Expression, found: dict[str, CatalogTable]) -> tuple[CatalogColumn, CatalogTable] | None:
    """Of `is_open`, `is_open = TRUE` and `NOT is_open` the column, and whose it is."""
    node = part.this if isinstance(part, (exp.Not, exp.EQ, exp.Is)) else part
    if isinstance(part, (exp.EQ, exp.Is)) and not isinstance(part.expression, exp.Boolean):
        return None
    table = _owner(node, found) if isinstance(node, exp.Column) else None
    known = table.column(node.name) if table else None
    return (known, table) if table and known is not None and known.type.upper().startswith("BOOL") else None


def _others(column: CatalogColumn, table: CatalogTable) -> set[str]:
    """The words of the table and of its other columns."""
    names = [table.name.name, *table.synonyms]
    names += [n for c in table.columns if c != column for n in (c.name, *c.synonyms)]
    return {t for name in names for t in terms(name)}


def _speaks_of(column: CatalogColumn, said: set[str], others: Set[str] = frozenset()) -> bool:
    """Any word of its names, or of its description that is no other's; a flag of which little is known is taken as
    meant."""
    named = {t for name in (column.name, *column.synonyms) for t in terms(name)}
    told = set(terms(column.description))
    return not told or bool((named | (told - others)) & said)


def _is_said(column: CatalogColumn, value: str, said: set[str], flat: str, hits: Sequence[ValueHit]) -> bool:
    if _is_of_its_name(column, value, flat):
        return False
    explained = [s for s in column.value_synonyms.get(value, ()) if has_hangul(s) == has_hangul(flat)]
    if (len(value) <= _CODE and not explained) or any(h.value == value for h in hits) or _meant(value) & said:
        return True
    if any(len(term) > 3 and word.startswith(term) for term in terms(value) for word in said):  # Asian, of Asia
        return True
    if any(normal(s) in flat for s in explained):
        return True
    return any(set(terms(name)) <= said for name in (column.name.split("_")[-1], *column.synonyms))


def _meant(value: str) -> set[str]:
    """Its words, of several without those that say nothing of data: "one-time" is not meant by "the first time"."""
    words = set(terms(value))
    return words - common_stems() if len(words) > 1 else words


def _is_of_its_name(column: CatalogColumn, value: str, flat: str) -> bool:
    """SHIP of "each ship mode" is of the column's name."""
    names = [normal(name) for name in (words(column.name), *column.synonyms)]
    rest = flat
    for name in sorted(names, key=len, reverse=True):
        rest = re.sub(rf"\b{re.escape(name)}s?\b", " ", rest)
    value = normal(value)
    return any(value != n and f" {value} " in f" {n} " for n in names) and rest != flat and value not in rest.split()


def _other_value(column: CatalogColumn, value: str, said: set[str], hits: Sequence[ValueHit]) -> str:
    """The one value of the column that has a word of the question, where the value written has none."""
    is_hit = any(h.value == value and h.column == column.name for h in hits)
    if is_hit or _words_of(value) & said or value not in column.values:
        return ""
    spoken = [v for v in column.values if _words_of(v) and _words_of(v) <= said]
    return spoken[0] if len(spoken) == 1 else ""


def _words_of(value: str) -> set[str]:
    return {t for t in terms(value) if not t.isdigit()}


def _constant_outputs(select: exp.Select, question: str) -> Iterator[str]:
    """An output that the condition pins to one value, or only bounds, is not asked for unless the question names it."""
    where = select.args.get("where")
    conjuncts = (list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]) if where else []
    plain = [p for p in conjuncts if isinstance(p.this, exp.Column) and isinstance(p.expression, exp.Literal)]
    pinned = {p.this.name for p in plain if isinstance(p, exp.EQ)}
    bounded = {p.this.name for p in plain if isinstance(p, _BOUNDS)} if not has_hangul(question) else set()
    said = set(terms(question))
    for output in list(select.selects):
        column = output.unalias()
        if not isinstance(column, exp.Column) or len(select.selects) < 2:
            continue
        words_of = set(terms(column.name))
        if (column.name in pinned and not words_of <= said) or (column.name in bounded and not words_of & said):
            leave_out(select, output)
            yield f"left out {column.name}, of which only the condition tells"
