"""Link as MAC-SQL's selector does (Wang et al., 2025): of a large schema the model keeps, drops or cuts each table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from backends.llm.base import Sampling
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.compose.schemas import bracket
from plugin.generator.consult import consult, told
from plugin.generator.link.recall import keys_of, ranked
from plugin.generator.reply import json_of
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Selector:
    """Asks only where the tables have more than `mean` columns on average or more than `total` in all.

    `keep_all` is for tables of at most `small` columns; a table that is dropped keeps its first `columns`, and a list
    is padded to as many; keys always stay. What the reply does not speak of stays whole.
    """

    mean: float = 6
    total: int = 30
    small: int = 10
    columns: int = 6
    name: str = "link.selector"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        sizes = [len(part.columns) for part in ask.slices]
        if not sizes or (fmean(sizes) <= self.mean and sum(sizes) <= self.total):
            return ask
        prompt = told("mac_selector.md", schema=bracket(ask), question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(500))
        choice = json_of(said[0].text) if said else None
        if not isinstance(choice, dict):
            return ask.add(dropped=(*ask.dropped, f"{self.name}: no selection could be read; all is kept"))
        return ask.add(slices=tuple(self._cut(part, ask, choice) for part in ask.slices))

    def _cut(self, part: TableSlice, ask: Ask, choice: Mapping[str, Any]) -> TableSlice:
        said = {str(key).casefold(): value for key, value in choice.items()}.get(part.table.name.name.casefold())
        if said is None or (said == "keep_all" and len(part.columns) <= self.small):
            return part
        best = ranked({part.table.name.name: said}, part) if isinstance(said, list) else ()
        padded = tuple(dict.fromkeys((*best, *part.columns)))[: max(self.columns, len(best))]
        kept = {*padded, *keys_of(part.table, ask.slices)}
        return replace(part, columns=tuple(c for c in part.columns if c in kept))
