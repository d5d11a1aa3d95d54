"""Whoever knows an id of another domain, or of another person, gets no further than who made one up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from feedback.intake import Proposal
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD, Client, ask, csrf, post
from tests.plugin.web.test_rights_of_routes import table
from tests.plugin.web.test_views import EVIDENCE, definition
from tests.plugin.web.test_views import propose as propose_view

COUNT = "select count(*) as orders from orders"
QUESTION = "What is the approximate total amount of each store?"
NOT_OF_A_DOMAIN = {"{run}", "{job}", "{person}"}  # the first two are nobody's, the last takes an admin of everything
FORM: dict[str, Any] = {
    "lock": 1, "move": "approve", "name": "retire", "reason": "other", "sql": COUNT, "kind": "up", "why": "no",
    "text": "takings", "into": "nobody", "field": "synonym", "column": "amount", "seen": definition().hash,
}  # fmt: skip
Ids = dict[str, str]


@pytest.fixture
def ids(client: Client, site: Site, people: dict[str, Viewer]) -> Ids:
    """One of each kind, of the domain Shop. Address up to the id -> id."""
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)
    asker = client("asker")
    made = ask(asker, site, QUESTION)
    example = site.curation.intake.propose(Proposal("How many orders are there?", COUNT), actor_of(people["asker"]))
    form = {"table": "main.orders", "column": "amount", "field": "synonym", "text": "takings"}
    text = post(asker, "/catalog-texts", **form).headers["location"]  # type: ignore[attr-defined]
    propose_view(site.reading.bench.views, definition(), EVIDENCE)
    return {
        "ask": made, "example": example.example.id, "suggestion": text.rsplit("/", 1)[1],
        "key": "main.orders", "name": "main.orders", "view": "monthly_orders",
    }  # fmt: skip


def addresses(ids: Ids) -> list[tuple[str, str]]:
    found = []
    for address in table():
        method, path = address.split()
        wanted = re.search(r"\{(\w+)\}", path)
        if wanted and wanted.group(0) not in NOT_OF_A_DOMAIN:
            kind = "view" if path.startswith("/views") else wanted.group(1)
            found.append((method, path.replace(wanted.group(0), ids[kind])))
    return found


def request(browser: TestClient, program: TestClient, method: str, path: str, token: str) -> Any:
    if path.startswith("/api/"):
        return program.request(method, path, json=FORM if method == "POST" else None)
    return browser.request(method, path, data={"csrf": token, **FORM} if method == "POST" else None)


def test_ids_of_another_domain_are_as_good_as_none(
    served: FastAPI, client: Client, site: Site, people: dict[str, Viewer], ids: Ids
) -> None:
    """For an owner of the other domain: no right is missing but that one."""
    people["pia"] = site.people.add("pia", "Pia", PASSWORD, [Grant("owner", "People")])
    secret = site.tokens.add(people["pia"].id, "t", ["ask", "read", "feedback", "review"], 1)
    browser, program = client("pia"), TestClient(served, headers={"authorization": f"Bearer {secret}"})
    token, known = csrf(browser), addresses(ids)
    assert len(known) > 30
    for method, path in known:
        answer = request(browser, program, method, path, token)
        assert answer.status_code == 404, (method, path, answer.status_code)
        for told in ("Brooklyn", QUESTION, "How many orders", "takings", "Day of the order"):
            assert told not in answer.text, (method, path)
    assert site.curation.examples.get(ids["example"]).lock == 1
    assert site.reading.bench.feedback.suggestions.get(ids["suggestion"]).state == "proposed"
    assert site.reading.bench.views.get("monthly_orders").state == "proposed"
    assert site.feedback.of_ask(ids["ask"]) == []


def test_what_is_one_persons_is_nobody_elses(client: Client, site: Site, people: dict[str, Viewer], ids: Ids) -> None:
    """In the same domain: the stream, stopping, tokens, one's history, a proposal that is not live."""
    other = client("other")
    site.tokens.add(people["asker"].id, "job", ["ask"], 1)
    (token,) = site.tokens.of(people["asker"].id)
    for method, path in (
        ("GET", f"/ask/{ids['ask']}/events"), ("POST", f"/ask/{ids['ask']}/cancel"),
        ("POST", f"/account/tokens/{token.id}/remove"), ("GET", f"/examples/{ids['example']}"),
        ("POST", f"/examples/{ids['example']}/move"),
    ):  # fmt: skip
        answer = request(other, other, method, path, csrf(other) if method == "POST" else "")
        assert answer.status_code == 404, (method, path, answer.status_code)
    assert QUESTION not in other.get("/ask/history").text


def test_who_owns_one_domain_reads_only_their_own_deeds(
    client: Client, site: Site, people: dict[str, Viewer], ids: Ids
) -> None:
    """The audit tells of every domain."""
    people["pia"] = site.people.add("pia", "Pia", PASSWORD, [Grant("owner", "People")])
    assert ids["example"][:8] in client("owner").get("/audit").text
    page = client("pia").get("/audit?person=asker").text
    assert ids["example"][:8] not in page
    assert ">asker<" not in page
