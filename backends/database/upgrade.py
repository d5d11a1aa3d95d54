"""Brings the tables to a revision. Revisions are numbered files, one after the other, without branches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from backends.database.engine import locked, shown, translated
from backends.errors import DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
BASE = "base"
_LOCK = 0x6462745F61736B  # "dbt_ask"


def migrate(engine: Engine) -> None:
    """To the newest. All or nothing. Of processes that start at once one migrates, the others wait for it."""
    wanted = head()
    with translated(engine):
        with engine.connect() as connection:
            if current(connection) == wanted:
                return
        with changing(engine) as connection:
            if current(connection) != wanted:
                move(connection, wanted)


def move_to(engine: Engine, revision: str) -> None:
    """Forward or back. All or nothing; going back loses what only the later revisions can hold."""
    if revision not in revisions():
        raise DatabaseError(
            f"there is no revision {revision} of the state database",
            hint=f"one of {', '.join(revisions())}",
            known=head(),
        )
    with translated(engine), changing(engine) as connection:
        move(connection, revision)


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """One transaction in which nobody else changes the tables. Raises DatabaseError for a database of a newer
    version."""
    with locked(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = current(connection)
        if found is not None and found > head():
            raise DatabaseError(
                f"the state database {shown(engine.url)} is at revision {found}, "
                f"this dbt-ask knows revisions up to {head()}",
                hint="a newer dbt-ask has used it: install that version or a later one",
                found=found,
                known=head(),
            )
        yield connection


def move(connection: Connection, revision: str) -> None:
    """`BASE` takes everything away."""
    from alembic import command

    found = current(connection) or ""
    if revision != BASE and revision > found:
        command.upgrade(_config(connection), revision)
    elif found and revision != found:
        command.downgrade(_config(connection), revision)


def revisions() -> list[str]:
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    return revisions()[-1]


def current(connection: Connection) -> str | None:
    """None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
