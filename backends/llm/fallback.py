"""A second language model for when the first does not answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from backends.errors import ModelUnavailable
from backends.llm.base import LLM, Capability, Message, Reply, Sampling, Stream

_log = logging.getLogger(__name__)


class FallbackLLM:
    """Where `first` is away, `second` answers; for `rest` seconds from then on nobody waits for the first again, unless
    the second is away too. What was begun to be streamed is not begun anew. It can do what both can."""

    def __init__(
        self, first: LLM, second: LLM, rest: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first, self._second = first, second
        self._rest, self._clock = rest, clock
        self._away_until = float("-inf")
        self._said = threading.local()
        self.context_tokens = min(first.context_tokens, second.context_tokens)
        self.capabilities: frozenset[Capability] = first.capabilities & second.capabilities

    @property
    def id(self) -> str:
        """Of the one that answered last in this thread."""
        return str(getattr(self._said, "id", self._first.id))

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        for llm, is_last in self._order():
            try:
                reply = llm.chat(messages, sampling)
            except ModelUnavailable as error:
                self._failed(llm, error, is_last)
            else:
                self._said.id = llm.id
                return reply
        raise AssertionError("the last one answers or raises")

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        for llm, is_last in self._order():
            pieces = llm.stream(messages, sampling)
            try:
                first = next(pieces)
            except StopIteration as end:
                self._said.id = llm.id
                reply: Reply = end.value
                return reply
            except ModelUnavailable as error:
                self._failed(llm, error, is_last)
            else:
                self._said.id = llm.id
                yield first
                return (yield from pieces)
        raise AssertionError("the last one answers or raises")

    def warm(self, messages: Sequence[Message]) -> None:
        self._first.warm(messages)

    def count_tokens(self, text: str) -> int:
        return self._first.count_tokens(text)

    def cancel(self) -> None:
        self._first.cancel()
        self._second.cancel()

    def close(self) -> None:
        self._first.close()
        self._second.close()

    def _order(self) -> Iterator[tuple[LLM, bool]]:
        rests = self._clock() < self._away_until
        one, other = (self._second, self._first) if rests else (self._first, self._second)
        yield one, False
        yield other, True

    def _failed(self, llm: LLM, error: ModelUnavailable, is_last: bool) -> None:
        if llm is self._first:
            self._away_until = self._clock() + self._rest
        if is_last:
            raise error
        _log.warning("%s; another model is asked", error.message)
