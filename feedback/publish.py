"""Published examples in the index, at once, and out of it at once.

A change and its entry in the outbox are one transaction; what the index then gets is read from the example as it is
now, under its lock, and not from the entry. So it does not matter how often, by how many or in which order entries
are worked off: after a crash it is done again.
"""

from __future__ import annotations

from sqlalchemy import Engine

from backends.database import session
from backends.embedder.base import Embedder
from backends.errors import AskError
from backends.vectors.base import Point, VectorIndex
from backends.vectors.tokens import sparse_document
from catalog_sync import documents
from catalog_sync.index import COLLECTIONS, stamp_of
from feedback import outbox
from feedback.examples import Examples, locked
from feedback.model import ExampleRecord, VersionRecord

_EXAMPLES = COLLECTIONS["example"]


class Shelf:
    """The examples of one project in its index."""

    def __init__(self, examples: Examples, index: VectorIndex, embedder: Embedder, project: str) -> None:
        self._examples = examples.of(project)
        self._topic = outbox.index_of(project)
        self._index = index
        self._embedder = embedder

    @property
    def _engine(self) -> Engine:
        return self._examples.engine

    def deliver(self) -> int:
        """Works off the outbox; returns how many examples were put in or taken out. Raises VectorError, and then the
        entries stay."""
        entries = outbox.pending(self._engine, self._topic)
        if not entries:
            return 0
        keys, ids = list(dict.fromkeys(e.key for e in entries)), [e.id for e in entries]
        try:
            self._index.begin(stamp_of(self._embedder))
            for key in keys:
                self._follow(key)
            self._index.flush()
        except AskError as error:
            outbox.failed(self._engine, ids, error.message)
            raise
        outbox.done(self._engine, ids, self._examples.clock())
        return len(keys)

    def repair(self) -> tuple[int, int]:
        """Compares all of it: (put in, taken out). For an index that was lost, restored or made anew."""
        self._index.begin(stamp_of(self._embedder))
        wanted = {d.id: d for d in (document(e, v) for e, v in self._examples.live())}
        stored = dict(self._index.scroll(_EXAMPLES))
        missing = [d for d in wanted.values() if stored.get(d.id, {}).get("hash") != d.hash]
        extra = [point for point in stored if point not in wanted]
        if missing:
            self._index.upsert(_EXAMPLES, self._points(missing))
        self._index.delete(_EXAMPLES, extra)
        self._index.flush()
        return len(missing), len(extra)

    def _follow(self, key: str) -> None:
        """Under the example's lock, so that who changes it meanwhile comes after, with an entry of their own. It is
        embedded outside of it, because a model takes its time and everybody who writes would wait."""
        embedded: tuple[documents.Document, list[Point]] | None = None
        while True:
            with session(self._engine, exclusive=True) as opened:
                example = locked(opened, key)
                if example.live is None:
                    self._index.delete(_EXAMPLES, [point_of(example)])
                    return
                wanted = document(example, opened.get_one(VersionRecord, (key, example.live)))
                if embedded and embedded[0] == wanted:
                    self._index.upsert(_EXAMPLES, embedded[1])
                    return
            embedded = wanted, self._points([wanted])

    def _points(self, wanted: list[documents.Document]) -> list[Point]:
        vectors = self._embedder.embed_documents([d.text for d in wanted])
        return [
            Point(d.id, v.tolist(), sparse_document(d.lexical), dict(d.payload))
            for d, v in zip(wanted, vectors, strict=True)
        ]


def document(example: ExampleRecord, version: VersionRecord) -> documents.Document:
    return documents.example(
        example.project, example.question, version.sql, version.tables, example.workspace, key=example.id
    )


def point_of(example: ExampleRecord) -> str:
    """The id of its point, which does not depend on the text."""
    return documents.example(example.project, "", "", (), key=example.id).id
