from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from backends.embedder import SentenceTransformerEmbedder
from backends.errors import ModelMissing
from tests.backends.embedder.static_model import saved_model


def test_words_in_common_bring_texts_together(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(saved_model(tmp_path)))
    query = embedder.embed_query("customer orders")
    same, other = embedder.embed_documents(["orders customer", "월별 금액"])
    assert query @ same == pytest.approx(1, abs=1e-5)
    assert query @ other < 0.9


def test_other_weights_under_the_same_name_are_another_embedder(tmp_path: Path) -> None:
    model = saved_model(tmp_path / "one", seed=0)
    first = SentenceTransformerEmbedder(str(model))
    retrained = SentenceTransformerEmbedder(
        str(saved_model(tmp_path / "two", seed=1).rename(tmp_path / "two" / model.name))
    )
    assert first.id != retrained.id
    assert first.id.rsplit("@", 1)[0] == retrained.id.rsplit("@", 1)[0]
    assert not np.allclose(first.embed_query("orders"), retrained.embed_query("orders"))


def test_the_id_of_a_hub_model_has_its_revision() -> None:
    pinned = SentenceTransformerEmbedder("BAAI/bge-m3", revision="5617a9f")
    assert pinned.id == "sentence-transformers/BAAI/bge-m3@5617a9f"


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", exc_type=ImportError)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelMissing) as raised:
        SentenceTransformerEmbedder(str(tmp_path)).embed_query("orders")
    assert str(tmp_path) in raised.value.message


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelMissing) as raised:
        SentenceTransformerEmbedder("BAAI/bge-m3").embed_query("orders")
    assert 'pip install "dbt-ask[sentence-transformers]"' in raised.value.hint
