"""What the terminal says under an answer."""

from __future__ import annotations

import pytest

from plugin import texts
from plugin.answer import Answer
from plugin.commands.ask import show

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
