"""Every address with what it takes, and every role at every address: nothing is open because somebody forgot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from plugin.web.accounts import Viewer
from plugin.web.rights import MAY, ROLES
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, csrf

# what it takes: the addresses. GET where nothing else is said.
ADDRESSES = """
ask             /ask; POST /ask; /ask/history; /ask/{ask}; /ask/{ask}/events; POST /ask/{ask}/cancel
run_sql         POST /ask/{ask}/run; /ask/{ask}/rows.csv
give_feedback   POST /ask/{ask}/feedback; POST /catalog-texts; POST /catalog-texts/{suggestion}/revise
give_feedback   POST /catalog-texts/{suggestion}/withdraw
review          /review; POST /review/next; POST /review/bulk; /review/{example}; POST /review/{example}/lease
review          POST /review/{example}/decide; POST /review/{example}/edit; POST /review/{example}/merge
review          POST /review/{example}/undo
browse          /examples; /examples/export.jsonl; /examples/{example}; POST /examples/{example}/move
browse          /catalog; /catalog/schema.json; /catalog/{key}; /catalog-texts; /catalog-texts/{suggestion}
approve_texts   POST /catalog-texts/{suggestion}/decide
see_views       /views; /views/{name}
approve_views   POST /views/{name}/approve; POST /views/{name}/decline
see_metrics     /evals; /evals/run; /evals/compare; /metrics; /api/v1/metrics
see_jobs        /jobs; /jobs/runs/{run}
run_jobs        POST /jobs/{job}/run; POST /jobs/{job}/pause; POST /jobs/{job}/resume
see_audit       /audit
administer      /admin; POST /admin/invite; POST /admin/people/{person}/password
administer      POST /admin/people/{person}/grants; POST /admin/people/{person}/active
ask             POST /api/v1/asks; /api/v1/asks; /api/v1/asks/{ask}; /api/v1/asks/{ask}/events
ask             POST /api/v1/asks/{ask}/cancel
run_sql         POST /api/v1/queries; /api/v1/asks/{ask}/rows
give_feedback   POST /api/v1/asks/{ask}/feedback; POST /api/v1/catalog/{name}/texts; POST /api/v1/examples
browse          /api/v1/catalog; /api/v1/catalog/{name}; /api/v1/examples; /api/v1/examples/{example}
review          /api/v1/review; POST /api/v1/examples/{example}/moves; POST /api/v1/examples/{example}/undo
review          POST /api/v1/examples/{example}/versions
"""
SIGNED_IN = {"POST /sign-out", "GET /account", "POST /account/tokens", "POST /account/tokens/{token}/remove"}


def table() -> dict[str, str]:
    found = {}
    for line in ADDRESSES.strip().splitlines():
        action, _, addresses = line.partition(" ")
        for address in addresses.split(";"):
            address = address.strip()
            found[address if address.startswith("POST") else f"GET {address}"] = action
    return found


def actions(dependant: Any) -> Iterator[str | None]:
    for inner in dependant.dependencies:
        action = getattr(inner.call, "action", "")
        if action != "":
            yield action
        yield from actions(inner)


def routes(of: Any) -> Iterator[Any]:
    for route in of:
        yield from routes(getattr(getattr(route, "original_router", None), "routes", []))
        if getattr(route, "dependant", None):
            yield route


def test_every_address_takes_what_the_table_says(app: FastAPI) -> None:
    found = {f"{method} {r.path}": set(actions(r.dependant)) for r in routes(app.routes) for method in r.methods}
    assert {address: taken for address, taken in found.items() if taken - {None}} == {
        address: {action} for address, action in table().items()
    }
    assert {address for address, taken in found.items() if taken == {None}} == SIGNED_IN


@pytest.mark.parametrize("role", ROLES)
def test_each_role_at_each_address(
    served: FastAPI, client: Client, site: Site, people: dict[str, Viewer], role: str
) -> None:
    """Where there is nothing of that name it is another refusal, but never that one."""
    secret = site.tokens.add(people[role].id, "t", ["ask", "read", "feedback", "review"], 1)
    browser, program = client(role), TestClient(served, headers={"authorization": f"Bearer {secret}"})
    token, wrong = csrf(browser), []
    for address, action in table().items():
        method, path = address.split()
        path = re.sub(r"\{[^}]+\}", "nobody", path)
        if path.startswith("/api/"):
            status = program.request(method, path, json={} if method == "POST" else None).status_code
        else:
            status = browser.request(method, path, data={"csrf": token} if method == "POST" else None).status_code
        if (status == 403) == (action in MAY[role]):  # type: ignore[index]
            wrong.append((address, status))
    assert wrong == []
