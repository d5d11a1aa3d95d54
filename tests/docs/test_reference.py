"""The reference says what the code says."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.docs.blocks import DOCS


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["settings.md", "reference/commands.md", "reference/api.md", "reference/errors.md"])
def test_it_is_current(generate: ModuleType, page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert "<!-- generated: " in text
    assert generate.brought_up_to_date(text) == text, "run  python docs/generate.py"


def test_what_was_edited_by_hand_is_noticed(generate: ModuleType) -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert generate.brought_up_to_date(text.replace("`llm.kind`", "`llm.sort`")) == text
