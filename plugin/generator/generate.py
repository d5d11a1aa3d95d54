"""Generate: SQL candidates from the prompts."""

from __future__ import annotations

from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask, Candidate
from plugin.generator.check.repair import extract
from plugin.generator.stage import Kind, Need, Services

STOPS = ("```", ";")


@dataclass(frozen=True)
class Greedy:
    """One candidate a prompt, streamed so that a person sees it grow."""

    max_tokens: int = 320
    name: str = "generate.greedy"
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        sampling = Sampling(max_tokens=self.max_tokens, stop=STOPS, logprobs="logprobs" in services.llm.capabilities)
        candidates, usage = list(ask.candidates), ask.usage
        for prompt in ask.prompts:
            reply = services.llm.chat(prompt.messages, sampling)
            usage += reply.usage
            completion = reply.completions[0]
            raw = prompt.messages[-1].content + completion.text
            candidates.append(Candidate(extract(raw), f"{self.name}/{prompt.layout}", completion.logprob, raw=raw))
            services.emit("sql", candidates[-1].sql)
        return ask.add(candidates=tuple(candidates), usage=usage)
