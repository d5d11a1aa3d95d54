"""The review card and its queue, over a real warehouse: who sees, who decides, and what happens when two do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from feedback import audit
from feedback.intake import Proposal
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD, Client, csrf
from tests.support.little import CANARY

TOTAL = "select store_name, sum(amount) as total from orders join stores using (store_id) group by 1"
COUNT = "select count(*) as orders from orders"
OF_STORE = "select count(*) as orders from orders where store_id = {}"
People = dict[str, Viewer]


@pytest.fixture(autouse=True)
def nothing_held_out(site: Site) -> None:
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)


def propose(site: Site, who: Viewer, question: str, sql: str) -> str:
    return site.curation.intake.propose(Proposal(question, sql), actor_of(who)).example.id


def post(client: TestClient, address: str, **data: object) -> object:
    return client.post(address, data={"csrf": csrf(client), **data})


def lock(site: Site, example: str) -> int:
    return site.curation.examples.get(example).lock


def state(site: Site, example: str) -> str:
    return site.curation.examples.get(example).state


def test_from_the_queue_over_the_card_to_the_next(client: Client, site: Site, people: People) -> None:
    first = propose(site, people["asker"], "What is the approximate total amount of each store?", TOTAL)
    second = propose(site, people["asker"], "How many orders are there?", COUNT)
    reviewer = client("reviewer")
    page = reviewer.get("/review").text
    assert "What is the approximate total amount of each store?" in page
    assert "orders ⋈ stores → sum(amount) per store_name" in page
    opened = post(reviewer, "/review/next").headers["location"]
    assert opened == f"/review/{first}?"
    shown = reviewer.get(opened).text
    for part in ("Brooklyn", "orders ⋈ stores → sum(amount) per store_name", "Read from the SQL", 'data-key="KeyA"'):
        assert part in shown
    done = post(reviewer, f"/review/{first}/decide", move="approve", lock=lock(site, first), seconds="7.5")
    assert done.headers["location"] == f"/review/{second}?done={first}"
    assert (
        "Approved: What is the approximate total amount of each store?" in reviewer.get(done.headers["location"]).text
    )
    assert (state(site, first), state(site, second)) == ("verified", "in_review")
    assert [(r.decision, r.seconds) for r in site.curation.examples.reviews(first)] == [("approve", 7.5)]
    rejected = post(reviewer, f"/review/{second}/decide", move="reject", reason="wrong_table", lock=lock(site, second))
    assert rejected.headers["location"] == f"/review?done={second}"
    assert "Nothing waits for you." in reviewer.get("/review").text


def test_nobody_approves_their_own_sql_and_a_reason_must_be_known(client: Client, site: Site, people: People) -> None:
    own = propose(site, people["reviewer"], "How many orders are there?", COUNT)
    reviewer = client("reviewer")
    assert "somebody else must approve it" in reviewer.get(f"/review/{own}").text
    refused = post(reviewer, f"/review/{own}/decide", move="approve", lock=lock(site, own))
    assert refused.status_code == 422
    assert "Nobody approves their own SQL." in refused.text
    assert post(reviewer, f"/review/{own}/decide", move="reject", reason="x", lock=lock(site, own)).status_code == 422
    assert state(site, own) == "candidate"
    assert post(reviewer, "/review/next").headers["location"] == "/review?"


def test_of_two_decisions_the_second_is_told_who_was_first(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    seen = lock(site, example)
    assert (
        post(client("owner"), f"/review/{example}/decide", move="reject", reason="other", lock=seen).status_code == 303
    )
    late = post(client("reviewer"), f"/review/{example}/decide", move="approve", lock=seen)
    assert late.status_code == 409
    assert "owner was faster" in late.text
    assert state(site, example) == "rejected"


def test_of_two_edits_both_are_kept(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    seen = lock(site, example)
    ours, theirs = "select count(order_id) as orders from orders", "select count(*) as n from orders where amount > 0"
    assert post(client("owner"), f"/review/{example}/edit", sql=theirs, lock=seen).status_code == 303
    late = post(client("reviewer"), f"/review/{example}/edit", sql=ours, lock=seen)
    assert late.status_code == 409
    assert "Your SQL is kept as version 3" in late.text
    assert [v.sql for v in site.curation.examples.versions(example)] == [COUNT, theirs, ours]
    going_on = client("reviewer").get(f"/review/{example}?edit=1&from=3").text
    assert "COUNT(order_id)" in going_on
    assert 'name="base" value="3"' in going_on
    assert site.curation.examples.get(example).current == 2


def test_an_edit_that_does_not_run_is_given_back(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    reviewer = client("reviewer")
    for sql in ("select cast(store_name as integer) from stores", "select email from customers", "drop table stores"):
        answer = post(reviewer, f"/review/{example}/edit", sql=sql, lock=lock(site, example))
        assert answer.status_code == 422, sql
        assert CANARY not in answer.text
    assert len(site.curation.examples.versions(example)) == 1


def test_who_edits_lets_go_and_somebody_else_approves(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    reviewer = client("reviewer")
    post(reviewer, "/review/next")
    post(reviewer, f"/review/{example}/edit", sql="select count(order_id) as n from orders", lock=lock(site, example))
    assert post(reviewer, f"/review/{example}/decide", move="approve", lock=lock(site, example)).status_code == 422
    assert post(client("owner"), "/review/next").headers["location"] == f"/review/{example}?"
    assert "version 1" in client("owner").get(f"/review/{example}?against=v1").text
    post(client("owner"), f"/review/{example}/decide", move="approve", lock=lock(site, example))
    assert state(site, example) == "verified"


def test_a_card_that_somebody_is_at_is_offered_to_nobody_else(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    assert post(client("reviewer"), "/review/next").headers["location"] == f"/review/{example}?"
    assert post(client("owner"), "/review/next").headers["location"] == "/review?"
    page = client("owner").get(f"/review/{example}").text
    assert "reviewer is reviewing this until" in page
    assert 'data-key="KeyA"' not in page
    assert post(client("owner"), f"/review/{example}/lease").status_code == 409
    assert post(client("reviewer"), f"/review/{example}/lease").status_code == 204
    assert post(client("reviewer"), "/review/next", example=example).headers["location"] == "/review?"
    assert post(client("owner"), "/review/next").headers["location"] == f"/review/{example}?"


def test_skipping_goes_round_and_back(client: Client, site: Site, people: People) -> None:
    made = [propose(site, people["asker"], f"How many orders has store {n}?", OF_STORE.format(n)) for n in (1, 2, 3)]
    reviewer = client("reviewer")
    at = [post(reviewer, "/review/next").headers["location"]]
    for data in ({"example": made[0]}, {"example": made[1]}, {"example": made[2]}, {"example": made[0], "back": "1"}):
        at.append(post(reviewer, "/review/next", **data).headers["location"])
    assert [a.split("/")[2].rstrip("?") for a in at] == [made[0], made[1], made[2], made[0], made[2]]
    assert [state(site, e) for e in made] == ["candidate", "candidate", "in_review"]


def test_a_decision_is_taken_back_and_only_by_who_made_it(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    reviewer = client("reviewer")
    post(reviewer, f"/review/{example}/decide", move="approve", lock=lock(site, example))
    assert post(client("owner"), f"/review/{example}/undo").status_code == 422
    assert "Approved: How many" not in client("owner").get(f"/review?done={example}").text
    assert post(reviewer, f"/review/{example}/undo").headers["location"] == f"/review/{example}?"
    assert state(site, example) == "in_review"
    assert [a.action for a in audit.read(site.reading.bench.state, key=example)][:2] == ["undo", "approve"]


def test_results_beside_the_nearest_verified_say_where_they_differ(client: Client, site: Site, people: People) -> None:
    known = propose(site, people["asker"], "What is the approximate total amount of each store?", TOTAL)
    site.curation.desk.decide("approve", known, actor_of(people["owner"]))
    other = TOTAL.replace("sum(amount)", "max(amount)")
    example = propose(site, people["asker"], "What is the total amount of every store?", other)
    page = client("reviewer").get(f"/review/{example}").text
    assert "data-diff" in page
    assert "Near questions give other rows" in page
    assert "other values" in page
    assert page.count('class="n other"') == 6
    assert "SUM(" in page
    assert "MAX(" in page


def test_the_very_same_query_can_be_merged(client: Client, site: Site, people: People) -> None:
    known = propose(site, people["asker"], "How many orders are there?", COUNT)
    same = propose(site, people["asker"], "How many orders are there in all?", COUNT)
    reviewer = client("reviewer")
    assert "the very same query" in reviewer.get(f"/review/{same}").text
    post(reviewer, f"/review/{same}/merge", into=known, lock=lock(site, same))
    assert (state(site, same), site.curation.examples.get(same).merged_into) == ("merged", known)


def test_many_are_approved_at_once_only_where_all_checks_are_green(client: Client, site: Site, people: People) -> None:
    made = [propose(site, people["asker"], f"How many orders has store {n}?", OF_STORE.format(n)) for n in (1, 2, 3)]
    cluster = site.curation.examples.get(made[0]).cluster
    reviewer = client("reviewer")
    assert "3 alike" in reviewer.get("/review").text
    page = reviewer.get(f"/review?cluster={cluster}").text
    assert "Approve all 3" in page
    items = re.search(r'name="items" value="([^"]+)"', page)
    assert items
    assert post(reviewer, "/review/bulk", items=items[1]).status_code == 422
    site.curation.desk.move("claim", made[2], actor_of(people["owner"]))
    assert post(reviewer, f"/review/bulk?cluster={cluster}", items=items[1]).status_code == 422
    site.curation.desk.move("release", made[2], actor_of(people["owner"]))
    items = re.search(r'name="items" value="([^"]+)"', reviewer.get(f"/review?cluster={cluster}").text)
    assert items
    assert post(reviewer, f"/review/bulk?cluster={cluster}", items=items[1]).status_code == 303
    assert {state(site, e) for e in made} == {"verified"}
    assert all(audit.read(site.reading.bench.state, key=e)[0].action == "approve" for e in made)


def test_one_doubt_in_a_cluster_forbids_it(client: Client, site: Site, people: People) -> None:
    made = [propose(site, people["asker"], f"How many orders has store {n}?", OF_STORE.format(n)) for n in (1, 2)]
    empty = OF_STORE.replace("count(*)", "max(amount)").format("{}")
    doubtful = [propose(site, people["asker"], f"The largest amount of store {n}?", empty.format(n)) for n in (1, 9)]
    clusters = {site.curation.examples.get(e).cluster for e in (made[0], doubtful[0])}
    reviewer = client("reviewer")
    pages = [reviewer.get(f"/review?cluster={cluster}").text for cluster in clusters]
    assert sum("Approve all" in page for page in pages) == len(clusters) - 1
    assert "The result is empty" in reviewer.get("/review?check=rows").text
    green = reviewer.get("/review?check=green").text
    assert "store 9" not in green
    assert "How many orders has store 1" in green


def test_a_domain_is_a_wall_for_reviewers_too(client: Client, site: Site, people: People) -> None:
    people["pia"] = site.people.add("pia", "Pia", PASSWORD, [Grant("publisher", "People")])
    example = propose(site, people["asker"], "How many orders are there?", COUNT)
    pay = propose(site, people["owner"], "What is the sum of salaries?", "select sum(salary) as total from salaries")
    pia = client("pia")
    queue = pia.get("/review").text
    assert "How many orders" not in queue
    assert "sum of salaries" in queue
    assert pia.get(f"/review/{pay}").status_code == 200
    assert pia.get(f"/review/{example}").status_code == 404
    assert pia.get(f"/examples/{example}").status_code == 404
    held = lock(site, example)
    for address, data in (
        ("decide", {"move": "approve", "lock": held}), ("edit", {"sql": COUNT, "lock": held}), ("undo", {}),
        ("lease", {}), ("merge", {"into": pay, "lock": held}),
    ):  # fmt: skip
        assert post(pia, f"/review/{example}/{address}", **data).status_code == 404, address
    assert post(pia, f"/review/{pay}/edit", sql=COUNT, lock=lock(site, pay)).status_code == 422
    assert post(pia, f"/review/{pay}/merge", into=example, lock=lock(site, pay)).status_code == 404
    assert "How many orders" not in pia.get("/examples/export.jsonl").text
    assert state(site, example) == "candidate"
    for address in ("/review", f"/review/{example}"):
        assert client("asker").get(address).status_code == 403


def test_what_is_in_a_proposal_stays_text(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "<img src=x onerror=alert(1)> orders?", COUNT + " -- </pre><script>")
    page = client("reviewer").get(f"/review/{example}").text
    assert "<img" not in page
    assert "</pre><script>" not in page
    assert "&lt;img src=x" in page


def test_it_speaks_korean(client: Client, site: Site, people: People) -> None:
    example = propose(site, people["asker"], "매장별 총 금액은?", TOTAL)
    reviewer = client("reviewer")
    reviewer.cookies.set("language", "ko")
    page = reviewer.get(f"/review/{example}").text
    for part in ("승인", "반려", "건너뛰기", "orders ⋈ stores → store_name별 sum(amount)"):
        assert part in page
    assert "자판의 위치" in page


def test_who_approves_what_is_known_to_be_wrong_is_told(client: Client, site: Site, people: People) -> None:
    proposal = Proposal("How many orders are there?", COUNT, source="query_log", origin={"control": "wrong_filter"})
    made = site.curation.intake.propose(proposal, actor_of(people["publisher"])).example.id
    reviewer = client("reviewer")
    page = reviewer.get(f"/review/{made}").text
    assert "control" not in page.replace("aria-controls", "")
    done = post(reviewer, f"/review/{made}/decide", move="approve", lock=lock(site, made))
    assert "That was a control: &#34;How many orders are there?&#34;" in reviewer.get(done.headers["location"]).text
    assert "That was a control" not in client("owner").get(f"/review?done={made}").text
    assert state(site, made) == "rejected"
    assert "Controls caught" in reviewer.get("/metrics").text
