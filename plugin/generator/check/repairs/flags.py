"""Flags that the question names and the statement leaves out: "official languages" are those with `is_official`."""

from __future__ import annotations

import re

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn
from plugin.generator.check.schema import Schema

_FLAG = re.compile(r"^(?:is|has|was|had)_?(?=[a-zA-Z])", re.IGNORECASE)
_YES = ("t", "y", "yes", "true", "1")
_NO = ("f", "n", "no", "false", "0")
_SHARED_OR_DENIED = re.compile(
    r"\b(?:share|percent|percentage|proportion|ratio|rate|fraction|whether)\b|%|\b(?:not|n't|no|never)\s+WORD"
    r"|\b(?:non-?|un)WORD",
    re.IGNORECASE,
)


def put_in(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """A flag whose words the question has, and nothing that the statement names or compares with; where its table is
    read once. Works in place; returns notes."""
    said = set(terms(question))
    read = [(s, a, t) for s in tree.find_all(exp.Select) for a, t in schema.read_by(s).items()]
    notes = []
    for select, alias, table in read:
        if sum(t.name == table.name for _s, _a, t in read) > 1:
            continue
        for column in table.columns:
            words = _words(column)
            if not words or not words <= said or words & _told(tree) or _is_denied(words, question):
                continue
            if (yes := _yes(column)) is None:
                continue
            place = exp.column(column.name, table=alias if len(schema.read_by(select)) > 1 else None)
            select.where(exp.EQ(this=place, expression=yes), copy=False)
            notes.append(f"put in {column.name}, which the question names")
    return notes


def is_coded(column: CatalogColumn) -> bool:
    """A flag that is kept as T and F, or as 1 and 0."""
    return bool(_words(column)) and not column.type.upper().startswith("BOOL") and _yes(column) is not None


def _words(column: CatalogColumn) -> set[str]:
    """Of `is_official` official; nothing of what is no flag."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.name)
    return set(terms(_FLAG.sub("", spaced))) if _FLAG.match(spaced) else set()


def _told(tree: exp.Expression) -> set[str]:
    """The words of the columns and the texts of the statement."""
    found = {t for c in tree.find_all(exp.Column) for t in terms(c.name)}
    return found | {t for text in tree.find_all(exp.Literal) if text.is_string for t in terms(text.this)}


def _is_denied(words: set[str], question: str) -> bool:
    said = "|".join(re.escape(word) for word in words)
    return re.search(_SHARED_OR_DENIED.pattern.replace("WORD", f"(?:{said})"), question, re.IGNORECASE) is not None


def _yes(column: CatalogColumn) -> exp.Expression | None:
    if column.type.upper().startswith("BOOL"):
        return exp.true()
    values = {v.casefold(): v for v in column.values} if column.values_exact else {}
    if not values or not set(values) <= {*_YES, *_NO}:
        return None
    yes = next((values[v] for v in _YES if v in values), None)
    number = column.type.upper().startswith(("INT", "BIGINT", "SMALLINT", "TINYINT", "NUM", "DEC"))
    return None if yes is None else exp.Literal.number(yes) if number else exp.Literal.string(yes)
