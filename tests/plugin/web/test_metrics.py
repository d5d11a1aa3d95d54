from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from feedback.desk import Decision
from feedback.intake import Proposal
from feedback.people import Actor
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD, Client

ANN = Actor.of("ann", "asker")
OF_STORE = "select count(*) as orders from orders where store_id = {}"


@pytest.fixture
def asked(site: Site) -> None:
    now = datetime.now(timezone.utc)
    for n in range(4):
        site.asks.record(
            question=f"orders {n} <b>", language="en", status="answered", tables=["main.orders"], model="m",
            timings={"total": 2000.0}, user="kim", asked_at=now - timedelta(days=n), ask=f"orders{n}",
        )  # fmt: skip
        site.feedback.give(f"orders{n}", "up", Actor.of("kim", "asker")) if n else site.feedback.give(
            "orders0", "down", Actor.of("kim", "asker"), reason="wrong_join"
        )
    site.asks.record(
        question="what do people earn", language="en", status="answered", tables=["main.salaries"], model="m",
        timings={"total": 100.0}, user="lee", ask="pay",
    )  # fmt: skip
    site.asks.record(
        question="their mail", language="en", status="refused", receipt={"reason": "pii"}, user="lee", ask="mail"
    )


def test_where_nothing_was_asked_it_says_so(client: Client) -> None:
    assert "Nothing was asked in these days" in client("reviewer").get("/metrics").text


def test_what_was_asked_said_and_missed(client: Client, asked: None) -> None:
    page = client("reviewer").get("/metrics").text
    for part in (
        "3 of 4, 95 % interval",
        "by 2 people",
        "orders 0 &lt;b&gt;",
        "wrong join",
        "personal data",
        "main.orders",
    ):
        assert part in page
    assert page.count("data-chart") == 5
    assert "orders 1" not in page  # it was right


def test_every_state_is_in_the_address(client: Client, asked: None) -> None:
    reviewer = client("reviewer")
    assert "their mail" not in reviewer.get("/metrics?missed=disliked").text
    assert "orders 0" not in reviewer.get("/metrics?missed=refused").text
    one = reviewer.get("/metrics?days=1&table=main.orders").text
    assert "0 of 1, 95 % interval" in one
    assert "their mail" not in one
    assert reviewer.get("/metrics?days=0").status_code == 422


def test_a_domain_is_a_wall(client: Client, asked: None, site: Site) -> None:
    person = site.people.add("narrow", "Narrow", PASSWORD, [Grant("reviewer", "Shop")])
    browser = client()
    browser.cookies.set(site.cookie, site.sessions.start(person.id))
    page = browser.get("/metrics").text
    assert "orders 0" in page
    assert "salaries" not in page
    assert "their mail" not in page
    assert "by 1 people" in page


def test_how_reviewing_goes_stands_beside_what_became_of_it(
    client: Client, site: Site, people: dict[str, Viewer]
) -> None:
    made = [
        site.curation.intake.propose(Proposal(f"How many orders has store {n}?", OF_STORE.format(n)), ANN).example.id
        for n in (1, 2)
    ]
    site.curation.desk.decide("approve", made[0], actor_of(people["reviewer"]), Decision(seconds=12))
    page = " ".join(client("reviewer").get("/metrics").text.split())
    for part in ("Reviewing", "1 approved, 0 rejected", "12.0 s", "Approved, then fallen", "Waiting now", ">1</dd>"):
        assert part in page
    people["pia"] = site.people.add("pia", "Pia", PASSWORD, [Grant("reviewer", "People")])
    assert 'id="reviewing"' not in client("pia").get("/metrics").text
    korean = client("reviewer")
    korean.cookies.set("language", "ko")
    assert "승인 1건, 반려 0건" in korean.get("/metrics").text


def test_the_same_figures_for_programs(client: Client, asked: None, site: Site, people: dict[str, Viewer]) -> None:
    secret = site.tokens.add(people["reviewer"].id, "t", ["read"], 1)
    bearer = {"authorization": f"Bearer {secret}"}
    found = client().get("/api/v1/metrics", params={"days": 7}, headers=bearer).json()
    assert (found["asking"]["asks"], found["asking"]["people"], len(found["asking"]["days"])) == (6, 2, 7)
    assert (found["asking"]["said"]["part"], found["asking"]["said"]["of"]) == (3, 4)
    assert 0.29 < found["asking"]["said"]["low"] < 0.31
    assert found["asking"]["complaints"] == {"wrong_join": 1}
    assert (found["reviewing"]["decided"], found["reviewing"]["oldest"]) == (0, None)
    of_pay = client().get("/api/v1/metrics", params={"table": "main.salaries"}, headers=bearer).json()
    assert of_pay["asking"]["asks"] == 1
    secret = site.tokens.add(people["asker"].id, "t", ["read"], 1)
    assert client().get("/api/v1/metrics", headers={"authorization": f"Bearer {secret}"}).status_code == 403


def test_what_is_asked_often_and_not_verified_is_what_to_review_next(
    client: Client, site: Site, people: dict[str, Viewer]
) -> None:
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)
    count, total = "select count(*) as n from orders", "select sum(amount) as n from orders"
    made = site.curation.intake.propose(Proposal("How many orders are there?", count), ANN).example.id
    site.curation.desk.decide("approve", made, actor_of(people["reviewer"]))
    site.curation.publish(site.curation.examples.get(made), actor_of(people["publisher"]), 3)
    for question, sql, who in (
        ("How many orders are there?", count, "kim"), ("how many orders are there", count, "lee"),
        ("What is the amount?", total, "kim"), ("What is the amount?", total, "lee"),
        ("what is the amount", total, "lee"),
        ("Asked once", total, "kim"),
    ):  # fmt: skip
        site.asks.record(
            question=question, language="en", status="answered", sql=sql, dialect="duckdb", tables=["main.orders"],
            user=who,
        )  # fmt: skip
    page = " ".join(client("reviewer").get("/metrics").text.split())
    often = page[page.index('id="often"') : page.index("Missed")]
    assert "3 times by 2 people" in often
    assert "40 % of what is asked more than once is verified (2 of 5" in often
    assert "How many orders" not in often
    assert "Asked once" not in often
