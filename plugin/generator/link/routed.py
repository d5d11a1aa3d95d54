"""Link: the tables that were routed to, whole; or one of the schemas that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask, Route, TableSlice
from plugin.generator.compose.schemas import number_sign
from plugin.generator.consult import consult, told
from plugin.generator.link.hints import hints
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Routed:
    """The first `most` tables with every column that may be shown, and notes on what values and periods mean here."""

    most: int = 5
    name: str = "link.routed"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        slices = whole(ask.routes[: self.most])
        return ask.add(slices=slices, hints=hints(ask, slices, services))


@dataclass(frozen=True)
class OneSchema:
    """Of several schemas the model names the number of the best, after a thought (DBCopilot's multiple schemas with
    chain of thought); a reply without a number means the first. One schema needs no request."""

    name: str = "link.one_schema"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found = [whole(r for r in ask.routes if r.table.name.name in names) for names in ask.schemas]
        found = [slices for slices in found if slices] or [whole(ask.routes[:1])]
        chosen = 0
        if len(found) > 1:
            listed = "\n\n".join(f"[{n}]\n{number_sign(ask.add(slices=s))}" for n, s in enumerate(found))
            prompt = told("copilot_choose.md", schema=listed, question=ask.question)
            ask, said = consult(ask, services, self.name, prompt, Sampling(200))
            named = re.findall(r"\[(\d+)\]", said[0].text) if said else []
            chosen = min(int(named[-1]), len(found) - 1) if named else 0
        return ask.add(slices=found[chosen])


def whole(routes: Iterable[Route]) -> tuple[TableSlice, ...]:
    return tuple(TableSlice(r.table, tuple(c.name for c in r.table.columns if not c.pii), r.score) for r in routes)
