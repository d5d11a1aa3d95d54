"""One Qdrant Edge shard. The only module that touches the engine's Python interface (beta: pinned)."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from backends.vectors import common
from backends.vectors.base import Payload, Point
from backends.vectors.tokens import SparseVector

# Exact search takes a few milliseconds up to here and misses nothing; HNSW at its default breadth missed a
# fifth of the ten nearest.
_EXACT_UP_TO = 50_000
_HNSW_EF = 256
_BATCH = 256
_PAGE = 1024

Match = Mapping[str, str | Sequence[str]]


class EdgeShard:
    def __init__(self, path: Path, filtered: Sequence[str]) -> None:
        import qdrant_edge as qe

        self._where = str(path)
        with _engine(self._where):
            self._shard: Any = qe.EdgeShard.load(self._where)
            _index_fields(self._shard, filtered)

    @staticmethod
    def create(path: Path, dim: int) -> None:
        """Made under another name and renamed: a shard that is there is whole."""
        import qdrant_edge as qe

        partial = path.with_name(f"{path.name}.new")
        shutil.rmtree(partial, ignore_errors=True)
        config = qe.EdgeConfig(
            vectors={"dense": qe.EdgeVectorParams(size=dim, distance=qe.Distance.Cosine)},
            sparse_vectors={"lex": qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)},
            optimizers=qe.EdgeOptimizersConfig(indexing_threshold=_EXACT_UP_TO * dim * 4 // 1024),
        )
        with _engine(str(path)):
            qe.EdgeShard.create(str(partial), config).close()
        partial.rename(path)

    def upsert(self, points: Sequence[Point]) -> None:
        import qdrant_edge as qe

        for batch in _batches(points):
            with _engine(self._where):
                self._shard.update(qe.UpdateOperation.upsert_points([_point(point) for point in batch]))

    def delete(self, ids: Sequence[str]) -> None:
        import qdrant_edge as qe

        with _engine(self._where):
            self._shard.update(qe.UpdateOperation.delete_points(list(ids)))

    def rankings(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Match,
        wanted: Collection[str] = ("dense", "lex"),
    ) -> dict[str, list[tuple[str, float]]]:
        import qdrant_edge as qe

        exact = self._shard.info().points_count <= _EXACT_UP_TO
        nearest: dict[str, tuple[Any, Any]] = {
            "dense": (common.floats(dense), qe.SearchParams(exact=exact, hnsw_ef=None if exact else _HNSW_EF)),
            "lex": (qe.SparseVector(list(sparse.indices), list(sparse.values)), None),
        }
        queries = [
            qe.QueryRequest(
                limit=limit, query=qe.Query.Nearest(vector, using=name), filter=_filter(match), params=params
            )
            for name, (vector, params) in nearest.items()
            if name in wanted
        ]
        with _engine(self._where):
            found = self._shard.query_batch(qe.QueryBatchRequest(queries))
        return {
            name: [(str(point.id), point.score) for point in points]
            for name, points in zip((n for n in nearest if n in wanted), found, strict=True)
        }

    def payloads(self, ids: Sequence[str]) -> dict[str, Payload]:
        with _engine(self._where):
            records = self._shard.retrieve(list(ids), with_payload=True, with_vector=False)
        return {str(record.id): record.payload or {} for record in records}

    def scroll(self, fields: Sequence[str] | None, match: Match) -> Iterator[tuple[str, Payload]]:
        import qdrant_edge as qe

        offset, wanted = None, True if fields is None else qe.PayloadSelector.Include(list(fields))
        while True:
            request = qe.ScrollRequest(
                offset=offset, limit=_PAGE, filter=_filter(match), with_payload=wanted, with_vector=False
            )
            with _engine(self._where):
                records, offset = self._shard.scroll(request)
            yield from ((str(record.id), record.payload or {}) for record in records)
            if offset is None:
                return

    def count(self) -> int:
        import qdrant_edge as qe

        with _engine(self._where):
            return int(self._shard.count(qe.CountRequest(exact=True)))

    def flush(self) -> None:
        """The engine merges and indexes only when told."""
        with _engine(self._where):
            self._shard.optimize()
            self._shard.flush()

    def close(self) -> None:
        with _engine(self._where):
            self._shard.close()


@contextmanager
def _engine(where: str) -> Iterator[None]:
    """The engine raises bare Exception for everything that is not a wrong type."""
    try:
        yield
    except Exception as error:
        if type(error) is Exception:
            raise common.broken(where, error) from error
        raise


def _index_fields(shard: Any, filtered: Sequence[str]) -> None:
    import qdrant_edge as qe

    for field in sorted(set(filtered) - set(shard.info().payload_schema)):
        shard.update(qe.UpdateOperation.create_field_index(field, qe.PayloadSchemaType.Keyword))


def _point(point: Point) -> Any:
    import qdrant_edge as qe

    sparse = qe.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    return qe.Point(point.id, {"dense": common.floats(point.dense), "lex": sparse}, point.payload)


def _filter(match: Match) -> Any:
    import qdrant_edge as qe

    if not match:
        return None
    return qe.Filter(
        must=[
            qe.FieldCondition(key, match=qe.MatchAny([wanted] if isinstance(wanted, str) else list(wanted)))
            for key, wanted in match.items()
        ]
    )


def _batches(points: Sequence[Point]) -> Iterator[list[Point]]:
    remaining = iter(points)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
