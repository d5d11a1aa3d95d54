from backends.vectors.base import Hit, Payload, Point, Stamp, VectorIndex
from backends.vectors.edge import QdrantEdgeIndex
from backends.vectors.server import QdrantServerIndex
from backends.vectors.server_calls import connect, local
from backends.vectors.tokens import SparseVector, sparse_document, sparse_query, terms

__all__ = [
    "Hit",
    "Payload",
    "Point",
    "QdrantEdgeIndex",
    "QdrantServerIndex",
    "SparseVector",
    "Stamp",
    "VectorIndex",
    "connect",
    "local",
    "sparse_document",
    "sparse_query",
    "terms",
]
