"""The functions that a query may call: one data file a dialect, one function a line, `#` begins a comment.

`<dialect>.txt` names those that may stand in an expression, `<dialect>_tables.txt` those that may stand in FROM.
Names are the engine's own.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_OTHER = "other"
_OWN = frozenset({"duckdb", "postgres", "sqlite"})


@cache
def scalar_functions(dialect: str) -> frozenset[str]:
    return _read(dialect if dialect in _OWN else _OTHER)


@cache
def table_functions(dialect: str) -> frozenset[str]:
    return _read(f"{dialect if dialect in _OWN else _OTHER}_tables")


def _read(stem: str) -> frozenset[str]:
    text = (files(__package__) / f"{stem}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line for line in lines if line)
