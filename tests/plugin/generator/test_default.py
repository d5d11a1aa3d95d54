"""The default preset from question to answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backends.llm.scripted import ScriptedLLM
from plugin.generator.ask import Ask
from plugin.generator.presets import Options, build
from plugin.generator.stage import Services

Make = Callable[..., Services]


def ask(question: str, services: Services, **options: bool) -> Ask:
    return build("default", Options(**options))(Ask(question), services)  # type: ignore[arg-type]


def calls(services: Services) -> int:
    assert isinstance(services.llm, ScriptedLLM)
    return len(services.llm.calls)


def prompt(services: Services, call: int = 0) -> str:
    assert isinstance(services.llm, ScriptedLLM)
    return "\n".join(m.content for m in services.llm.calls[call].messages)


def rows(done: Ask) -> tuple[tuple[object, ...], ...]:
    assert done.verdict
    assert done.verdict.candidate
    assert done.verdict.candidate.rows
    return done.verdict.candidate.rows.rows


def test_an_answer_with_its_receipt(services: Make) -> None:
    made = services(" store_name, SUM(revenue) FROM monthly_sales GROUP BY store_name ORDER BY 2 DESC\n```")
    done = ask("the approximate revenue of each store", made)
    assert done.verdict
    assert done.verdict.status == "answered"
    assert rows(done) == (("Chicago", 45.0), ("Brooklyn", 30.0))
    assert done.sentence == "Chicago 45.00; Brooklyn 30.00."
    rooms = "understand retrieve generate check choose retrieve retrieve route retrieve generate check check choose"
    rooms += " generate check check choose understand understand route generate check check choose choose"
    rooms += " link compose generate check check choose deliver"
    assert [s.stage.split(".")[0] for s in done.steps] == rooms.split()
    assert calls(made) == 1


@pytest.mark.parametrize("question", ["revenue of each store", "revenue by store"])
def test_where_every_word_is_understood_no_model_is_asked(services: Make, question: str) -> None:
    made = services()
    done = ask(question, made)
    assert sorted(rows(done)) == [("Brooklyn", 30.0), ("Chicago", 45.0)]
    assert done.verdict
    assert done.verdict.confidence >= 0.9
    assert calls(made) == 0


def test_views_are_shown_first_and_can_be_left_out(services: Make) -> None:
    made = services(" 1\n```")
    ask("monthly revenue of the stores", made)
    text = prompt(made)
    assert "CREATE TABLE monthly_sales" in text
    assert "orders" not in text or text.index("CREATE TABLE monthly_sales") < text.index("CREATE TABLE orders")
    made = services(" 1\n```")
    ask("monthly revenue of the stores", made, use_views=False)
    assert "monthly_sales" not in prompt(made)


@pytest.mark.parametrize("question", ["the approximate orders in brooklyn", "브루클린 매장의 대략적인 주문 수"])
def test_values_are_linked(services: Make, question: str) -> None:
    made = services(
        " COUNT(*) FROM orders AS o JOIN stores AS s ON o.store_id = s.store_id WHERE store_name = 'x'\n```"
    )
    done = ask(question, made)
    assert [(v.column, v.value) for v in done.values][:1] == [("store_name", "Brooklyn")]
    assert "store_name = 'Brooklyn'" in prompt(made)


def test_a_left_out_join_is_added_without_asking_the_model_again(services: Make) -> None:
    made = services(" SUM(amount) FROM orders WHERE region_name = 'europe'\n```")
    done = ask("the approximate amount of orders in europe", made)
    assert rows(done) == ((45.0,),)
    assert calls(made) == 1


def test_one_repair_by_the_model(services: Make) -> None:
    made = services(" FROB(amount) FROM orders\n```", " SUM(amount) FROM orders\n```")
    done = ask("the approximate total amount of orders", made)
    assert calls(made) == 2
    if done.verdict and done.verdict.status == "answered":
        assert rows(done) == ((75.0,),)


def test_no_more_than_one_repair_and_one_look_at_base_tables_alone(services: Make) -> None:
    made = services(*3 * (" nothing FROM nowhere\n```",), " 1\n```")
    done = ask("the approximate total amount of orders", made)
    assert done.verdict
    assert (done.verdict.status, done.verdict.reason) == ("failed", "no_sql")
    assert calls(made) == 3
    assert "monthly_sales" in prompt(made)
    assert "monthly_sales" not in prompt(made, 2)


def test_a_second_look_at_base_tables(services: Make) -> None:
    made = services(*2 * (" nothing FROM nowhere\n```",), " SUM(amount) FROM orders\n```")
    assert rows(ask("the approximate total amount of orders", made)) == ((75.0,),)


def test_private_columns_are_not_shown_and_not_answered(services: Make) -> None:
    made = services(" customer_name FROM customers\n```")
    done = ask("the approximate orders of each customer segment", made)
    assert "customer_name" not in prompt(made)
    assert done.verdict
    assert (done.verdict.status, done.verdict.reason) == ("refused", "pii")
    assert "Ann" not in str(done)


@pytest.mark.parametrize(
    ("question", "status", "reason"),
    [
        ("delete all orders", "refused", "change_data"),
        ("주문을 모두 삭제해줘", "refused", "change_data"),
        ("how was the weather", "refused", "not_in_data"),
        ("which one is the best?", "clarify", "ambiguous"),
        ("어디가 제일 좋아?", "clarify", "ambiguous"),
        ("???", "clarify", "empty"),
    ],
)
def test_what_is_not_answered_costs_no_model_call(services: Make, question: str, status: str, reason: str) -> None:
    made = services()
    done = ask(question, made)
    assert done.verdict
    assert (done.verdict.status, done.verdict.reason) == (status, reason)
    assert done.sentence
    assert calls(made) == 0


def test_a_monthly_view_is_not_asked_for_days(services: Make) -> None:
    made = services(" SUM(amount) FROM orders\n```")
    done = ask("the approximate revenue of the last 10 days", made)
    assert any(line.startswith("main.monthly_sales: order_month is by month") for line in done.dropped)
    assert "monthly_sales" not in prompt(made)


def test_periods_end_with_the_data(services: Make) -> None:
    made = services(" SUM(amount) FROM orders\n```")
    ask("the approximate amount of orders last month", made)
    assert "order_date >= DATE '2020-07-01' AND order_date < DATE '2020-08-01'" in prompt(made)


def test_likes_are_things_that_are_counted_and_no_judgement(services: Make) -> None:
    judged = ask("어떤 매장이 제일 좋아요?", services()).verdict
    assert judged
    assert (judged.status, judged.reason) == ("clarify", "ambiguous")
    counted = ask("좋아요를 누른 매장의 대략적인 수", services(" 1\n```")).verdict
    assert counted
    assert counted.reason != "ambiguous"
