"""One llama.cpp server inside this process, spoken to over its loopback address.

The bindings can call it directly too, but not its templates and tokenizer, and such a call can't be interrupted
while a prompt is evaluated: a closed connection can. The server always listens; it gets a random key, so that no
other user of the machine can use the model.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import socket
import threading
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from backends.errors import ModelError

BATCH = 4
"""Samples of one prompt that are decoded together."""

_SLOTS = 2 * BATCH
"""A batch takes as many slots as it has samples and forgets what they held: the others keep other prompts."""

_PROMPT_CACHE_MIB = 512
"""About 28 KiB a token for Qwen2.5-Coder-1.5B."""

_SPIN_COUNT = "1000"
"""Turns that OpenMP's threads wait for each other before they sleep. Its default costs up to nine tenths of the
speed as soon as anything else runs on the same cores; `benchmarks/llm.py --contended` shows it."""

_BATCH_TOKENS = 256
"""A prompt is evaluated in steps of as many tokens; between two steps it can be interrupted."""

_COMPLETIONS = "/v1/completions"
_POLL_SECONDS = 0.05
_STOPPED = "the generation was stopped"
_Json = dict[str, Any]


@dataclass(frozen=True)
class EngineConfig:
    path: Path
    context_tokens: int
    threads: int
    lora: tuple[Path, ...]


class _Call:
    """One generation. Another thread may stop it."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.stopped = threading.Event()
        self.chunks: SimpleQueue[_Json | Exception | None] = SimpleQueue()

    def stop(self) -> None:
        self.stopped.set()
        self.chunks.put(ModelError(_STOPPED))
        self.hang_up()

    def check(self) -> None:
        if self.stopped.is_set():
            raise ModelError(_STOPPED)

    def hang_up(self) -> None:
        """The server ends what nobody listens to, even while it evaluates a prompt."""
        if self.connection.sock is not None:
            with contextlib.suppress(OSError):  # the server closed it first
                self.connection.sock.shutdown(socket.SHUT_RDWR)


class Engine:
    """Calls are served one after the other, so that what a prompt gets doesn't depend on its neighbours."""

    def __init__(self, config: EngineConfig) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
        import xllamacpp

        self._lock = threading.Lock()
        self._calls: set[_Call] = set()
        self.key = secrets.token_hex(16)
        try:
            self._server = xllamacpp.Server(_params(config, self.key))
        except RuntimeError as error:
            raise ModelError(
                f"{config.path} could not be loaded as a GGUF model",
                hint="run `dbt-ask model pull` again, or check that DBT_ASK_MODEL_PATH names a GGUF file "
                "and that enough memory is free",
            ) from error
        self.address: str = self._server.listening_address

    def complete(self, request: Mapping[str, object]) -> _Json:
        call = _Call(self._connection())
        with self._stoppable(call), self._lock:
            try:
                call.check()
                return self._post(_COMPLETIONS, request, call.connection)
            except (OSError, http.client.HTTPException):
                call.check()
                raise

    def stream(self, request: Mapping[str, object]) -> Generator[_Json, None, None]:
        """Chunks as they come. Closing it ends the generation."""
        call = _Call(self._connection())
        worker = threading.Thread(target=self._work, args=(call, request), name="dbt-ask-llm")
        with self._stoppable(call):  # before it asks: what is asked can be stopped
            worker.start()
            try:
                while (chunk := call.chunks.get()) is not None:
                    if isinstance(chunk, Exception):
                        raise chunk
                    yield chunk
            finally:
                call.stopped.set()
                while worker.is_alive():
                    call.hang_up()
                    worker.join(timeout=_POLL_SECONDS)

    def cancel(self) -> None:
        """Stops every generation, from any thread; who waits for one gets ModelError."""
        for call in list(self._calls):
            call.stop()

    def _work(self, call: _Call, request: Mapping[str, object]) -> None:
        try:
            with self._lock:
                if not call.stopped.is_set():
                    for chunk in self._events(call.connection, request):
                        call.chunks.put(chunk)
            call.chunks.put(None)
        except (OSError, http.client.HTTPException, ModelError) as error:
            call.chunks.put(error)

    @contextlib.contextmanager
    def _stoppable(self, call: _Call) -> Iterator[None]:
        self._calls.add(call)
        try:
            yield
        finally:
            self._calls.discard(call)

    def render(self, messages: list[dict[str, str]]) -> str:
        """The prompt by the model's own chat template; a last assistant message stays open."""
        prompt: str = self._post("/apply-template", {"messages": messages})["prompt"]
        return prompt

    def count_tokens(self, text: str) -> int:
        return len(self._post("/tokenize", {"content": text, "parse_special": False})["tokens"])

    def _post(
        self, path: str, body: Mapping[str, object], connection: http.client.HTTPConnection | None = None
    ) -> _Json:
        connection = connection or self._connection()
        try:
            return _checked(json.loads(self._send(connection, path, body).read()))
        finally:
            connection.close()

    def _events(self, connection: http.client.HTTPConnection, request: Mapping[str, object]) -> Iterator[_Json]:
        try:
            for line in self._send(connection, _COMPLETIONS, {**request, "stream": True}):
                data = line.strip().removeprefix(b"data: ")
                if data.startswith(b"{"):
                    yield _checked(json.loads(data))
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.address).netloc)

    def _send(
        self, connection: http.client.HTTPConnection, path: str, body: Mapping[str, object]
    ) -> http.client.HTTPResponse:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse()


_engines: weakref.WeakValueDictionary[EngineConfig, Engine] = weakref.WeakValueDictionary()
_engines_lock = threading.Lock()


def shared_engine(config: EngineConfig) -> Engine:
    """One engine a process for one configuration; it is freed with its last user."""
    with _engines_lock:
        engine = _engines.get(config)
        if engine is None:
            engine = _engines[config] = Engine(config)
        return engine


def default_threads() -> int:
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _params(config: EngineConfig, key: str) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(config.path)
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(file), 1.0) for file in config.lora]
    params.n_ctx = config.context_tokens
    params.n_batch = params.n_ubatch = _BATCH_TOKENS
    params.n_parallel = _SLOTS
    params.kv_unified = True
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.cpuparams.n_threads = config.threads
    params.cpuparams_batch.n_threads = config.threads
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE  # mapped, the weights lie in memory twice
    params.enable_reasoning = 0
    params.verbosity = -1
    params.ui = False
    params.endpoint_slots = False
    params.api_keys = [key]
    return params


def _checked(reply: _Json) -> _Json:
    error = reply.get("error")
    if error is None:
        return reply
    hint = ""
    if error.get("type") == "exceed_context_size_error":
        hint = "shorten the prompt or raise the model's context_tokens in dbt_ask.yml"
    raise ModelError(f"the local model refused the request: {error['message']}", hint=hint)
