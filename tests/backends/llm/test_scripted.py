from __future__ import annotations

import pytest

from backends.errors import ModelError
from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM

ASKED = (Message("system", "be brief"), Message("user", "how many?"))


def test_replies_in_their_order_then_it_ends() -> None:
    llm = ScriptedLLM(["one", "two"])

    assert [llm.chat(ASKED).completions[0].text for _ in range(2)] == ["one", "two"]
    with pytest.raises(ModelError, match="ends after 2"):
        llm.chat(ASKED)


def test_a_function_sees_the_call() -> None:
    llm = ScriptedLLM(lambda messages, sampling: f"{messages[-1].content} {sampling.seed}")

    assert llm.chat(ASKED, Sampling(seed=5)).completions[0].text == "how many? 5"


def test_calls_and_prompts_are_kept() -> None:
    llm = ScriptedLLM(["one"])
    llm.chat(ASKED, Sampling(n=1, temperature=0.5))

    assert llm.prompts == ["be brief\nhow many?"]
    assert llm.calls[0].sampling.temperature == 0.5
    assert llm.calls[0].messages == ASKED


def test_samples_of_one_call() -> None:
    llm = ScriptedLLM([("one", "two"), "both", ("one", "two")])

    assert [c.text for c in llm.chat(ASKED, Sampling(n=2)).completions] == ["one", "two"]
    assert [c.text for c in llm.chat(ASKED, Sampling(n=2)).completions] == ["both", "both"]
    with pytest.raises(ModelError, match="2 samples where 3"):
        llm.chat(ASKED, Sampling(n=3))


def test_what_it_is_told_not_to_do_is_refused() -> None:
    llm = ScriptedLLM(["one"], capabilities=frozenset(("stream",)))

    with pytest.raises(ModelError, match="logprobs, n"):
        llm.chat(ASKED, Sampling(n=2, logprobs=True))
    assert llm.calls == []
