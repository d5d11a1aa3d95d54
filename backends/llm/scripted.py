"""A language model that says what it was told to say: for tests of everything that asks one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backends.errors import ModelError
from backends.llm.base import Capability, Completion, Message, Reply, Sampling, Stream, Usage
from backends.llm.requests import require

Script = Callable[[Sequence[Message], Sampling], "str | Sequence[str]"]

_TOKEN = re.compile(r"\s*\S+|\s+")
_ALL: frozenset[Capability] = frozenset(("grammar", "logprobs", "n", "stream", "prefill"))


@dataclass(frozen=True)
class Call:
    messages: tuple[Message, ...]
    sampling: Sampling


class ScriptedLLM:
    """`replies` are one a call, or a function of the call. A reply of several texts gives the samples of one
    call; one text is given to all of them. A token is a word with the space before it. A grammar is accepted
    and not applied: the script has to keep to it.
    """

    def __init__(
        self,
        replies: Sequence[str | Sequence[str]] | Script,
        *,
        id: str = "scripted",  # noqa: A002
        context_tokens: int = 8192,
        capabilities: frozenset[Capability] = _ALL,
    ) -> None:
        self.id = id
        self.context_tokens = context_tokens
        self.capabilities = capabilities
        self.calls: list[Call] = []
        self._cancelled = False
        self._replies = replies

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        prompt_tokens = self._check(messages, sampling)
        reply = self._next(messages, sampling)
        texts = [reply] * sampling.n if isinstance(reply, str) else list(reply)
        if len(texts) != sampling.n:
            raise ModelError(f"the script has {len(texts)} samples where {sampling.n} were asked")
        completions = tuple(_completion(text, sampling) for text in texts)
        completion_tokens = sum(self.count_tokens(completion.text) for completion in completions)
        return Reply(completions, Usage(prompt_tokens, 0, completion_tokens))

    def stream(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Stream:
        self._cancelled = False
        reply = self.chat(messages, sampling)
        for piece in _TOKEN.findall(reply.completions[0].text):
            if self._cancelled:
                raise ModelError("the generation was stopped")
            yield piece
        return reply

    def warm(self, messages: Sequence[Message]) -> None:
        pass

    def count_tokens(self, text: str) -> int:
        return len(_TOKEN.findall(text))

    def cancel(self) -> None:
        self._cancelled = True

    def close(self) -> None:
        pass

    @property
    def prompts(self) -> list[str]:
        """The contents of each call's messages, one text a call."""
        return ["\n".join(message.content for message in call.messages) for call in self.calls]

    def _check(self, messages: Sequence[Message], sampling: Sampling) -> int:
        require(self.id, self.capabilities, messages, sampling)
        prompt_tokens = sum(self.count_tokens(message.content) for message in messages)
        if prompt_tokens > self.context_tokens:
            raise ModelError(f"request ({prompt_tokens} tokens) exceeds the context ({self.context_tokens} tokens)")
        return prompt_tokens

    def _next(self, messages: Sequence[Message], sampling: Sampling) -> str | Sequence[str]:
        number = len(self.calls)
        self.calls.append(Call(tuple(messages), sampling))
        if callable(self._replies):
            return self._replies(messages, sampling)
        if number >= len(self._replies):
            raise ModelError(f"the script ends after {len(self._replies)} replies", hint="add a reply to the script")
        return self._replies[number]


def _completion(text: str, sampling: Sampling) -> Completion:
    ends = [at for at in (text.find(stop) for stop in sampling.stop) if at >= 0]
    tokens = _TOKEN.findall(text[: min(ends)] if ends else text)
    kept = tokens[: sampling.max_tokens]
    return Completion(
        "".join(kept),
        -float(len(kept)) if sampling.logprobs else None,
        "length" if len(kept) < len(tokens) else "stop",
    )
