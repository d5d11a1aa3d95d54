from backends.embedder.base import Embedder
from backends.embedder.cache import CachedEmbedder
from backends.embedder.hashing import HashEmbedder
from backends.embedder.multilingual import MultilingualEmbedder
from backends.embedder.sentence_transformer import SentenceTransformerEmbedder

__all__ = [
    "CachedEmbedder",
    "Embedder",
    "HashEmbedder",
    "MultilingualEmbedder",
    "SentenceTransformerEmbedder",
]
