"""Personal data stays out of what is kept: literals in SQL, and words in questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog_sync.model import CatalogTable
from catalog_sync.pii import looks_like_personal_data, masked

MASK = "***"


def without_personal_data(
    question: str, sql: str, tree: exp.Query | None, dialect: str, sources: Mapping[str, Sequence[CatalogTable]]
) -> tuple[str, str]:
    """Both as they stand where there is none. With it, its words are masked in both.

    Personal is what looks so (an e-mail address, a telephone number), and what is compared with a column whose values
    the catalogue withholds. `tree` is the SQL as the door resolved it, None where it did not let it in.
    """
    found = _personal(tree, sources) if tree is not None else set()
    for literal in sorted(found, key=len, reverse=True):
        question = re.sub(re.escape(literal), MASK, question, flags=re.IGNORECASE) if len(literal) > 1 else question
    question = masked(question, MASK)
    if tree is None:
        return question, masked(sql, MASK)
    return question, _masked_sql(sql, dialect, found) if found else sql


def _personal(tree: exp.Query, sources: Mapping[str, Sequence[CatalogTable]]) -> set[str]:
    return {
        literal.name
        for literal in tree.find_all(exp.Literal)
        if (literal.is_string and (looks_like_personal_data([literal.name]) or masked(literal.name) != literal.name))
        or _beside_withheld(literal, sources)
    }


def _beside_withheld(literal: exp.Literal, sources: Mapping[str, Sequence[CatalogTable]]) -> bool:
    around = literal.find_ancestor(exp.Predicate)
    if around is None:
        return False
    for column in around.find_all(exp.Column):
        known = (table.column(column.name) for table in sources.get(column.table.casefold(), ()))
        if any(c is not None and bool(c.withheld or c.pii) for c in known):
            return True
    return False


def _masked_sql(sql: str, dialect: str, found: set[str]) -> str:
    """A number that is personal becomes 0: what stays is the shape of the query."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return masked(sql, MASK)
    for literal in list(tree.find_all(exp.Literal)):
        if literal.name in found:
            literal.replace(exp.Literal.string(MASK) if literal.is_string else exp.Literal.number(0))
    return tree.sql(dialect, comments=False)
