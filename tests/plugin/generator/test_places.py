"""Adjectives of places."""

from __future__ import annotations

import pytest

from plugin.generator.retrieve.places import places
from plugin.generator.retrieve.values import IN_ENGLISH
from tests.plugin.generator.test_default import Make, ask


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("European", "europe"),
        ("Asian", "asia"),
        ("Brazilian", "brazil"),
        ("Italian", "italy"),
        ("Canadian", "canada"),
        ("Norwegian", "norway"),
        ("Japanese", "japan"),
        ("Chinese", "china"),
        ("Polish", "poland"),
        ("Iraqi", "iraq"),
        ("German", "germany"),
        ("French", "france"),
        ("American", "united states"),
    ],
)
def test_places(word: str, place: str) -> None:
    assert place in set(places(word))


@pytest.mark.parametrize("word", ["asian", "B2B", "한국인", ""])
def test_other_words_are_made_of_no_place(word: str) -> None:
    assert not set(places(word))


def test_a_question_finds_the_place(services: Make) -> None:
    made = services(" 1\n```")
    done = ask("the approximate amount of European orders", made)
    assert [(v.phrase, v.value) for v in done.values] == [("european", "EUROPE")]


def test_a_korean_word_finds_the_place(services: Make) -> None:
    made = services(" 1\n```")
    done = ask("시카고 주문의 대략적인 금액", made)
    assert {(v.phrase, v.value, v.score) for v in done.values} == {("시카고", "Chicago", IN_ENGLISH)}
    assert not ask("독일 주문의 대략적인 금액", services(" 1\n```")).values
