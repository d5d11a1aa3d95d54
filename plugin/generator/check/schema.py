"""The legal names of a question: tables, their columns, and the ways from one table to another over keys."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import singulars

_CLOCKS = frozenset(("date", "at", "day", "week", "month", "quarter"))


@dataclass(frozen=True)
class Edge:
    """`left.left_columns = right.right_columns`, pairwise; tables by their position in the schema."""

    left: CatalogTable
    left_columns: tuple[str, ...]
    right: CatalogTable
    right_columns: tuple[str, ...]

    def reversed(self) -> Edge:
        return Edge(self.right, self.right_columns, self.left, self.left_columns)


@dataclass(frozen=True)
class Schema:
    """`preferred` tables were shown to the model; the others may only be joined on the way."""

    preferred: tuple[CatalogTable, ...]
    others: tuple[CatalogTable, ...] = ()

    @cached_property
    def tables(self) -> tuple[CatalogTable, ...]:
        return (*self.preferred, *self.others)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        by_name = {t.name: t for t in self.tables}
        return tuple(
            Edge(table, key.columns, by_name[key.to_table], key.to_columns)
            for table in self.tables
            for key in table.foreign_keys
            if key.to_table in by_name and len(key.columns) == len(key.to_columns)
        )

    def table(self, node: exp.Table) -> CatalogTable | None:
        """The table that a reference names: by full name, by name alone, or by the nearest legal name."""
        name, schema = node.name.casefold(), node.db.casefold()
        named = [t for t in self.tables if t.name.name.casefold() == name]
        exact = [t for t in named if schema and (t.name.schema or "").casefold() == schema]
        if exact or named:
            return (exact or named)[0]
        return nearest(name, self.preferred) or nearest(name, self.others)

    def read_by(self, select: exp.Select) -> dict[str, CatalogTable]:
        """Alias -> table of the tables that the SELECT itself reads; aliases are case-folded."""
        source = select.args.get("from_")
        nodes = [source.this] if source is not None else []
        nodes += [join.this for join in select.args.get("joins") or []]
        found = {n.alias_or_name.casefold(): self.table(n) for n in nodes if isinstance(n, exp.Table)}
        return {alias: table for alias, table in found.items() if table is not None}

    def with_column(self, column: str) -> list[CatalogTable]:
        """Tables that have the column, those shown to the model first."""
        return [t for t in self.tables if t.column(column)]

    def called(self, name: str) -> tuple[CatalogTable, CatalogColumn] | None:
        """The first column that is also called so: `rgn_nm` by the name of region_name."""
        return next(((t, c) for t in self.tables for c in t.columns if form(name) in _also(c)), None)

    def path(self, sources: Iterable[CatalogTable], target: CatalogTable) -> list[Edge] | None:
        """The fewest key joins from one of the sources to the target; [] when it is one of them."""
        starts = list(sources)
        if any(s.name == target.name for s in starts):
            return []
        came: dict[str, list[Edge]] = {str(s.name): [] for s in starts}
        queue = deque(starts)
        while queue:
            here = queue.popleft()
            for edge in self.edges_of(here):
                if str(edge.right.name) in came:
                    continue
                came[str(edge.right.name)] = [*came[str(here.name)], edge]
                if edge.right.name == target.name:
                    return came[str(target.name)]
                queue.append(edge.right)
        return None

    def edges_of(self, table: CatalogTable) -> list[Edge]:
        """Away from the table; to a parent before to a child, since a parent adds no rows."""
        up = [e for e in self.edges if e.left.name == table.name]
        down = [e.reversed() for e in self.edges if e.right.name == table.name]
        return [*up, *down]


def nearest(name: str, tables: Iterable[CatalogTable], cutoff: float = 0.72) -> CatalogTable | None:
    by_form = {form(t.name.name): t for t in tables}
    match = difflib.get_close_matches(form(name), by_form, n=1, cutoff=cutoff)
    return by_form[match[0]] if match else None


def nearest_column(name: str, table: CatalogTable, cutoff: float = 0.78) -> CatalogColumn | None:
    """By what it is also called, by spelling, or the only one whose words hold all words of the name ("name" ->
    "store_name")."""
    if also := next((c for c in table.columns if form(name) in _also(c)), None):
        return also
    by_form = {form(c.name): c for c in table.columns}
    match = difflib.get_close_matches(form(name), by_form, n=1, cutoff=cutoff)
    if match:
        return by_form[match[0]]
    wanted = words(name)
    holders = [c for c in table.columns if wanted and wanted <= words(c.name)]
    if len(holders) == 1:
        return holders[0]
    parts = [c for c in table.columns if len(words(c.name)) > 1 and words(c.name) <= wanted]
    return parts[0] if len(parts) == 1 else None


def _also(column: CatalogColumn) -> set[str]:
    return {form("_".join(synonym.split())) for synonym in column.synonyms}


def same_clock(name: str, table: CatalogTable) -> CatalogColumn | None:
    """`ship_month` where the table has `ship_date`: the same time by another unit."""
    stem, _, unit = name.casefold().rpartition("_")
    found = [c for c in table.columns if c.name.casefold().rpartition("_")[0] == stem and _is_clock(c.name)]
    return found[0] if stem and unit in _CLOCKS and len(found) == 1 else None


def _is_clock(name: str) -> bool:
    return name.casefold().rpartition("_")[2] in _CLOCKS


def form(name: str) -> str:
    """Spelling without case, separators and a plural s."""
    return "".join(w for w in singulars(name))


def words(name: str) -> frozenset[str]:
    return frozenset(singulars(name))
