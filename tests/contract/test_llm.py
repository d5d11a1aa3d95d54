"""What every language model port keeps to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from backends.errors import ModelError
from backends.llm.base import LLM, Message, Reply, Sampling
from backends.llm.local import LocalLLM
from backends.llm.openai import OpenAILLM
from backends.llm.scripted import ScriptedLLM

QUESTION = (
    Message("system", "You write SQLite. Answer with one statement."),
    Message("user", "table t(a int, b text). Count the rows of each b."),
)
OPENED = (*QUESTION, Message("assistant", "```sql\nSELECT"))


def _script(messages: Sequence[Message], sampling: Sampling) -> str:
    if sampling.grammar is not None:
        return "yes"
    return " b, count(*) FROM t GROUP BY b ;\n``` and then some words that explain it"


@pytest.fixture(
    params=[
        "scripted",
        pytest.param("local", marks=pytest.mark.model),
        pytest.param("endpoint", marks=pytest.mark.model),
        pytest.param("plain endpoint", marks=pytest.mark.model),
    ]
)
def llm(request: pytest.FixtureRequest) -> Iterator[LLM]:
    if request.param == "scripted":
        yield ScriptedLLM(_script)
        return
    local: LocalLLM = request.getfixturevalue("local_llm")
    if request.param == "local":
        yield local
        return
    address, key = f"{local.engine.address}/v1", local.engine.key
    if request.param == "endpoint":
        endpoint = OpenAILLM(address, "local", key, llama_cpp=True)
    else:
        endpoint = OpenAILLM(address, "local", key, features=())
    yield endpoint
    endpoint.close()


def test_it_says_who_it_is(llm: LLM) -> None:
    assert llm.id
    assert llm.context_tokens >= 1024


def test_usage_counts_prompt_and_completion(llm: LLM) -> None:
    usage = llm.chat(QUESTION, Sampling(max_tokens=8)).usage

    assert usage.prompt_tokens > 10
    assert 0 <= usage.cached_tokens <= usage.prompt_tokens
    assert 1 <= usage.completion_tokens <= 8


def test_greedy_repeats_itself(llm: LLM) -> None:
    llm.chat(QUESTION, Sampling(max_tokens=12))
    first, second = (llm.chat(QUESTION, Sampling(max_tokens=12)).completions for _ in range(2))

    assert first == second


def test_the_same_seed_gives_the_same_samples(llm: LLM) -> None:
    sampling = Sampling(max_tokens=10, temperature=1.0, seed=11)
    llm.chat(QUESTION, sampling)
    first, second = (llm.chat(QUESTION, sampling).completions for _ in range(2))

    assert first == second


def test_as_many_samples_as_asked(llm: LLM) -> None:
    reply = llm.chat(QUESTION, Sampling(max_tokens=4, temperature=1.0, n=3))

    assert len(reply.completions) == 3
    assert all(completion.text for completion in reply.completions)


def test_max_tokens_end_a_completion(llm: LLM) -> None:
    (completion,) = llm.chat(QUESTION, Sampling(max_tokens=3)).completions

    assert completion.finish == "length"
    assert completion.text


def test_a_stop_string_ends_a_completion_and_is_left_out(llm: LLM) -> None:
    (completion,) = llm.chat(QUESTION, Sampling(max_tokens=40, stop=("count", "COUNT"))).completions

    assert completion.finish == "stop"
    assert "count" not in completion.text.lower()


def test_stream_says_what_chat_says(llm: LLM) -> None:
    sampling = Sampling(max_tokens=12)
    llm.chat(QUESTION, sampling)
    (completion,) = llm.chat(QUESTION, sampling).completions
    pieces, stream = [], llm.stream(QUESTION, sampling)
    while (piece := next(stream, None)) is not None:
        pieces.append(piece)

    assert "".join(pieces) == completion.text
    assert len(pieces) > 1
    assert all(pieces)


def test_a_stream_returns_the_whole_reply(llm: LLM) -> None:
    sampling = Sampling(max_tokens=12, logprobs="logprobs" in llm.capabilities)
    llm.chat(QUESTION, sampling)
    said = llm.chat(QUESTION, sampling)

    def drain() -> Iterator[str]:
        replies.append((yield from llm.stream(QUESTION, sampling)))

    replies: list[Reply] = []
    assert "".join(drain()) == said.completions[0].text
    (completion,) = replies[0].completions
    assert completion.text == said.completions[0].text
    assert completion.finish == said.completions[0].finish
    assert completion.logprob == pytest.approx(said.completions[0].logprob, abs=0.05)


def test_a_closed_stream_leaves_the_model_free(llm: LLM) -> None:
    stream = llm.stream(QUESTION, Sampling(max_tokens=2000))
    assert next(iter(stream))
    stream.close()  # type: ignore[attr-defined]

    assert llm.chat(QUESTION, Sampling(max_tokens=2)).completions[0].text


def test_logprobs_only_when_asked(llm: LLM) -> None:
    assert llm.chat(QUESTION, Sampling(max_tokens=2)).completions[0].logprob is None
    if "logprobs" not in llm.capabilities:
        with pytest.raises(ModelError, match="logprobs"):
            llm.chat(QUESTION, Sampling(logprobs=True))
        return

    short, long = (
        llm.chat(QUESTION, Sampling(max_tokens=count, logprobs=True)).completions[0].logprob for count in (2, 6)
    )

    assert short is not None
    assert long is not None
    assert long <= short <= 0


def test_an_open_assistant_message_is_continued(llm: LLM) -> None:
    if "prefill" not in llm.capabilities:
        with pytest.raises(ModelError, match="prefill"):
            llm.chat(OPENED)
        return
    sampling = Sampling(max_tokens=40, stop=("```",))
    llm.chat(OPENED, sampling)
    (completion,) = llm.chat(OPENED, sampling).completions

    assert "group by" in completion.text.lower()
    assert "SELECT" not in completion.text
    assert "".join(llm.stream(OPENED, sampling)) == completion.text


def test_a_grammar_binds_the_completion(llm: LLM) -> None:
    sampling = Sampling(grammar='root ::= "yes" | "no"', max_tokens=8)
    if "grammar" not in llm.capabilities:
        with pytest.raises(ModelError, match="grammar"):
            llm.chat(QUESTION, sampling)
        return

    assert llm.chat(QUESTION, sampling).completions[0].text in ("yes", "no")


def test_a_prompt_past_the_context_is_refused(llm: LLM) -> None:
    long = (Message("user", "many words " * llm.context_tokens),)

    with pytest.raises(ModelError, match="exceeds"):
        llm.chat(long, Sampling(max_tokens=1))
    with pytest.raises(ModelError, match="exceeds"):
        list(llm.stream(long, Sampling(max_tokens=1)))


def test_tokens_of_a_text_are_never_underestimated(llm: LLM) -> None:
    def prompt_tokens(content: str) -> int:
        return llm.chat((Message("user", content),), Sampling(max_tokens=1)).usage.prompt_tokens

    text = "SELECT name FROM customers WHERE city = '서울'\n\n\td  고객별 매출을 월별로 🙂é"

    assert llm.count_tokens("") == 0
    assert llm.count_tokens(text) >= prompt_tokens(text) - prompt_tokens("")


def test_warming_up_changes_no_answer(llm: LLM) -> None:
    sampling = Sampling(max_tokens=6)
    before = llm.chat(QUESTION, sampling).completions[0].text
    llm.warm(QUESTION)

    assert llm.chat(QUESTION, sampling).completions[0].text == before
