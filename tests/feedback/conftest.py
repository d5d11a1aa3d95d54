"""A state database of each kind with the parts of the feedback loop on it, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine

from feedback.asks import AskLog
from feedback.desk import Desk
from feedback.drafts import Check, Draft, Text
from feedback.examples import Examples
from feedback.given import Feedback
from feedback.model import ExampleRecord
from feedback.people import Actor
from feedback.rules import Rules

ASKER = Actor.of("ann", "asker")
REVIEWER = Actor.of("rob", "reviewer")
OTHER = Actor.of("rita", "reviewer")
PUBLISHER = Actor.of("pat", "publisher")
OK = (Check("door", "ok", blocking=True), Check("runs", "ok", blocking=True))


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.at

    def later(self, **parts: float) -> None:
        self.at += timedelta(**parts)


def text(sql: str = "select count(*) from orders", **changes: Any) -> Text:
    made = Text(sql, "sqlite", fingerprint=f"f:{sql}", template=f"t:{sql}", tables=("main.orders",), checks=OK)
    return replace(made, **changes)


def draft(
    question: str = "How many orders are there?", sql: str = "select count(*) from orders", **changes: Any
) -> Draft:
    made = Draft("shop", question, question.casefold(), text(sql), cluster="c1", role="retrieval")
    return replace(made, **changes)


@dataclass
class Loop:
    """The parts on one database."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    rules: Rules = Rules()

    def __post_init__(self) -> None:
        self.asks = AskLog(self.engine)
        self.examples = Examples(self.engine, self.clock)
        self.given = Feedback(self.engine, self.clock)
        self.desk = Desk(self.examples, self.rules)

    def with_rules(self, **changes: Any) -> Loop:
        return Loop(self.engine, self.clock, replace(self.rules, **changes))

    def made(self, state: str, **changes: Any) -> ExampleRecord:
        """An example that was led to this state by the ordinary moves."""
        from feedback.desk import Decision

        ways: dict[str, list[tuple[str, Actor, Decision]]] = {
            "candidate": [],
            "in_review": [("claim", REVIEWER, Decision())],
            "waiting": [("claim", REVIEWER, Decision()), ("ask_back", REVIEWER, Decision("which year?"))],
            "verified": [("claim", REVIEWER, Decision()), ("approve", REVIEWER, Decision())],
            "rejected": [("claim", REVIEWER, Decision()), ("reject", REVIEWER, Decision("wrong_table"))],
        }
        ways["published"] = [*ways["verified"], ("publish", PUBLISHER, Decision(gate=True))]
        ways["stale"] = [*ways["published"], ("doubt", PUBLISHER, Decision("harmful"))]
        ways["retired"] = [*ways["published"], ("retire", PUBLISHER, Decision("old"))]
        made = self.examples.create(draft(**changes), ASKER)
        for name, actor, decision in ways[state]:
            self.clock.later(seconds=1)
            made = self.desk.move(name, made.id, actor, decision)
        return made


@pytest.fixture
def loop(state: Engine) -> Loop:
    return Loop(state)
