"""Layer 2: every node of the tree is of a known, harmless kind. Knows no table and no column."""

from __future__ import annotations

import re

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.functions import Allowed, scalar_functions, table_functions
from backends.warehouse.nodes import ALLOWED, IDENTIFIER_PLACES, VAR_NAMES

MAX_NODES = 10_000
MAX_RECURSIVE = 1
MAX_LENGTH = 10_000
MAX_SERIES = 1_000_000

_NUMBER = re.compile(r"\d*\.?\d*([eE][+-]?\d+)?\Z")
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pg_toast", "system", "temp", "pg_temp"})
_SYSTEM_PREFIXES = ("pg_", "sqlite_", "duckdb_", "pragma_", "information_schema")
_PATH_SIGNS = frozenset("/\\:*?")
_FILE_ENDING = re.compile(r"\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx?|db|duckdb|sqlite|arrow)(\.\w+)?\Z", re.I)
_LENGTHENS = {"repeat": 1, "lpad": 1, "rpad": 1, "bar": 3, "pad": 1, "space": 0}
_KNOWN_TYPES = frozenset(exp.DataType.Type) - {
    exp.DataType.Type.USERDEFINED,
    exp.DataType.Type.UNKNOWN,
    exp.DataType.Type.XML,
    exp.DataType.Type.OBJECT,
}


def check_tree(tree: exp.Expression, dialect: str) -> None:
    functions, tables = scalar_functions(dialect), table_functions(dialect)
    recursive = 0
    for count, node in enumerate(tree.walk(), start=1):
        if count > MAX_NODES:
            raise QueryRefused("too_large", f"the query has more than {MAX_NODES:,} syntax nodes")
        if isinstance(node, exp.Table):
            _check_table(node, dialect)
        elif isinstance(node, exp.Func) and type(node) not in ALLOWED:
            _check_function(node, tables if isinstance(node.parent, exp.Table) else functions)
        elif type(node) not in ALLOWED:
            raise QueryRefused("construct", f"{_words(node)} is not allowed in a query")
        _check_detail(node)
        recursive += isinstance(node, exp.With) and bool(node.args.get("recursive"))
        if recursive > MAX_RECURSIVE:
            raise QueryRefused("resource", f"more than {MAX_RECURSIVE} WITH RECURSIVE in one query")


def _words(node: exp.Expression) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


def _check_table(table: exp.Table, dialect: str) -> None:
    if isinstance(table.this, exp.Func):
        if table.args.get("db"):
            raise QueryRefused("function", "a function of a schema is not allowed")
        if type(table.this) in ALLOWED:
            raise QueryRefused("table_function", f"{_words(table.this)} can't stand in FROM")
        return
    if not isinstance(table.this, exp.Identifier):
        raise QueryRefused("construct", f"{_words(table.this)} is no table")
    name, schemas = table.name.lower(), {table.db.lower(), table.catalog.lower()}
    if name.startswith(_SYSTEM_PREFIXES) or schemas & _SYSTEM_SCHEMAS or table.db.lower().startswith("pg_"):
        raise QueryRefused(
            "system_table", f"{table.sql(dialect)} belongs to the database's own catalogue", hint=_ASK_TABLES
        )
    if _PATH_SIGNS & set(name) or _FILE_ENDING.search(name):
        raise QueryRefused("file_table", f"{table.name!r} is a path, no table", hint=_ASK_TABLES)


_ASK_TABLES = "use the tables that the catalogue lists"


def _check_function(node: exp.Func, allowed: Allowed) -> None:
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    kind = "table_function" if isinstance(node.parent, exp.Table) else "function"
    if isinstance(node.parent, exp.Dot):
        raise QueryRefused("function", f"{name} is called with a schema or as a method, which is not allowed")
    if isinstance(node, exp.Anonymous):
        if isinstance(node.this, exp.Identifier):
            raise QueryRefused("function", f'"{name}" is a quoted function name', hint="write it without quotes")
        known = name.lower() in allowed.names
    else:
        known = type(node) in allowed.nodes
    if not known:
        raise QueryRefused(
            kind,
            f"the function {name.lower()} is not on the list of allowed functions",
            hint="docs/read-only-door.md says which functions a query may call",
        )


def _check_detail(node: exp.Expression) -> None:
    if isinstance(node, exp.Identifier):
        if (type(node.parent), node.arg_key) not in IDENTIFIER_PLACES:
            raise QueryRefused("construct", f"the name {node.name!r} stands where no name may stand")
    elif isinstance(node, exp.Var):
        if node.name.lower() not in VAR_NAMES:
            raise QueryRefused("construct", f"the word {node.name!r} is not allowed here")
    elif isinstance(node, exp.Literal):
        if not node.is_string and not (node.name and _NUMBER.match(node.name)):
            raise QueryRefused("construct", f"{node.name!r} is no plain number")
    elif isinstance(node, exp.DataType):
        if node.this not in _KNOWN_TYPES:
            raise QueryRefused("type", f"the type {node.sql()} is not allowed", hint="cast to a built-in type")
    elif isinstance(node, exp.Func):
        _check_size(node)


def _check_size(node: exp.Func) -> None:
    if isinstance(node, (exp.GenerateSeries, exp.ExplodingGenerateSeries)):
        _check_series(node)
        return
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    arguments = list(node.expressions) if isinstance(node, exp.Anonymous) else list(node.args.values())
    position = _LENGTHENS.get(name)
    if position is None or len(arguments) <= position:
        return
    length = _integer(arguments[position])
    if length is None or length > MAX_LENGTH:
        raise QueryRefused("resource", f"{name} needs a plain number of at most {MAX_LENGTH:,} as its length")


def _check_series(node: exp.Expression) -> None:
    bounds = [node.args.get(key) for key in ("start", "end", "step")]
    numbers = [_integer(bound) if bound is not None else None for bound in bounds]
    start, end, step = numbers
    if start is not None and end is not None and (bounds[2] is None or step):
        if abs(end - start) // abs(step or 1) > MAX_SERIES:
            raise QueryRefused("resource", f"the series has more than {MAX_SERIES:,} members")
        return
    if not all(bound is None or _is_constant(bound) for bound in bounds) or _tiny_step(bounds[2]):
        raise QueryRefused(
            "resource",
            "the bounds of a series must be written out as numbers or dates, and its step at least an hour",
        )


def _is_constant(node: exp.Expression) -> bool:
    return not any(isinstance(part, (exp.Column, exp.Subquery, exp.Anonymous)) for part in node.walk())


def _tiny_step(step: exp.Expression | None) -> bool:
    if step is None:
        return False
    return bool(re.search(r"second|minute|\d:", step.sql().lower()))


def _integer(node: exp.Expression) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _integer(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    return None
