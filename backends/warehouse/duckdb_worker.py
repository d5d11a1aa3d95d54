"""The process in which DuckDB runs: `python -m backends.warehouse.duckdb_worker`, spoken to by `duckdb.py`.

In a process of its own, because some of DuckDB's work heeds neither `interrupt` nor its memory limit: planning
a large join, building one long text. The process has a limit of memory, and killing it cancels whatever it does.
Requests and replies are pickles on stdin and stdout.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import duckdb

from backends.warehouse.duckdb_files import allow_views

_LOCKED = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
_ROOM = 4 * 1024**3  # bytes of address space beside DuckDB's own limit: code, stacks, what it does not count


@dataclass(frozen=True)
class Database:
    """What to open and how. `attach` holds statements; `root` is the folder in which paths of its views start;
    `locked` False is for tests."""

    path: str
    spill: str
    memory: int
    threads: int | None = None
    attach: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    root: str = "."
    locked: bool = True


class Worker:
    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None

    def open(self, database: Database) -> None:
        _limit_memory(database.memory)
        config: dict[str, Any] = {"temp_directory": database.spill, "memory_limit": f"{database.memory}B"}
        if database.threads:
            config["threads"] = database.threads
        connection = duckdb.connect(database.path, read_only=database.locked, config=config)
        self._connection = connection
        # What needs the outside comes first, then the locks.
        for extension in database.extensions:
            connection.load_extension(extension)
        for statement in database.attach:
            connection.execute(statement)
        if database.locked:
            allow_views(connection, database.root)
            for name, value in _LOCKED.items():
                connection.execute(f"SET {name} = {str(value).lower()}")
            connection.execute("SET lock_configuration = true")

    def execute(self, sql: str, locked: bool) -> list[tuple[str, str]]:
        connection = self._opened()
        statements = connection.extract_statements(sql)
        if locked and (len(statements) != 1 or statements[0].type not in _READING):
            raise duckdb.InvalidInputException("only one SELECT is run")
        for statement in statements:
            connection.execute(statement)
        return [(column[0], str(column[1])) for column in connection.description or []]

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        return self._opened().fetchmany(count)

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """For SQL of our own."""
        return self._opened().execute(sql, parameters).fetchall()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise duckdb.ConnectionException("no database is open")
        return self._connection


_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # a lower limit is already set
        resource.setrlimit(resource.RLIMIT_AS, (memory + _ROOM, resource.RLIM_INFINITY))


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    worker = Worker()
    while True:
        try:
            method, arguments = pickle.load(requests)
        except EOFError:
            return
        pickle.dump(_answer(worker, method, arguments), replies, protocol=pickle.HIGHEST_PROTOCOL)
        replies.flush()


def _answer(worker: Worker, method: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
    try:
        return True, getattr(worker, method)(*arguments)
    except (duckdb.Error, MemoryError, ValueError, OverflowError, RuntimeError) as error:
        return False, (type(error).__name__, str(error) or "out of memory")


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
