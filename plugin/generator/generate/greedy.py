"""Generate: SQL candidates from the prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backends.llm.base import Message, Reply, Sampling, Usage
from plugin.generator.ask import Ask, Candidate
from plugin.generator.check.repair import extract
from plugin.generator.stage import Kind, Need, Services

_OPENING = "```sql\nSELECT"
_STOPS = ("```", ";")


def write_sql(services: Services, messages: Sequence[Message], origin: str, max_tokens: int) -> tuple[Candidate, Usage]:
    """One greedy statement, told piece by piece. A model that continues a begun answer gets the SELECT put into its
    mouth."""
    can = services.llm.capabilities
    begun = _OPENING if "prefill" in can else ""
    asked = [*messages, Message("assistant", begun)] if begun else messages
    sampling = Sampling(max_tokens=max_tokens, stop=_STOPS if begun else (), logprobs="logprobs" in can)
    reply = _told(services, asked, sampling) if "stream" in can else services.llm.chat(asked, sampling)
    raw = begun + reply.completions[0].text
    candidate = Candidate(extract(raw), origin, reply.completions[0].logprob, raw=raw)
    services.emit("sql", candidate.sql)
    return candidate, reply.usage


def _told(services: Services, messages: Sequence[Message], sampling: Sampling) -> Reply:
    """Each piece is emitted as it comes."""
    services.emit("token", "SELECT" if messages[-1].role == "assistant" else "")
    pieces = services.llm.stream(messages, sampling)
    while True:
        try:
            services.emit("token", next(pieces))
        except StopIteration as end:
            reply: Reply = end.value
            return reply


@dataclass(frozen=True)
class Greedy:
    """One candidate a prompt."""

    max_tokens: int = 320
    name: str = "generate.greedy"
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        candidates, usage = list(ask.candidates), ask.usage
        for prompt in ask.prompts:
            candidate, spent = write_sql(services, prompt.messages, f"{self.name}/{prompt.layout}", self.max_tokens)
            candidates.append(candidate)
            usage += spent
        return ask.add(candidates=tuple(candidates), usage=usage)
