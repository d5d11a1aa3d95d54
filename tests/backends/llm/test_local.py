from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from backends.errors import ModelError, ModelMissing
from backends.llm import models
from backends.llm.base import Message, Sampling
from backends.llm.engine import shared_engine
from backends.llm.local import LocalLLM
from tests.backends.llm import lora

ONE_TOKEN = Sampling(max_tokens=1)
ENDLESS = Sampling(max_tokens=6000, grammar='root ::= "a" root')


def prompt(subject: str, question: str) -> tuple[Message, ...]:
    """About 60 tokens that only prompts of the same subject share."""
    columns = ", ".join(f"{subject}_{number}" for number in range(12))
    return (Message("user", f"table {subject}({columns})\n{question}"),)


def test_a_missing_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"no\.gguf"):
        LocalLLM(tmp_path / "no.gguf")

    model = tmp_path / "model.gguf"
    model.touch()
    with pytest.raises(ModelMissing, match=r"adapter\.gguf"):
        LocalLLM(model, lora=[tmp_path / "adapter.gguf"])


def test_a_file_that_is_no_model_is_told_at_the_first_use(tmp_path: Path) -> None:
    file = tmp_path / "notes.gguf"
    file.write_text("not a model")

    with pytest.raises(ModelError, match=r"notes\.gguf could not be loaded"):
        LocalLLM(file).chat(prompt("any", "any"))


@pytest.mark.model
def test_the_beginning_of_a_prompt_is_evaluated_once(local_llm: LocalLLM) -> None:
    local_llm.chat(prompt("orders", "How many?"), ONE_TOKEN)
    usage = local_llm.chat(prompt("orders", "Which is the largest?"), ONE_TOKEN).usage

    assert usage.cached_tokens >= local_llm.count_tokens(prompt("orders", "")[0].content)


@pytest.mark.model
def test_prompts_in_turns_keep_their_beginnings(local_llm: LocalLLM) -> None:
    samples = Sampling(max_tokens=2, temperature=1.0, n=4)
    for subject in ("red", "green", "blue"):
        local_llm.chat(prompt(subject, "How many?"), samples)

    for subject in ("red", "green", "blue", "red"):
        usage = local_llm.chat(prompt(subject, "Which?"), ONE_TOKEN).usage
        assert usage.cached_tokens >= local_llm.count_tokens(prompt(subject, "")[0].content)


@pytest.mark.model
def test_warming_evaluates_ahead(local_llm: LocalLLM) -> None:
    local_llm.warm(prompt("customers", ""))
    usage = local_llm.chat(prompt("customers", "How many?"), ONE_TOKEN).usage

    assert usage.cached_tokens >= local_llm.count_tokens(prompt("customers", "")[0].content)


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["SELECT count(*) FROM t", "고객별 매출을 월별로 보여줘", "a\n\n\tb  c", "🙂 é ﷽", "<|im_end|>"]
)
def test_count_tokens_is_exact(local_llm: LocalLLM, text: str) -> None:
    def prompt_tokens(content: str) -> int:
        return local_llm.chat((Message("user", content),), ONE_TOKEN).usage.prompt_tokens

    shown = text.replace("<|im_end|>", "< |im_end|>")
    assert prompt_tokens(text) - prompt_tokens("") == local_llm.count_tokens(shown)


@pytest.mark.model
def test_a_role_mark_in_a_message_does_not_end_the_turn(local_llm: LocalLLM) -> None:
    def prompt_tokens(content: str) -> int:
        return local_llm.chat((Message("user", content),), ONE_TOKEN).usage.prompt_tokens

    marks = "<|im_end|><|im_start|>"
    assert prompt_tokens(marks) - prompt_tokens("") > 2


@pytest.mark.model
def test_more_samples_than_a_batch_holds(local_llm: LocalLLM) -> None:
    reply = local_llm.chat(prompt("stores", "Name one."), Sampling(max_tokens=5, temperature=1.5, n=6, seed=3))

    assert len(reply.completions) == 6
    assert len({completion.text for completion in reply.completions}) > 1
    assert reply.usage.completion_tokens > reply.usage.completion_tokens // 6 * 5 > 0
    assert reply.usage.completion_tokens <= 30


@pytest.mark.model
def test_samples_that_do_not_fit_together_are_decoded_apart(local_llm: LocalLLM) -> None:
    context = local_llm.context_tokens
    sampling = Sampling(max_tokens=context // 2, temperature=1.0, n=3, stop=(" ", "\n", "."))

    assert len(local_llm.chat(prompt("items", "Name one."), sampling).completions) == 3


@pytest.mark.model
def test_closing_a_stream_ends_the_generation(local_llm: LocalLLM) -> None:
    stream = local_llm.stream(prompt("letters", "Say a."), ENDLESS)
    assert next(stream) == "a"
    stream.close()  # type: ignore[attr-defined]

    assert "dbt-ask-llm" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.model
def test_requests_of_several_threads_take_turns(local_llm: LocalLLM) -> None:
    expected = local_llm.chat(prompt("turns", "Say one word."), Sampling(max_tokens=6)).completions
    found = []

    def ask() -> None:
        found.append(local_llm.chat(prompt("turns", "Say one word."), Sampling(max_tokens=6)).completions)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 4


@pytest.mark.model
def test_one_model_a_process(local_llm: LocalLLM) -> None:
    assert LocalLLM(models.path()).engine is local_llm.engine


@pytest.mark.model
def test_closing_frees_the_model_and_the_next_use_loads_it_again() -> None:
    llm = LocalLLM(models.path(), context_tokens=1024)
    first = llm.chat(prompt("again", "One word."), ONE_TOKEN).completions
    address = llm.engine.address
    llm.close()
    llm.close()

    assert llm.chat(prompt("again", "One word."), ONE_TOKEN).completions == first
    assert llm.engine.address != address
    llm.close()


@pytest.mark.model
def test_an_adapter_changes_what_the_model_says(local_llm: LocalLLM, tmp_path: Path) -> None:
    def logprob(llm: LocalLLM) -> float | None:
        return llm.chat(prompt("lora", "Count them."), Sampling(max_tokens=8, logprobs=True)).completions[0].logprob

    logprobs = []
    for strength in (0.0, 0.5):
        adapter = lora.write(tmp_path / f"adapter{strength}.gguf", strength=strength)
        adapted = LocalLLM(models.path(), context_tokens=1024, lora=[adapter])
        logprobs.append(logprob(adapted))
        assert adapted.id == f"{local_llm.id}+adapter{strength}"
        adapted.close()

    neutral, strong = logprobs
    assert neutral is not None
    assert strong is not None
    assert abs(neutral - strong) > 0.1


@pytest.mark.model
def test_it_loads_answers_and_ends_without_a_word() -> None:
    """Left open on purpose: the process must end by itself."""
    program = (
        "from backends.llm import LocalLLM, Message, Sampling, models\n"
        "llm = LocalLLM(models.path(), context_tokens=1024)\n"
        "print(llm.chat([Message('user', 'Say hello.')], Sampling(max_tokens=1)).usage.completion_tokens)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process")
@pytest.mark.parametrize("call", ["chat(ASKED, ENDLESS)", "stream(ASKED, ENDLESS)"])
def test_an_interrupt_ends_a_generation(call: str) -> None:
    program = (
        "import signal\n"
        "from backends.llm import LocalLLM, models\n"
        "from tests.backends.llm.test_local import ENDLESS, prompt\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "ASKED = prompt('letters', 'Say a.')\n"
        "llm = LocalLLM(models.path(), context_tokens=8192)\n"
        "print(next(llm.stream(ASKED, ENDLESS)), flush=True)\n"
        f"for piece in llm.{call}: pass\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "a\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()

    assert process.returncode == -signal.SIGINT
    assert errors.endswith("KeyboardInterrupt\n")


@pytest.mark.model
def test_nobody_else_can_use_the_model(local_llm: LocalLLM) -> None:
    from backends.llm.openai import OpenAILLM

    stranger = OpenAILLM(f"{local_llm.engine.address}/v1", "local", "guess")
    with pytest.raises(ModelError, match="refused the key"):
        stranger.chat(prompt("any", "any"))
    stranger.close()


@pytest.mark.model
def test_one_engine_for_one_configuration(local_llm: LocalLLM) -> None:
    assert shared_engine(local_llm.config) is local_llm.engine
