"""The webhook: who may poke, and what a poke is."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from plugin.jobs.pokes import Pokes, newest_of
from plugin.web.site import Site
from tests.plugin.web.conftest import Client

ADDRESS = "/api/v1/hooks/openmetadata"
SECRET = "a shared secret"


@pytest.fixture
def hook(client: Client, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("OPENMETADATA_WEBHOOK_SECRET", SECRET)
    return client()


@pytest.fixture
def pokes(site: Site) -> Pokes:
    return Pokes(site.reading.bench.project)


def event(**fields: Any) -> dict[str, Any]:
    base = {"eventType": "entityUpdated", "entityType": "table", "entityId": "1", "userName": "kim"}
    return {**base, "timestamp": int(time.time() * 1000), **fields}


def send(hook: TestClient, body: object, *, secret: str = SECRET, prefix: str = "sha256=") -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = prefix + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return int(hook.post(ADDRESS, content=content, headers={"X-OM-Signature": signature}).status_code)


@pytest.mark.parametrize("prefix", ["sha256=", ""])
def test_a_signed_event_leaves_a_poke(hook: TestClient, pokes: Pokes, prefix: str) -> None:
    assert send(hook, event(), prefix=prefix) == 202
    assert list(pokes.new()) == ["catalog"]
    assert list(pokes.new()) == []


def test_nobody_else_pokes(hook: TestClient, pokes: Pokes) -> None:
    body = json.dumps(event()).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert send(hook, event(), secret="another") == 401
    for headers in ({}, {"X-OM-Signature": ""}, {"X-OM-Signature": "sha256=é".encode()}):
        assert hook.post(ADDRESS, content=body, headers=headers).status_code == 401
    changed = hook.post(ADDRESS, content=body + b" ", headers={"X-OM-Signature": f"sha256={signature}"})
    assert changed.status_code == 401
    assert list(pokes.new()) == []


def test_a_replay_does_nothing(hook: TestClient, site: Site, pokes: Pokes) -> None:
    now = int(time.time() * 1000)
    older, newer = event(timestamp=now - 3_600_000), event(timestamp=now)
    assert [send(hook, older), send(hook, newer)] == [202, 202]
    assert list(pokes.new()) == ["catalog"]
    assert [send(hook, newer), send(hook, older)] == [200, 200]
    site.deliveries._seen.clear()  # as after a restart: the older one is known by its time
    assert send(hook, older) == 200
    assert list(pokes.new()) == []
    assert newest_of(site.reading.bench.project) == now
    assert send(hook, event(timestamp=now - 60_000)) == 202  # only late


def test_own_writes_do_not_poke(hook: TestClient, site: Site, pokes: Pokes) -> None:
    settings = site.reading.bench.settings
    bots = settings.openmetadata.model_copy(update={"bots": ("dbt-ask-bot",)})
    site.reading.bench.settings = settings.model_copy(update={"openmetadata": bots})
    assert send(hook, event(userName="dbt-ask-bot")) == 200
    assert list(pokes.new()) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b"nothing", b'{"timestamp": "now"}', b'{"timestamp": 99999999999999}']
)
def test_what_is_no_event(hook: TestClient, pokes: Pokes, body: bytes) -> None:
    assert send(hook, body) == 422
    assert list(pokes.new()) == []


def test_a_body_has_a_limit(hook: TestClient, pokes: Pokes) -> None:
    assert send(hook, event(entity="x" * 1024 * 1024)) == 413
    assert list(pokes.new()) == []


def test_without_a_secret_there_is_no_webhook(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENMETADATA_WEBHOOK_SECRET", raising=False)
    assert send(client(), event(), secret="") == 404
