"""Services over the little shop with a model that answers each prompt file as it is told to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from backends.errors import ModelError
from backends.llm.base import Capability, Message, Sampling
from backends.llm.scripted import ScriptedLLM
from backends.vectors import Point, QdrantEdgeIndex
from backends.vectors.overlay import Overlay
from backends.vectors.tokens import sparse_document
from backends.warehouse import open_sqlite
from catalog_sync.documents import example
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.scope import scope
from plugin.generator import published
from plugin.generator.ask import Ask
from plugin.generator.presets import Options, build
from plugin.generator.remember import Memory, Remembered
from plugin.generator.stage import Services
from tests.plugin.generator.conftest import EMBEDDER
from tests.support.catalogs import shop_on_sqlite

ALL: frozenset[Capability] = frozenset(("grammar", "logprobs", "n", "stream", "prefill"))
QUESTION = "How many orders did the Brooklyn store have?"
SQL = "SELECT COUNT(*) FROM orders AS o JOIN stores AS s ON o.store_id = s.store_id WHERE s.store_name = 'Brooklyn'"
EXAMPLES = (
    ("How many matches did the Leeds club play?", "SELECT COUNT(*) FROM matches WHERE club = 'Leeds'"),
    ("Names of all players by age", "SELECT name FROM players ORDER BY age"),
    ("Which clubs have no players?", "SELECT name FROM clubs WHERE club_id NOT IN (SELECT club_id FROM players)"),
)

Reply = str | Sequence[str] | ModelError


@cache
def _fragments() -> dict[str, tuple[str, ...]]:
    folder = files("plugin.generator.compose.prompts")
    texts = {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".md")}
    return {name: tuple(p.strip() for p in re.split(r"\{\w+\}", text) if p.strip()) for name, text in texts.items()}


def file_of(text: str) -> str:
    """The prompt file that a message was made from: of those whose fixed parts it has, the one with most of them."""
    found = {n: sum(map(len, parts)) for n, parts in _fragments().items() if all(part in text for part in parts)}
    return max(found, key=lambda name: found[name])


@dataclass
class Script:
    """What is said to each prompt file, `SQL` to one not named; `fails`: call number -> what is said instead."""

    replies: Mapping[str, Reply | Sequence[Reply]] = field(default_factory=dict)
    fails: Mapping[int, Reply] = field(default_factory=dict)
    calls: list[tuple[str, Sampling, bool]] = field(default_factory=list)

    def __call__(self, messages: Sequence[Message], sampling: Sampling) -> str | Sequence[str]:
        file = file_of([m for m in messages if m.role == "user"][-1].content)
        number = len(self.calls)
        begun = messages[-1].role == "assistant"
        self.calls.append((file, sampling, begun))
        reply = self.fails.get(number, self.replies.get(file, SQL))
        if isinstance(reply, ModelError):
            raise reply
        if isinstance(reply, list) and not (sampling.n > 1 and len(reply) == sampling.n):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        said = [reply] if isinstance(reply, str) else list(reply)
        said = [text.removeprefix("SELECT") + "\n```" for text in said] if begun else said
        return said[0] if isinstance(reply, str) else said

    @property
    def files(self) -> list[str]:
        return [file for file, _, _ in self.calls]


Make = Callable[..., Services]


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test asked is unknown to the next."""
    monkeypatch.setattr(published, "Remembered", lambda stage: Remembered(stage, Memory()))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QdrantEdgeIndex]:
    index = QdrantEdgeIndex(tmp_path_factory.mktemp("examples"), filtered=FILTERED)
    index.begin(stamp_of(EMBEDDER))
    found = [example("shop", question, sql, ()) for question, sql in EXAMPLES]
    vectors = EMBEDDER.embed_documents([d.text for d in found])
    index.upsert(
        COLLECTIONS["example"],
        [
            Point(d.id, v.tolist(), sparse_document(d.lexical), dict(d.payload))
            for d, v in zip(found, vectors, strict=True)
        ],
    )
    index.flush()
    yield index
    index.close()


@pytest.fixture
def make(index: QdrantEdgeIndex, examples: QdrantEdgeIndex, tmp_path: Path) -> Iterator[Make]:
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)

    def made(
        script: Script, capabilities: frozenset[Capability] = ALL, *, with_examples: bool = True, **more: Any
    ) -> Services:
        llm = ScriptedLLM(script, capabilities=capabilities)
        over = Overlay(index, {COLLECTIONS["example"]: examples}) if with_examples else index
        services = Services(catalog, warehouse.restricted(scope(catalog)), llm, EMBEDDER, over)
        return replace(services, **more)

    yield made
    warehouse.close()


def ask(preset: str, services: Services, question: str = QUESTION) -> Ask:
    return build(preset, Options())(Ask(question), services)


def rows(done: Ask) -> tuple[tuple[object, ...], ...]:
    assert done.verdict
    assert done.verdict.candidate
    assert done.verdict.candidate.rows
    return done.verdict.candidate.rows.rows
