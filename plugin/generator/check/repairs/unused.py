"""Values that the question names and the statement leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import normal
from catalog_sync.model import CatalogTable
from plugin.generator.ask import ValueHit
from plugin.generator.check.schema import Schema

_NEAR = 2


def put_in(tree: exp.Expression, schema: Schema, question: str, hits: Sequence[ValueHit]) -> list[str]:
    """Each value of which no text of the statement tells, and that one column alone can mean, becomes a condition: one
    of the tables that are read, or, where it reads as a name, of others, which the repair of names joins. Works in
    place on the outermost SELECT; returns notes."""
    if not isinstance(tree, exp.Select):
        return []
    said = {normal(text.this) for text in tree.find_all(exp.Literal) if text.is_string}
    used = {t for c in tree.find_all(exp.Column) for t in terms(c.name)}
    compared = {c.name for part in tree.find_all(exp.EQ, exp.In, exp.Like) for c in part.find_all(exp.Column)}
    found: dict[tuple[str, str], list[ValueHit]] = {}
    for phrase in dict.fromkeys(h.phrase for h in hits if h.score == 1.0):
        is_name = _is_a_name(phrase, question)
        meant = [h for h in hits if h.phrase == phrase and h.score == 1.0]
        if any(normal(h.value) in text or phrase in text for h in meant for text in said):
            continue
        if not is_name and set(terms(phrase)) & used:
            continue
        if home := _home(meant, schema.read_by(tree), schema if is_name else Schema(())):
            found.setdefault((home[0], home[1].column), []).append(home[1])
    return [
        _put(tree, alias, same, schema, question) for (alias, column), same in found.items() if column not in compared
    ]


def _put(tree: exp.Select, alias: str, same: Sequence[ValueHit], schema: Schema, question: str) -> str:
    """One of several values of a column will do."""
    _drop_guess(tree, schema, same[0], question)
    place, texts = exp.column(same[0].column, table=alias), [exp.Literal.string(h.value) for h in same]
    one = exp.EQ(this=place, expression=texts[0]) if len(texts) == 1 else exp.In(this=place, expressions=texts)
    tree.where(one, copy=False)
    return f"put in {one.sql()}, which the question names"


def _is_a_name(phrase: str, question: str) -> bool:
    """Of several words, with a digit, in Korean, or with a capital letter within the sentence."""
    if " " in phrase or has_hangul(phrase) or any(c.isdigit() for c in phrase):
        return True
    found = re.search(rf"(?<=\w)\W+({re.escape(phrase)})\b", question, re.IGNORECASE)
    return found is not None and found[1][0].isupper()


def _home(hits: Sequence[ValueHit], read: dict[str, CatalogTable], schema: Schema) -> tuple[str, ValueHit] | None:
    """(alias or table, hit) of the one column that is read, or else that keys lead up to."""
    here = [(alias, h) for h in hits for alias, table in read.items() if h.table == str(table.name)]
    if here:
        return here[0] if len(here) == 1 else None
    above = []
    for hit in hits:
        target = next((t for t in schema.tables if str(t.name) == hit.table and t.view is None), None)
        path = schema.path(read.values(), target) if target else None
        if target and path and len(path) <= _NEAR and all(any(edge is key for key in schema.edges) for edge in path):
            above.append((target.name.name, hit))
    return above[0] if len(above) == 1 else None


def _drop_guess(select: exp.Select, schema: Schema, hit: ValueHit, question: str) -> None:
    """`branch_code = 'CEN'`, which nobody said, stood for the branch's name."""
    where = select.args.get("where")
    if where is None:
        return
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    keys = {
        (str(t.name), column)
        for t in schema.read_by(select).values()
        for columns, to in ((t.primary_key, t.name), *((k.columns, k.to_table) for k in t.foreign_keys))
        if str(to) == hit.table
        for column in columns
    }
    named = {column for _table, column in keys}
    kept = [c for c in conditions if not (_is_guess(c, question) and c.this.name in named)]
    if len(kept) < len(conditions):
        select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)


def _is_guess(condition: exp.Expression, question: str) -> bool:
    return (
        isinstance(condition, exp.EQ)
        and isinstance(condition.this, exp.Column)
        and isinstance(condition.expression, exp.Literal)
        and normal(condition.expression.this) not in normal(question)
    )
