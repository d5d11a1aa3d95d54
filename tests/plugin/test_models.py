"""Which language model the settings mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.llm.fallback import FallbackLLM
from backends.llm.local import LocalLLM
from backends.llm.openai import OpenAILLM
from plugin.assemble import open_llm
from plugin.settings import LlmSettings

SERVER = {"kind": "openai", "base_url": "http://one/v1", "model": "big", "at_once": 6}


@pytest.fixture(autouse=True)
def model_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.gguf").touch()
    monkeypatch.setenv("DBT_ASK_MODEL_PATH", str(tmp_path / "small.gguf"))


@pytest.mark.parametrize(
    ("settings", "kind", "turns"),
    [
        ({}, LocalLLM, 1),
        (SERVER, OpenAILLM, 6),
        ({**SERVER, "fallback_model": "other", "fallback_base_url": "http://two/v1"}, FallbackLLM, 6),
        ({**SERVER, "fallback_model": "qwen2.5-coder-1.5b"}, FallbackLLM, 1),
    ],
)
def test_the_model_and_how_many_it_answers_at_once(settings: dict[str, object], kind: type, turns: int) -> None:
    chosen = LlmSettings.model_validate(settings)
    llm = open_llm(chosen)
    assert type(llm) is kind
    assert chosen.turns == turns
    assert llm.id == ("big" if settings else "small")
    llm.close()
