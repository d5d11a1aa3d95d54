"""The catalogue to the index, table by table, so that what did not change costs next to nothing.

The document of a table holds the digest of all documents of that table, and is written after them: where the digest
is right, they are all there. What is in the index is counted too; if the sum is not what the digests promise
(another program wrote, a crash fell between), every point is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from backends.embedder.base import Embedder
from backends.vectors.base import Point, Stamp, VectorIndex
from backends.vectors.tokens import sparse_document
from backends.warehouse.base import TableName
from catalog_sync.documents import Document, Kind, document_of, documents_of, from_payload
from catalog_sync.index import CATALOG_KINDS, COLLECTIONS, check_project, outdated, stamp_of
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.records import key_of
from catalog_sync.stored import Everything, Lookup, Stored, digests
from catalog_sync.table_plan import Outline, TablePlan, Touched

_BATCH = 128
_DELETES = 1024
_KEPT_EVERY = 50_000
"""Documents. A sync that is stopped has lost what it did since."""

Progress = Callable[[str, int, int], None]


_Known = Callable[[TableName], Outline | None]


def plan_tables(
    catalog: Catalog,
    index: VectorIndex,
    wanted: Stamp,
    *,
    rebuild: bool = False,
    known: Callable[[TableName], Outline | None] = lambda _: None,
) -> TablePlan:
    """Compares digests, then the documents of what differs; writes nothing. `known` saves reading tables."""
    made = index.stamp()
    reason = "it was asked for" if rebuild and made else outdated(made, wanted)
    if made is None or reason:
        return _everything(catalog, index, reason, known)
    found = digests(index)
    check_project(catalog.project, (project for _, project in found.values()))
    plan = _compared(catalog, index, {name: digest for name, (digest, _) in found.items()}, Lookup(index), known)
    if plan is None:
        plan = _compared(catalog, index, {}, Everything(index), known)
    assert plan is not None
    return plan


def withdraw(plan: TablePlan, index: VectorIndex) -> None:
    """The deletions, safely on disk: what may not be seen goes before anything new comes."""
    made = index.stamp()
    if made is None or next(plan.deletions(), None) is None:
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
        project = plan.catalog.project
        writer.write(plan.carried)
        writer.write(
            d
            for table, ids in plan.tables()
            for d in documents_of(project, table)
            if d.kind != "table" and (ids is None or d.id in ids)
        )
        if not plan.rebuild:
            index.flush()
        own = ((document_of(project, table), ids) for table, ids in plan.tables())
        writer.write(d for d, ids in own if ids is None or d.id in ids)
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


def _compared(
    catalog: Catalog,
    index: VectorIndex,
    digests: Mapping[str, str],
    stored: Lookup | Everything,
    known: _Known,
) -> TablePlan | None:
    """None where the index holds other points than those that were accounted for."""
    plan = TablePlan(catalog)
    left = dict(digests)
    seen: dict[Kind, int] = dict.fromkeys(CATALOG_KINDS, 0)
    names = set()
    for name in catalog.names():
        names.add(str(name))
        outline = known(name) or _outline(catalog, name)
        if left.pop(str(name), None) == outline.digest:
            for kind, count in outline.counts.items():
                seen[kind] += count
                plan.unchanged += count
        elif (table := catalog.table(name)) is not None:
            _compare(table, stored.of(str(name)), plan, seen)
    others = stored.names() if isinstance(stored, Everything) else list(left)
    for gone in (gone for gone in others if gone not in names):
        found = stored.of(gone)
        plan.touch(Touched(gone, frozenset(), {kind: tuple(points) for kind, points in found.items()}), 0)
        for kind, points in found.items():
            seen[kind] += len(points)
            plan.removed += len(points)
    if isinstance(stored, Everything) or all(index.count(COLLECTIONS[kind]) == seen[kind] for kind in CATALOG_KINDS):
        return plan
    return None


def _compare(table: CatalogTable, stored: Stored, plan: TablePlan, seen: dict[Kind, int]) -> None:
    documents = list(documents_of(plan.catalog.project, table))
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
        plan.touch(Touched(key_of(table.name), frozenset(write), delete), len(write))


def _everything(catalog: Catalog, index: VectorIndex, reason: str, known: _Known) -> TablePlan:
    """Into an empty index, or one made anew beside the present one."""
    plan = TablePlan(catalog, rebuild=reason)
    for name in catalog.names():
        plan.touch(Touched(key_of(name)), sum((known(name) or _outline(catalog, name)).counts.values()))
    plan.added = plan.size
    if reason:
        others = [kind for kind in COLLECTIONS if kind not in CATALOG_KINDS]
        plan.carried = tuple(from_payload(p, b) for kind in others for p, b in index.scroll(COLLECTIONS[kind]))
        plan.size += len(plan.carried)
    return plan


def _outline(catalog: Catalog, name: TableName) -> Outline:
    table = catalog.table(name)
    return Outline.of(table) if table else Outline("", {})
