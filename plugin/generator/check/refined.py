"""Check: the model mends its statement, told what the engine said (MAC-SQL, AWS, Pinterest) or by rules alone (DIN)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.llm.base import Message, Sampling
from plugin.generator.ask import Ask, Candidate
from plugin.generator.compose import prompts
from plugin.generator.compose.schemas import LAYOUTS
from plugin.generator.consult import consult
from plugin.generator.generate.sampled import written
from plugin.generator.stage import Kind, Need, Services

MAX_ERROR_CHARS = 1000
_EMPTY = "the statement runs, but its result is empty or has empty cells"


@dataclass(frozen=True)
class Refined:
    """One more candidate. With `grows` the request holds the whole conversation so far, each statement with what came
    of it; else one message with the last statement."""

    prompt: str
    layout: str
    grows: bool = False
    max_tokens: int = 400
    begun: str = ""
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"llm"})

    @property
    def name(self) -> str:
        return f"check.{self.prompt.removesuffix('.md')}"

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if not ask.candidates:
            return ask
        messages = self._conversation(ask) if self.grows else (self._told(ask, ask.candidates[-1]),)
        ask, said = consult(ask, services, self.name, messages, Sampling(self.max_tokens), self.begun)
        made = tuple(c for c in written(said, self.name) if c.sql)
        return ask.add(candidates=(*ask.candidates, *made))

    def _told(self, ask: Ask, candidate: Candidate) -> Message:
        error = candidate.error or (_EMPTY if candidate.rows is not None else "")
        text = prompts.fill(
            self.prompt,
            schema=LAYOUTS[self.layout](ask),
            question=ask.question,
            sql=candidate.sql or candidate.raw,
            error=error[:MAX_ERROR_CHARS],
        )
        return Message("user", text)

    def _conversation(self, ask: Ask) -> tuple[Message, ...]:
        turns = list(ask.prompts[-1].messages)
        for candidate in ask.candidates:
            turns.append(Message("assistant", f"```sql\n{candidate.sql or candidate.raw}\n```"))
            turns.append(self._told(ask, candidate))
        return tuple(turns)


@dataclass(frozen=True)
class Corrected:
    """DIN-SQL's last step: each statement is read again by rules, without being run. `gentle` lets a strong model keep
    it as it is; else the model is told that it is buggy. A reply without a statement leaves the old one."""

    gentle: bool = False
    max_tokens: int = 350
    stop: tuple[str, ...] = ("Q:", ";")
    name: str = "check.corrected"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if not ask.candidates or not ask.candidates[-1].sql:
            return ask
        last = ask.candidates[-1]
        file = "din_correct_gentle.md" if self.gentle else "din_correct.md"
        text = prompts.fill(file, schema=LAYOUTS["listed"](ask), question=ask.question, sql=last.sql)
        sampling = Sampling(self.max_tokens, stop=self.stop)
        ask, said = consult(ask, services, self.name, (Message("user", text),), sampling, "```sql\nSELECT")
        made = next((c for c in written(said, self.name) if c.sql), None)
        if made is None:
            return ask
        return ask.add(candidates=(*ask.candidates[:-1], replace(made, notes=("read again by rules",))))


def ran(ask: Ask) -> bool:
    """The last statement ran, or the door refused it, which no rewording may get around."""
    return not ask.candidates or ask.candidates[-1].rows is not None or bool(ask.candidates[-1].refused)


def planned(ask: Ask) -> bool:
    return not ask.candidates or not ask.candidates[-1].error or bool(ask.candidates[-1].refused)
