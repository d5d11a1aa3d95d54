"""A language model that hands everything on to another: for what looks at, or keeps, some of it."""

from __future__ import annotations

from collections.abc import Sequence

from backends.llm.base import LLM, Capability, Message, Reply, Sampling, Stream


class WrappedLLM:
    """Subclasses change single methods."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    @property
    def id(self) -> str:
        return self._llm.id

    @property
    def context_tokens(self) -> int:
        return self._llm.context_tokens

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._llm.capabilities

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        return self._llm.chat(messages, sampling)

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        return self._llm.stream(messages, sampling)

    def warm(self, messages: Sequence[Message]) -> None:
        self._llm.warm(messages)

    def count_tokens(self, text: str) -> int:
        return self._llm.count_tokens(text)

    def cancel(self) -> None:
        self._llm.cancel()

    def close(self) -> None:
        self._llm.close()
