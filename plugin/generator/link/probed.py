"""Link as PET-SQL does (Li et al., 2024): the tables of a preliminary statement are the tables of the question."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.vectors.tokens import terms
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Probed:
    """Tables that `ask.probe` reads; where it does not parse or names none, those whose names share a word with the
    question; else all. Columns are not pruned."""

    name: str = "link.probed"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        read = tables_read(ask.probe, services.dialect)
        kept = [s for s in ask.slices if s.table.name.name.casefold() in read]
        if not kept:
            ask = ask.add(dropped=(*ask.dropped, f"{self.name}: the probe names no table; words decide"))
            kept = [s for s in ask.slices if _spoken_of(s, ask.question)]
        return ask.add(slices=tuple(kept or ask.slices))


def tables_read(sql: str, dialect: str) -> frozenset[str]:
    """Names without schema, in lower case; none of a text that can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect) if sql else None
    except SqlglotError:
        return frozenset()
    return frozenset(table.name.casefold() for table in tree.find_all(exp.Table)) if tree else frozenset()


def _spoken_of(part: TableSlice, question: str) -> bool:
    names = (part.table.name.name, *part.table.synonyms)
    return bool(set(terms(question)) & {term for said in names for term in terms(said)})
