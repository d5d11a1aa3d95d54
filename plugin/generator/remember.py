"""What was answered before, kept in this process (AWS, best practices of text to SQL, 2024).

Statements are kept, never rows: a remembered one runs again, behind the door of whoever asks. The key holds the
catalogue that the asker may see, so nothing passes between roles, and a catalogue that changed remembers nothing. Only
the same question is answered so: questions that are merely alike differ in what matters ("most", "least"), and an
example of them is what the index of verified examples is for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from catalog_sync import store
from catalog_sync.documents import normal
from plugin.generator.ask import Ask, Candidate
from plugin.generator.check.stages import Execution
from plugin.generator.choose.verdicts import settled
from plugin.generator.combinators import run
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.stage import Kind, Need, Services, Stage

ORIGIN = "cache"
_Key = tuple[str, ...]


class Memory:
    """The last `capacity` statements, by question and what it was asked of. Threads may share it."""

    def __init__(self, capacity: int = 1000) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[_Key, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: _Key) -> tuple[str, float] | None:
        """The statement and how sure it was."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: _Key, sql: str, confidence: float) -> None:
        with self._lock:
            self._kept[key] = (sql, confidence)
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


_OF_PROCESS = Memory()


@dataclass(frozen=True)
class Remembered:
    """The stage, asked only what was not asked before. A statement that no longer runs is forgotten by asking again."""

    stage: Stage
    memory: Memory = field(default=_OF_PROCESS, repr=False)
    kind: Kind = "combinator"

    @property
    def name(self) -> str:
        return "remembered"

    @property
    def needs(self) -> frozenset[Need]:
        return self.stage.needs

    def __call__(self, ask: Ask, services: Services) -> Ask:
        key = (
            normal(ask.question),
            store.fingerprint(services.catalog),
            services.dialect,
            services.llm.id,
            repr(self.stage),
        )
        known = self.memory.find(key)
        if known is not None:
            sql, confidence = known
            again = run(Execution(), ask.add(candidates=(Candidate(sql, ORIGIN),)), services)
            if again.candidates[0].rows is not None:
                return run(Sentence(), settled(again, again.candidates[0], confidence), services)
        done = run(self.stage, ask, services)
        verdict = done.verdict
        if verdict and verdict.status == "answered" and verdict.candidate and verdict.candidate.sql:
            self.memory.keep(key, verdict.candidate.sql, verdict.confidence)
        return done
