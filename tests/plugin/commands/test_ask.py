"""What the terminal says under an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from plugin import texts
from plugin.answer import Answer
from plugin.commands.ask import show
from plugin.main import cli

WARNING = {"en": "fewer than half of such answers are right", "ko": "절반도 맞지 않습니다"}


def answered(confidence: float, status: str = "answered") -> Answer:
    receipt = {"data_as_of": {}, "proof": None, "glosses": {}}
    return Answer(
        "q", "en", status, "SELECT 1 AS n", "duckdb", ["n"], [[1]], "n: 1.", ["t"], [], confidence, "m", receipt,
        {"total": 1},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("confidence", "status", "warned"), [
    (0.49, "answered", True), (0.5, "answered", False), (0.0, "refused", False),
])  # fmt: skip
def test_an_answer_that_is_more_likely_wrong_than_right_says_so(
    language: str, confidence: float, status: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with texts.speaking(language):
        show(answered(confidence, status), receipt=False, shown=5)
    said = " ".join(capsys.readouterr().out.split())
    assert (WARNING[language] in said) is warned


def test_of_a_question_without_a_statement_nobody_is_sure(capsys: pytest.CaptureFixture[str]) -> None:
    """No model was asked: neither its name nor a confidence stands there."""
    show(replace(answered(0.0, "clarify"), sql=None, tables=[]), receipt=False, shown=5, ask="0123456789")
    said = capsys.readouterr().out
    assert "confidence" not in said
    assert "0.0 s · ask 01234567" in said


def test_the_receipt_on_a_terminal_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """No line break within a long text."""
    done = answered(0.9)
    receipt = {**done.receipt, "sql": "SELECT " + "a_long_name, " * 30}
    show(replace(done, receipt=receipt), receipt=True, shown=5)
    said = capsys.readouterr().out
    assert json.loads(said[said.index("{") :]) == receipt


@pytest.mark.parametrize("words", [[""], ["  "], ["", "--format", "json"], ["--format", "json"], ["x", "--rows", "-1"]])
def test_no_question_is_wrong_use(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["ask", *words, "--project-dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is no question" in done.output or "--rows" in done.output


@pytest.mark.parametrize(("typed", "asked"), [
    ("one\ntwo\n\nthree\n", ["one", "two"]), ("one\n", ["one"]), ("", []), ("  \n", []),
])  # fmt: skip
def test_a_conversation_ends_with_an_empty_line_or_its_input(
    typed: str, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    heard: list[str] = []
    monkeypatch.setattr("plugin.commands.ask.ask_once", lambda _bench, question, *_: heard.append(question))
    done = CliRunner().invoke(cli, ["ask", "--project-dir", str(tmp_path)], input=typed, standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 0
    assert heard == asked
