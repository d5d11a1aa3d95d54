"""What `OpenAILLM` sends and makes of the answers; tests/contract/test_llm.py has it speak to a real model."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from backends.errors import AskError, ModelError, ModelMissing, ModelUnavailable
from backends.llm.base import Message, Sampling, Usage
from backends.llm.openai import OpenAILLM
from tests.backends.llm.endpoint import Answer, completion, endpoint, refusal

ASKED = (Message("user", "how many?"),)
OPENED = (*ASKED, Message("assistant", "SELECT"))


def stream_of(*texts: str) -> Answer:
    events = [
        {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text}}]}
        for text in texts
    ]
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return Answer(body="".join(lines) + "data: [DONE]\n\n", content_type="text/event-stream")


@pytest.fixture
def clients() -> Iterator[list[OpenAILLM]]:
    made: list[OpenAILLM] = []
    yield made
    for llm in made:
        llm.close()


@pytest.fixture
def connect(clients: list[OpenAILLM]) -> Any:
    def connect(address: str, **options: Any) -> OpenAILLM:
        clients.append(OpenAILLM(address, "some-model", **{"api_key": "key", "retries": 0, **options}))
        return clients[-1]

    return connect


def test_only_what_was_asked_is_sent(connect: Any) -> None:
    with endpoint(completion("2")) as server:
        reply = connect(server.address).chat(ASKED, Sampling(max_tokens=9))

    assert server.bodies == [
        {
            "model": "some-model",
            "messages": [{"role": "user", "content": "how many?"}],
            "max_tokens": 9,
            "temperature": 0.0,
        }
    ]
    assert server.keys == ["Bearer key"]
    assert reply.completions[0].text == "2"
    assert reply.usage == Usage(7, 0, 2)


def test_all_of_a_request_is_sent(connect: Any) -> None:
    sampling = Sampling(9, temperature=0.5, top_p=0.9, n=2, seed=4, stop=(";",), grammar="root", logprobs=True)
    scored = completion("a", "b", logprobs={"content": [{"token": "a", "logprob": -0.5, "top_logprobs": []}]})
    with endpoint(scored) as server:
        reply = connect(server.address, llama_cpp=True, extra={"cache_prompt": True}).chat(ASKED, sampling)

    body = server.bodies[0]
    assert {key: body[key] for key in ("top_p", "seed", "n", "stop", "logprobs", "grammar", "cache_prompt")} == {
        "top_p": 0.9,
        "seed": 4,
        "n": 2,
        "stop": [";"],
        "logprobs": True,
        "grammar": "root",
        "cache_prompt": True,
    }
    assert [(c.text, c.logprob) for c in reply.completions] == [("a", -0.5), ("b", -0.5)]


def test_fields_that_an_endpoint_refuses_can_be_left_out(connect: Any) -> None:
    with endpoint(completion("2")) as server:
        llm = connect(server.address, token_limit="max_completion_tokens", omit=("temperature",))
        llm.chat(ASKED, Sampling(max_tokens=9))

    assert server.bodies[0]["max_completion_tokens"] == 9
    assert server.bodies[0].keys() == {"model", "messages", "max_completion_tokens"}


@pytest.mark.parametrize(("omit", "asked"), [((), {"include_usage": True}), (("stream_options",), None)])
def test_a_stream_is_asked_for_its_tokens(connect: Any, omit: tuple[str, ...], asked: object) -> None:
    with endpoint(stream_of("2")) as server:
        assert "".join(connect(server.address, omit=omit).stream(ASKED)) == "2"
    assert server.bodies[0].get("stream_options") == asked


def test_samples_one_by_one_where_the_endpoint_gives_one(connect: Any) -> None:
    with endpoint(completion("a"), completion("b"), completion("c")) as server:
        reply = connect(server.address, features=()).chat(ASKED, Sampling(temperature=1.0, n=3, seed=8))

    assert [c.text for c in reply.completions] == ["a", "b", "c"]
    assert [body["seed"] for body in server.bodies] == [8, 9, 10]
    assert reply.usage == Usage(21, 0, 6)


@pytest.mark.parametrize(
    ("repeated", "expected"),
    [(("SELECT", " 1"), " 1"), ((" 1", " + 2"), " 1 + 2"), (("SEL", "ECT 1", ";"), " 1;"), (("SE",), "SE")],
)
def test_a_repeated_beginning_is_taken_off(connect: Any, repeated: tuple[str, ...], expected: str) -> None:
    with endpoint(stream_of(*repeated), completion("".join(repeated))) as server:
        llm = connect(server.address, llama_cpp=True)
        assert "".join(llm.stream(OPENED)) == expected
        assert llm.chat(OPENED).completions[0].text == expected


def test_a_key_of_the_environment_is_not_sent_unasked(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with endpoint(completion("2")) as server:
        connect(server.address, api_key=None).chat(ASKED)

    assert "secret" not in server.keys[0]


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (400, ModelError, "refused the request"),
        (401, ModelError, "api_key_env"),
        (403, ModelError, "api_key_env"),
        (404, ModelMissing, "llm.model"),
        (429, ModelUnavailable, "did not answer"),
        (500, ModelUnavailable, "did not answer"),
        (503, ModelUnavailable, "did not answer"),
    ],
)
def test_a_refusal_says_what_to_do(connect: Any, status: int, error: type[AskError], text: str) -> None:
    with endpoint(refusal(status, "because"), refusal(status, "because")) as server:
        llm = connect(server.address)
        for ask in (llm.chat, lambda messages: list(llm.stream(messages))):
            with pytest.raises(error, match=rf"(?s)some-model at {server.address}.*because") as caught:
                ask(ASKED)
            assert text in str(caught.value)
            assert type(caught.value) is error


def test_a_passing_fault_is_tried_again(connect: Any) -> None:
    with endpoint(refusal(503, "busy"), refusal(429, "slow down"), completion("2")) as server:
        assert connect(server.address, retries=2).chat(ASKED).completions[0].text == "2"

    assert len(server.bodies) == 3


def test_nobody_there(connect: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"

    with pytest.raises(ModelUnavailable, match="did not answer"):
        connect(address).chat(ASKED)


def test_no_answer_in_time(connect: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ModelUnavailable, match="timed out"):
            connect(address, timeout_seconds=0.2).chat(ASKED)


def test_a_connection_that_breaks_off(connect: Any) -> None:
    torn = stream_of("2", "3")
    torn.body = torn.body.removesuffix("data: [DONE]\n\n")
    torn.promised_bytes = 10_000
    with endpoint(torn) as server, pytest.raises(ModelUnavailable, match="did not answer"):
        list(connect(server.address).stream(ASKED))


@pytest.mark.parametrize("body", ["", "<html>", "{}", '{"choices": []}', '{"choices": null}'])
def test_an_answer_that_is_no_completion(connect: Any, body: str) -> None:
    with endpoint(Answer(body=body)) as server, pytest.raises(ModelError):
        connect(server.address).chat(ASKED)


def test_promised_logprobs_that_do_not_come(connect: Any) -> None:
    with endpoint(completion("2")) as server, pytest.raises(ModelError, match="no log-probabilities"):
        connect(server.address).chat(ASKED, Sampling(logprobs=True))


def test_an_answer_without_usage(connect: Any) -> None:
    answer = completion("2")
    answer.body = answer.body.replace('"usage"', '"other"')
    with endpoint(answer) as server:
        assert connect(server.address).chat(ASKED).usage == Usage()


@pytest.mark.model
def test_the_estimate_of_tokens_is_above_the_real_number_and_near_it(local_llm: Any, connect: Any) -> None:
    estimate = connect("http://127.0.0.1:9/v1").count_tokens
    sql = "SELECT customer_id, sum(amount_total) AS revenue FROM fct_orders WHERE order_date >= '2024-01-01' GROUP BY 1"
    prose = "One row for each order that a customer placed, with the total of its items before taxes and shipping."
    ddl = "CREATE TABLE dim_products (\n  product_id INTEGER PRIMARY KEY,\n  sku TEXT,\n  unit_price_usd DOUBLE\n);"

    for text in (sql, prose, ddl):
        assert local_llm.count_tokens(text) <= estimate(text) <= 2.5 * local_llm.count_tokens(text)
