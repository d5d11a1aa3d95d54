"""Route as DBCopilot does (Wang et al., EDBT 2025): over the graph of keys, to real names only.

Tables that share a referenced table are neighbours, with it and with each other. What hangs together by such neighbours
is one database, whatever the engine calls it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backends.llm.base import Sampling
from backends.warehouse.base import TableName
from catalog_sync.model import Catalog
from catalog_sync.records import key_of
from plugin.generator.ask import Ask
from plugin.generator.consult import consult, told
from plugin.generator.reply import names_in
from plugin.generator.stage import Kind, Need, Services

_SEPARATOR = " | "


def databases(catalog: Catalog, names: Iterable[TableName]) -> dict[str, int]:
    """Which of the tables hang together: bare name -> number of its database."""
    roots: dict[str, str] = {}

    def root(key: str) -> str:
        while (above := roots.get(key, key)) != key:
            roots[key] = roots.get(above, above)
            key = roots[key]
        return key

    for child, parent in catalog.directory.ties():
        roots[root(child)] = root(parent)
    numbers: dict[str, int] = {}
    return {name.name: numbers.setdefault(root(key_of(name)), len(numbers)) for name in names}


def grammar(held: Sequence[Sequence[str]], most: int) -> str:
    """GBNF: one to `most` names of one database, told apart by bars."""
    rules = [f"root ::= {' | '.join(f'd{n}' for n in range(len(held)))}"]
    for n, names in enumerate(held):
        rules.append(f"d{n} ::= t{n} ({json.dumps(_SEPARATOR)} t{n}){{0,{most - 1}}}")
        rules.append(f"t{n} ::= {' | '.join(json.dumps(name) for name in names)}")
    return "\n".join(rules)


@dataclass(frozen=True)
class Decoded:
    """The trained router is the model that is set: it is shown the best `shown` tables, and held to their names.

    `beams` samples; databases by first appearance, tables in each by how often they were named: `most_databases`
    schemas, the best first. Without the model (`beams` 0), or where it names nothing, the search's scores rank both.
    """

    beams: int = 10
    shown: int = 30
    most_databases: int = 5
    most_tables: int = 5
    kind: Kind = "route"

    @property
    def name(self) -> str:
        return "route.decoded" if self.beams else "route.graph"

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"llm", "grammar", "samples"}) if self.beams else frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        names = [r.table.name.name for r in ask.routes[: self.shown]]
        home = databases(services.catalog, [r.table.name for r in ask.routes[: self.shown]])
        held = _grouped(names, home)
        if self.beams and names:
            ask, counted = self._voted(ask, services, held)
            if not counted:
                ask = ask.add(dropped=(*ask.dropped, f"{self.name}: no table was named; the search decides"))
            else:
                held = [sorted(one, key=lambda n: -counted[n]) for one in _grouped(counted, home)]
        return ask.add(schemas=tuple(tuple(one[: self.most_tables]) for one in held[: self.most_databases]))

    def _voted(self, ask: Ask, services: Services, held: Sequence[Sequence[str]]) -> tuple[Ask, Counter[str]]:
        """How often each table was named, in the order in which they first were."""
        prompt = told(
            "copilot_route.md", schema="\n".join(f"# {', '.join(one)}" for one in held), question=ask.question
        )
        sampling = Sampling(60, 1.0, n=self.beams, grammar=grammar(held, self.most_tables))
        ask, said = consult(ask, services, self.name, prompt, sampling)
        known = [name for one in held for name in one]
        return ask, Counter(name for c in said for name in names_in(c.text, known))


def _grouped(names: Iterable[str], home: Mapping[str, int]) -> list[list[str]]:
    """By database, in the order in which they come."""
    found: dict[int, list[str]] = {}
    for name in names:
        found.setdefault(home[name], []).append(name)
    return list(found.values())
