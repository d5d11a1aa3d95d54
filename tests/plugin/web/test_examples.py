"""The library of examples, the badge that rests on it, and proposals from an answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backends.vectors import QdrantEdgeIndex
from catalog_sync.index import COLLECTIONS, stamp_of
from feedback.desk import Decision
from feedback.upkeep import drop_drifted
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, ask
from tests.plugin.web.test_review import COUNT, TOTAL, lock, post, propose, state

QUESTION = "What is the approximate total amount of each store?"
People = dict[str, Viewer]


@pytest.fixture(autouse=True)
def nothing_held_out(site: Site) -> None:
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)


def published(site: Site, people: People, question: str = QUESTION, sql: str = TOTAL) -> str:
    example = propose(site, people["asker"], question, sql)
    site.curation.desk.decide("approve", example, actor_of(people["reviewer"]))
    site.curation.publish(site.curation.examples.get(example), actor_of(people["publisher"]), lock(site, example))
    return example


def shelved(site: Site) -> set[str]:
    index = QdrantEdgeIndex(site.reading.bench.project.index)
    try:
        return {payload["example"] for _, payload in index.scroll(COLLECTIONS["example"])}
    finally:
        index.close()


def test_an_example_is_published_retired_and_restored_by_who_may(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], QUESTION, TOTAL)
    site.curation.desk.decide("approve", example, actor_of(people["reviewer"]))
    address = f"/examples/{example}/move"
    assert post(client("reviewer"), address, name="publish", lock=lock(site, example)).status_code == 403
    assert post(client("publisher"), address, name="publish", lock=lock(site, example)).status_code == 303
    assert shelved(site) == {example}
    assert post(client("publisher"), address, name="retire", lock=lock(site, example)).status_code == 422
    assert post(client("reviewer"), address, name="retire", reason="old", lock=lock(site, example)).status_code == 403
    stale_lock = lock(site, example) - 1
    assert post(client("publisher"), address, name="retire", reason="old", lock=stale_lock).status_code == 409
    assert post(client("publisher"), address, name="retire", reason="old", lock=lock(site, example)).status_code == 303
    assert (state(site, example), shelved(site)) == ("retired", set())
    page = client("publisher").get(f"/examples/{example}").text
    assert "Restore" in page
    assert ">old<" in page
    assert post(client("reviewer"), address, name="reopen", reason="again", lock=lock(site, example)).status_code == 303
    assert state(site, example) == "candidate"


def test_askers_see_what_is_live_and_what_they_proposed_themselves(client: Client, site: Site, people: People) -> None:
    live = published(site, people)
    own = propose(site, people["other"], "How many orders are there?", COUNT)
    seen = {login: client(login).get("/examples").text for login in ("other", "asker", "reviewer", "payroll")}
    assert [QUESTION in seen[login] for login in seen] == [True, True, True, False]
    assert ["How many orders" in seen[login] for login in seen] == [True, False, True, False]
    assert client("asker").get(f"/examples/{own}").status_code == 404
    assert client("payroll").get(f"/examples/{live}").status_code == 404
    page = client("other").get(f"/examples/{live}").text
    assert "Retire" not in page
    assert "History" not in page


def test_filters_are_in_the_address_and_the_export_follows_them(client: Client, site: Site, people: People) -> None:
    published(site, people)
    propose(site, people["asker"], "주문은 모두 몇 건인가요?", COUNT)
    reviewer = client("reviewer")
    assert QUESTION not in reviewer.get("/examples?state=candidate").text
    assert QUESTION in reviewer.get("/examples?q=sum(amount)").text
    assert "몇 건인가요" not in reviewer.get("/examples?language=en").text
    assert "No example matches." in reviewer.get("/examples?domain=People").text
    assert "state=candidate" in reviewer.get("/examples?language=ko").text
    lines = reviewer.get("/examples/export.jsonl?language=ko").text.splitlines()
    assert [(json.loads(line)["question"], json.loads(line)["sql"]) for line in lines] == [
        ("주문은 모두 몇 건인가요?", COUNT)
    ]


def test_why_an_example_is_stale_is_said(client: Client, site: Site, people: People) -> None:
    example = published(site, people)
    catalog = site.reading.catalog()
    drifted = catalog.with_tables(
        tuple(replace(t, columns=tuple(c for c in t.columns if c.name != "amount")) for t in catalog)
    )
    drop_drifted(site.curation.desk, drifted)
    page = client("reviewer").get(f"/examples/{example}").text
    assert "Why it is stale" in page
    assert "orders.amount is gone" in page
    assert "amount is gone" in client("reviewer").get("/examples?state=stale").text


def test_versions_lie_side_by_side(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    post(client("reviewer"), f"/review/{example}/edit", sql="select count(order_id) as n from orders", lock=1)
    page = client("reviewer").get(f"/examples/{example}?a=1&b=2").text
    assert "data-diff" in page
    assert "COUNT(order_id)" in page
    assert client("reviewer").get(f"/examples/{example}?a=7&b=9").status_code == 200


def test_an_answer_is_verified_only_by_its_exact_rule(
    client: Client, site: Site, people: People, script: Script
) -> None:
    asker = client("asker")
    before = ask(asker, site, QUESTION)
    assert "Not verified" in asker.get(f"/ask/{before}").text
    example = published(site, people, sql=f"select{script.sql}")
    page = asker.get(f"/ask/{before}").text
    assert "reviewed by reviewer, answers this question with this query" in page
    assert f'href="/examples/{example}"' in page
    other = asker.get(f"/ask/{ask(asker, site, 'How much did every store take in?')}").text
    assert "Based on verified" in other
    right, script.sql = f"select{script.sql}", script.sql.replace("SUM(amount)", "MAX(amount)")
    again = site.asks.get(ask(asker, site, QUESTION))
    assert again is not None
    assert (again.model, "MAX" in again.sql) == ("rules", False)  # from now on the example answers
    proof = {"kind": "rewritten", "proof": "", "refused": None, "written": right}
    for sql, receipt, verified in (
        (f"select{script.sql}", {}, False),
        (f"select * from ({right})", {"proof": proof}, True),
    ):
        made = site.asks.record(
            question=QUESTION,
            language="en",
            status="answered",
            sql=sql,
            dialect="duckdb",
            user="asker",
            receipt=receipt,
        )
        assert ("shield-check" in asker.get(f"/ask/{made}").text.partition("Receipt")[2]) == verified
    site.curation.desk.move("retire", example, actor_of(people["owner"]), Decision("old"))
    assert "Not verified" in asker.get(f"/ask/{before}").text


def test_the_next_question_sees_what_was_published_while_the_index_was_written(
    client: Client, site: Site, people: People
) -> None:
    example = propose(site, people["asker"], QUESTION, TOTAL)
    site.curation.desk.decide("approve", example, actor_of(people["reviewer"]))
    held = site.reading.bench.open_index()
    try:
        held.begin(stamp_of(site.reading.bench.embedder), rebuild=True)
        answer = post(client("publisher"), f"/examples/{example}/move", name="publish", lock=lock(site, example))
        meanwhile = site.asks.get(ask(client("asker"), site, QUESTION))
    finally:
        held.close()
    assert answer.status_code == 303
    assert meanwhile is not None
    assert meanwhile.status == "answered"
    assert shelved(site) == set()
    record = site.asks.get(ask(client("asker"), site, QUESTION))
    assert record is not None
    assert [QUESTION] in [step.get("examples") for step in record.receipt["stages"]]


def test_an_example_of_another_domain_never_reaches_the_prompt(client: Client, site: Site, people: People) -> None:
    published(site, people)
    site.curation.deliver()
    seen = {}
    for login in ("shop", "payroll"):
        record = site.asks.get(ask(client(login), site, QUESTION))
        assert record is not None
        seen[login] = [QUESTION] in [step.get("examples") for step in record.receipt.get("stages", [])]
    assert seen == {"shop": True, "payroll": False}


def test_a_proposal_from_an_edited_answer_waits_for_a_second_person(client: Client, site: Site, people: People) -> None:
    asker = client("asker")
    made = ask(asker, site)
    edited = post(asker, f"/ask/{made}/run", sql=COUNT).headers["location"]
    assert "Propose as the right answer" in asker.get(edited).text
    post(asker, f"{edited}/feedback", kind="edit")
    page = asker.get(edited).text
    assert "Proposed as the right answer. A reviewer will look at it." in page
    (example,) = site.curation.examples.find()
    assert (example.state, example.source, example.origin["ask"]) == ("candidate", "ask", made)
    assert f'href="/examples/{example.id}"' in page
    assert "reply" not in asker.get(f"/examples/{example.id}").text
    site.curation.desk.decide("ask_back", example.id, actor_of(people["reviewer"]), Decision("Which stores?"))
    assert "Asked back: Which stores?" in asker.get(f"/examples/{example.id}").text
    post(asker, f"/examples/{example.id}/move", name="reply", reason="all", lock=lock(site, example.id))
    assert state(site, example.id) == "candidate"


def test_thumbs_up_by_page_api_and_agent_are_one_proposal(client: Client, site: Site, people: People) -> None:
    asker = client("asker")
    made = ask(asker, site)
    post(asker, f"/ask/{made}/feedback", kind="up")
    secret = site.tokens.add(people["other"].id, "t", ["feedback", "ask"], 1)
    again = asker.post(
        f"/api/v1/asks/{made}/feedback", json={"kind": "up"}, headers={"authorization": f"Bearer {secret}"}
    ).json()
    (example,) = site.curation.examples.find()
    assert again["example"] == example.id
    assert example.seen == 2


def test_what_may_not_be_run_may_not_be_proposed(client: Client, site: Site, people: People) -> None:
    shop = client("shop")
    made = ask(shop, site)
    secret = site.tokens.add(people["shop"].id, "t", ["feedback", "ask"], 1)
    answer = shop.post(
        f"/api/v1/asks/{made}/feedback",
        json={"kind": "edit", "sql": "select sum(salary) as total from salaries"},
        headers={"authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 422
    assert site.curation.examples.find() == []
