"""An endpoint on loopback that answers each request with the next of the given answers."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    promised_bytes: int | None = None
    """More than the body has: the connection breaks off."""


@dataclass
class Endpoint:
    address: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def completion(*texts: str, **more: object) -> Answer:
    choices = [
        {"index": index, "finish_reason": "stop", "message": {"role": "assistant", "content": text}, **more}
        for index, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    return Answer(body=json.dumps({"id": "1", "object": "chat.completion", "choices": choices, "usage": usage}))


def refusal(status: int, message: str) -> Answer:
    return Answer(status, json.dumps({"error": {"message": message}}))


@contextlib.contextmanager
def endpoint(*answers: Answer) -> Iterator[Endpoint]:
    state = Endpoint()
    queue = list(answers)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers["Authorization"])
            answer = queue.pop(0)
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(answer.promised_bytes or len(body)))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
