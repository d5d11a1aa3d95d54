"""The calls to qdrant-client, and its failures as ours. Its local mode takes the same calls, slowly: for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from backends.errors import IndexLocked, VectorError
from backends.vectors import common
from backends.vectors.base import Payload, Point
from backends.vectors.tokens import SparseVector

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

_BATCH = 256
_HNSW_EF = 256
_DOCUMENT = 1

T = TypeVar("T")
Match = Mapping[str, str | Sequence[str]]


def connect(url: str, *, api_key: str | None = None, timeout: int = 30) -> QdrantClient:
    """`timeout` in seconds, for each call. Nothing is sent yet."""
    from qdrant_client import QdrantClient

    return QdrantClient(url=url, api_key=api_key, timeout=timeout, check_compatibility=False)


def local(path: Path | str | None = None) -> QdrantClient:
    """qdrant-client's own imitation of a server, in a folder or in memory. For small tests: it scans in Python,
    and it unpickles what it finds in the folder."""
    from qdrant_client import QdrantClient

    try:
        return QdrantClient(path=str(path)) if path else QdrantClient(":memory:")
    except RuntimeError as error:
        raise IndexLocked(
            f"the index in {path} is in use by another process",
            hint="wait until it ends or stop it; to share an index between processes, use a Qdrant server",
            path=str(path),
        ) from error


class Calls:
    def __init__(
        self,
        client: QdrantClient,
        filtered: Sequence[str],
        shard_number: int | None,
        replication_factor: int | None,
    ) -> None:
        options = client.init_options
        self.where = str(options["url"] or options["path"] or options["host"] or options["location"])
        self._is_local = bool(options["path"]) or options["location"] == ":memory:"
        self._client = client
        self._filtered = tuple(filtered)
        self._create = partial(
            client.create_collection, shard_number=shard_number, replication_factor=replication_factor
        )

    def collections(self) -> list[str]:
        with self._translated():
            return [c.name for c in self._client.get_collections().collections]

    def aliases(self) -> dict[str, str]:
        with self._translated():
            return {a.alias_name: a.collection_name for a in self._client.get_aliases().aliases}

    def point_aliases(self, to: Mapping[str, str], *, instead_of: Mapping[str, str]) -> None:
        """In one step, for readers: all of `instead_of` go, all of `to` come."""
        from qdrant_client import models

        operations: list[Any] = [
            models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)) for alias in instead_of
        ]
        operations += [
            models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=name, alias_name=alias))
            for alias, name in to.items()
        ]
        with self._translated():
            self._client.update_collection_aliases(change_aliases_operations=operations)

    def create(self, name: str, dim: int) -> None:
        from qdrant_client import models

        with self._translated():
            self._create(
                name,
                vectors_config={"dense": models.VectorParams(size=dim, distance=models.Distance.COSINE)},
                sparse_vectors_config={"lex": models.SparseVectorParams(modifier=models.Modifier.IDF)},
            )
            for field in () if self._is_local else self._filtered:
                self._client.create_payload_index(name, field, models.PayloadSchemaType.KEYWORD)

    def drop(self, name: str) -> None:
        with self._translated():
            self._client.delete_collection(name)

    def create_document(self, name: str, document: Payload) -> None:
        """A collection without vectors, of one payload."""
        from qdrant_client import models

        with self._translated():
            self._create(name, vectors_config={})
            self._client.upsert(name, [models.PointStruct(id=_DOCUMENT, vector={}, payload=document)])

    def document(self, name: str) -> Payload:
        with self._translated():
            return self._client.retrieve(name, [_DOCUMENT])[0].payload or {}

    def upsert(self, name: str, points: Sequence[Point]) -> None:
        remaining = iter(points)
        while batch := list(islice(remaining, _BATCH)):
            with self._translated():
                self._client.upsert(name, [_point(point) for point in batch], wait=True)

    def delete(self, name: str, ids: Sequence[str]) -> None:
        with self._translated():
            self._client.delete(name, list(ids), wait=True)

    def rankings(
        self,
        name: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Match,
    ) -> dict[str, list[tuple[str, float]]]:
        """Empty where there is no such collection."""
        from qdrant_client import models

        nearest = {"dense": common.floats(dense), "lex": _sparse(sparse)}
        requests = [
            models.QueryRequest(
                query=vector,
                using=using,
                filter=_filter(match),
                limit=limit,
                with_payload=False,
                params=None if self._is_local else models.SearchParams(hnsw_ef=_HNSW_EF),
            )
            for using, vector in nearest.items()
        ]
        found = self._read(name, lambda: self._client.query_batch_points(name, requests)) or []
        return {
            using: [(str(point.id), point.score) for point in response.points]
            for using, response in zip(nearest, found, strict=False)
        }

    def payloads(self, name: str, ids: Sequence[str]) -> dict[str, Payload]:
        if not ids:
            return {}
        records = self._read(name, lambda: self._client.retrieve(name, list(ids))) or []
        return {str(record.id): record.payload or {} for record in records}

    def scroll(self, name: str, fields: Sequence[str] | None, match: Match) -> Iterator[tuple[str, Payload]]:
        offset: Any = None
        wanted = True if fields is None else list(fields)
        while True:
            page = partial(
                self._client.scroll,
                name,
                limit=_BATCH,
                offset=offset,
                with_payload=wanted,
                scroll_filter=_filter(match),
            )
            records, offset = self._read(name, page) or ([], None)
            yield from ((str(record.id), record.payload or {}) for record in records)
            if offset is None:
                return

    def count(self, name: str) -> int:
        return self._read(name, lambda: self._client.count(name, exact=True).count) or 0

    def close(self) -> None:
        self._client.close()

    def _read(self, name: str, call: Callable[[], T]) -> T | None:
        """None where there is no such collection. Asked first, looked up after: it nearly always is there."""
        try:
            with self._translated():
                return call()
        except VectorError:
            if name in self.aliases():
                raise
            return None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from qdrant_client.http.exceptions import ApiException, ResponseHandlingException

        try:
            yield
        except ResponseHandlingException as error:
            raise VectorError(
                f"Qdrant at {self.where} did not answer: {error}",
                hint="check index.url, the API key and that the server is running",
                where=self.where,
            ) from error
        except (ApiException, ValueError) as error:
            raise common.broken(self.where, error) from error


def _point(point: Point) -> models.PointStruct:
    from qdrant_client import models

    return models.PointStruct(
        id=point.id,
        vector={"dense": common.floats(point.dense), "lex": _sparse(point.sparse)},
        payload=point.payload,
    )


def _sparse(vector: SparseVector) -> models.SparseVector:
    from qdrant_client import models

    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def _filter(match: Match) -> models.Filter | None:
    from qdrant_client import models

    if not match:
        return None
    return models.Filter(
        must=[
            models.FieldCondition(
                key=key, match=models.MatchAny(any=[wanted] if isinstance(wanted, str) else list(wanted))
            )
            for key, wanted in match.items()
        ]
    )
