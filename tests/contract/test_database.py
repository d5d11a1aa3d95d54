"""What the state database does, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, ForeignKey, event, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import feedback.asks
import feedback.model  # noqa: F401
import materialized_views.guard
import materialized_views.registry  # noqa: F401
import plugin.jobs.model
import plugin.operate.budget
import plugin.web.accounts.model  # noqa: F401
from backends.database import Base, Json, UnicodeText, UtcDateTime, migrate, open_database, session, upgrade
from backends.errors import DatabaseError


class _Own(DeclarativeBase):
    pass


class Note(_Own):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None] = mapped_column(UnicodeText)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    data: Mapped[Any] = mapped_column(Json)


class Reply(_Own):
    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[int] = mapped_column(ForeignKey("notes.id"))


@pytest.fixture
def notes(empty_state: Engine) -> Engine:
    _Own.metadata.create_all(empty_state)
    return empty_state


def stored(engine: Engine, note: Note) -> Note:
    with session(engine) as opened:
        opened.add(note)
    with session(engine) as opened:
        return opened.scalars(select(Note)).one()


def test_models_and_migrations_agree(state: Engine) -> None:
    with state.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_to_migrate_again_changes_nothing(state: Engine) -> None:
    before = inspect(state).get_table_names()
    migrate(state)
    assert inspect(state).get_table_names() == before
    assert "asks" in before


def test_processes_that_start_at_once_migrate_once(state_url: str) -> None:
    code = (
        "import sys; from backends.database import *; engine = open_database(sys.argv[1]); input();"
        " migrate(engine); print(engine.connect().exec_driver_sql('select count(*) from asks').scalar())"
    )
    command = [sys.executable, "-c", code, state_url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        out, err = process.communicate()
        assert (out.strip(), process.returncode) == ("0", 0), err


def test_nothing_is_written_before_the_lock_is_held(empty_state: Engine) -> None:
    statements: list[str] = []

    @event.listens_for(empty_state, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement.strip().lower())

    migrate(empty_state)
    lock = "begin immediate" if empty_state.dialect.name == "sqlite" else "select pg_advisory_xact_lock"
    (locked,) = (i for i, statement in enumerate(statements) if statement.startswith(lock))
    writes = [i for i, s in enumerate(statements) if s.startswith(("create", "insert", "update", "alter"))]
    assert locked < min(writes)
    assert not any(statement.startswith("begin") for statement in statements[locked + 1 :])


def test_a_database_of_a_newer_version_is_refused(state: Engine) -> None:
    with state.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DatabaseError, match="9999") as raised:
        migrate(state)
    assert "newer dbt-ask" in raised.value.hint


def test_a_migration_that_fails_leaves_nothing(
    empty_state: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = tmp_path / "100% migrations"
    shutil.copytree(upgrade.MIGRATIONS, migrations)
    (migrations / "versions" / "0999_broken.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        "revision = '0999'\n"
        f"down_revision = '{upgrade.head()}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Text()))\n"
        "    raise RuntimeError('broken on purpose')\n"
    )
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "MIGRATIONS", migrations)
        with pytest.raises(RuntimeError, match="broken on purpose"):
            migrate(empty_state)
    assert inspect(empty_state).get_table_names() == []
    migrate(empty_state)
    assert "half" not in inspect(empty_state).get_table_names()


def test_times_keep_their_moment_and_come_back_in_utc(notes: Engine) -> None:
    seoul = datetime(2024, 3, 1, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=9)))
    at = stored(notes, Note(at=seoul, data=None)).at
    assert at == seoul
    assert at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(notes: Engine) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        stored(notes, Note(at=datetime(2024, 3, 1), data=None))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"질문": ["매출 🧾", 1, 2.5, None, True]}, {"질문": ["매출 🧾", 1, 2.5, None, True]}),
        (("a", {"b"}), ["a", ["b"]]),
        ({"ratio": float("nan"), "top": float("inf")}, {"ratio": None, "top": None}),
        ({"day": datetime(2024, 3, 1, tzinfo=timezone.utc), 1: "x"}, {"day": "2024-03-01 00:00:00+00:00", "1": "x"}),
        ({"nul": "a\0b", "half": "\ud800"}, {"nul": "a\ufffdb", "half": "\ufffd"}),
        ([], []),
    ],
)
def test_json_comes_back(notes: Engine, data: object, expected: object) -> None:
    assert stored(notes, Note(data=data)).data == expected


@pytest.mark.parametrize(
    ("written", "read"),
    [("주문 🧾 'x' \"y\" %s :name \\", None), ("a\0b", "a\ufffdb"), ("\ud83e", "\ufffd"), ("", None), (None, None)],
    ids=["unicode", "nul", "surrogate", "empty", "none"],
)
def test_text_comes_back(notes: Engine, written: str | None, read: str | None) -> None:
    assert stored(notes, Note(text=written, data=None)).text == (written if read is None else read)


def test_a_session_that_fails_writes_nothing(notes: Engine) -> None:
    def fail() -> None:
        with session(notes) as opened:
            opened.add(Note(data=None))
            opened.flush()
            raise LookupError("in the middle")

    with pytest.raises(LookupError):
        fail()
    with session(notes) as opened:
        assert opened.scalars(select(Note)).all() == []


def test_a_broken_constraint_stays_an_integrity_error(notes: Engine) -> None:
    with pytest.raises(IntegrityError), session(notes) as opened:
        opened.add(Reply(note=99))


def test_what_was_loaded_stays_usable(notes: Engine) -> None:
    note = stored(notes, Note(text="kept", data=[1]))
    assert (note.text, note.data) == ("kept", [1])


def test_a_second_engine_sees_what_the_first_wrote(notes: Engine, state_url: str) -> None:
    stored(notes, Note(text="shared", data=None))
    other = open_database(state_url)
    with session(other) as opened:
        assert [note.text for note in opened.scalars(select(Note))] == ["shared"]
    other.dispose()
