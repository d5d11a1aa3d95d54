"""What becomes a candidate, and what does not: with a real warehouse behind the door."""

from __future__ import annotations

import pytest

from feedback import audit
from feedback.clusters import role_of
from feedback.desk import Decision
from feedback.errors import MoveRefused, NotAccepted
from feedback.intake import Proposal
from feedback.people import Actor
from tests.feedback.conftest import ASKER, PUBLISHER, REVIEWER, Shop

COUNT = "select count(*) from orders"


def checks(shop: Shop, question: str, sql: str) -> dict[str, str]:
    return {c.name: c.outcome for c in shop.intake().examine(question, sql).text.checks}


def test_a_correction_becomes_a_candidate_with_its_evidence(shop: Shop) -> None:
    taken = shop.intake().propose(Proposal("How many orders are there?", f"{COUNT};", origin={"ask": "a1"}), ASKER)
    assert (taken.how, taken.example.state, taken.example.source) == ("created", "candidate", "person")
    version = shop.loop.examples.version(taken.example.id, 1)
    assert (version.sql, version.tables) == (COUNT, ["main.orders"])
    assert {c["name"]: c["outcome"] for c in version.checks} == {
        "door": "ok", "runs": "ok", "rows": "ok", "neighbours": "ok",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("delete from orders", "door"),
        ("select customer_name from customers", "door"),
        ("select * from sqlite_master", "door"),
        ("select count(*) from nothing", "door"),
        ("select count(*) from orders; drop table orders", "door"),
        ("select substr(amount, 1, 2, 3) from orders", "door"),
        ("select abs(-9223372036854775807 - 1) from orders", "runs"),
        (" ", "empty"),
    ],
)
def test_what_the_door_or_the_engine_refuses_is_not_taken(shop: Shop, sql: str, rule: str) -> None:
    with pytest.raises(NotAccepted) as raised:
        shop.intake().propose(Proposal("How many?", sql), ASKER)
    assert raised.value.rule == rule
    assert shop.loop.examples.find() == []


def test_the_same_is_counted_and_not_kept_twice(shop: Shop) -> None:
    first = shop.intake().propose(Proposal("How many orders?", COUNT), ASKER)
    second = shop.intake().propose(Proposal("how many  orders", "SELECT COUNT(*) FROM main.orders o", seen=3), REVIEWER)
    assert (second.how, second.example.id, second.example.seen) == ("known", first.example.id, 4)
    assert audit.read(shop.loop.engine, key=first.example.id)[0].action == "seen_again"


def test_what_was_rejected_stays_rejected_until_somebody_reopens_it(shop: Shop) -> None:
    made = shop.intake().propose(Proposal("Revenue?", COUNT), ASKER).example
    shop.loop.desk.move("reject", made.id, REVIEWER, Decision("wrong_metric"))
    with pytest.raises(NotAccepted, match="wrong_metric") as raised:
        shop.intake().propose(Proposal("revenue", COUNT), ASKER)
    assert raised.value.rule == "rejected"
    shop.loop.desk.move("reopen", made.id, REVIEWER, Decision("it was right"))
    assert shop.intake().propose(Proposal("revenue", COUNT), ASKER).how == "known"


def test_another_answer_to_a_known_question_is_flagged_and_not_published(shop: Shop) -> None:
    good = shop.published("How many orders are there?", COUNT)
    bad = shop.intake().propose(Proposal("How many orders are there", "select count(*) + 100 from orders"), ASKER)
    flag = next(c for c in bad.checks if c.name == "neighbours")
    assert (flag.outcome, flag.differ) == ("warn", (good.id,))
    for name in ("claim", "approve"):
        shop.loop.desk.move(name, bad.example.id, REVIEWER)
    with pytest.raises(MoveRefused) as raised:
        shop.loop.desk.move("publish", bad.example.id, PUBLISHER, Decision(gate=True))
    assert raised.value.guard == "conflict"
    assert shop.intake().agreeing(bad.example) == frozenset()


def test_other_sql_with_the_same_rows_is_no_conflict(shop: Shop) -> None:
    good = shop.published("How many orders are there?", COUNT)
    other = shop.intake().propose(Proposal("how many orders are there", "select count(order_id) from orders"), ASKER)
    assert next(c for c in other.checks if c.name == "neighbours").agree == (good.id,)
    for name in ("claim", "approve"):
        shop.loop.desk.move(name, other.example.id, REVIEWER)
    agree = shop.intake().agreeing(other.example)
    assert agree == {good.id}
    shop.loop.desk.move("publish", other.example.id, PUBLISHER, Decision(gate=True, agree=agree))


def test_the_same_question_about_another_value_is_no_conflict(shop: Shop) -> None:
    sql = "select count(*) from orders where status = '{}'"
    shop.published("How many orders are open?", sql.format("open"))
    other = shop.intake().propose(Proposal("How many orders are shipped?", sql.format("shipped")), ASKER)
    assert next(c for c in other.checks if c.name == "neighbours").differ == ()


def test_a_person_s_proposals_in_a_day_are_limited(shop: Shop) -> None:
    intake = shop.intake(daily_limit=2)
    for number in range(2):
        intake.propose(Proposal(f"question {number}", f"select {number} from orders"), ASKER)
    with pytest.raises(NotAccepted, match="ann has proposed 2") as raised:
        intake.propose(Proposal("one more", COUNT), ASKER)
    assert raised.value.rule == "limit"
    intake.propose(Proposal("one more", COUNT), PUBLISHER)
    shop.loop.clock.later(hours=25)
    intake.propose(Proposal("the next day", "select 9 from orders"), ASKER)


def test_personal_data_is_masked_in_both(shop: Shop) -> None:
    question = "Orders of ann@example.com, phone 010-1234-5678?"
    sql = "select count(*) from orders where status = 'ann@example.com'"
    made = shop.intake().propose(Proposal(question, sql), ASKER).example
    version = shop.loop.examples.version(made.id, 1)
    assert made.question == "Orders of ***, phone ***?"
    assert "ann@" not in version.sql + repr(version.uses) + repr(version.checks)
    assert "status = '***'" in version.sql


def test_dates_are_not_personal(shop: Shop) -> None:
    sql = "select count(*) from orders where order_date >= '2019-01-01' and order_date < '2020-01-01 00:00:00'"
    made = shop.intake().propose(Proposal("Orders from 2019-01-01 to 2020-01-01 12:00?", sql), ASKER).example
    assert "***" not in made.question + shop.loop.examples.version(made.id, 1).sql


@pytest.mark.parametrize(
    ("sql", "name", "outcome"),
    [
        ("select sum(o.amount) from orders o join stores s on o.store_id = s.store_id", "joins", "ok"),
        ("select sum(o.amount) from orders o join stores s on o.order_id = s.store_id", "joins", "warn"),
        ("select sum(s.region_id) from orders o join stores s on o.store_id = s.store_id", "fan_out", "warn"),
        ("select count(*) from orders where status = 'lost'", "rows", "ok"),
        ("select order_id from orders where status = 'lost'", "rows", "warn"),
    ],
)
def test_what_a_careful_reader_looks_for(shop: Shop, sql: str, name: str, outcome: str) -> None:
    assert checks(shop, "?", sql)[name] == outcome


def test_a_sum_on_the_many_side_is_no_fan_out(shop: Shop) -> None:
    assert "fan_out" not in checks(shop, "?", "select sum(o.amount) from orders o join stores s using (store_id)")
    assert "fan_out" not in checks(
        shop,
        "?",
        "select s.store_name, sum(o.amount) from orders o join stores s on s.store_id = o.store_id group by 1",
    )


def test_paraphrases_are_of_one_cluster_and_one_role(shop: Shop) -> None:
    intake = shop.intake(benchmark_share=0.5)
    for number, (question, sql) in enumerate(
        [
            ("How many orders are open?", "select count(*) from orders where status = 'open'"),
            ("Number of shipped orders", "select count(*) from orders where status = 'shipped'"),
            ("how many orders are open", "select count(order_id) from orders where status = 'open'"),
        ]
    ):
        intake.propose(Proposal(question, sql), Actor.of(f"p{number}", "asker"))
    found = shop.loop.examples.find()
    assert len(found) == 3
    assert len({(e.cluster, e.role) for e in found}) == 1


def test_a_share_of_the_clusters_is_held_out() -> None:
    roles = [role_of(f"cluster {number}", 0.2) for number in range(2000)]
    assert 0.16 < roles.count("benchmark") / len(roles) < 0.24
    assert {role_of("a", 0.0), role_of("b", 0.0)} == {"retrieval"}
    assert {role_of("a", 1.0), role_of("b", 1.0)} == {"benchmark"}


def test_what_is_held_out_stays_so_whatever_the_share_is_later(shop: Shop) -> None:
    first = shop.intake(benchmark_share=1.0).propose(Proposal("How many orders?", COUNT), ASKER)
    none = shop.intake(benchmark_share=0.0)
    same_question = none.propose(Proposal("how many orders", "select count(order_id) from orders"), ASKER)
    same_query = none.propose(Proposal("Number of rows in the orders", "select count(*) from orders x"), ASKER)
    other = none.propose(Proposal("Which stores?", "select store_name from stores"), ASKER)
    roles = [taken.example.role for taken in (first, same_question, same_query, other)]
    assert roles == ["benchmark", "benchmark", "benchmark", "retrieval"]
