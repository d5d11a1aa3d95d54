"""Korean nouns in the words of tables that have no Korean, by the real embedder."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plugin.generator.ask import Ask
from plugin.generator.stage import Services
from plugin.generator.understand.glossed import Glossed
from plugin.generator.understand.rules import Rules

Make = Callable[..., Services]


def glossed(question: str, services: Services) -> Ask:
    return Glossed()(Rules()(Ask(question), services), services)


def test_the_nearest_name_stands_for_a_noun(services: Make) -> None:
    done = glossed("2020년 7월의 상태별 주문 건수", services())
    assert done.question == "2020년 7월의 status별 order 건수"
    assert done.asked == "2020년 7월의 상태별 주문 건수"
    assert done.glosses == (("상태", "status"), ("주문", "order"))
    assert [p.text for p in done.periods] == ["2020년 7월"]


@pytest.mark.parametrize(
    "question",
    [
        "orders by status",  # not Korean
        "날씨는 어때?",  # near nothing
        "유럽 지역",  # a value is called so
        "이름과 코드",  # says nothing alone
    ],
)
def test_what_stays(services: Make, question: str) -> None:
    done = glossed(question, services())
    assert (done.question, done.asked, done.glosses) == (question, "", ())
