"""Whatever is sent to the API: no answer of 500, and none that the document does not name."""

from __future__ import annotations

import gc
import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from plugin.web.accounts import Viewer
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, ask

schemathesis = pytest.importorskip("schemathesis", reason="needs the extra `dev`")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MODES = ("positive", "negative")
_HOW = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def program(served: FastAPI, site: Site, people: dict[str, Viewer]) -> TestClient:
    """With every scope, and an error of ours raised as the answer that a program would get."""
    made = TestClient(served, raise_server_exceptions=False)
    secret = site.tokens.add(people["admin"].id, "fuzz", ["ask", "read", "feedback", "review"], 1)
    made.headers["authorization"] = f"Bearer {secret}"
    return made


def operations(program: TestClient) -> Iterator[Any]:
    document = program.get("/api/v1/openapi.json").json()
    gc.disable()  # hypothesis hears of each collection, and Python 3.11 may not be heard while it compiles
    try:
        importlib.import_module("schemathesis.specs.openapi.schemas")
    finally:
        gc.enable()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        yield found.ok()


def send(program: TestClient, case: Any, known: str) -> tuple[int, Any]:
    """`known` stands for each id, so that the generated rest gets further than to a 404. 0: no client can send it."""
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", known if known and name == "ask" else str(value))
    body: dict[str, Any] = {}
    if case.media_type and not isinstance(case.body, schemathesis.core.NotSet):
        body = {"content": json.dumps(case.body, default=str), "headers": {"content-type": case.media_type}}
    headers = {**{k: str(v) for k, v in (case.headers or {}).items()}, **body.pop("headers", {})}
    try:
        answer = program.request(case.method, path, params=case.query, headers=headers, **body)
    except (UnicodeEncodeError, ValueError):
        return 0, None
    return answer.status_code, answer


def fuzz(program: TestClient, operation: Any, mode: Any, known: str) -> set[int]:
    """The statuses that were seen."""
    documented = {int(code) for code in operation.definition.raw["responses"] if code.isdigit()}
    statuses: set[int] = set()

    @_HOW
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        for real in ("", known):
            status, answer = send(program, case, real)
            statuses.add(status)
            assert status < 500 or status in (503, 504), (case.method, case.path, answer.text)
            assert status in documented | {0, 405, 413}, (status, case.method, case.path)

    one()
    return statuses


@pytest.mark.parametrize("mode", MODES)
def test_no_answer_of_500_and_none_that_is_not_documented(
    program: TestClient, client: Client, site: Site, mode: str
) -> None:
    known = ask(client("admin"), site)
    seen: dict[str, set[int]] = {}
    for operation in operations(program):
        name = f"{operation.method.upper()} {operation.path}"
        seen[name] = fuzz(program, operation, schemathesis.GenerationMode(mode), known)
    assert len(seen) == 19
    if mode == "positive":
        assert {201} & seen["POST /api/v1/asks"]
        assert 200 in seen["GET /api/v1/asks/{ask}"]
