"""A state database of each kind with the parts of the feedback loop on it, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.embedder.base import Embedder
from backends.vectors import QdrantEdgeIndex, VectorIndex
from backends.warehouse import open_sqlite
from backends.warehouse.base import Warehouse
from catalog_sync.documents import documents
from catalog_sync.index import COLLECTIONS, FILTERED, plan, publish, stamp_of
from catalog_sync.model import Catalog
from catalog_sync.scope import scope
from feedback.asks import AskLog
from feedback.desk import Decision, Desk
from feedback.drafts import Check, Draft, Text
from feedback.examine import Examiner
from feedback.examples import Examples
from feedback.given import Feedback
from feedback.intake import Intake, Proposal
from feedback.model import ExampleRecord
from feedback.people import Actor
from feedback.publish import Shelf
from feedback.rules import Rules
from tests.support.catalogs import shop_on_sqlite

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


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return CachedEmbedder(MultilingualEmbedder())


@dataclass
class Shop:
    """The loop around a real warehouse and a real index."""

    loop: Loop
    catalog: Catalog
    warehouse: Warehouse
    index: VectorIndex
    embedder: Embedder

    def intake(self, **rules: Any) -> Intake:
        made = replace(self.loop.rules, benchmark_share=0.0)
        return Intake(self.loop.examples, Examiner(self.warehouse, self.catalog), self.embedder, replace(made, **rules))

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.loop.examples, self.index, self.embedder, "shop")

    def published(self, question: str, sql: str) -> ExampleRecord:
        taken = self.intake().propose(Proposal(question, sql), ASKER)
        for name, actor in (("claim", REVIEWER), ("approve", REVIEWER), ("publish", PUBLISHER)):
            made = self.loop.desk.move(name, taken.example.id, actor, Decision(gate=True))
        return made

    def shelved(self) -> dict[str, tuple[str, str]]:
        """Example -> question and SQL, as the index has them."""
        points = self.index.scroll(COLLECTIONS["example"])
        return {p["example"]: (p["question"], p["sql"]) for _, p in points}


@pytest.fixture
def shop(loop: Loop, embedder: Embedder, tmp_path: Path) -> Iterator[Shop]:
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    index = QdrantEdgeIndex(tmp_path / "index", filtered=FILTERED)
    publish(plan(documents(catalog), index, stamp_of(embedder)), index, embedder)
    yield Shop(loop, catalog, warehouse.restricted(scope(catalog)), index, embedder)
    index.close()
    warehouse.close()
