"""Verified examples that ask the same, over the real index of values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plugin.answer import answer
from plugin.generator.ask import Ask, Shot
from plugin.generator.check.stages import Execution
from plugin.generator.choose.by_result import Agreed
from plugin.generator.combinators import Seq
from plugin.generator.generate.verified import ORIGIN, Verified
from plugin.generator.stage import Services

Make = Callable[..., Services]
OF_STORE = (
    "SELECT SUM(amount) FROM orders JOIN stores USING (store_id) WHERE store_name = 'Brooklyn' "
    "AND CAST(strftime('%Y', order_date) AS INTEGER) = 2019"
)
IN_BROOKLYN = Shot("What did Brooklyn sell in 2019?", OF_STORE, 0.9)
FIVE = Shot("the 5 largest orders", "SELECT amount FROM orders ORDER BY amount DESC LIMIT 5", 0.9)


def written(question: str, services: Services, *shots: Shot) -> list[str]:
    done = Verified()(Ask(question, shots=shots), services)
    assert all(c.origin == ORIGIN for c in done.candidates)
    return [c.sql for c in done.candidates]


def test_the_same_question_has_the_sql_as_it_was_verified(services: Make) -> None:
    assert written("what did  brooklyn sell in 2019", services(), IN_BROOKLYN) == [OF_STORE]


@pytest.mark.parametrize(
    ("question", "shot", "holds"),
    [
        ("What did Chicago sell in 2020?", IN_BROOKLYN, ("'Chicago'", "= 2020")),
        ("브루클린의 매출", Shot("브루클린의 매출", OF_STORE, 0.9), ("'Brooklyn'",)),
        ("2020년 브루클린의 매출", Shot("2019년 브루클린의 매출", OF_STORE, 0.9), ("'Brooklyn'", "= 2020")),
        ("the 3 largest orders", FIVE, ("LIMIT 3",)),
    ],
)
def test_other_values_are_exchanged(services: Make, question: str, shot: Shot, holds: tuple[str, ...]) -> None:
    (sql,) = written(question, services(), shot)
    assert all(part in sql for part in holds)


@pytest.mark.parametrize(
    ("question", "shot"),
    [
        ("What did Chicago earn in 2020?", IN_BROOKLYN),
        ("What did the whole company sell in 2019?", IN_BROOKLYN),
        ("What did Europe sell in 2019?", IN_BROOKLYN),  # no store is called so
        ("What did Brooklyn sell in summer?", IN_BROOKLYN),
        ("the 3 largest orders", Shot(FIVE.question, FIVE.sql.replace("amount FROM", "ROUND(amount, 5) FROM"), 0.9)),
        ("What did Brooklyn gain in 2020?", Shot("What did Brooklyn gain in 2019?", OF_STORE + " OR 1 = 2018", 0.9)),
        ("orders last month", Shot("orders last month", "SELECT 1 FROM orders WHERE order_date > '2020-07-01'", 0.9)),
        ("What did Brooklyn sell in 2019?", Shot("What did Brooklyn sell in 2019?", "SELECT (", 0.9)),
    ],
)
def test_what_asks_something_else_is_left(services: Make, question: str, shot: Shot) -> None:
    assert written(question, services(), shot) == []


def test_examples_that_disagree_settle_nothing(services: Make) -> None:
    other = Shot(IN_BROOKLYN.question, "SELECT COUNT(*) FROM orders", 0.8)
    pipeline = Seq((Verified(), Execution(), Agreed(ORIGIN)))
    asked = Ask(IN_BROOKLYN.question, shots=(IN_BROOKLYN, other))
    assert pipeline(asked, services()).verdict is None


def test_no_model_is_asked_and_the_answer_says_so(services: Make) -> None:
    at_hand = services()
    pipeline = Seq((Verified(), Execution(), Agreed(ORIGIN, confidence=0.95)))
    done = answer(pipeline(Ask(FIVE.question, shots=(FIVE,)), at_hand), at_hand, 0.1)
    assert (done.status, done.model, done.confidence, len(done.rows)) == ("answered", "rules", 0.95, 4)
