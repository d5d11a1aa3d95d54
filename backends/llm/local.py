"""A GGUF model inside this process, by llama.cpp."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from backends.errors import ModelMissing
from backends.llm.base import Capability, Completion, Message, Reply, Sampling, Stream, Usage
from backends.llm.engine import BATCH, Engine, EngineConfig, default_threads, shared_engine

_ROLE_MARK = re.compile(r"<\|(\w+)\|>")


class LocalLLM:
    """The model is loaded at the first use and shared by every `LocalLLM` of this process that wants the same.

    The same seed gives the same text while the prefix cache is in the same state: a prompt that is evaluated
    in other batches differs in the last digits, which can turn a near tie.
    """

    capabilities: frozenset[Capability] = frozenset(("grammar", "logprobs", "n", "stream", "prefill"))

    def __init__(
        self,
        path: str | Path,
        *,
        context_tokens: int = 8192,
        threads: int | None = None,
        lora: Sequence[str | Path] = (),
    ) -> None:
        self.context_tokens = context_tokens
        self.config = EngineConfig(
            Path(path), context_tokens, threads or default_threads(), tuple(Path(file) for file in lora)
        )
        for file in (self.config.path, *self.config.lora):
            if not file.is_file():
                raise ModelMissing(f"no model file at {file}", hint="run `dbt-ask model pull`")
        self.id = "+".join(file.stem for file in (self.config.path, *self.config.lora))
        self._count = lru_cache(maxsize=4096)(lambda text: self.engine.count_tokens(text))

    @cached_property
    def engine(self) -> Engine:
        return shared_engine(self.config)

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        request = self._request(messages, sampling)
        batch = self._batch(request, sampling) if sampling.n > 1 else 1
        completions: list[Completion] = []
        usage = Usage()
        while (done := len(completions)) < sampling.n:
            n = min(batch, sampling.n - done)
            reply = self.engine.complete({**request, "n": n, "seed": sampling.seed + done})
            completions += [_completion(choice, sampling.logprobs) for choice in reply["choices"]]
            usage += _usage(reply)
        return Reply(tuple(completions), usage)

    def _batch(self, request: dict[str, Any], sampling: Sampling) -> int:
        """The samples of one batch share the context: the prompt once, a completion each."""
        room = self.context_tokens - self.engine.count_tokens(request["prompt"])
        return max(1, min(BATCH, room // max(1, sampling.max_tokens)))

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        chunks = self.engine.stream(self._request(messages, sampling))
        text, logprob, last = "", 0.0, {}
        try:
            for last in chunks:
                (choice,) = last["choices"]
                text += choice["text"]
                logprob += _logprob(choice)
                if choice["text"]:
                    yield choice["text"]
        finally:
            chunks.close()
        finish = last["choices"][0]["finish_reason"]
        completion = Completion(
            text, logprob if sampling.logprobs else None, "length" if finish == "length" else "stop"
        )
        return Reply((completion,), _usage(last))

    def warm(self, messages: Sequence[Message]) -> None:
        self.engine.complete(self._request(messages, Sampling(max_tokens=1)))

    def count_tokens(self, text: str) -> int:
        return self._count(text)

    def cancel(self) -> None:
        if (engine := self.__dict__.get("engine")) is not None:
            engine.cancel()

    def close(self) -> None:
        self.__dict__.pop("engine", None)

    def _request(self, messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
        request: dict[str, Any] = {
            "prompt": self.engine.render([_plain(message) for message in messages]),
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "stop": list(sampling.stop),
            "cache_prompt": True,
        }
        if sampling.grammar is not None:
            request["grammar"] = sampling.grammar
        if sampling.logprobs or sampling.n > 1:
            request["logprobs"] = 1
        return request


def _plain(message: Message) -> dict[str, str]:
    """Marks such as `<|im_end|>` inside a content would end the turn: they are broken up."""
    return {"role": message.role, "content": _ROLE_MARK.sub(r"< |\1|>", message.content)}


def _completion(choice: dict[str, Any], logprobs: bool) -> Completion:
    return Completion(
        choice["text"],
        _logprob(choice) if logprobs else None,
        "length" if choice["finish_reason"] == "length" else "stop",
    )


def _logprob(choice: dict[str, Any]) -> float:
    """The sum over the tokens of a choice; 0 where it came without."""
    return float(sum(token["logprob"] for token in (choice.get("logprobs") or {}).get("content") or ()))


def _usage(reply: dict[str, Any]) -> Usage:
    usage = reply["usage"]
    return Usage(
        usage["prompt_tokens"],
        usage["prompt_tokens_details"]["cached_tokens"],
        # the server counts the first choice only
        usage["completion_tokens"] + sum(len(c["logprobs"]["content"]) for c in reply["choices"][1:]),
    )
