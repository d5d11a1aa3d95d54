"""The audit grows; the database itself refuses anything else."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from feedback import audit
from tests.feedback.conftest import Loop

CHANGES = (
    "update audit set person = 'nobody'",
    "delete from audit",
    "insert into audit select * from audit where id = 1 on conflict (id) do update set person = 'nobody'",
)


@pytest.mark.parametrize("sql", CHANGES)
def test_no_row_is_changed_or_deleted(loop: Loop, sql: str) -> None:
    loop.made("published")
    before = [(a.id, a.person, a.action) for a in audit.read(loop.engine)]
    with pytest.raises(IntegrityError, match="can only grow"), loop.engine.begin() as connection:
        connection.execute(text(sql))
    assert [(a.id, a.person, a.action) for a in audit.read(loop.engine)] == before


def test_nor_replaced_nor_emptied(state: Engine, loop: Loop) -> None:
    loop.made("candidate")
    sql = "truncate audit" if state.dialect.name == "postgresql" else "insert or replace into audit select * from audit"
    with pytest.raises(IntegrityError, match="can only grow"), state.begin() as connection:
        connection.execute(text(sql))


def test_pages_and_filters(loop: Loop) -> None:
    made = loop.made("published")
    loop.made("candidate")
    newest = audit.read(loop.engine, limit=2)
    assert [a.id for a in audit.read(loop.engine, before=newest[-1].id)] == [a.id for a in audit.read(loop.engine)][2:]
    assert {a.key for a in audit.read(loop.engine, key=made.id)} == {made.id}
    assert {a.person for a in audit.read(loop.engine, person="pat")} == {"pat"}
