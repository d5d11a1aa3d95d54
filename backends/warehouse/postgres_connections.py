"""Connections to PostgreSQL that are kept, each with a session that can only read, as a role that can only read."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backends.errors import WarehouseAway, WarehouseUnavailable

if TYPE_CHECKING:
    import psycopg2.extensions

_IDLE = 4
_READER = "pg_read_all_data"  # a role that PostgreSQL itself brings: reads every table, and nothing else
_PRIVILEGES = f"""
    SELECT rolsuper,
           EXISTS (
               SELECT 1 FROM pg_roles AS other
               WHERE other.rolname IN (
                   'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
               ) AND pg_has_role(other.oid, 'MEMBER')
           ),
           EXISTS (
               SELECT 1 FROM pg_roles AS other
               WHERE other.rolname = '{_READER}' AND pg_has_role(other.oid, 'MEMBER')
           )
    FROM pg_roles WHERE rolname = current_user
"""
_ENDED = ("57P01", "57P02", "57P03", "57P05")  # shut down, crashed, starting up, idle for too long
_NOT_NOW = ("starting up", "shutting down", "recovery mode", "too many")


class Connections:
    """`connect` goes to libpq; `role` is the profile's own, `reader_role` one that can only read."""

    def __init__(self, connect: Mapping[str, Any], *, role: str | None, reader_role: str | None, locked: bool) -> None:
        self._connect = dict(connect)
        self._role, self._reader, self._locked = role, reader_role, locked
        self._idle: list[psycopg2.extensions.connection] = []
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[psycopg2.extensions.connection]:
        connection = self._living() or self._open()
        try:
            with connection.cursor() as cursor:
                if self._locked and self._reader:
                    from psycopg2.extensions import quote_ident

                    cursor.execute(f"SET LOCAL ROLE {quote_ident(self._reader, cursor)}")
            yield connection
        finally:
            self._give_back(connection)

    def _living(self) -> psycopg2.extensions.connection | None:
        """An idle connection that the server has not dropped meanwhile."""
        import psycopg2

        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                return connection
            except psycopg2.Error:
                connection.close()

    def _give_back(self, connection: psycopg2.extensions.connection) -> None:
        import psycopg2

        try:
            if self._locked:
                connection.rollback()
            else:
                connection.commit()
        except psycopg2.Error:
            connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _open(self) -> psycopg2.extensions.connection:
        import psycopg2

        try:
            connection = psycopg2.connect(**self._connect)
        except psycopg2.OperationalError as error:
            if is_away(error):
                raise away(error) from error
            raise WarehouseUnavailable(
                f"PostgreSQL did not let us in: {str(error).strip()}",
                hint="check host, user and password of the dbt profile: dbt-ask debug",
            ) from error
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: psycopg2.extensions.connection) -> None:
        from psycopg2.extensions import quote_ident

        connection.set_session(readonly=self._locked)
        with connection.cursor() as cursor:
            cursor.execute("SET standard_conforming_strings = on")
            if self._role:
                cursor.execute(f"SET ROLE {quote_ident(self._role, cursor)}")
            if self._locked and self._reader is None:
                self._reader = self._lesser_role(cursor)
            if self._reader:
                self._try_reader(cursor)
        connection.commit()

    def _lesser_role(self, cursor: psycopg2.extensions.cursor) -> str | None:
        """A user who could reach beyond the database reads as a role that can't."""
        cursor.execute(_PRIVILEGES)
        superuser, reaches_out, can_lower = cursor.fetchone() or (True, True, False)
        if not (superuser or reaches_out):
            return None
        if can_lower:
            return _READER
        raise WarehouseUnavailable(
            "the profile's PostgreSQL user may read and write files of the server",
            hint="make a role that may only read and name it as warehouse.reader_role in dbt_ask.yml",
        )

    def _try_reader(self, cursor: psycopg2.extensions.cursor) -> None:
        import psycopg2
        from psycopg2.extensions import quote_ident

        try:
            cursor.execute(f"SET LOCAL ROLE {quote_ident(self._reader or '', cursor)}")
        except psycopg2.Error as error:
            raise WarehouseUnavailable(
                f"the role {self._reader} can't be taken: {str(error).strip()}",
                hint=f"GRANT {self._reader} TO the profile's user",
            ) from error

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def is_away(error: Exception) -> bool:
    """Whether the server is the reason, not what it was asked."""
    import psycopg2

    if isinstance(error, psycopg2.InterfaceError):
        return True
    if not isinstance(error, psycopg2.OperationalError):
        return False
    if error.pgcode is not None:
        return error.pgcode in _ENDED or error.pgcode.startswith("08")
    text = str(error)
    return "FATAL:" not in text or any(words in text for words in _NOT_NOW)


def away(error: Exception) -> WarehouseAway:
    return WarehouseAway(
        f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}",
        hint="it may be restarting: ask again in a moment; if it stays away, `dbt-ask debug` tries the connection",
    )
