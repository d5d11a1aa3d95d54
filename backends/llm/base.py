"""The language model port."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Capability = Literal["grammar", "logprobs", "n", "stream", "prefill"]


@dataclass(frozen=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Sampling:
    """`grammar` is GBNF; `n` asks for that many samples of one prompt; temperature 0 is greedy."""

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    n: int = 1
    seed: int = 0
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    logprobs: bool = False


@dataclass(frozen=True)
class Usage:
    """Tokens; `cached_tokens` of the prompt were read from the prefix cache."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens - other.prompt_tokens,
            self.cached_tokens - other.cached_tokens,
            self.completion_tokens - other.completion_tokens,
        )


@dataclass(frozen=True)
class Completion:
    """`logprob` is the sum over the completion's tokens (natural log), where it was asked for."""

    text: str
    logprob: float | None = None
    finish: Literal["stop", "length"] = "stop"


@dataclass(frozen=True)
class Reply:
    completions: tuple[Completion, ...]
    usage: Usage


Stream = Generator[str, None, Reply]


class LLM(Protocol):
    """One chat model. A last message of the role `assistant` is continued, not answered (`prefill`).

    Raises ModelMissing, ModelUnavailable, ModelError. What a model can't do (see `capabilities`) is refused
    with ModelError, never dropped in silence.
    """

    @property
    def id(self) -> str: ...

    @property
    def context_tokens(self) -> int:
        """Prompt and completion together."""

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        """`sampling.n` completions, in no order."""

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        """Pieces of one completion as they come; its return value is the whole reply. Closing it stops the generation.
        An endpoint that does not count while it streams has no usage."""

    def warm(self, messages: Sequence[Message]) -> None:
        """Evaluates a prompt ahead, so that prompts with the same beginning are answered sooner. Nothing where
        the model is not on this machine."""

    def count_tokens(self, text: str) -> int:
        """Exact where the tokenizer is at hand, else an upper estimate."""

    def cancel(self) -> None:
        """Stops what is being generated, from any thread: the call that waits for it raises ModelError. Where the
        model is not on this machine a stream ends with its next piece, by being closed."""

    def close(self) -> None: ...
