"""Layer 2: every node of the tree is of a known, harmless kind. Knows no table and no column."""

from __future__ import annotations

import re

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.functions import scalar_functions, table_functions
from backends.warehouse.nodes import ALLOWED, IDENTIFIER_PLACES, VAR_NAMES
from backends.warehouse.size import check_size
from backends.warehouse.stars import may_stand

MAX_LENGTH = 10_000
MAX_SERIES = 1_000_000

_PLAIN_NAME = re.compile(r"[^\W\d][\w$]*\Z")  # what is written without quotes must be one name to every engine
_NUMBER = re.compile(r"\d*\.?\d*([eE][+-]?\d+)?\Z")
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pg_toast", "pg_temp", "system", "temp"})
_SYSTEM_PREFIXES = ("sqlite_", "duckdb_", "pragma_", "information_schema")
_BARE_FUNCTIONS = frozenset(
    {"current_catalog", "current_role", "current_schema", "current_user", "session_user", "system_user", "user"}
)
_PATH_SIGNS = frozenset("/\\:*?")
_FILE_ENDING = re.compile(r"\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx?|db|duckdb|sqlite|arrow)(\.\w+)?\Z", re.I)
# Functions that make a text as long as an argument says: where that argument stands.
_LENGTHENS = {"repeat": 1, "lpad": 1, "rpad": 1, "bar": 3, "space": 0, "replicate": 1}
_SERIES = frozenset({"generate_series", "range"})
_KNOWN_TYPES = frozenset(exp.DataType.Type) - {
    exp.DataType.Type.USERDEFINED,
    exp.DataType.Type.UNKNOWN,
    exp.DataType.Type.XML,
    exp.DataType.Type.OBJECT,
}


def check_tree(tree: exp.Expression, dialect: str) -> None:
    check_size(tree)
    for node in tree.walk():
        if isinstance(node, exp.Table):
            _check_table(node, dialect)
        elif isinstance(node, exp.Anonymous):
            _check_function(node, dialect)
            _check_length(node)
        elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
            raise QueryRefused("function", f"{node.sql(dialect)}: a function is called with a schema or as a method")
        elif type(node) not in ALLOWED:
            raise QueryRefused("construct", f"{_words(node)} is not allowed in a query")
        _check_detail(node, dialect)


def _words(node: exp.Expression) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


def _check_table(table: exp.Table, dialect: str) -> None:
    if isinstance(table.this, exp.Anonymous) and not table.args.get("db"):
        return  # `_check_function` comes to it
    if not isinstance(table.this, exp.Identifier):
        raise QueryRefused("table_function", f"{table.sql(dialect)} can't stand in FROM")
    name = table.name.lower()
    parts = {part.name.lower() for part in table.parts[:-1]}
    if parts & _SYSTEM_SCHEMAS or name.startswith(_SYSTEM_PREFIXES) or (name.startswith("pg_") and not parts):
        raise QueryRefused(
            "system_table", f"{table.sql(dialect)} belongs to the database's own catalogue", hint=_ASK_TABLES
        )
    if _PATH_SIGNS & set(name) or _FILE_ENDING.search(name):
        raise QueryRefused("file_table", f"{table.name!r} is a path, no table", hint=_ASK_TABLES)


_ASK_TABLES = "use the tables that the catalogue lists"


def _check_function(node: exp.Anonymous, dialect: str) -> None:
    if isinstance(node.this, exp.Identifier):
        raise QueryRefused("function", f'"{node.name}" is a quoted function name', hint="write it without quotes")
    in_from = isinstance(node.parent, (exp.Table, exp.Lateral))
    allowed = table_functions(dialect) if in_from else scalar_functions(dialect)
    if node.name.lower() not in allowed:
        raise QueryRefused(
            "table_function" if in_from else "function",
            f"the function {node.name.lower()} is not on the list of allowed functions",
            hint="docs/read-only-door.md says which functions a query may call",
        )


def _check_detail(node: exp.Expression, dialect: str) -> None:
    if isinstance(node, exp.Star):
        if not may_stand(node):
            raise QueryRefused("star", "* can only stand in a SELECT list and in COUNT(*)", hint="name the columns")
    elif isinstance(node, exp.Identifier):
        _check_identifier(node, dialect)
    elif isinstance(node, exp.Var):
        if node.name.lower() not in VAR_NAMES:
            raise QueryRefused("construct", f"the word {node.name!r} is not allowed here")
    elif isinstance(node, exp.Literal):
        if not node.is_string and not (node.name and _NUMBER.match(node.name)):
            raise QueryRefused("construct", f"{node.name!r} is no plain number")
    elif isinstance(node, exp.DataType) and node.this not in _KNOWN_TYPES:
        raise QueryRefused("type", f"the type {node.sql()} is not allowed", hint="cast to a built-in type")


def _check_identifier(node: exp.Identifier, dialect: str) -> None:
    if (type(node.parent), node.arg_key) not in IDENTIFIER_PLACES:
        raise QueryRefused("construct", f"the name {node.name!r} stands where no name may stand")
    if node.args.get("quoted"):
        return
    if not _PLAIN_NAME.match(node.name):
        raise QueryRefused("construct", f"{node.name!r} is no plain name", hint="put it in double quotes")
    bare = isinstance(node.parent, exp.Column) and not node.parent.args.get("table")
    if bare and dialect != "sqlite" and node.name.lower() in _BARE_FUNCTIONS:
        raise QueryRefused(
            "function", f"{node.name} is a function here", hint="put a column of that name in double quotes"
        )


def _check_length(node: exp.Anonymous) -> None:
    name, arguments = node.name.lower(), node.expressions
    if name in _SERIES:
        _check_series(arguments)
    position = _LENGTHENS.get(name)
    if position is not None and len(arguments) > position:
        length = _integer(arguments[position])
        if length is None or length > MAX_LENGTH:
            raise QueryRefused("resource", f"{name} needs a plain number of at most {MAX_LENGTH:,} as its length")


def _check_series(arguments: list[exp.Expression]) -> None:
    numbers = [_integer(argument) for argument in arguments]
    if all(number is not None for number in numbers):
        known = [number for number in numbers if number is not None]
        start, end, step = (0, known[0], 1) if len(known) == 1 else (*known[:2], known[2] if len(known) > 2 else 1)
        if step and abs(end - start) // abs(step) <= MAX_SERIES:
            return
        raise QueryRefused("resource", f"the series has more than {MAX_SERIES:,} members")
    if not all(map(_is_constant, arguments)) or any(_is_tiny_step(step) for step in arguments[2:]):
        raise QueryRefused(
            "resource",
            "the bounds of a series must be written out as numbers or dates, and its step at least an hour",
        )


def _is_constant(node: exp.Expression) -> bool:
    return not any(isinstance(part, (exp.Column, exp.Query, exp.Anonymous)) for part in node.walk())


def _is_tiny_step(step: exp.Expression) -> bool:
    return bool(re.search(r"second|minute|\d:", step.sql().lower()))


def _integer(node: exp.Expression) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _integer(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    return None
