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
_Json = dict[str, Any]


@dataclass(frozen=True)
class EngineConfig:
    path: Path
    context_tokens: int
    threads: int
    lora: tuple[Path, ...]


class Engine:
    """Calls are served one after the other, so that what a prompt gets doesn't depend on its neighbours."""

    def __init__(self, config: EngineConfig) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
        import xllamacpp

        self._lock = threading.Lock()
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
        with self._lock:
            return self._post(_COMPLETIONS, request)

    def stream(self, request: Mapping[str, object]) -> Generator[_Json, None, None]:
        """Chunks as they come. Closing it ends the generation."""
        chunks: SimpleQueue[_Json | Exception | None] = SimpleQueue()
        connection = self._connection()
        stopped = threading.Event()

        def work() -> None:
            try:
                with self._lock:
                    if not stopped.is_set():
                        for chunk in self._events(connection, request):
                            chunks.put(chunk)
                chunks.put(None)
            except (OSError, http.client.HTTPException, ModelError) as error:
                chunks.put(error)

        worker = threading.Thread(target=work, name="dbt-ask-llm")
        worker.start()
        try:
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
        finally:
            stopped.set()
            while worker.is_alive():
                if connection.sock is not None:
                    with contextlib.suppress(OSError):  # the server closed it first
                        connection.sock.shutdown(socket.SHUT_RDWR)
                worker.join(timeout=_POLL_SECONDS)

    def render(self, messages: list[dict[str, str]]) -> str:
        """The prompt by the model's own chat template; a last assistant message stays open."""
        prompt: str = self._post("/apply-template", {"messages": messages})["prompt"]
        return prompt

    def count_tokens(self, text: str) -> int:
        return len(self._post("/tokenize", {"content": text, "parse_special": False})["tokens"])

    def _post(self, path: str, body: Mapping[str, object]) -> _Json:
        connection = self._connection()
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
