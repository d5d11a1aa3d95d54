"""Fails the test whose transaction on SQLite reads first and then writes without having taken the write lock.

SQLite does not let such a transaction wait: "database is locked", at once, if another wrote in between. It seldom
shows where one process runs at a time, so it is looked for in every test instead. `session(exclusive=True)` is right.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

_WRITES = ("insert", "update", "delete", "replace")


@event.listens_for(Engine, "before_cursor_execute")
def _look(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    verb, seen = statement.split(None, 1)[0].lower(), connection.info
    if verb == "begin":
        seen["turn"] = "held" if "IMMEDIATE" in statement else "open"
    elif verb in _WRITES and "turn" in seen:
        assert seen["turn"] != "read", f"reads, then writes without exclusive=True: {statement}"
        seen["turn"] = "held"
    elif verb in ("select", "with") and seen.get("turn") == "open":
        seen["turn"] = "read"
