"""The functions that a query may call: one data file a dialect, one function a line, `#` begins a comment.

A file names functions as the engine does. sqlglot keeps most of them as nodes of its own, so a name also
admits the nodes that sqlglot makes of a call to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from inspect import signature
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

_MAX_ARGUMENTS = 4
_PARSED = {"postgres": "postgres", "duckdb": "duckdb", "sqlite": "sqlite"}


@dataclass(frozen=True)
class Allowed:
    names: frozenset[str]
    nodes: frozenset[type[exp.Expression]]


@cache
def scalar_functions(dialect: str) -> Allowed:
    return _allowed(_read(_file(dialect)), dialect, in_from=False)


@cache
def table_functions(dialect: str) -> Allowed:
    """Those that may stand in FROM."""
    return _allowed(_read(f"{_file(dialect)}_tables"), dialect, in_from=True)


def _file(dialect: str) -> str:
    return _PARSED.get(dialect, "other")


def _read(stem: str) -> frozenset[str]:
    text = (files(__package__) / f"{stem}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line for line in lines if line)


def _allowed(names: frozenset[str], dialect: str, *, in_from: bool) -> Allowed:
    nodes: set[type[exp.Expression]] = set()
    for name in names:
        nodes |= _nodes_of(name.upper(), dialect, in_from)
    return Allowed(names, frozenset(nodes - {exp.Anonymous}))


def _nodes_of(name: str, dialect: str, in_from: bool) -> set[type[exp.Expression]]:
    parser = Dialect.get_or_raise(dialect).parser_class
    found: set[type[exp.Expression]] = {node for token, node in parser.NO_PAREN_FUNCTIONS.items() if token.name == name}
    builder = parser.FUNCTIONS.get(name)
    for count in range(_MAX_ARGUMENTS + 1):
        arguments = [exp.column(f"x{number}") for number in range(count)]
        try:
            if name in parser.FUNCTION_PARSERS or in_from:
                found |= _function_nodes(_parsed(name, arguments, dialect, in_from))
            elif builder is not None:
                found |= _function_nodes(_built(builder, arguments, dialect))
        except (
            SqlglotError,
            ValueError,
            IndexError,
            AttributeError,
            TypeError,
        ):  # it takes another number of arguments
            continue
    return found


def _parsed(name: str, arguments: list[exp.Column], dialect: str, in_from: bool) -> exp.Expression:
    call = f"{name}({', '.join(argument.sql() for argument in arguments)})"
    return sqlglot.parse_one(f"SELECT * FROM {call}" if in_from else f"SELECT {call}", dialect=dialect)


def _built(builder: Any, arguments: list[exp.Column], dialect: str) -> exp.Expression:
    if "dialect" in signature(builder).parameters:
        return builder(arguments, dialect=Dialect.get_or_raise(dialect))  # type: ignore[no-any-return]
    return builder(arguments)  # type: ignore[no-any-return]


def _function_nodes(tree: exp.Expression) -> set[type[exp.Expression]]:
    return {type(node) for node in tree.find_all(exp.Func)}
