"""What the names of a SELECT can mean: its sources, its aliases and the SELECTs around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from backends.warehouse.base import TableName


@dataclass(frozen=True)
class Relation:
    """A thing that has columns. `columns` and `hidden` are folded; `spelled` gives the engine's spelling.

    `partial`: it has columns besides those, which a policy need not know, because what they hold was checked
    where it was computed. A base table is never partial.
    """

    columns: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    partial: bool = False
    table: TableName | None = None
    spelled: dict[str, str] = field(default_factory=dict)

    def renamed(self, names: list[str]) -> Relation:
        """As a list of column names behind an alias has it."""
        if not names:
            return self
        return Relation((*names, *self.columns[len(names) :]), partial=self.partial, spelled=self.spelled)


@dataclass(frozen=True)
class Source:
    """A relation under its name in FROM."""

    name: str
    identifier: exp.Identifier
    relation: Relation

    def has(self, column: str) -> bool:
        return column in self.relation.columns


@dataclass(frozen=True)
class StarItem:
    """One column that `*` stands for; `source` is None for a column that USING merged, `column` for `source.*`."""

    source: Source | None
    column: str | None
    spelled: str = ""


@dataclass
class Alias:
    position: int
    expression: exp.Expression


@dataclass
class Frame:
    """One SELECT while it is resolved."""

    outer: Frame | None = None
    sources: list[Source] = field(default_factory=list)
    star: list[StarItem] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)

    def chain(self) -> Iterator[Frame]:
        """Innermost first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer

    def owners(self, column: str) -> list[Source]:
        return [source for source in self.sources if source.has(column)]

    def source(self, name: str) -> Source | None:
        return next((source for source in self.sources if source.name == name), None)

    def add(self, source: Source) -> None:
        self.sources.append(source)
        self.star.extend(star_items(source))


def star_items(source: Source) -> list[StarItem]:
    """A base table's `*` is written out, so that a column that the catalogue does not know stays inside."""
    relation = source.relation
    if relation.partial or len(set(relation.columns)) < len(relation.columns):
        return [StarItem(source, None)]
    return [
        StarItem(source, column, relation.spelled.get(column, column))
        for column in relation.columns
        if column not in relation.hidden
    ]
