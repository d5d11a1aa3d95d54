"""Any OpenAI-compatible endpoint: hosted models, vLLM, Ollama, llama.cpp's own server."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from backends.errors import ModelError, ModelMissing, ModelUnavailable
from backends.llm.base import Capability, Completion, Message, Reply, Sampling, Stream, Usage
from backends.llm.requests import require

if TYPE_CHECKING:
    import openai

_TOKEN_SHAPES = re.compile(r"(?P<word>[A-Za-z]+)|(?P<space>[ \t\r\n]+)|(?P<ascii>[\x00-\x7f])|(?P<other>.)", re.DOTALL)


class OpenAILLM:
    """`features` is what the endpoint is known to do beyond plain chat: a wrong claim shows as its error or as
    missing fields, so claim only what it documents. Where "n" isn't among them, samples are asked one by one.

    `llama_cpp` says that the endpoint is llama.cpp's server: it takes a GBNF grammar and continues a last
    message of the assistant. `token_limit` and `omit` are for endpoints that refuse usual fields, such as
    `max_tokens` and `temperature` with OpenAI's reasoning models; `extra` is added to each request's body.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        *,
        context_tokens: int = 8192,
        timeout_seconds: float = 120.0,
        retries: int = 3,
        features: Collection[Literal["logprobs", "n"]] = ("logprobs", "n"),
        llama_cpp: bool = False,
        token_limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens",
        omit: Collection[str] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        self.id = model
        self.context_tokens = context_tokens
        native: tuple[Capability, ...] = ("grammar", "prefill") if llama_cpp else ()
        self.capabilities: frozenset[Capability] = frozenset(("stream", "n", *features, *native))
        self._n_at_once = "n" in features
        self._token_limit = token_limit
        self._omit = frozenset(omit)
        self._extra = dict(extra or {})
        self._connection: dict[str, Any] = {
            "base_url": base_url,
            # without a key the client would send OPENAI_API_KEY, which is not for every address
            "api_key": api_key or "none",
            "timeout": timeout_seconds,
            "max_retries": retries,
        }

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        require(self.id, self.capabilities, messages, sampling)
        per_request = sampling.n if self._n_at_once else 1
        completions: list[Completion] = []
        usage = Usage()
        while (done := len(completions)) < sampling.n:
            request = self._request(messages, sampling, n=per_request, seed=sampling.seed + done)
            with self._explained():
                reply = self._client.chat.completions.create(**request)
            if not reply.choices:
                raise ModelUnavailable(f"the model {self.id} sent no completion", hint="try again")
            completions += [_completion(choice, messages[-1], sampling.logprobs) for choice in reply.choices]
            usage += _usage(reply.usage)
        return Reply(tuple(completions[: sampling.n]), usage)

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        require(self.id, self.capabilities, messages, sampling)
        request = self._request(messages, sampling, n=1, seed=sampling.seed)
        if "stream_options" not in self._omit:
            request["stream_options"] = {"include_usage": True}  # else a stream ends without its tokens
        text, heard = "", _Heard()
        with self._explained(), self._client.chat.completions.create(**request, stream=True) as chunks:
            for piece in filter(None, _without_prefill(heard.texts(chunks), messages[-1])):
                text += piece
                yield piece
        return Reply((Completion(text, heard.logprob if sampling.logprobs else None, heard.finish),), heard.usage)

    def warm(self, messages: Sequence[Message]) -> None:
        pass

    def count_tokens(self, text: str) -> int:
        """An upper estimate for the usual byte-pair vocabularies."""
        return sum(_estimate(match) for match in _TOKEN_SHAPES.finditer(text))

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    @cached_property
    def _client(self) -> openai.OpenAI:
        import openai

        return openai.OpenAI(**self._connection)

    def _request(self, messages: Sequence[Message], sampling: Sampling, *, n: int, seed: int) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.id,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            self._token_limit: sampling.max_tokens,
            "temperature": sampling.temperature,
        }
        optional: dict[str, tuple[object, bool]] = {
            "top_p": (sampling.top_p, sampling.top_p < 1),
            "seed": (seed, sampling.temperature > 0),
            "stop": (list(sampling.stop), bool(sampling.stop)),
            "n": (n, n > 1),
            "logprobs": (True, sampling.logprobs),
        }
        request |= {field: value for field, (value, is_asked) in optional.items() if is_asked}
        body = self._extra if sampling.grammar is None else {**self._extra, "grammar": sampling.grammar}
        return {field: value for field, value in request.items() if field not in self._omit} | {"extra_body": body}

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        import httpx2
        import openai

        where = f"{self.id} at {self._connection['base_url']}"
        try:
            yield
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ModelError(
                f"{where} refused the key: {_reason(error)}",
                hint="set the environment variable that llm.api_key_env names in dbt_ask.yml",
            ) from error
        except openai.NotFoundError as error:
            raise ModelMissing(
                f"there is no {where}: {_reason(error)}", hint="check llm.base_url and llm.model in dbt_ask.yml"
            ) from error
        except (
            openai.APIConnectionError,
            openai.RateLimitError,
            openai.InternalServerError,
            httpx2.TransportError,  # the client lets it through while a stream is read
        ) as error:
            raise ModelUnavailable(
                f"{where} did not answer: {_reason(error)}", hint="check llm.base_url and the network, or try again"
            ) from error
        except openai.OpenAIError as error:
            raise ModelError(f"{where} refused the request: {_reason(error)}") from error
        except json.JSONDecodeError as error:
            raise ModelError(
                f"{where} does not speak OpenAI's protocol: {_reason(error)}",
                hint="check llm.base_url in dbt_ask.yml: it usually ends in /v1",
            ) from error


class _Heard:
    """What the chunks of a stream said beside their text."""

    def __init__(self) -> None:
        self.logprob = 0.0
        self.finish: Literal["stop", "length"] = "stop"
        self.usage = Usage()

    def texts(self, chunks: Iterable[Any]) -> Iterator[str]:
        for chunk in chunks:
            if getattr(chunk, "usage", None):
                self.usage = _usage(chunk.usage)
            for choice in chunk.choices[:1]:
                tokens = (choice.logprobs.content or ()) if choice.logprobs else ()
                self.logprob += math.fsum(token.logprob for token in tokens)
                if choice.finish_reason == "length":
                    self.finish = "length"
                yield choice.delta.content or ""


def _reason(error: Exception) -> str:
    return str(error).strip() or type(error).__name__


def _completion(choice: Any, last: Message, logprobs: bool) -> Completion:
    text = "".join(_without_prefill([choice.message.content or ""], last))
    if logprobs and (choice.logprobs is None or choice.logprobs.content is None):
        raise ModelError(
            "the endpoint sent no log-probabilities", hint="take logprobs out of its features in dbt_ask.yml"
        )
    # Some servers tell of the token that ends the text, which a stream does not bring.
    total = math.fsum(token.logprob for token in choice.logprobs.content if token.token) if logprobs else None
    return Completion(text, total, "length" if choice.finish_reason == "length" else "stop")


def _without_prefill(pieces: Iterable[str], last: Message) -> Iterator[str]:
    """llama.cpp's server repeats the message that it continues."""
    expected = last.content if last.role == "assistant" else ""
    held = ""
    for piece in pieces:
        if not expected:
            yield piece
            continue
        held += piece
        if held.startswith(expected) or not expected.startswith(held):
            yield held.removeprefix(expected)
            held = expected = ""
    yield held


def _usage(usage: openai.types.CompletionUsage | None) -> Usage:
    if usage is None:
        return Usage()
    details = usage.prompt_tokens_details
    return Usage(usage.prompt_tokens, (details and details.cached_tokens) or 0, usage.completion_tokens)


def _estimate(match: re.Match[str]) -> int:
    text = match.group()
    if match.lastgroup == "word":
        return math.ceil(len(text) / 3)
    if match.lastgroup == "space":
        return math.ceil(len(text) / 4)
    return 1 if match.lastgroup == "ascii" else len(text.encode())
