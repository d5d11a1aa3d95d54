from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from plugin.web.accounts import Viewer
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, csrf
from tests.support.little import CANARY

Program = Callable[..., TestClient]


@pytest.fixture
def program(served: FastAPI, site: Site, people: dict[str, Viewer]) -> Program:
    """program("asker", "ask"): with a token of that person and these scopes."""

    def make(login: str, *scopes: str) -> TestClient:
        made = TestClient(served)
        made.headers["authorization"] = f"Bearer {site.tokens.add(people[login].id, 'test', scopes, 1)}"
        return made

    return make


def test_a_question_is_answered_in_one_call(program: Program) -> None:
    asker = program("asker", "ask", "feedback")
    answer = asker.post("/api/v1/asks", json={"question": "approximate total amount of each store"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["tables"], made["result"]["total"]) == ("answered", ["main.orders", "main.stores"], 3)
    page = asker.get(f"/api/v1/asks/{made['id']}", params={"rows": 1, "offset": 1}).json()
    assert page["result"]["rows"][0][0] == "Brooklyn" or page["result"]["rows"][0][0] == "Chicago"
    given = asker.post(f"/api/v1/asks/{made['id']}/feedback", json={"kind": "down", "reason": "wrong_grain"})
    assert given.status_code == 201
    assert [a["id"] for a in asker.get("/api/v1/asks").json()] == [made["id"]]
    assert asker.get(f"/api/v1/asks/{made['id']}/rows").json()["columns"] == ["store_name", "total"]


def test_one_that_takes_longer_is_fetched_later(program: Program, site: Site, script: Script) -> None:
    script.held = True
    asker = program("asker", "ask")
    made = asker.post("/api/v1/asks", json={"question": "amount", "wait": 0}).json()
    assert made["status"] == "waiting"
    script.go.set()
    assert "event: end" in asker.get(f"/api/v1/asks/{made['id']}/events").text
    assert asker.get(f"/api/v1/asks/{made['id']}").json()["status"] == "answered"


def test_own_sql_goes_through_the_door(program: Program) -> None:
    asker = program("asker", "ask")
    good = asker.post("/api/v1/queries", json={"sql": "SELECT COUNT(*) AS n FROM main.stores"})
    assert good.json()["result"]["rows"] == [[3]]
    for sql in ("DROP TABLE main.stores", "SELECT email FROM main.customers", "SELECT * FROM read_csv('/etc/passwd')"):
        refused = asker.post("/api/v1/queries", json={"sql": sql})
        assert refused.status_code == 422
        assert refused.json()["error"]["rule"]
        assert CANARY not in refused.text


@pytest.mark.parametrize(
    ("scope", "method", "address", "body"),
    [
        ("read", "POST", "/api/v1/asks", {"question": "x"}),
        ("read", "POST", "/api/v1/queries", {"sql": "select 1"}),
        ("ask", "GET", "/api/v1/catalog", None),
        ("ask", "POST", "/api/v1/asks/x/feedback", {"kind": "up"}),
    ],
)
def test_a_token_may_only_what_its_scopes_say(
    program: Program, scope: str, method: str, address: str, body: object
) -> None:
    answer = program("admin", scope).request(method, address, json=body)
    assert answer.status_code == 403
    assert answer.json()["error"]["reason"] == "not_allowed"


def test_the_catalogue_shows_ones_own_domain(program: Program) -> None:
    payroll = program("payroll", "read")
    assert [t["name"] for t in payroll.get("/api/v1/catalog").json()] == ["main.salaries"]
    assert payroll.get("/api/v1/catalog/main.orders").status_code == 404
    customers = program("asker", "read").get("/api/v1/catalog/main.customers")
    assert {c["name"]: c["withheld"] for c in customers.json()["columns"]}["email"] is True
    assert CANARY not in customers.text


def test_a_program_suggests_a_text_where_its_person_may_look(program: Program, site: Site) -> None:
    said = {"field": "synonym", "column": "amount", "text": "매출"}
    made = program("asker", "feedback").post("/api/v1/catalog/main.orders/texts", json=said)
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    assert made.json()["url"].endswith(f"/catalog-texts/{made.json()['id']}")
    assert program("payroll", "feedback").post("/api/v1/catalog/main.orders/texts", json=said).status_code == 404
    assert program("asker", "read").post("/api/v1/catalog/main.orders/texts", json=said).status_code == 403
    wrong = {**said, "column": "nowhere"}
    assert program("asker", "feedback").post("/api/v1/catalog/main.orders/texts", json=wrong).status_code == 404
    assert [found.person for found in site.reading.bench.feedback.suggestions.find()] == ["asker"]


def test_a_token_counts_only_for_the_api_and_a_wrong_one_is_refused(program: Program, served: FastAPI) -> None:
    assert program("asker", "ask").get("/ask", follow_redirects=False).status_code == 303
    wrong = TestClient(served, headers={"authorization": "Bearer dbtask_wrong"}).get("/api/v1/asks")
    assert (wrong.status_code, wrong.json()["error"]["reason"]) == (401, "not_signed_in")


def test_a_browser_uses_the_api_with_its_session_and_token(client: Client) -> None:
    asker = client("asker")
    body = {"sql": "SELECT 1 AS one FROM main.stores"}
    assert asker.post("/api/v1/queries", json=body).status_code == 403
    assert asker.post("/api/v1/queries", json=body, headers={"x-csrf-token": csrf(asker)}).status_code == 201


def test_a_password_in_a_wrong_request_is_not_sent_back(program: Program) -> None:
    answer = program("asker", "ask").post("/api/v1/asks", json={"question": ["my-password-in-the-wrong-place"]})
    assert answer.status_code == 422
    assert "my-password" not in answer.text


def test_the_document_names_every_endpoint_and_its_failures(served: FastAPI) -> None:
    document = TestClient(served).get("/api/v1/openapi.json").json()
    assert {
        "/api/v1/asks", "/api/v1/asks/{ask}", "/api/v1/asks/{ask}/events", "/api/v1/asks/{ask}/cancel",
        "/api/v1/asks/{ask}/feedback", "/api/v1/asks/{ask}/rows", "/api/v1/queries", "/api/v1/catalog",
        "/api/v1/catalog/{name}", "/api/v1/catalog/{name}/texts", "/api/v1/examples", "/api/v1/examples/{example}",
        "/api/v1/examples/{example}/moves", "/api/v1/examples/{example}/undo", "/api/v1/examples/{example}/versions",
        "/api/v1/review", "/api/v1/metrics",
    } == set(document["paths"])  # fmt: skip
    for path in document["paths"].values():
        for operation in path.values():
            assert {"401", "403", "422"} <= set(operation["responses"])
