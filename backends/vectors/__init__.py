from backends.vectors.base import Hit, Payload, Point, Stamp, VectorIndex
from backends.vectors.edge import QdrantEdgeIndex
from backends.vectors.tokens import SparseVector, sparse_document, sparse_query, terms

__all__ = [
    "Hit",
    "Payload",
    "Point",
    "QdrantEdgeIndex",
    "SparseVector",
    "Stamp",
    "VectorIndex",
    "sparse_document",
    "sparse_query",
    "terms",
]
