"""Writes SQL anew from a checked tree, without comments. What can't be written faithfully is refused."""

from __future__ import annotations

from sqlglot import ErrorLevel, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import UnsupportedError
from sqlglot.generator import Generator

from backends.errors import QueryRefused
from backends.warehouse.owners import with_owners

_COLUMNS_FIRST = frozenset(("duckdb", "postgres", "sqlite"))


class _SQLiteGenerator(SQLite.Generator):
    """sqlglot leaves out the column names of a CTE, which SQLite has, and makes DECIMAL a REAL, which it is not."""

    SUPPORTS_TABLE_ALIAS_COLUMNS = True
    TYPE_MAPPING: dict[exp.DataType.Type, str] = {}  # noqa: RUF012


def write_sql(tree: exp.Expression, dialect: str) -> str:
    try:
        return _generator(dialect).generate(tree if dialect in _COLUMNS_FIRST else with_owners(tree))
    except UnsupportedError as error:
        raise QueryRefused("construct", f"this can't be written as {dialect} SQL: {error}") from error
    except RecursionError as error:
        raise QueryRefused("too_large", "the query nests too deeply") from error


def _generator(dialect: str) -> Generator:
    if dialect == "sqlite":
        return _SQLiteGenerator(dialect=dialect, comments=False, unsupported_level=ErrorLevel.RAISE)
    return Dialect.get_or_raise(dialect).generator(comments=False, unsupported_level=ErrorLevel.RAISE)
