"""Cards that are known to be wrong, among those that wait: whether reviewers look is measured, not believed.

A control is a published example's question about another value, with SQL about a third one: every check is green, and
only who reads both sees it. Whoever approves it is told at once, and the desk rejects it in the same step: it is never
verified, published or trained on. An edit of it is an example like any other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog_sync.model import Catalog, CatalogColumn
from feedback.clusters import RETRIEVAL
from feedback.errors import NotAccepted
from feedback.examples import Examples
from feedback.intake import Intake, Proposal
from feedback.model import CONTROL, ExampleRecord, VersionRecord
from feedback.people import Actor

WRONG = "wrong_filter"
"""What is wrong with each of them, as reviewers call it."""
SOURCE = "query_log"
_OPEN = ("candidate", "in_review", "waiting", "stale")


@dataclass(frozen=True)
class _Other:
    """The words in the question and the value in the SQL that stand for the same, and what stands there instead."""

    said: str
    stored: str
    asked: str
    queried: str


def make(examples: Examples, intake: Intake, actor: Actor, count: int, seed: int = 0) -> list[ExampleRecord]:
    """Until `count` of them wait. To reviewers they look like what a query log brought."""
    waiting = sum(CONTROL in e.origin for e in examples.find(states=_OPEN, limit=100_000))
    dice, made = random.Random(seed), list[ExampleRecord]()
    live = [(e, v) for e, v in examples.live() if e.role == RETRIEVAL and e.project == intake.catalog.project]
    dice.shuffle(live)
    for example, version in live:
        if waiting + len(made) >= count:
            break
        found = _one(example, version, intake, actor, dice)
        if found is not None:
            made.append(found)
    return made


def _one(
    example: ExampleRecord, version: VersionRecord, intake: Intake, actor: Actor, dice: random.Random
) -> ExampleRecord | None:
    others = list(_others(example.question, version, intake.catalog, dice))
    if not others:
        return None
    other = dice.choice(others)
    question = re.sub(re.escape(other.said), other.asked, example.question, flags=re.IGNORECASE)
    sql = _with(version, other)
    if any(check.outcome != "ok" for check in intake.examine(question, sql).text.checks):
        return None  # who looks at the checks alone would see it
    origin = {CONTROL: WRONG, "of": example.id}
    try:
        taken = intake.propose(Proposal(question, sql, source=SOURCE, question_by="model", origin=origin), actor)
    except NotAccepted:
        return None
    return taken.example if taken.how == "created" else None


def _others(question: str, version: VersionRecord, catalog: Catalog, dice: random.Random) -> Iterator[_Other]:
    for literal in _texts(version):
        for column in _columns(version.tables, catalog, literal):
            said = next((n for n in _names(column, literal) if n.casefold() in question.casefold()), "")
            others = [v for v in column.values if v != literal and v.casefold() not in question.casefold()]
            if not said or len(others) < 2:
                continue
            asked, queried = dice.sample(others, 2)
            spoken = asked if said.casefold() == literal.casefold() else next(iter(_names(column, asked)[1:]), "")
            if spoken:
                yield _Other(said, literal, spoken, queried)


def _texts(version: VersionRecord) -> Sequence[str]:
    """Each value that the query compares with once, so that nothing else changes with it."""
    try:
        tree = sqlglot.parse_one(version.sql, read=version.dialect)
    except SqlglotError:
        return ()
    found = [literal.name for literal in tree.find_all(exp.Literal) if literal.is_string]
    return [name for name in dict.fromkeys(found) if found.count(name) == 1]


def _columns(tables: Sequence[str], catalog: Catalog, value: str) -> Iterator[CatalogColumn]:
    for table in filter(None, map(catalog.whole, tables)):
        yield from (column for column in table.columns if value in column.values and not column.pii)


def _names(column: CatalogColumn, value: str) -> list[str]:
    return [value, *column.value_synonyms.get(value, ())]


def _with(version: VersionRecord, other: _Other) -> str:
    tree = sqlglot.parse_one(version.sql, read=version.dialect)
    for literal in tree.find_all(exp.Literal):
        if literal.is_string and literal.name == other.stored:
            literal.set("this", other.queried)
    return tree.sql(version.dialect)
