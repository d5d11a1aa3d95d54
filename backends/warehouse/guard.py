"""The pure half of the read-only door: text in, a checked tree out, no database touched."""

from __future__ import annotations

from enum import Enum

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.errors import QueryRefused
from backends.warehouse.base import Scope
from backends.warehouse.catalogue import Catalogue
from backends.warehouse.parse import parse_leniently, parse_query
from backends.warehouse.resolve import resolve
from backends.warehouse.tree import check_tree
from backends.warehouse.write import write_sql


class Layer(Enum):
    """The layers of the door, each on its own enough for what it covers. Only tests take one away."""

    STATEMENT = "one statement, and it is a query"
    TREE = "only known syntax and functions"
    CATALOGUE = "only tables and columns of the catalogue; nothing hidden comes out"
    LOCK = "the connection itself can't write, read files or be reconfigured"
    TIMEOUT = "a query that runs too long is cancelled"
    LIMITS = "no more rows and bytes than asked"


ALL_LAYERS = frozenset(Layer)


def check(sql: str, dialect: str, scope: Scope | None = None, *, default_schema: str | None = None) -> exp.Query:
    """What the door would run, as sqlglot parses it. Without a scope no table is looked up.

    Raises QueryRefused.
    """
    catalogue = Catalogue.of_scope(scope, dialect, default_schema) if scope is not None else None
    (tree,) = check_layers(sql, dialect, catalogue, ALL_LAYERS)
    try:
        query = sqlglot.parse_one(write_sql(tree, dialect), dialect=dialect)
    except SqlglotError as error:
        raise QueryRefused("parse", f"the text is no {dialect} SQL: {str(error).splitlines()[0]}") from error
    assert isinstance(query, exp.Query)
    return query


def check_layers(sql: str, dialect: str, catalogue: Catalogue | None, layers: frozenset[Layer]) -> list[exp.Expression]:
    trees: list[exp.Expression] = []
    trees += [parse_query(sql, dialect)] if Layer.STATEMENT in layers else parse_leniently(sql, dialect)
    try:
        for tree in trees:
            if Layer.TREE in layers:
                check_tree(tree, dialect)
            if Layer.CATALOGUE in layers and catalogue is not None:
                resolve(tree, catalogue)
    except RecursionError as error:
        raise QueryRefused("too_large", "the query nests too deeply") from error
    return trees
