"""The whole application over a real little project; only the model is scripted, and waits where a test says so."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from plugin.assemble import Workbench
from plugin.web.accounts import Grant, Viewer, secrets
from plugin.web.app import create_app, make_site
from plugin.web.site import Site

PASSWORD = "correct horse battery"
AMOUNTS = " store_name, SUM(amount) AS total FROM main.orders JOIN main.stores USING (store_id) GROUP BY 1 ORDER BY 1"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as cheap as it gets: what is tested is not how long it takes."""
    monkeypatch.setattr(secrets, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class Script:
    """What the model writes after SELECT. With `held` set it waits for `go`."""

    sql: str = AMOUNTS
    held: bool = False
    go: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _messages: Sequence[Message], _sampling: Sampling) -> str:
        self.asked.set()
        if self.held:
            self.go.wait(30)
        return self.sql


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    yield script
    script.go.set()


@pytest.fixture
def site(little: Workbench, script: Script) -> Site:
    little.__dict__["llm"] = ScriptedLLM(script)
    return make_site(little, "http://testserver")


@pytest.fixture
def app(site: Site) -> FastAPI:
    return create_app(site)


@pytest.fixture
def served(app: FastAPI) -> Iterator[FastAPI]:
    """With the model's thread running."""
    with TestClient(app):
        yield app


Client = Callable[..., TestClient]


@pytest.fixture
def people(site: Site) -> dict[str, Viewer]:
    """One of each role, everywhere; `shop` and `payroll` see one domain each."""
    grants = {role: Grant(role) for role in ("asker", "reviewer", "publisher", "owner", "admin")}
    grants |= {"other": Grant("asker"), "shop": Grant("asker", "Shop"), "payroll": Grant("asker", "People")}
    return {login: site.people.add(login, login.title(), PASSWORD, [grant]) for login, grant in grants.items()}


@pytest.fixture
def client(served: FastAPI, site: Site, people: dict[str, Viewer]) -> Client:
    """client("asker"): a browser in which that person is signed in; client() is nobody's."""

    def make(login: str = "") -> TestClient:
        made = TestClient(served, follow_redirects=False)
        if login:
            made.cookies.set(site.cookie, site.sessions.start(people[login].id))
        return made

    return make


def csrf(client: TestClient, page: str = "/account") -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found.group(1)


def post(client: TestClient, address: str, page: str = "/account", **data: object) -> object:
    return client.post(address, data={"csrf": csrf(client, page), **data})


def ask(client: TestClient, site: Site, question: str = "What is the approximate total amount of each store?") -> str:
    """The id of the answered question."""
    answer = client.post("/ask", data={"csrf": csrf(client), "question": question})
    assert answer.status_code == 303, answer.text
    made = answer.headers["location"].removeprefix("/ask/")
    job = site.desk.find(made)
    assert job is not None
    assert job.wait(60)
    return made
