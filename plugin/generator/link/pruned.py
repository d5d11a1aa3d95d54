"""Link as QueryGPT's column agent does (Uber, 2024): what the question does not need is taken out of wide tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.llm.base import Sampling
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.compose.schemas import number_sign
from plugin.generator.consult import consult, told
from plugin.generator.link.recall import keys_of, ranked
from plugin.generator.reply import json_of
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Pruned:
    """The columns that the model names for each table, its keys, and those that a value of the question is of. A table
    that it does not speak of stays whole."""

    name: str = "link.pruned"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        prompt = told("prune_columns.md", schema=number_sign(ask), question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(400))
        choice = json_of(said[0].text) if said else None
        if not isinstance(choice, dict):
            return ask.add(dropped=(*ask.dropped, f"{self.name}: no choice could be read; all columns are kept"))
        return ask.add(slices=tuple(self._cut(part, ask, ranked(choice, part)) for part in ask.slices))

    def _cut(self, part: TableSlice, ask: Ask, named: tuple[str, ...]) -> TableSlice:
        if not named:
            return part
        kept = {*named, *keys_of(part.table, ask.slices)}
        kept |= {v.column for v in ask.values if v.table == str(part.table.name)}
        return replace(part, columns=tuple(c for c in part.columns if c in kept))
