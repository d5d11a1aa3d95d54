"""Examples and review through the API: the same rules as at the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from feedback import audit
from plugin.web.accounts import Viewer
from plugin.web.site import Site

QUESTION = "How many orders are there?"
COUNT = "select count(*) as orders from orders"
API = "/api/v1"
Program = Callable[..., TestClient]


@pytest.fixture
def program(served: FastAPI, site: Site, people: dict[str, Viewer]) -> Program:
    """program("reviewer"): with a token of all scopes, or of those that are named."""
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)

    def make(login: str, *scopes: str) -> TestClient:
        made = TestClient(served)
        secret = site.tokens.add(people[login].id, "t", scopes or ("ask", "read", "feedback", "review"), 1)
        made.headers["authorization"] = f"Bearer {secret}"
        return made

    return make


def propose(client: TestClient, question: str = QUESTION, sql: str = COUNT) -> dict[str, Any]:
    answer = client.post(f"{API}/examples", json={"question": question, "sql": sql})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = client.get(f"{API}/examples/{answer.json()['id']}").json()
    return found


def move(client: TestClient, example: dict[str, Any], name: str, **more: Any) -> Any:
    body = {"move": name, "lock": example["lock"], **more}
    return client.post(f"{API}/examples/{example['id']}/moves", json=body)


def test_from_a_proposal_over_the_queue_to_verified(program: Program, site: Site) -> None:
    asker, reviewer = program("asker"), program("reviewer")
    made = propose(asker)
    assert (made["state"], made["doubts"], made["reads"]) == ("candidate", [], "orders → count(*)")
    assert [w["id"] for w in reviewer.get(f"{API}/review", params={"check": "green"}).json()] == [made["id"]]
    done = move(reviewer, made, "approve", seconds=6).json()
    assert (done["state"], reviewer.get(f"{API}/review").json()) == ("verified", [])
    last = audit.read(site.reading.bench.state, key=made["id"])[0]
    assert (last.action, last.person, last.via) == ("approve", "reviewer", "api")
    assert [e["id"] for e in reviewer.get(f"{API}/examples", params={"state": "verified"}).json()] == [made["id"]]
    assert reviewer.post(f"{API}/examples/{made['id']}/undo").json()["state"] == "in_review"


def test_the_rules_are_those_of_the_card(program: Program) -> None:
    reviewer, owner = program("reviewer"), program("owner")
    own = propose(reviewer)
    refused = move(reviewer, own, "approve")
    assert (refused.status_code, refused.json()["error"]["guard"]) == (422, "second_person")
    assert move(owner, own, "reject").status_code == 422  # without a reason
    assert move(owner, own, "reject", reason="wrong_table").status_code == 200
    late = move(reviewer, own, "approve")
    assert late.status_code == 409
    again = program("asker").post(f"{API}/examples", json={"question": QUESTION, "sql": COUNT})
    assert (again.status_code, again.json()["error"]["rule"]) == (422, "rejected")


def test_of_two_edits_both_are_kept_and_what_does_not_run_is_none(program: Program) -> None:
    made = propose(program("asker"))
    address = f"{API}/examples/{made['id']}/versions"
    reviewer, owner = program("reviewer"), program("owner")
    for sql in ("drop table orders", "select email from customers", "select cast(store_name as int) from stores"):
        assert reviewer.post(address, json={"sql": sql, "lock": made["lock"]}).status_code == 422, sql
    first = owner.post(address, json={"sql": "select count(order_id) as n from orders", "lock": made["lock"]})
    assert (first.status_code, first.json()["version"]) == (201, 2)
    second = reviewer.post(address, json={"sql": "select sum(1) as n from orders", "lock": made["lock"]})
    assert (second.status_code, second.json()["error"]["yours"]) == (409, 3)
    kept = reviewer.get(f"{API}/examples/{made['id']}").json()["versions"]
    assert [v["edited_by"] for v in kept] == ["asker", "owner", "reviewer"]


def test_a_token_reviews_and_never_publishes(program: Program) -> None:
    made = propose(program("asker"))
    done = move(program("reviewer"), made, "approve").json()
    refused = move(program("admin"), done, "publish")
    assert refused.status_code == 403
    assert "publish" not in program("admin").get(f"{API}/examples/{made['id']}").json()["moves"]


def test_a_domain_is_a_wall(program: Program) -> None:
    made = propose(program("asker"))
    payroll = program("payroll")
    assert payroll.get(f"{API}/examples").json() == []
    assert payroll.get(f"{API}/examples/{made['id']}").status_code == 404
    refused = payroll.post(f"{API}/examples", json={"question": QUESTION, "sql": COUNT})
    assert refused.status_code == 422
    assert program("other").get(f"{API}/examples/{made['id']}").status_code == 404  # proposed, not live, not theirs


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("read", "POST", "/examples"), ("read", "POST", "/examples/x/moves"), ("read", "GET", "/review"),
        ("feedback", "GET", "/examples"), ("feedback", "POST", "/examples/x/versions"), ("ask", "GET", "/examples/x"),
        ("review", "POST", "/examples"),
    ],
)  # fmt: skip
def test_a_token_may_only_what_its_scopes_say(program: Program, scope: str, method: str, path: str) -> None:
    assert program("admin", scope).request(method, API + path, json={}).status_code == 403
