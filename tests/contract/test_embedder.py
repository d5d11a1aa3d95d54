"""What every Embedder does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.embedder import CachedEmbedder, Embedder, HashEmbedder, MultilingualEmbedder
from tests.backends.embedder.static_model import saved_model

TEXTS = [
    "customer orders by month",
    "고객의 월별 주문 금액",
    "dim_customer.customer_id",
    "",
    "   \n",
    "broken \ud800 escape",
    "a long text " * 200,
]


def _sentence_transformer(folder: Path) -> Embedder:
    from backends.embedder import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(str(saved_model(folder)))


MAKERS: dict[str, Callable[[Path], Embedder]] = {
    "hash": lambda _: HashEmbedder(dim=32),
    "multilingual": lambda _: MultilingualEmbedder(),
    "sentence-transformer": _sentence_transformer,
    "cached": lambda _: CachedEmbedder(MultilingualEmbedder(), capacity=3),
}


@pytest.fixture(scope="module", params=MAKERS)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Embedder]:
    folder = tmp_path_factory.mktemp("model")
    return lambda: MAKERS[request.param](folder)


@pytest.fixture(scope="module")
def embedder(make: Callable[[], Embedder]) -> Embedder:
    return make()


def test_one_row_a_text(embedder: Embedder) -> None:
    rows = embedder.embed_documents(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dim)
    assert rows.dtype == np.float32


def test_a_query_is_one_vector(embedder: Embedder) -> None:
    row = embedder.embed_query(TEXTS[0])
    assert row.shape == (embedder.dim,)
    assert row.dtype == np.float32


def test_no_texts_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, embedder.dim)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_every_vector_has_length_one(embedder: Embedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(embedder.embed_documents([text])[0]) == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed_documents(TEXTS)
    alone = np.stack([embedder.embed_documents([text])[0] for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)


def test_another_instance_gives_the_same(make: Callable[[], Embedder], embedder: Embedder) -> None:
    other = make()
    assert (other.id, other.dim) == (embedder.id, embedder.dim)
    assert np.array_equal(other.embed_query(TEXTS[1]), embedder.embed_query(TEXTS[1]))


def test_texts_without_content_have_one_vector(embedder: Embedder) -> None:
    empty, blank = embedder.embed_documents(["", "   \n"])
    assert np.allclose(empty, blank, atol=1e-5)


def test_different_texts_differ(embedder: Embedder) -> None:
    english, korean, identifier = embedder.embed_documents(TEXTS[:3])
    assert english @ korean < 0.999
    assert english @ identifier < 0.999


def test_ids_tell_embedders_apart(tmp_path: Path) -> None:
    ids = {HashEmbedder(dim=32).id, HashEmbedder(dim=64).id, MultilingualEmbedder().id}
    assert len(ids) == 3
    assert CachedEmbedder(HashEmbedder(dim=32)).id == HashEmbedder(dim=32).id
