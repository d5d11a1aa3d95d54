"""A language model that counts how often it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from backends.llm.base import LLM, Message, Reply, Sampling, Stream
from backends.llm.wrapped import WrappedLLM


class CountingLLM(WrappedLLM):
    """`calls` counts requests; n samples of one request are one call."""

    def __init__(self, llm: LLM) -> None:
        super().__init__(llm)
        self.calls = 0

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        self.calls += 1
        return super().chat(messages, sampling)

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        self.calls += 1
        return super().stream(messages, sampling)
