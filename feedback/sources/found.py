"""What a source yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIELDS = {
    "question": ("question", "nl", "nlq", "text", "title", "description"),
    "sql": ("sql", "query", "query_text", "statement", "query_string"),
    "count": ("count", "calls", "executions", "query_count"),
    "person": ("person", "user", "user_name", "usename", "username"),
}


@dataclass(frozen=True)
class Found:
    """`question` is empty where only the SQL is known. `where` says which line or node it is."""

    sql: str
    question: str = ""
    where: str = ""
    person: str = ""
    count: int = 1
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """What could not be taken, and why."""

    where: str
    reason: str


def field_of(row: Mapping[str, Any], name: str) -> str:
    """Under whichever of its usual names, in any case."""
    folded = {str(key).strip().casefold(): value for key, value in row.items() if key is not None}
    found = next((folded[alias] for alias in FIELDS[name] if folded.get(alias) not in (None, "")), "")
    return str(found).strip()
