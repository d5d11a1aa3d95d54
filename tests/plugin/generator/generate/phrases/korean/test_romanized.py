"""Korean names in Latin letters."""

from __future__ import annotations

import pytest

from plugin.generator.bilingual.romanized import romanized


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("대구", "daegu"), ("창원", "changwon"), ("강릉", "gangneung"), ("신라", "silla"), ("종로", "jongno"),
        ("왕십리", "wangsimni"), ("독립문", "dongnimmun"), ("백마", "baengma"), ("인천", "incheon"), ("온돌", "ondol"),
        ("구", ""), ("CNC", ""), ("대구시 북구", ""),
    ],
)  # fmt: skip
def test_romanized(word: str, latin: str) -> None:
    assert romanized(word) == latin
