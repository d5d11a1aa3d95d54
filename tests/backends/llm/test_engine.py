"""Stopping a generation, against a server that never answers; no model is loaded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from backends.errors import ModelError
from backends.llm.engine import Engine

PATIENCE = 60


@dataclass
class Silent:
    """Takes a request, says nothing, and sees when the other side hangs up."""

    address: str
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server() -> Iterator[Silent]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        silent = Silent(f"http://127.0.0.1:{listening.getsockname()[1]}")

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                silent.asked.set()
                while connection.recv(65536):
                    continue
                silent.left.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield silent
        thread.join(PATIENCE)


@pytest.fixture
def engine(server: Silent) -> Engine:
    made = Engine.__new__(Engine)
    made._lock, made._calls, made.key, made.address = threading.Lock(), set(), "key", server.address
    return made


def streamed(engine: Engine) -> object:
    return list(engine.stream({"prompt": "long"}))


def completed(engine: Engine) -> object:
    return engine.complete({"prompt": "long"})


@pytest.mark.slow
@pytest.mark.parametrize("generate", [streamed, completed])
def test_it_stops_while_the_prompt_is_evaluated(
    engine: Engine, server: Silent, generate: Callable[[Engine], object]
) -> None:
    said: list[BaseException] = []

    def work() -> None:
        try:
            generate(engine)
        except ModelError as error:
            said.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert server.asked.wait(PATIENCE)
    engine.cancel()
    thread.join(PATIENCE)
    assert server.left.wait(PATIENCE)  # so that the server ends it
    assert [str(error) for error in said] == ["the generation was stopped"]
    assert not engine._calls


def test_where_nothing_is_generated_there_is_nothing_to_stop(engine: Engine, server: Silent) -> None:
    engine.cancel()
    with socket.create_connection(server.address.removeprefix("http://").split(":")) as opened:
        opened.sendall(b"x")
