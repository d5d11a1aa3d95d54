from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from backends.errors import ModelUnavailable
from backends.llm.base import Message, Reply, Sampling, Stream
from backends.llm.fallback import FallbackLLM
from backends.llm.scripted import ScriptedLLM

ASKED = [Message("user", "how many?")]


class Flaky(ScriptedLLM):
    """`breaks_after` pieces of a stream it is away."""

    def __init__(self, name: str, breaks_after: int = 0) -> None:
        super().__init__(lambda *_: f"{name} says so", id=name)
        self.away = False
        self.breaks_after = breaks_after

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        reply = super().chat(messages, sampling)
        if self.away and not self.breaks_after:
            raise ModelUnavailable(f"{self.id} did not answer")
        return reply

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        pieces = super().stream(messages, sampling)
        for number in range(self.breaks_after if self.away else 0):
            yield next(pieces)
            if number + 1 == self.breaks_after:
                raise ModelUnavailable(f"{self.id} did not answer")
        return (yield from pieces)


def ask(llm: FallbackLLM, *, streamed: bool) -> str:
    return "".join(llm.stream(ASKED)) if streamed else llm.chat(ASKED).completions[0].text


@pytest.mark.parametrize("streamed", [False, True])
def test_the_second_answers_while_the_first_is_away(streamed: bool) -> None:
    first, second, now = Flaky("first"), Flaky("second"), [0.0]
    llm = FallbackLLM(first, second, rest=30, clock=lambda: now[0])
    assert (llm.id, ask(llm, streamed=streamed)) == ("first", "first says so")
    first.away = True
    assert ask(llm, streamed=streamed) == "second says so"
    assert llm.id == "second"
    asked = len(first.calls)
    assert ask(llm, streamed=streamed) == "second says so"
    assert len(first.calls) == asked, "nobody waits for it again at once"
    first.away, now[0] = False, 31.0
    assert ask(llm, streamed=streamed) == "first says so"
    assert llm.id == "first"


@pytest.mark.parametrize("streamed", [False, True])
def test_both_are_away(streamed: bool) -> None:
    first, second = Flaky("first"), Flaky("second")
    llm = FallbackLLM(first, second)
    first.away = second.away = True
    for said in ("second", "first"):  # while the first rests it is asked last
        with pytest.raises(ModelUnavailable, match=f"{said} did not answer"):
            ask(llm, streamed=streamed)


def test_what_was_begun_is_not_begun_anew() -> None:
    first = Flaky("first", breaks_after=1)
    first.away = True
    pieces: Iterator[str] = FallbackLLM(first, Flaky("second")).stream(ASKED)
    assert next(pieces) == "first"
    with pytest.raises(ModelUnavailable):
        next(pieces)


def test_it_can_do_what_both_can() -> None:
    one = ScriptedLLM([], context_tokens=100, capabilities=frozenset({"stream", "n"}))
    other = ScriptedLLM([], context_tokens=200, capabilities=frozenset({"stream", "grammar"}))
    llm = FallbackLLM(one, other)
    assert (llm.context_tokens, llm.capabilities) == (100, {"stream"})
