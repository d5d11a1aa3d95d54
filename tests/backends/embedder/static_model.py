"""A small sentence-transformers model, made here and now: no download."""

from __future__ import annotations

from pathlib import Path

import pytest


def saved_model(folder: Path, *, seed: int = 0, dim: int = 16) -> Path:
    """Skips the test where the extra is not installed."""
    pytest.importorskip("sentence_transformers", exc_type=ImportError)
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    path = folder / f"static-{seed}-{dim}"
    if path.is_dir():
        return path
    words = ["[UNK]", "customer", "orders", "by", "month", "고객의", "월별", "주문", "금액"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(seed)
    weights = torch.randn(len(words), dim)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(path))
    return path
