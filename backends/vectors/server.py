"""The shared index: collections on a Qdrant server or cluster.

A collection `tables` is `<prefix>.tables.<generation>` on the server, read through the alias `<prefix>.tables`.
`<prefix>.stamp` holds one point whose payload is the stamp. A rebuild moves all aliases in one call, so that the
stamp and the vectors never part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from threading import RLock
from typing import TYPE_CHECKING
from uuid import uuid4

from backends.errors import VectorError
from backends.vectors import common
from backends.vectors.base import Hit, Payload, Point, Stamp
from backends.vectors.fusion import depth, fuse
from backends.vectors.server_calls import Calls
from backends.vectors.tokens import SparseVector

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_STAMP = "stamp"


class QdrantServerIndex:
    """Other processes follow a rebuild at once; they check the stamp when they begin.

    `filtered` names the payload fields that `match` is used with: they get a keyword index. `shard_number` and
    `replication_factor` are for a cluster and take effect when a collection is made. `close` closes the client.
    """

    def __init__(
        self,
        client: QdrantClient,
        *,
        prefix: str = "dbt_ask",
        filtered: Sequence[str] = (),
        shard_number: int | None = None,
        replication_factor: int | None = None,
    ) -> None:
        common.check_name(prefix)
        self._calls = Calls(client, filtered, shard_number, replication_factor)
        self._prefix = prefix
        self._guard = RLock()
        self._begun: Stamp | None = None
        self._made: Stamp | None = None
        self._staged: _Staged | None = None

    def stamp(self) -> Stamp | None:
        if self._made is None and self._alias(_STAMP) in self._aliases():
            self._made = Stamp(**self._calls.document(self._alias(_STAMP)))
        return self._made

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        with self._guard:
            self._staged = self._made = None
            made = self.stamp()
            if rebuild:
                self._sweep()
                self._staged = _Staged()
                self._create(_STAMP, stamp)
            elif made:
                common.check_stamp(made, stamp)
            self._begun = stamp

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        common.check_name(collection)
        if collection == _STAMP:
            raise VectorError(f"the collection name {_STAMP!r} is taken", hint="choose another name")
        with self._guard:
            stamp = self._writing()
            for point in points:
                common.check_dim(point.dense, stamp)
            if not points:
                return
            target = self._target(collection) or self._create(collection, stamp)
            self._calls.upsert(target, points)

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        with self._guard:
            self._writing()
            target = self._target(collection)
            if target and ids:
                self._calls.delete(target, ids)

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        made = self.stamp()
        if made is None:
            raise common.missing(self._calls.where)
        common.check_dim(dense, made)
        if limit < 1:
            return []
        alias = self._alias(collection)
        fused = fuse(self._calls.rankings(alias, dense, sparse, depth(limit), match or {}), limit)
        payloads = self._calls.payloads(alias, [f.id for f in fused])
        return [Hit(f.id, f.score, payloads[f.id], f.parts) for f in fused if f.id in payloads]

    def scroll(
        self,
        collection: str,
        fields: Sequence[str] | None = None,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Iterator[tuple[str, Payload]]:
        return self._calls.scroll(self._alias(collection), fields, match or {})

    def count(self, collection: str) -> int:
        return self._calls.count(self._alias(collection))

    def flush(self) -> None:
        """The server has logged every write that it answered; what is left is to commit a rebuild."""
        with self._guard:
            if self._begun is None:
                return
            if self._staged:
                self._calls.point_aliases(self._staged.collections, instead_of=self._aliases())
                self._staged, self._made = None, self._begun
                self._sweep()
            elif self.stamp() is None:
                self._create(_STAMP, self._begun)

    def close(self) -> None:
        with self._guard:
            if self._staged:
                self._staged = None
                self._sweep()
            self._calls.close()

    def _writing(self) -> Stamp:
        if self._begun is None:
            raise common.not_begun()
        if self._staged is None and self.stamp() is None:
            self._create(_STAMP, self._begun)
        return self._begun

    def _target(self, collection: str) -> str | None:
        """Where writes to the collection go, once it has been created."""
        made = self._staged.collections if self._staged else self._aliases()
        return made.get(self._alias(collection))

    def _create(self, collection: str, stamp: Stamp) -> str:
        """Nothing is seen of a collection, and a crash leaves nothing of it, until its alias is set."""
        alias = self._alias(collection)
        name = f"{alias}.{self._staged.generation if self._staged else uuid4().hex}"
        if collection == _STAMP:
            self._calls.create_document(name, asdict(stamp))
        else:
            self._calls.create(name, stamp.dim)
        if self._staged:
            self._staged.collections[alias] = name
        else:
            self._calls.point_aliases({alias: name}, instead_of={})
        return name

    def _sweep(self) -> None:
        """Drops what a rebuild replaced and what a crash left behind."""
        aliased = set(self._aliases().values())
        for name in self._calls.collections():
            if name.startswith(f"{self._prefix}.") and name not in aliased:
                self._calls.drop(name)

    def _aliases(self) -> dict[str, str]:
        return {a: name for a, name in self._calls.aliases().items() if a.startswith(f"{self._prefix}.")}

    def _alias(self, collection: str) -> str:
        return f"{self._prefix}.{collection}"


class _Staged:
    def __init__(self) -> None:
        self.generation = uuid4().hex
        self.collections: dict[str, str] = {}
