"""Korean words that are the sound of English ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.generator.bilingual.loanwords import sounds_like, the_one

_LINES = (Path(__file__).parent / "fixtures" / "loanwords.txt").read_text(encoding="utf-8").splitlines()
_PAIRS = [line.split(" ", 2) for line in _LINES if not line.startswith("#")]


@pytest.mark.parametrize(("sign", "korean", "english"), _PAIRS)
def test_pairs(sign: str, korean: str, english: str) -> None:
    assert sounds_like(korean, english) == (sign == "+")


def test_one_syllable_and_one_consonant_sound_like_too_much() -> None:
    assert not sounds_like("팀", "team")
    assert not sounds_like("요가", "yoga")


def test_the_only_one() -> None:
    assert the_one("브랜드", ["brand", "category", "objective"]) == "brand"
    assert the_one("클릭", ["clicks", "click"]) == "click"
    assert the_one("브랜드", ["category"]) == ""
    assert the_one("세션", ["session", "season"]) == ""  # both
