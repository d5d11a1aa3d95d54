"""A language model that counts how often it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from backends.llm.base import LLM, Capability, Message, Reply, Sampling, Stream


class CountingLLM:
    """`calls` counts requests; n samples of one request are one call."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.calls = 0

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
        self.calls += 1
        return self._llm.chat(messages, sampling)

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        self.calls += 1
        return self._llm.stream(messages, sampling)

    def warm(self, messages: Sequence[Message]) -> None:
        self._llm.warm(messages)

    def count_tokens(self, text: str) -> int:
        return self._llm.count_tokens(text)

    def cancel(self) -> None:
        self._llm.cancel()

    def close(self) -> None:
        self._llm.close()
