"""Link as C3 does (Dong et al., 2023): the model recalls tables, then columns, several times; the votes are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backends.llm.base import Sampling
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.compose.schemas import number_sign
from plugin.generator.consult import consult, told
from plugin.generator.reply import json_of, names_in
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class TableRecall:
    """Each sample ranks all tables; its first `keep` legal ones are its vote, and the most frequent set wins.

    Without a legal vote every table stays.
    """

    n: int = 10
    temperature: float = 0.7
    keep: int = 4
    name: str = "link.table_recall"
    kind: Kind = "link"

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"llm", "samples"} if self.n > 1 else {"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if len(ask.slices) <= 1:
            return ask
        prompt = told("c3_tables.md", schema=number_sign(ask), question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(200, self.temperature, n=self.n))
        known = [s.table.name.name for s in ask.slices]
        votes = [frozenset(names_in(c.text, known)[: self.keep]) for c in said]
        counted = Counter(vote for vote in votes if vote)
        if not counted:
            return ask.add(dropped=(*ask.dropped, f"{self.name}: no sample named a table; all are kept"))
        chosen = counted.most_common(1)[0][0]
        return ask.add(slices=tuple(s for s in ask.slices if s.table.name.name in chosen))


@dataclass(frozen=True)
class ColumnRecall:
    """For each table the first `first` legal columns of each sample vote; the `keep` most frequent stay, and every
    column of a key. A table that no sample spoke of keeps all."""

    n: int = 10
    temperature: float = 0.7
    first: int = 4
    keep: int = 5
    name: str = "link.column_recall"
    kind: Kind = "link"

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"llm", "samples"} if self.n > 1 else {"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        prompt = told("c3_columns.md", schema=number_sign(ask), question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(400, self.temperature, n=self.n))
        votes = [vote for c in said if isinstance(vote := json_of(c.text), dict)]
        if said and not votes:
            ask = ask.add(dropped=(*ask.dropped, f"{self.name}: no sample was JSON; all columns are kept"))
        return ask.add(slices=tuple(self._voted(s, ask.slices, votes) for s in ask.slices))

    def _voted(self, part: TableSlice, slices: Sequence[TableSlice], votes: Sequence[Mapping[str, Any]]) -> TableSlice:
        counted: Counter[str] = Counter()
        for vote in votes:
            counted.update(ranked(vote, part)[: self.first])
        if not counted:
            return part
        best = {column for column, _ in counted.most_common(self.keep)} | keys_of(part.table, slices)
        return replace(part, columns=tuple(c for c in part.columns if c in best))


def ranked(vote: Mapping[str, Any], part: TableSlice) -> tuple[str, ...]:
    """The legal columns that a JSON object names for a table, in its order: a list of names, or names as keys."""
    said = next((v for k, v in vote.items() if str(k).casefold() == part.table.name.name.casefold()), ())
    items = said if isinstance(said, (list, Mapping)) else [said]
    spelled = {c.casefold(): c for c in part.columns}
    named = (str(item).split(".")[-1].split(":")[0].strip().casefold() for item in items)
    return tuple(dict.fromkeys(spelled[n] for n in named if n in spelled))


def keys_of(table: CatalogTable, slices: Sequence[TableSlice]) -> set[str]:
    """The primary key, and the columns that join the table to another of the slices."""
    shown = {part.table.name for part in slices}
    own = {c for key in table.foreign_keys if key.to_table in shown for c in key.columns}
    to = {c for part in slices for key in part.table.foreign_keys if key.to_table == table.name for c in key.to_columns}
    return {*table.primary_key, *own, *to}
