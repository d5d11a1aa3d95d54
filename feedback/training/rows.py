"""Which rows there are, from the state database alone: pure reading, no file, no model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Engine, select

from backends.database import session
from catalog_sync.model import Catalog
from feedback.asks import AskRecord
from feedback.canonical import question_key
from feedback.clusters import BENCHMARK, RETRIEVAL
from feedback.drift import broken
from feedback.examples import Examples
from feedback.model import ExampleRecord, FeedbackRecord, ReviewRecord, VersionRecord

Split = Literal["train", "valid"]
_VALID_SHARE = 0.1


@dataclass(frozen=True)
class Row:
    """`rejected` is empty for a chat example. `cluster` keeps a question and its paraphrases in one split."""

    question: str
    sql: str
    tables: tuple[str, ...]
    project: str
    cluster: str
    language: str
    provenance: dict[str, Any] = field(default_factory=dict)
    rejected: str = ""

    @property
    def split(self) -> Split:
        digest = hashlib.sha256(f"{self.project}\0{self.cluster}".encode()).digest()
        return "valid" if int.from_bytes(digest[:8], "big") / 2**64 < _VALID_SHARE else "train"


@dataclass(frozen=True)
class Held:
    """What belongs to the held-out benchmark: what is trained on can't be measured with."""

    questions: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()

    def has(self, question: str, template: str) -> bool:
        return question_key(question) in self.questions or template in self.templates


NOTHING_HELD = Held()


def held_out(examples: Examples) -> Held:
    found = examples.find(role=BENCHMARK, limit=100_000)
    versions = examples.currents(found).values()
    return Held(frozenset(e.question_key for e in found), frozenset(v.template for v in versions))


def collect(examples: Examples, catalog: Catalog) -> list[Row]:
    """Chat examples first, then preference pairs. What is held out, stale or not reviewed is not among them."""
    good = list(_reviewed(examples, catalog))
    own = self_approved(examples.engine)
    chats = [_chat(e, v, (e.id, v.number) in own) for e, v in good]
    return [*chats, *_pairs(examples, good, chats)]


def self_approved(engine: Engine) -> set[tuple[str, int]]:
    """The versions that nobody else has looked at."""
    wanted = select(ReviewRecord.example, ReviewRecord.version).where(
        ReviewRecord.decision == "approve", ReviewRecord.self_approved
    )
    with session(engine) as opened:
        return {(example, version) for example, version in opened.execute(wanted)}


def _reviewed(examples: Examples, catalog: Catalog) -> Iterator[tuple[ExampleRecord, VersionRecord]]:
    live = {e.id: (e, v) for e, v in examples.live()}
    verified = {e.id: (e, v) for e, v in examples.with_current(["verified"])}
    for example, version in {**verified, **live}.values():
        ours = example.role == RETRIEVAL and example.project == catalog.project
        if ours and not broken(version.uses, catalog):
            yield example, version


def _chat(example: ExampleRecord, version: VersionRecord, own: bool) -> Row:
    return Row(
        example.question,
        version.sql,
        tuple(version.tables),
        example.project,
        example.cluster,
        example.language,
        {
            "example": example.id,
            "version": version.number,
            "source": example.source,
            "question_by": example.question_by,
            "state": example.state,
            "self_approved": own,
        },
    )


def _pairs(examples: Examples, good: list[tuple[ExampleRecord, VersionRecord]], chats: list[Row]) -> Iterator[Row]:
    """The reviewed SQL against what was corrected, thumbed down or rejected for the same question."""
    by_key = {example.question_key: chat for (example, _), chat in zip(good, chats, strict=True)}
    seen: set[tuple[str, str]] = set()
    for key, sql, said in (*_disliked(examples.engine), *_rejected(examples), *_earlier(examples, good)):
        chat = by_key.get(key)
        if chat is None or _same_text(sql, chat.sql) or (key, sql) in seen:
            continue
        seen.add((key, sql))
        yield replace(chat, rejected=sql, provenance={**chat.provenance, "rejected": said})


def _disliked(engine: Engine) -> Iterator[tuple[str, str, dict[str, Any]]]:
    wanted = (
        select(AskRecord, FeedbackRecord)
        .join(FeedbackRecord, FeedbackRecord.ask == AskRecord.id)
        .where(FeedbackRecord.kind.in_(("edit", "down")), AskRecord.sql != "")
        .order_by(FeedbackRecord.at, FeedbackRecord.id)
    )
    with session(engine) as opened:
        for ask, given in opened.execute(wanted):
            by = {"ask": ask.id, "model": ask.model, "feedback": given.id, "why": given.reason or given.kind}
            yield question_key(ask.question), ask.sql, by


def _rejected(examples: Examples) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for example, version in examples.with_current(["rejected"]):
        yield example.question_key, version.sql, {"example": example.id, "why": example.reason}


def _earlier(
    examples: Examples, good: Iterable[tuple[ExampleRecord, VersionRecord]]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What a reviewer edited before approving."""
    for example, version in good:
        for earlier in examples.versions(example.id):
            if earlier.number < version.number:
                why = {"example": example.id, "version": earlier.number, "why": "edited"}
                yield example.question_key, earlier.sql, why


def _same_text(one: str, two: str) -> bool:
    return one.split() == two.split()
