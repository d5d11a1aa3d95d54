"""The Caddyfile of the cluster, by Caddy itself: a person stays with a replica, one that dies is passed over, a stream
comes as it is sent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from tests.e2e.served import until

CADDY = shutil.which("caddy")
CADDYFILE = Path(__file__).parents[2] / "docker" / "Caddyfile"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CADDY is None, reason="needs caddy, a package of Debian")]


class Replica:
    """Says its name. `/events` sends one event, and the second when it is told that the first has come."""

    def __init__(self, name: str) -> None:
        self.name, self.came = name, threading.Event()
        replica = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                if self.path == "/events":
                    self.wfile.write(b"data: 1\n\n")
                    self.wfile.flush()
                    assert replica.came.wait(60), "the first event was kept back"
                self.wfile.write(replica.name.encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def die(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def replicas() -> Iterator[dict[str, Replica]]:
    made = {name: Replica(name) for name in ("one", "two")}
    yield made
    for replica in made.values():
        replica.die()


@pytest.fixture
def proxy(replicas: dict[str, Replica], tmp_path: Path) -> Iterator[str]:
    """Its address, once it has found both replicas well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = CADDYFILE.read_text(encoding="utf-8").replace(":8080", f"http://127.0.0.1:{port}")
    (tmp_path / "Caddyfile").write_text(text, encoding="utf-8")
    env = {**os.environ, "HOME": str(tmp_path), "APPS": " ".join(replica.address for replica in replicas.values())}
    line = [str(CADDY), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with ExitStack() as opened:
        process = subprocess.Popen(line, env=env, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        opened.callback(process.wait)
        opened.callback(process.kill)
        url = f"http://127.0.0.1:{port}"
        until(lambda: {name for _ in range(20) if (name := asked(url)) in replicas} == set(replicas))
        yield url


def asked(url: str) -> str:
    try:
        return httpx2.get(url, timeout=60).text
    except httpx2.HTTPError:
        return ""


def test_a_person_stays_with_a_replica_until_it_dies(proxy: str, replicas: dict[str, Replica]) -> None:
    with httpx2.Client(base_url=proxy, timeout=60) as person:
        mine = person.get("/").text
        assert {person.get("/").text for _ in range(20)} == {mine}
        replicas[mine].die()
        (other,) = set(replicas) - {mine}
        assert {person.post("/").text for _ in range(20)} == {other}, "what was not taken is given to the other"


def test_an_event_comes_when_it_is_sent(proxy: str, replicas: dict[str, Replica]) -> None:
    with httpx2.stream("GET", f"{proxy}/events", timeout=60) as answer:
        parts = answer.iter_raw()
        assert next(parts) == b"data: 1\n\n"
        for replica in replicas.values():
            replica.came.set()
        assert next(parts).decode() in replicas


def test_figures_stay_inside(proxy: str) -> None:
    assert httpx2.get(f"{proxy}/-/metrics", timeout=60).status_code == 404
