"""Personal data stays out of what is kept: literals in SQL, and words in questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError, TokenError
from sqlglot.tokenizer_core import TokenType

from backends.errors import QueryRefused
from backends.warehouse.guard import check
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.pii import looks_like_personal_data, masked
from catalog_sync.scope import scope
from feedback.drift import sources_of

MASK = "***"


def without_personal_data(
    question: str, sql: str, tree: exp.Query | None, dialect: str, sources: Mapping[str, Sequence[CatalogTable]]
) -> tuple[str, str]:
    """Both as they stand where there is none. With it, its words are masked in both.

    Personal is what looks so (an e-mail address, a telephone number), and what is compared with a column whose values
    the catalogue withholds. `tree` is the SQL as the door resolved it, None where it did not let it in: then nobody
    can say what its texts are, and all of them go.
    """
    found = _personal(tree, sources) if tree is not None else set()
    for literal in sorted(found, key=len, reverse=True):
        question = re.sub(re.escape(literal), MASK, question, flags=re.IGNORECASE) if len(literal) > 1 else question
    question = masked(question, MASK)
    if tree is None:
        return question, masked(_without_texts(sql, dialect), MASK)
    return question, _masked_sql(sql, dialect, found) if found else sql


def cleaned(question: str, sql: str, catalog: Catalog) -> tuple[str, str]:
    """The same of SQL that was not looked at yet."""
    try:
        tree = check(sql, catalog.dialect, scope(catalog))
    except QueryRefused:
        return without_personal_data(question, sql, None, catalog.dialect, {})
    return without_personal_data(question, sql, tree, catalog.dialect, sources_of(tree, catalog))


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


def _without_texts(sql: str, dialect: str) -> str:
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except TokenError:
        return re.sub(r"'[^']*('|$)", f"'{MASK}'", sql)
    for token in reversed(tokens):
        if token.token_type is TokenType.STRING:
            sql = f"{sql[: token.start]}'{MASK}'{sql[token.end + 1 :]}"
    return sql


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
