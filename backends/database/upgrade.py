"""Brings the tables up to date. Revisions are numbered files, one after the other, without branches."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from backends.database.engine import locked, shown, translated
from backends.errors import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6462745F61736B  # "dbt_ask"


def migrate(engine: Engine) -> None:
    """All or nothing. Of processes that start at once one migrates, the others wait for it."""
    wanted = head()
    with translated(engine):
        with engine.connect() as connection:
            if current(connection) == wanted:
                return
        with locked(engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            found = current(connection)
            if found is not None and found > wanted:
                raise DatabaseError(
                    f"the state database {shown(engine.url)} is at revision {found}, "
                    f"this dbt-ask knows revisions up to {wanted}",
                    hint="a newer dbt-ask has used it: install that version or a later one",
                    found=found,
                    known=wanted,
                )
            if found != wanted:
                _upgrade(connection)


def head() -> str:
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
