from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from plugin.commands import presets
from plugin.errors import PipelineError
from plugin.generator.about import ABOUT, ROOMS, SAME
from plugin.generator.presets import PRESETS
from plugin.main import cli

PAGE = Path(__file__).parents[3] / "docs" / "presets.md"


def call(*args: str) -> str:
    result = CliRunner().invoke(cli, ["presets", *args], catch_exceptions=False, standalone_mode=False)
    assert result.return_value == 0
    return result.output


def read(*args: str) -> Any:
    return json.loads(call(*args, "--format", "json"))


def test_every_preset_is_described_and_every_description_is_of_one() -> None:
    assert {*ABOUT, *SAME} == set(PRESETS)


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == presets.markdown(), "dbt-ask presets page > docs/presets.md"


def test_list() -> None:
    assert [r["preset"] for r in read("list")] == list(ABOUT)
    assert "c3" in call("list")


def test_show() -> None:
    shown = read("show", "c3")
    assert shown["rooms"]["generate"] == ["20_samples (up to 5 times)"]
    assert list(shown["rooms"]) == list(ROOMS)
    assert "no samples: one greedy statement, not 20 that vote" in shown["substitutes"]
    assert "taste" in call("show", "c3")


def test_another_name_of_a_preset() -> None:
    assert read("show", "offline")["title"] == read("show", "default")["title"]


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(PipelineError, match="no preset 'c4'") as raised:
        call("show", "c4")
    assert "c3" in raised.value.hint


def test_our_figure_is_read_where_it_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "RESULTS", tmp_path / "presets.json")
    assert presets.record("c3")["ours"] == "not measured"
    figures = {
        "questions": 100, "execution_accuracy": 0.655, "interval": [0.5585, 0.74], "failed": 0.02,
        "seconds_mean": 61.25,
        "seconds_p95": 99.5, "calls_mean": 3.0, "prompt_tokens_mean": 1234, "completion_tokens_mean": 56,
    }  # fmt: skip
    presets.RESULTS.write_text(json.dumps({"setup": "100 questions", "presets": {"c3": figures}}), encoding="utf-8")
    assert presets.record("c3")["ours"] == "65.5% of 100, 61.2 s, 3.0 requests"
    page = presets.markdown()
    assert "100 questions" in page
    assert "| `c3` | 100 | 66% | 56% to 74% | 2% | 61.2 | 99.5 | 3.0 | 1234 | 56 |" in page
