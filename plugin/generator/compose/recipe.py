"""Compose: a prompt file filled with the schema in one of the published layouts, within a budget of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from backends.llm.base import Message
from plugin.errors import PipelineError
from plugin.generator.ask import Ask, Prompt, Shot, TableSlice
from plugin.generator.compose import prompts
from plugin.generator.compose.ddl import DIALECT_NAMES
from plugin.generator.compose.schemas import LAYOUTS
from plugin.generator.stage import Kind, Need, Services

FENCE = "```sql\n"
_SPARE_TOKENS = 64  # what a chat template adds


@dataclass(frozen=True)
class Recipe:
    """`prompt`, `system` and the turns of `dialogue` (user, assistant, user, ...) are names of files.

    `budget` is in tokens; None is what the model's context leaves when `answer_tokens` are kept free. What does not
    fit goes in this order: examples from the last, cells, columns of wide tables, tables from the last. `adds` keeps
    the prompts that are there and adds this one.
    """

    prompt: str
    layout: str
    system: str = ""
    dialogue: tuple[str, ...] = ()
    begun: str = ""
    budget: int | None = None
    answer_tokens: int = 256
    adds: bool = False
    kind: Kind = "compose"
    needs: frozenset[Need] = frozenset()

    @property
    def name(self) -> str:
        return f"compose.{self.prompt.removesuffix('.md')}"

    def __call__(self, ask: Ask, services: Services) -> Ask:
        room = services.llm.context_tokens - self.answer_tokens - _SPARE_TOKENS
        budget = min(room, self.budget or room)
        for smaller in reductions(ask):
            made = self._prompt(smaller, services)
            if made.tokens <= budget:
                return smaller.add(prompts=(*ask.prompts, made) if self.adds else (made,))
        raise PipelineError(
            f"the prompt {self.prompt} does not fit into {budget} tokens even with one table",
            hint="raise llm.context_tokens in dbt_ask.yml, or ask a shorter question",
        )

    def _prompt(self, ask: Ask, services: Services) -> Prompt:
        filled = _filled(ask, services, LAYOUTS[self.layout](ask))
        turns = [("system", self.system)] if self.system else []
        turns += [(("user", "assistant")[at % 2], file) for at, file in enumerate(self.dialogue)]
        turns.append(("user", self.prompt))
        messages = tuple(Message(role, _tidy(prompts.fill(file, **filled))) for role, file in turns)  # type: ignore[arg-type]
        tokens = sum(services.llm.count_tokens(m.content) for m in messages)
        return Prompt(messages, tokens, self.prompt.removesuffix(".md"), self.begun)


def _filled(ask: Ask, services: Services, schema: str) -> dict[str, str]:
    return {
        "dialect": DIALECT_NAMES.get(services.dialect, services.dialect),
        "schema": schema,
        "question": ask.question,
        "shots": "\n\n".join(map(_shown, ask.shots)),
        "shots_heading": "/* Some SQL examples of similar problems: */" if ask.shots else "",
        "links": ", ".join(ask.links) or "none",
        "subquestions": "\n".join(f"{n}. {said}" for n, said in enumerate(ask.subquestions, start=1)) or "none",
        "notes": "\n".join(f'- "{h.phrase}" means {h.condition}' for h in ask.hints) or "none",
    }


def _shown(shot: Shot) -> str:
    return f"/* Answer the following: {shot.question} */\n{shot.sql.rstrip(';')};"


def reductions(ask: Ask) -> Iterator[Ask]:
    """The Ask as it is, then with ever less to show."""
    yield ask
    while ask.shots:
        ask = ask.add(shots=ask.shots[:-1])
        yield ask
    if ask.cells:
        ask = ask.add(cells={})
        yield ask
    while any(len(part.columns) > 8 for part in ask.slices):
        widest = max(len(part.columns) for part in ask.slices)
        ask = ask.add(slices=tuple(_narrowed(part, max(8, widest * 2 // 3)) for part in ask.slices))
        yield ask
    while len(ask.slices) > 1:
        ask = ask.add(slices=ask.slices[:-1])
        yield ask


def _narrowed(part: TableSlice, most: int) -> TableSlice:
    """Keys first, then the first columns."""
    keys = {*part.table.primary_key, *(c for key in part.table.foreign_keys for c in key.columns)}
    kept = set(sorted(part.columns, key=lambda c: c not in keys)[:most])
    return replace(part, columns=tuple(c for c in part.columns if c in kept))


def _tidy(text: str) -> str:
    """Without the gaps that empty blocks leave."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()
