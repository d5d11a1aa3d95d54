"""The catalogue to the index, table by table, so that what did not change costs next to nothing.

The document of a table holds the digest of all documents of that table, and is written after them: where the digest
is right, they are all there. What is in the index is counted too; if the sum is not what the digests promise
(another program wrote, a crash fell between), every point is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from backends.embedder.base import Embedder
from backends.vectors.base import Point, Stamp, VectorIndex
from backends.vectors.tokens import sparse_document
from catalog_sync.documents import Document, Kind, count_of, digest, document_of, documents_of, from_payload
from catalog_sync.index import CATALOG_KINDS, COLLECTIONS, check_project, outdated, stamp_of
from catalog_sync.model import Catalog, CatalogTable

_BATCH = 128
_DELETES = 1024
_KEPT_EVERY = 50_000
"""Documents. A sync that is stopped has lost what it did since."""

Progress = Callable[[str, int, int], None]
_Stored = Mapping[Kind, Mapping[str, str]]  # kind -> id -> hash


@dataclass(frozen=True)
class Touched:
    """A table that is new or not as it was: the ids of the documents to write (None for all of them), and of the
    points to delete."""

    table: CatalogTable
    write: frozenset[str] | None = None
    delete: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(count_of(self.table).values()) if self.write is None else len(self.write)

    def documents(self, project: str) -> Iterator[Document]:
        return (d for d in documents_of(project, self.table) if self.write is None or d.id in self.write)


@dataclass
class TablePlan:
    """`gone` are points of tables that are not in the catalogue any more; `carried` are documents of other kinds,
    which a rebuild must take along."""

    project: str
    touched: list[Touched] = field(default_factory=list)
    gone: list[Mapping[Kind, tuple[str, ...]]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    carried: tuple[Document, ...] = ()
    rebuild: str = ""

    @property
    def size(self) -> int:
        """Documents to embed."""
        return sum(touched.size for touched in self.touched) + len(self.carried)

    def deletions(self) -> Iterator[tuple[Kind, str]]:
        """A table's own document first: without it the others are looked for again, should we stop half way."""
        for delete in chain(self.gone, (touched.delete for touched in self.touched)):
            for kind in CATALOG_KINDS:
                yield from ((kind, point) for point in delete.get(kind, ()))


def plan_tables(catalog: Catalog, index: VectorIndex, wanted: Stamp, *, rebuild: bool = False) -> TablePlan:
    """Compares digests, then the documents of what differs; writes nothing."""
    made = index.stamp()
    reason = "it was asked for" if rebuild and made else outdated(made, wanted)
    if made is None or reason:
        return _everything(catalog, index, reason)
    digests = _digests(index)
    check_project(catalog.project, (project for _, project in digests.values()))
    plan = _compared(catalog, index, {name: found for name, (found, _) in digests.items()}, _Lookup(index))
    if plan is None:
        plan = _compared(catalog, index, {}, _Everything(index))
    assert plan is not None
    return plan


def withdraw(plan: TablePlan, index: VectorIndex) -> None:
    """The deletions, safely on disk: what may not be seen goes before anything new comes."""
    made = index.stamp()
    if made is None or not any(True for _ in plan.deletions()):
        return
    waiting: dict[Kind, list[str]] = {}
    index.begin(made)
    for kind, point in plan.deletions():
        waiting.setdefault(kind, []).append(point)
        if len(waiting[kind]) >= _DELETES:
            index.delete(COLLECTIONS[kind], waiting.pop(kind))
    for kind, points in waiting.items():
        index.delete(COLLECTIONS[kind], points)
    index.flush()


def publish(plan: TablePlan, index: VectorIndex, embedder: Embedder, progress: Progress = lambda *_: None) -> int:
    """Embeds and writes, a batch at a time; returns how many texts were embedded. A rebuild shows only when all of
    it is there."""
    fresh = index.stamp() is None or bool(plan.rebuild)
    index.begin(stamp_of(embedder), rebuild=bool(plan.rebuild))
    writer = _Writer(index, embedder, plan.size, progress, whole=bool(plan.rebuild))
    if writer.total or fresh:
        writer.write(plan.carried)
        writer.write(d for t in plan.touched for d in t.documents(plan.project) if d.kind != "table")
        if not plan.rebuild:
            index.flush()
        own = ((touched, document_of(plan.project, touched.table)) for touched in plan.touched)
        writer.write(d for touched, d in own if touched.write is None or d.id in touched.write)
        index.flush()
    progress("embedding", writer.done, writer.total)
    return writer.done


class _Writer:
    """`whole`: nothing of it may show before all of it is there."""

    def __init__(self, index: VectorIndex, embedder: Embedder, total: int, progress: Progress, *, whole: bool) -> None:
        self._index, self._embedder, self.total, self._progress = index, embedder, total, progress
        self.done = 0
        self._kept = None if whole else 0

    def write(self, documents: Iterable[Document]) -> None:
        batch: list[Document] = []
        for document in documents:
            batch.append(document)
            if len(batch) == _BATCH:
                self._put(batch)
                batch = []
        if batch:
            self._put(batch)

    def _put(self, batch: list[Document]) -> None:
        self._progress("embedding", self.done, self.total)
        points: dict[Kind, list[Point]] = {}
        vectors = self._embedder.embed_documents([document.text for document in batch])
        for document, vector in zip(batch, vectors, strict=True):
            point = Point(document.id, vector.tolist(), sparse_document(document.lexical), dict(document.payload))
            points.setdefault(document.kind, []).append(point)
        for kind, group in points.items():
            self._index.upsert(COLLECTIONS[kind], group)
        self.done += len(batch)
        if self._kept is not None and self.done - self._kept >= _KEPT_EVERY:
            self._index.flush()
            self._kept = self.done


class _Lookup:
    """The stored documents of one table after the other."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index

    def of(self, table: str) -> _Stored:
        return {
            kind: _hashes(self._index.scroll(COLLECTIONS[kind], ("hash",), {"table": table})) for kind in CATALOG_KINDS
        }


class _Everything:
    """The stored documents of all tables at once, also of those whose own document is not there."""

    def __init__(self, index: VectorIndex) -> None:
        self.tables: dict[str, dict[Kind, dict[str, str]]] = {}
        for kind in CATALOG_KINDS:
            for point, payload in index.scroll(COLLECTIONS[kind], ("hash", "table")):
                stored = self.tables.setdefault(str(payload.get("table")), {})
                stored.setdefault(kind, {})[point] = str(payload.get("hash"))

    def of(self, table: str) -> _Stored:
        return self.tables.get(table, {})


def _compared(
    catalog: Catalog, index: VectorIndex, digests: Mapping[str, str], stored: _Lookup | _Everything
) -> TablePlan | None:
    """None where the index holds other points than those that were accounted for."""
    plan = TablePlan(catalog.project)
    left = dict(digests)
    seen: dict[Kind, int] = dict.fromkeys(CATALOG_KINDS, 0)
    names = set()
    for table in catalog:
        names.add(str(table.name))
        if left.pop(str(table.name), None) == digest(table):
            for kind, count in count_of(table).items():
                seen[kind] += count
                plan.unchanged += count
        else:
            _compare(table, stored.of(str(table.name)), plan, seen)
    others = stored.tables.keys() if isinstance(stored, _Everything) else left.keys()
    for name in (name for name in others if name not in names):
        found = stored.of(name)
        plan.gone.append({kind: tuple(points) for kind, points in found.items()})
        for kind, points in found.items():
            seen[kind] += len(points)
            plan.removed += len(points)
    if isinstance(stored, _Everything) or all(index.count(COLLECTIONS[kind]) == seen[kind] for kind in CATALOG_KINDS):
        return plan
    return None


def _compare(table: CatalogTable, stored: _Stored, plan: TablePlan, seen: dict[Kind, int]) -> None:
    documents = list(documents_of(plan.project, table))
    known = {point: found for points in stored.values() for point, found in points.items()}
    for kind, points in stored.items():
        seen[kind] += len(points)
    write = {d.id for d in documents if known.get(d.id) != d.hash}
    stale = known.keys() - {d.id for d in documents}
    forbidden = {d.id for d in documents if d.id in known and d.id in write and d.payload.get("withheld")}
    plan.added += sum(1 for d in documents if d.id not in known)
    plan.changed += sum(1 for point in write if point in known)
    plan.unchanged += len(documents) - len(write)
    plan.removed += len(stale)
    delete: dict[Kind, tuple[str, ...]] = {}
    if stale or forbidden:  # the digest must not stand while they go
        delete = {k: tuple(p for p in points if p in stale or p in forbidden) for k, points in stored.items()}
        delete["table"] = tuple(stored.get("table", ()))
        write.add(documents[-1].id)
    if write or delete:
        plan.touched.append(Touched(table, frozenset(write), delete))


def _everything(catalog: Catalog, index: VectorIndex, reason: str) -> TablePlan:
    """Into an empty index, or one made anew beside the present one."""
    plan = TablePlan(catalog.project, rebuild=reason)
    plan.touched = [Touched(table) for table in catalog]
    plan.added = plan.size
    if reason:
        others = [kind for kind in COLLECTIONS if kind not in CATALOG_KINDS]
        plan.carried = tuple(from_payload(p, b) for kind in others for p, b in index.scroll(COLLECTIONS[kind]))
    return plan


def _digests(index: VectorIndex) -> dict[str, tuple[str, str]]:
    """Table -> its digest and its project."""
    fields = ("table", "digest", "project")
    found = (payload for _, payload in index.scroll(COLLECTIONS["table"], fields))
    return {str(p.get("table")): (str(p.get("digest")), str(p.get("project"))) for p in found}


def _hashes(points: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, str]:
    return {point: str(payload.get("hash")) for point, payload in points}
