"""The embedded index: Qdrant's engine in this process, without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock

from backends.errors import VectorError
from backends.vectors import common
from backends.vectors.base import Hit, Payload, Point, Stamp
from backends.vectors.edge_shard import EdgeShard
from backends.vectors.fusion import depth, fuse
from backends.vectors.generations import Generations, Held, read_stamp
from backends.vectors.tokens import SparseVector


class QdrantEdgeIndex:
    """What is published is read from a copy of this object's own, and so while another process writes; `begin` takes up
    what was published since. What is written shows elsewhere after `flush`. `filtered` names the payload fields that
    `match` is used with: they get a keyword index. `wait`: for how many seconds to wait for another that writes.
    """

    def __init__(self, path: Path | str, *, filtered: Sequence[str] = (), wait: float = 0.0) -> None:
        self._generations = Generations(Path(path), wait)
        self._filtered = tuple(filtered)
        self._guard = RLock()
        self._begun: Stamp | None = None
        self._own: _Generation | None = None
        self._staged: _Generation | None = None
        self._unpublished = False
        self._closed = False
        self._generations.stamp()

    def stamp(self) -> Stamp | None:
        own = self._own
        return own.stamp if own else self._generations.stamp()

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        with self._guard:
            self._check_open()
            self._drop_staged()
            if self._own and not self._unpublished and not self._generations.is_current(self._own.held):
                self._let_go()
            if rebuild:
                self._staged = self._in_turn(lambda: _Generation(self._generations.create(stamp), self._filtered))
            elif made := self.stamp():
                common.check_stamp(made, stamp)
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
        own = self._reading()
        if own is None:
            raise common.missing(str(self._generations.root))
        common.check_dim(dense, own.stamp)
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
            if self._begun is None or not (self._staged or self._unpublished or self.stamp() is None):
                return
            written = self._writable()
            written.flush()
            self._generations.publish(written.held)
            if written is self._staged:
                # Searches under way hold the old shards; those are closed when the last one lets go.
                self._let_go()
                self._own, self._staged = written, None
            self._unpublished = False
            self._generations.end_turn()
            self._generations.sweep()

    def close(self) -> None:
        with self._guard:
            if self._closed:
                return
            self._closed = True
            self._drop_staged()
            if self._own:
                self._own.close()
                self._let_go()
            self._generations.end_turn()

    def _writable(self) -> _Generation:
        """What is published is not written: a copy is, which is published in its place."""
        self._check_open()
        if self._begun is None:
            raise common.not_begun()
        if self._staged:
            return self._staged
        if self._own and self._unpublished:
            return self._own
        begun = self._begun
        own = self._in_turn(lambda: self._fit_to_write(begun))
        self._unpublished = True
        return own

    def _in_turn(self, make: Callable[[], _Generation]) -> _Generation:
        """The turn is kept, unless it can't be made."""
        self._generations.take_turn()
        try:
            return make()
        except BaseException:
            if not self._unpublished:
                self._generations.end_turn()
            raise

    def _fit_to_write(self, stamp: Stamp) -> _Generation:
        generations, own = self._generations, self._own
        writable = own is not None and not own.held.to_read
        if own and writable and generations.is_current(own.held) and not generations.is_published(own.held):
            return own
        fresh = _Generation(generations.copy() or generations.create(stamp), self._filtered)
        try:
            common.check_stamp(fresh.stamp, stamp)
        except BaseException:
            generations.drop(fresh.held)
            raise
        self._let_go()
        self._own = fresh
        return fresh

    def _reading(self) -> _Generation | None:
        self._check_open()
        if self._own is None:
            with self._guard:
                if self._own is None and (held := self._generations.copy(to_read=True)):
                    self._own = _Generation(held, self._filtered)
        return self._own

    def _readable(self, collection: str) -> EdgeShard | None:
        """Opened under the guard, so that nobody lets go of the folder meanwhile."""
        own = self._reading()
        shard = own.opened.get(collection) if own else None
        if shard is None:
            with self._guard:
                own = self._reading()
                shard = own.shard(collection) if own else None
        return shard

    def _let_go(self) -> None:
        if self._own:
            own, self._own = self._own, None
            self._generations.drop(own.held)

    def _drop_staged(self) -> None:
        if self._staged:
            staged, self._staged = self._staged, None
            staged.close()
            self._generations.drop(staged.held)
            if not self._unpublished:
                self._generations.end_turn()

    def _check_open(self) -> None:
        if self._closed:
            raise VectorError(f"the index in {self._generations.root} was closed", hint="open it again")


class _Generation:
    """Shards are opened when they are first asked for, by one thread at a time."""

    def __init__(self, held: Held, filtered: Sequence[str]) -> None:
        self.held = held
        self.path = held.path
        self.stamp = read_stamp(held.path)
        self.opened: dict[str, EdgeShard] = {}
        self._filtered = () if held.to_read else filtered

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
