"""What becomes an example: SQL that was examined, and the question that it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One piece of evidence. A failed check that is `blocking` forbids approval. Of the neighbours, `agree` and
    `differ` are the examples that ask nearly the same and give the same rows, or others."""

    name: str
    outcome: Outcome
    says: str = ""
    blocking: bool = False
    agree: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Text:
    """SQL and what is known of it. `fingerprint` is equal for texts that differ in layout and alias names alone,
    `template` also for those that differ in literals. `tables` are whole names. `uses`: see `feedback.drift`."""

    sql: str
    dialect: str
    fingerprint: str
    template: str
    tables: tuple[str, ...] = ()
    uses: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Draft:
    """`source`: ask, person, import, dbt, openmetadata, query_log. `question_by`: person or model. `seen`: how often it
    was asked."""

    project: str
    question: str
    question_key: str
    text: Text
    cluster: str
    role: str
    source: str = "person"
    language: str = "en"
    question_by: str = "person"
    workspace: str = ""
    domains: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 1
