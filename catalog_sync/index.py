"""Documents to a vector index: only what is new or changed is embedded, what is gone is deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from backends.embedder.base import Embedder
from backends.vectors.base import Point, Stamp, VectorIndex
from backends.vectors.tokens import sparse_document
from catalog_sync.documents import TEMPLATE_VERSION, Document, Kind, from_payload
from catalog_sync.errors import OtherProject

COLLECTIONS: Mapping[Kind, str] = {
    "table": "tables",
    "column": "columns",
    "value": "values",
    "example": "examples",
}
CATALOG_KINDS: tuple[Kind, ...] = ("table", "column", "value")
# Payload fields that a search may filter by.
FILTERED = ("project", "workspace", "table", "column", "norm", "tables")
_BATCH = 128

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """What must be done to an index. `kept` are points of other kinds that a rebuild has to carry over;
    `forbidden` is the part of `changed` whose old text may not be seen any more."""

    added: tuple[Document, ...]
    changed: tuple[Document, ...]
    unchanged: tuple[Document, ...]
    removed: Mapping[Kind, tuple[str, ...]]
    forbidden: tuple[Document, ...] = ()
    kept: tuple[Document, ...] = ()
    rebuild: str = ""

    @property
    def to_embed(self) -> tuple[Document, ...]:
        everything = (*self.added, *self.changed)
        return (*everything, *self.unchanged, *self.kept) if self.rebuild else everything

    @property
    def removals(self) -> int:
        return sum(len(ids) for ids in self.removed.values())


def stamp_of(embedder: Embedder) -> Stamp:
    return Stamp(embedder.id, embedder.dim, TEMPLATE_VERSION)


def plan(
    documents: Sequence[Document],
    index: VectorIndex,
    wanted: Stamp,
    kinds: Collection[Kind] = CATALOG_KINDS,
    *,
    rebuild: bool = False,
) -> Plan:
    """Compares hashes; writes nothing. Points of kinds other than `kinds` are none of its business."""
    made = index.stamp()
    stored = {kind: dict(index.scroll(COLLECTIONS[kind])) if made else {} for kind in COLLECTIONS}
    reason = "it was asked for" if rebuild and made else outdated(made, wanted)
    known = {point: payload for kind in kinds for point, payload in stored[kind].items()}
    if not rebuild:
        for project in {str(document.payload["project"]) for document in documents}:
            check_project(project, (str(payload.get("project")) for payload in known.values()))
    wanted_ids = {document.id for document in documents}
    changed = [d for d in documents if d.id in known and known[d.id].get("hash") != d.hash]
    return Plan(
        added=tuple(d for d in documents if d.id not in known),
        changed=tuple(changed),
        unchanged=tuple(d for d in documents if d.id in known and known[d.id].get("hash") == d.hash),
        removed={kind: tuple(p for p in stored[kind] if p not in wanted_ids) for kind in kinds},
        forbidden=tuple(d for d in changed if d.payload.get("withheld")),
        kept=tuple(from_payload(p, b) for k in COLLECTIONS if k not in kinds for p, b in stored[k].items()),
        rebuild=reason,
    )


def withdraw(what: Plan, index: VectorIndex) -> None:
    """The deletions, safely on disk: what may not be seen goes before anything new comes."""
    made = index.stamp()
    if made is None or not (what.removals or what.forbidden):
        return
    index.begin(made)
    for kind, ids in what.removed.items():
        index.delete(COLLECTIONS[kind], ids)
    for document in what.forbidden:
        index.delete(COLLECTIONS[document.kind], [document.id])
    index.flush()


def publish(what: Plan, index: VectorIndex, embedder: Embedder, progress: Progress = lambda *_: None) -> int:
    """Embeds and writes; returns how many texts were embedded. A rebuild shows only when all of it is there."""
    todo = what.to_embed
    index.begin(stamp_of(embedder), rebuild=bool(what.rebuild))
    for start in range(0, len(todo), _BATCH):
        progress("embedding", start, len(todo))
        batch = todo[start : start + _BATCH]
        vectors = embedder.embed_documents([document.text for document in batch])
        points: dict[Kind, list[Point]] = {}
        for document, vector in zip(batch, vectors, strict=True):
            point = Point(document.id, vector.tolist(), sparse_document(document.lexical), dict(document.payload))
            points.setdefault(document.kind, []).append(point)
        for kind, group in points.items():
            index.upsert(COLLECTIONS[kind], group)
    progress("embedding", len(todo), len(todo))
    index.flush()
    return len(todo)


def outdated(made: Stamp | None, wanted: Stamp) -> str:
    if made is None or made == wanted:
        return ""
    parts = [
        f"{name} was {old}, is {new}"
        for name, old, new in (
            ("the embedder", made.embedder, wanted.embedder),
            ("the dimension", made.dim, wanted.dim),
            ("the text template", made.template, wanted.template),
            ("the lexical scheme", made.lexical, wanted.lexical),
        )
        if old != new
    ]
    return "; ".join(parts)


def check_project(project: str, stored: Iterable[str]) -> None:
    """`stored` are the projects of the points that are there. Raises OtherProject."""
    others = set(stored) - {project}
    if others:
        other = min(others)
        raise OtherProject(
            f"the index holds the tables of another dbt project, {other}",
            hint="set index.prefix in dbt_ask.yml to have one of your own, or replace it:  dbt-ask sync --rebuild",
            project=other,
        )
