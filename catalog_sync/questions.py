"""Statements that people ran, in words: what a table was asked for. Names alone, for literals may be anybody's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from catalog_sync.model import CatalogTable
from catalog_sync.names import words

if TYPE_CHECKING:
    from sqlglot import exp

_MOST = 12


def asked_of(table: CatalogTable) -> tuple[str, ...]:
    """By its logged queries, in their order, each wording once."""
    said = (in_words(query.sql) for query in table.queries)
    return tuple(dict.fromkeys(text for text in said if text))[:_MOST]


def in_words(sql: str, dialect: str = "") -> str:
    """What is shown, of what, by what, where: as a question might put it. "" if it can't be read."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, read=dialect or None)
    except (SqlglotError, ValueError, RecursionError):
        return ""
    tables = _joined(words(table.name) for table in tree.find_all(exp.Table))
    if not tables:
        return ""
    parts = [f"{_joined(_shown(tree))} of {tables}".strip()]
    for clause, word in ((exp.Group, "by"), (exp.Where, "where"), (exp.Order, "ordered by")):
        columns = _joined(words(c.name) for found in tree.find_all(clause) for c in found.find_all(exp.Column))
        parts += [f"{word} {columns}"] if columns else []
    return " ".join(parts)


def _shown(tree: exp.Expression) -> Iterator[str]:
    from sqlglot import exp

    kinds = {exp.Count: "number of", exp.Sum: "total", exp.Avg: "average", exp.Max: "highest", exp.Min: "lowest"}
    for select in tree.find_all(exp.Select):
        for part in select.expressions:
            names = _joined(words(column.name) for column in part.find_all(exp.Column) if column.name)
            kind = next((word for function, word in kinds.items() if part.find(function)), "")
            yield f"{kind} {names}".strip() if names else kind.removesuffix(" of")


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(filter(None, dict.fromkeys(texts)))
