"""The embedded index: Qdrant's engine in this process, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock

from backends.errors import VectorError
from backends.vectors import common
from backends.vectors.base import Hit, Payload, Point, Stamp
from backends.vectors.edge_shard import EdgeShard
from backends.vectors.fusion import depth, fuse
from backends.vectors.generations import Generations, read_stamp
from backends.vectors.tokens import SparseVector


class QdrantEdgeIndex:
    """`filtered` names the payload fields that `match` is used with: they get a keyword index."""

    def __init__(self, path: Path | str, *, filtered: Sequence[str] = ()) -> None:
        self._generations = Generations(Path(path))
        self._filtered = tuple(filtered)
        self._guard = RLock()
        self._begun: Stamp | None = None
        self._staged: _Generation | None = None
        self._closed = False
        try:
            current = self._generations.current()
            self._read = _Generation(current, self._filtered) if current else None
            self._generations.sweep()
        except BaseException:
            self._generations.close()
            raise

    def stamp(self) -> Stamp | None:
        return self._read.stamp if self._read else None

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        with self._guard:
            self._check_open()
            self._drop_staged()
            if rebuild:
                self._staged = self._new(stamp)
            elif self._read:
                common.check_stamp(self._read.stamp, stamp)
            self._begun = stamp

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        common.check_name(collection)
        with self._guard:
            target = self._writable()
            for point in points:
                common.check_dim(point.dense, target.stamp)
            if points:
                target.make(collection).upsert(points)

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        with self._guard:
            shard = self._writable().shard(collection)
            if shard and ids:
                shard.delete(ids)

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        self._check_open()
        if self._read is None:
            raise common.missing(str(self._generations.root))
        common.check_dim(dense, self._read.stamp)
        shard = self._readable(collection)
        if shard is None or limit < 1:
            return []
        fused = fuse(shard.rankings(dense, sparse, depth(limit), match or {}), limit)
        payloads = shard.payloads([f.id for f in fused])
        return [Hit(f.id, f.score, payloads[f.id], f.parts) for f in fused if f.id in payloads]

    def scroll(
        self,
        collection: str,
        fields: Sequence[str] | None = None,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Iterator[tuple[str, Payload]]:
        shard = self._readable(collection)
        return shard.scroll(fields, match or {}) if shard else iter(())

    def count(self, collection: str) -> int:
        shard = self._readable(collection)
        return shard.count() if shard else 0

    def flush(self) -> None:
        with self._guard:
            if self._begun is None:
                return
            written = self._writable()
            written.flush()
            if written is self._staged:
                self._generations.publish(written.path)
                # Searches under way hold the old shards; those are closed when the last one lets go.
                self._read, self._staged = written, None
                self._generations.sweep()

    def close(self) -> None:
        with self._guard:
            if self._closed:
                return
            self._closed = True
            self._drop_staged()
            if self._read:
                self._read.close()
            self._generations.close()

    def _new(self, stamp: Stamp) -> _Generation:
        return _Generation(self._generations.create(stamp), self._filtered)

    def _writable(self) -> _Generation:
        self._check_open()
        if self._begun is None:
            raise common.not_begun()
        if self._staged:
            return self._staged
        if self._read is None:
            self._read = self._new(self._begun)
            self._generations.publish(self._read.path)
        return self._read

    def _readable(self, collection: str) -> EdgeShard | None:
        """Opened under the guard, so that no rebuild sweeps the folder away meanwhile."""
        self._check_open()
        shard = self._read.opened.get(collection) if self._read else None
        if shard is None:
            with self._guard:
                shard = self._read.shard(collection) if self._read else None
        return shard

    def _drop_staged(self) -> None:
        if self._staged:
            self._staged.close()
            self._staged = None
            self._generations.sweep()

    def _check_open(self) -> None:
        if self._closed:
            raise VectorError(f"the index in {self._generations.root} was closed", hint="open it again")


class _Generation:
    """Shards are opened when they are first asked for, by one thread at a time."""

    def __init__(self, path: Path, filtered: Sequence[str]) -> None:
        self.path = path
        self.stamp = read_stamp(path)
        self.opened: dict[str, EdgeShard] = {}
        self._filtered = filtered

    def shard(self, collection: str) -> EdgeShard | None:
        if collection not in self.opened and (self.path / collection).is_dir():
            self.opened[collection] = EdgeShard(self.path / collection, self._filtered)
        return self.opened.get(collection)

    def make(self, collection: str) -> EdgeShard:
        if not (self.path / collection).is_dir():
            EdgeShard.create(self.path / collection, self.stamp.dim)
        shard = self.shard(collection)
        assert shard is not None
        return shard

    def flush(self) -> None:
        for shard in self.opened.values():
            shard.flush()

    def close(self) -> None:
        for shard in self.opened.values():
            shard.close()
