"""Korean nouns in the words of tables that have no Korean, by the real embedder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from plugin.generator.ask import Ask, Verdict
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand.glossed import Glossed
from plugin.generator.understand.rules import Rules

Make = Callable[..., Services]


@dataclass(frozen=True)
class Settled:
    """Answers whatever it is asked, or nothing."""

    answers: bool = True
    name: str = "settled"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return ask.add(verdict=Verdict("answered", 1.0)) if self.answers else ask


def glossed(question: str, services: Services, *, answers: bool = True) -> Ask:
    return Glossed(Settled(answers))(Rules()(Ask(question), services), services)


def test_the_nearest_name_stands_for_a_noun(services: Make) -> None:
    done = glossed("2020년 7월의 상태별 주문 건수", services())
    assert done.question == "2020년 7월의 status별 order 건수"
    assert done.asked == "2020년 7월의 상태별 주문 건수"
    assert done.glosses == (("상태", "status"), ("주문", "order"))
    assert [p.text for p in done.periods] == ["2020년 7월"]


def test_what_settles_nothing_leaves_the_question_as_it_was(services: Make) -> None:
    done = glossed("2020년 7월의 상태별 주문 건수", services(), answers=False)
    assert (done.question, done.asked, done.glosses) == ("2020년 7월의 상태별 주문 건수", "", ())


@pytest.mark.parametrize(
    "question",
    [
        "orders by status",  # not Korean
        "날씨는 어때?",  # near nothing
        "유럽",  # a value is called so
        "이름과 코드",  # says nothing alone
    ],
)
def test_what_stays(services: Make, question: str) -> None:
    done = glossed(question, services())
    assert (done.question, done.asked, done.glosses) == (question, "", ())
