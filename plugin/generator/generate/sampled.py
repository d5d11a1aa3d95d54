"""Generate: n statements from the prompt, greedy or sampled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backends.llm.base import Completion, Sampling
from plugin.generator.ask import Ask, Candidate
from plugin.generator.consult import consult
from plugin.generator.reply import json_of, sql_of
from plugin.generator.stage import Kind, Need, Services

_SEEDS = 1000  # apart: a second draw must be another one


@dataclass(frozen=True)
class Sampled:
    """`n` completions of the last prompt in one request; temperature 0 is greedy. `last`: the statement is the last one
    in the reply, behind the steps to it. `probe`: it is thrown away, and only what it names is used. `anew` drops what
    was drawn before."""

    n: int = 1
    temperature: float = 0.0
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    last: bool = False
    probe: bool = False
    anew: bool = False
    kind: Kind = "generate"

    @property
    def name(self) -> str:
        return "generate.probe" if self.probe else "generate.greedy" if self.n == 1 else f"generate.{self.n}_samples"

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"llm", "samples"} if self.n > 1 else {"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        prompt = ask.prompts[-1]
        seed = _SEEDS * sum(step.stage == self.name for step in ask.steps)
        sampling = Sampling(self.max_tokens, self.temperature, n=self.n, stop=self.stop, seed=seed)
        ask, said = consult(ask, services, self.name, prompt.messages, sampling, prompt.begun)
        made = tuple(written(said, f"{self.name}/{prompt.layout}", last=self.last))
        if self.probe:
            return ask.add(probe=made[0].sql if made else "")
        if made:
            services.emit("sql", made[0].sql)
        return ask.add(candidates=made if self.anew and made else (*ask.candidates, *made))


@dataclass(frozen=True)
class EachModel:
    """One greedy statement of each model that is there, the model of the settings first (PET-SQL)."""

    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    name: str = "generate.each_model"
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset({"llm", "models"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        prompt, sampling = ask.prompts[-1], Sampling(self.max_tokens, stop=self.stop)
        for llm in (services.llm, *services.others):
            ask, said = consult(ask, services, self.name, prompt.messages, sampling, prompt.begun, llm)
            ask = ask.add(candidates=(*ask.candidates, *written(said, f"{self.name}/{llm.id}")))
        return ask


def written(said: Iterable[Completion], origin: str, *, last: bool = False) -> Iterable[Candidate]:
    for completion in said:
        sql = sql_of(completion.text, last=last)
        known = json_of(completion.text)
        explanation = str(known.get("explanation", "")) if isinstance(known, dict) else ""
        yield Candidate(
            sql,
            origin,
            completion.logprob,
            error="" if sql else "the reply holds no statement",
            raw=completion.text,
            explanation=explanation,
        )
