"""State with everything in it, copied while others write, and put back into either kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, func, insert, inspect, select, text, update

import feedback.model as fm
from backends.database import copies, migrate, open_database, session, upgrade
from backends.errors import DatabaseError
from feedback.asks import AskLog, AskRecord
from feedback.given import Feedback
from feedback.people import Actor
from plugin.jobs.model import JobRun
from plugin.web.accounts import Grant, People

KIM = Actor.of("kim", "asker")
AT = datetime(2026, 1, 5, 9, 30, tzinfo=timezone.utc)


def fill(engine: Engine) -> None:
    """Something in every kind of column: JSON, times, Korean, numbers that count on, rows that refer to each other."""
    ask = AskLog(engine).record(
        question="매장별 매출은?", language="ko", status="answered", receipt={"as": [1, None]}, asked_at=AT
    )
    Feedback(engine).give(ask, "down", KIM, reason="wrong_grain")
    People(engine).add("admin", "Admin", "correct horse battery", [Grant("admin")])
    with session(engine) as opened:
        opened.add(fm.OutboxRecord(at=AT, topic="example", key="b", done_at=None, attempts=0, error=""))
        opened.add(JobRun(id="r", job="x", worker="w", cause="c", started_at=AT, outcome="done", tries=1, result={}))
        for name in ("z", "a"):
            opened.add(example(name))
    with session(engine) as opened:
        opened.execute(update(fm.ExampleRecord).where(fm.ExampleRecord.id == "a").values(merged_into="z"))


def example(name: str) -> fm.ExampleRecord:
    texts = dict.fromkeys(
        ("question", "question_key", "question_by", "language", "workspace", "cluster", "role", "source", "created_by",
         "reason", "project"), ""
    )  # fmt: skip
    return fm.ExampleRecord(
        id=name, state="verified", domains=["Shop"], origin={}, created_at=AT, changed_at=AT, current=1, live=None,
        lock=0, merged_into=None, seen=1, **texts,
    )  # fmt: skip


def content(engine: Engine) -> dict[str, list[Any]]:
    """Of all tables, in the form of the models."""
    from backends.database import Base

    with session(engine) as opened:
        return {
            name: sorted(map(repr, opened.execute(select(table)).all())) for name, table in Base.metadata.tables.items()
        }


def test_everything_comes_back(state: Engine, tmp_path: Path) -> None:
    fill(state)
    before = content(state)
    assert copies.save(state, tmp_path / "copy.db") == upgrade.head()
    AskLog(state).record(question="later", language="en", status="answered")
    with session(state) as opened:
        opened.execute(update(fm.ExampleRecord).values(state="stale"))
    assert content(state) != before
    assert copies.restore(state, tmp_path / "copy.db") == upgrade.head()
    assert content(state) == before
    Feedback(state).give(select_ask(state), "up", KIM)  # numbers go on where they were
    with pytest.raises(Exception, match="can only grow"), state.begin() as connection:
        connection.execute(text("delete from audit"))


def select_ask(engine: Engine) -> str:
    with session(engine) as opened:
        return opened.scalars(select(AskRecord.id)).one()


def test_an_empty_database_is_filled_and_what_is_not_ours_stays(
    state: Engine, state_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fill(state)
    before = content(state)
    copies.save(state, tmp_path / "copy.db")
    with upgrade.changing(state) as connection:
        upgrade.move(connection, upgrade.BASE)
        connection.execute(text("create table apscheduler_jobs (id text)"))
        connection.execute(text("insert into apscheduler_jobs values ('theirs')"))
    copies.restore(state, tmp_path / "copy.db")
    assert content(state) == before
    with state.connect() as connection:
        assert connection.execute(text("select id from apscheduler_jobs")).scalar() == "theirs"


@pytest.mark.postgres
def test_a_team_outgrows_sqlite(migrated: Engine, postgres_database: str, tmp_path: Path) -> None:
    fill(migrated)
    copies.save(migrated, tmp_path / "copy.db")
    larger = open_database(postgres_database)
    try:
        copies.restore(larger, tmp_path / "copy.db")
        assert content(larger) == content(migrated)
    finally:
        larger.dispose()


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'small.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


def test_a_copy_is_of_one_moment_while_others_write(state: Engine, tmp_path: Path) -> None:
    """A writer always writes two rows at once: a copy never has half of a pair."""
    stop, first = Event(), Event()

    def write() -> None:
        while not stop.is_set():
            with session(state) as opened:
                for _ in range(2):
                    opened.add(fm.OutboxRecord(at=AT, topic="t", key="k", done_at=None, attempts=0, error=""))
            first.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert first.wait(60)
        for number in range(3):
            copies.save(state, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        engine = open_database(f"sqlite:///{tmp_path / f'{number}.db'}")
        with engine.connect() as connection:
            count = connection.execute(select(func.count()).select_from(fm.OutboxRecord)).scalar_one()
        engine.dispose()
        assert count
        assert count % 2 == 0


def test_a_copy_that_can_not_be_restored_leaves_what_is_there(state: Engine, tmp_path: Path) -> None:
    fill(state)
    before = content(state)
    copies.save(state, tmp_path / "copy.db")
    engine = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    with engine.begin() as connection:
        connection.execute(text("pragma defer_foreign_keys = on"))
        connection.execute(text("alter table feedback rename to lost"))
    engine.dispose()
    with pytest.raises(Exception, match="feedback"):
        copies.restore(state, tmp_path / "copy.db")
    assert content(state) == before


def test_a_copy_of_a_newer_version_is_refused(state: Engine, tmp_path: Path) -> None:
    copies.save(state, tmp_path / "copy.db")
    engine = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseError, match="9999"):
        copies.restore(state, tmp_path / "copy.db")


def test_every_revision_goes_forward_and_back_with_its_data(empty_state: Engine) -> None:
    """What a revision and the one before it both know survives the way there and back."""
    migrate(empty_state)
    fill(empty_state)
    *_, before, last = upgrade.revisions()
    kept = tables(empty_state)
    upgrade.move_to(empty_state, before)
    earlier = tables(empty_state)
    assert set(earlier) < set(kept) or earlier.keys() == kept.keys()
    upgrade.move_to(empty_state, last)
    after = tables(empty_state)
    assert {name: after[name] for name in earlier} == {name: kept[name] for name in earlier}
    upgrade.move_to(empty_state, upgrade.revisions()[0])
    assert set(tables(empty_state)) == {"asks"}
    migrate(empty_state)
    assert set(tables(empty_state)) == set(kept)


def tables(engine: Engine) -> dict[str, list[str]]:
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def test_an_unknown_revision_is_refused(state: Engine) -> None:
    with pytest.raises(DatabaseError, match="no revision 0000"):
        upgrade.move_to(state, "0000")
    assert inspect(state).has_table("asks")


def test_an_old_copy_is_brought_forward(empty_state: Engine, tmp_path: Path) -> None:
    upgrade.move_to(empty_state, "0001")
    asks = MetaData()
    asks.reflect(empty_state)
    with empty_state.begin() as connection:
        row = {c.name: "" for c in asks.tables["asks"].columns}
        row |= {"asked_at": AT, "tables": [], "views": [], "receipt": {}, "timings": {}, "rows_returned": 0}
        row |= {"confidence": None, "id": "old"}
        if empty_state.dialect.name == "sqlite":
            row["asked_at"] = AT.replace(tzinfo=None)
        connection.execute(insert(asks.tables["asks"]), [row])
    assert copies.save(empty_state, tmp_path / "old.db") == "0001"
    assert copies.restore(empty_state, tmp_path / "old.db") == "0001"
    with session(empty_state) as opened:
        assert opened.get_one(AskRecord, "old").asked_at == AT
    assert set(tables(empty_state)) > {"asks", "usage"}
