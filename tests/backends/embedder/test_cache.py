from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.embedder import CachedEmbedder, HashEmbedder


class Recorder(HashEmbedder):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__(dim=8)
        self.asked: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return super().embed_documents(texts)


def test_a_repeated_text_is_embedded_once() -> None:
    inner = Recorder()
    cached = CachedEmbedder(inner)
    first = cached.embed_documents(["a", "b", "a"])
    second = cached.embed_documents(["b", "c", "a"])
    assert inner.asked == ["a", "b", "c"]
    assert np.array_equal(first[0], second[2])
    assert np.array_equal(second, HashEmbedder(dim=8).embed_documents(["b", "c", "a"]))


def test_the_oldest_unused_goes_first() -> None:
    inner = Recorder()
    cached = CachedEmbedder(inner, capacity=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cached.embed_documents([text])
    assert inner.asked == ["a", "b", "c", "b"]


def test_a_batch_larger_than_the_capacity_comes_out_whole() -> None:
    texts = [f"text {i}" for i in range(10)]
    cached = CachedEmbedder(Recorder(), capacity=3)
    assert np.array_equal(cached.embed_documents(texts), HashEmbedder(dim=8).embed_documents(texts))


def test_queries_and_documents_are_kept_apart() -> None:
    inner = Recorder()
    cached = CachedEmbedder(inner)
    cached.embed_documents(["a"])
    cached.embed_query("a")
    cached.embed_query("a")
    assert inner.asked == ["a", "a"]


def test_a_vector_that_was_handed_out_can_not_be_changed() -> None:
    cached = CachedEmbedder(HashEmbedder(dim=8))
    with pytest.raises(ValueError, match="read-only"):
        cached.embed_query("a")[0] = 2.0
