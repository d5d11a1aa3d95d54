"""Link as DIN-SQL does (Pourreza and Rafiei, 2023): thought aloud, kept as a hint; the schema stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask
from plugin.generator.compose.schemas import listed
from plugin.generator.consult import consult, told
from plugin.generator.stage import Kind, Need, Services

_LISTED = re.compile(r"schema[_ ]links?\W*:\s*\[?([^\]\n]+)", re.IGNORECASE)
MAX_LINKS = 20


@dataclass(frozen=True)
class Reasoned:
    """The links that the reply ends with: `table.column`, joins, literals. None where it ends otherwise."""

    max_tokens: int = 600
    stop: tuple[str, ...] = ("Q:",)
    name: str = "link.reasoned"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        prompt = told("din_links.md", schema=listed(ask), question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(self.max_tokens, stop=self.stop))
        found = _LISTED.findall(said[0].text) if said else []
        links = [link.strip(" '\"`") for link in found[-1].split(",")] if found else []
        kept = tuple(dict.fromkeys(link for link in links if link and link.casefold() != "none"))[:MAX_LINKS]
        if said and not found:
            ask = ask.add(dropped=(*ask.dropped, f"{self.name}: the reply ends without links"))
        return ask.add(links=kept)
