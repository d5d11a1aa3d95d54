"""Pairs of a text and the same with one change; and, for texts that nobody thought of, what must hold of any."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog_sync.dbt_yaml.splice import Named, Step, Value, load, look, put
from catalog_sync.errors import YamlNotEditable

AMOUNT: tuple[Step, ...] = ("models", Named("orders"), "columns", Named("amount"))
ORDERS: tuple[Step, ...] = ("models", Named("orders"))

FIXTURES = Path(__file__).parent / "fixtures" / "splice.txt"
NO_LINE_END = "⏎\n"


def cases() -> list[Any]:
    found = []
    for case in FIXTURES.read_text(encoding="utf-8").split("#### ")[1:]:
        head, _, texts = case.partition(">>>>\n")
        title, call = head.strip().split("\n")
        before, _, after = f"{texts.rstrip()}\n".partition("====\n")
        steps, value = json.loads(call)
        path = tuple(Named(step["name"]) if isinstance(step, dict) else step for step in steps)
        found.append(pytest.param(path, value, before, after, id=title))
    return found


@pytest.mark.parametrize(("path", "value", "before", "after"), cases())
def test_a_change(path: tuple[Step, ...], value: Value, before: str, after: str) -> None:
    assert put(before.replace(NO_LINE_END, ""), path, value).rstrip("\n") == after.replace(NO_LINE_END, "").rstrip("\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("models:\n  - name: a\n    columns: &c\n      - name: amount\n  - name: orders\n    columns: *c\n", "anchor"),
        ("models:\n  - name: orders\n    columns: many\n", "more was to be written"),
        ("models:\n  - name: orders\n    columns: {amount: {name: amount}}\n", "more was to be written"),
        ("models: [", "no YAML"),
        ("- name: orders\n", "more was to be written"),
    ],
)
def test_what_can_not_be_changed_alone(text: str, says: str) -> None:
    with pytest.raises(YamlNotEditable, match=says):
        put(text, (*AMOUNT, "description"), "Net.")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60))
def test_any_text_can_stand_there(written: str) -> None:
    before = "models:\n  - name: orders  # c\n    columns: [{name: amount}]\n"
    written = written.strip() or "x"
    for path in ((*ORDERS, "description"), (*AMOUNT, "description")):
        assert look(load(put(before, path, written)), path) == written
    added = put(before, (*AMOUNT, "tags"), [written])
    assert look(load(added), (*AMOUNT, "tags")) == [written]


PROJECT = Path(__file__).parents[3] / "dbt_project" / "models"


@pytest.mark.parametrize("file", sorted(PROJECT.rglob("*.yml")), ids=lambda file: file.stem)
def test_real_files_lose_nothing(file: Path) -> None:
    """Each model gets a synonym and each first column a tag: lines are added, or a list grows; none goes."""
    text = before = file.read_text(encoding="utf-8")
    for model in yaml.safe_load(text).get("models") or []:
        at = ("models", Named(model["name"]))
        text = put(text, (*at, "config", "meta", "dbt_ask", "synonyms"), ["한 단어"])
        if model.get("columns"):
            text = put(text, (*at, "columns", Named(model["columns"][0]["name"]), "config", "tags"), ["x"])
    for line in difflib.ndiff(before.splitlines(), text.splitlines()):
        if line.startswith("- "):
            assert "[" in line or "{" in line, line
