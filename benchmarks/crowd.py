"""People on servers: each asks, watches the answer and says what they think of it, or reviews what others asked."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from plugin.web.rights import Role

PATIENCE = 180
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Seen:
    """`requests`: kind -> seconds of each. `acknowledged`: asks and feedback that the server said it has."""

    requests: dict[str, list[float]] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    asks: set[str] = field(default_factory=set)
    words: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def took(self, kind: str, started: float) -> None:
        self.requests.setdefault(kind, []).append(time.perf_counter() - started)


@dataclass
class Person:
    login: str
    cookie: str


class Crowd:
    """People on servers over one state. `killed` says that errors are due from now on."""

    def __init__(self, urls: Sequence[str], seen: Seen) -> None:
        self.urls, self.seen = urls, seen
        self.until = 0.0
        self.killed = False
        self.answered: list[str] = []

    async def run(self, askers: list[Person], reviewers: list[Person], seconds: float) -> None:
        self.until = time.monotonic() + seconds
        turns = [*((person, self._ask) for person in askers), *((person, self._review) for person in reviewers)]
        urls = cycle(self.urls)
        await asyncio.gather(*(self._live(url, person, turn) for (person, turn), url in zip(turns, urls, strict=False)))

    async def _live(self, url: str, person: Person, turn: Any) -> None:
        limits = httpx2.Limits(max_connections=4)
        async with httpx2.AsyncClient(
            base_url=url, cookies={"dbt_ask": person.cookie}, timeout=PATIENCE, limits=limits
        ) as browser:
            try:
                csrf = TOKEN.search((await self._get(browser, "/account", "page")).text)
                assert csrf is not None
                number = 0
                while time.monotonic() < self.until:
                    number += 1
                    await turn(browser, person, csrf.group(1), number)
            except (httpx2.HTTPError, AssertionError) as error:
                if not self.killed:
                    self.seen.errors.append(f"{person.login}: {error!r}")

    async def _ask(self, browser: httpx2.AsyncClient, person: Person, csrf: str, number: int) -> None:
        form = {"csrf": csrf, "question": f"total amount of each store, {person.login} {number}"}
        begun = time.perf_counter()
        answer = await browser.post("/ask", data=form)
        self.seen.took("ask", begun)
        if answer.status_code == 429:  # the queue is full: a person waits a moment
            await asyncio.sleep(1)
            return
        assert answer.status_code == 303, f"ask: {answer.status_code} {_says(answer)}"
        ask = answer.headers["location"].removeprefix("/ask/")
        self.seen.asks.add(ask)
        await self._get(browser, f"/ask/{ask}", "page")
        async with browser.stream("GET", f"/ask/{ask}/events") as events:
            async for line in events.aiter_lines():
                if line == "event: end":
                    break
        self.seen.answers.append(time.perf_counter() - begun)
        page = await self._get(browser, f"/ask/{ask}", "answer")
        assert "Brooklyn" in page.text, "an answer without its rows"
        self.answered.append(ask)
        await self._say(browser, csrf, ask, person, {"kind": "up"})

    async def _review(self, browser: httpx2.AsyncClient, person: Person, csrf: str, number: int) -> None:
        for screen in ("/metrics", "/jobs", "/evals", "/views", "/catalog"):
            await self._get(browser, screen, "screen")
        if self.answered:
            ask = self.answered[number % len(self.answered)]
            await self._get(browser, f"/ask/{ask}", "answer")
            await self._say(browser, csrf, ask, person, {"kind": "down", "reason": "wrong_filter"})
        await asyncio.sleep(1)

    async def _say(
        self, browser: httpx2.AsyncClient, csrf: str, ask: str, person: Person, form: dict[str, str]
    ) -> None:
        begun = time.perf_counter()
        answer = await browser.post(f"/ask/{ask}/feedback", data={"csrf": csrf, **form})
        self.seen.took("feedback", begun)
        assert answer.status_code == 303, f"feedback: {answer.status_code} {_says(answer)}"
        self.seen.words.append((ask, person.login))

    async def _get(self, browser: httpx2.AsyncClient, path: str, kind: str) -> httpx2.Response:
        begun = time.perf_counter()
        try:
            answer = await browser.get(path)
        except (
            httpx2.ReadError,
            httpx2.RemoteProtocolError,
        ):  # as browsers do: the server has closed an idle connection
            answer = await browser.get(path)
        self.seen.took(kind, begun)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {_says(answer)}"
        return answer


def people(directory: Path, askers: int, reviewers: int) -> tuple[list[Person], list[Person]]:
    """Signed in."""
    from plugin.assemble import Workbench
    from plugin.project import find
    from plugin.web.accounts import Grant, People, Sessions

    def made(count: int, role: Role) -> list[Person]:
        found = []
        for number in range(count):
            person = accounts.add(f"{role}{number}", f"{role} {number}", "correct horse battery", [Grant(role)])
            found.append(Person(person.login, sessions.start(person.id)))
        return found

    with Workbench(find(directory)) as bench:
        accounts, sessions = People(bench.state), Sessions(bench.state, 12)
        return made(askers, "asker"), made(reviewers, "reviewer")


def _says(answer: httpx2.Response) -> str:
    """What the page says went wrong."""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return found.group(1) if found else ""
