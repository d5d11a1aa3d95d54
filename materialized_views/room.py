"""What else a view could hold at little cost, so that it answers questions that nobody has asked yet.

Measures cost no rows: a view gets all that were asked of its tables. Columns cost rows as far as the others do not
determine them (the region of a nation costs none): those that add the fewest come first, as long as there is room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from materialized_views.blocks import Facts
from materialized_views.blocks.expressions import Aggregate, Column, tables
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.paths import Path, Step
from materialized_views.definition import ViewDefinition
from materialized_views.sizes import Size

Measure = Callable[[list[ViewDefinition]], list[Size | None]]

_DEEPEST = 3
_GROUPED = frozenset({"text", "boolean", "integer"})


@dataclass(frozen=True)
class Room:
    """`times`: so many times its rows a view may have, and never more than `max_ratio` of the fact's."""

    catalog: Catalog
    measure: Measure
    times: float
    max_ratio: float

    def enlarged(self, candidate: Candidate, size: Size, asked: Iterable[Candidate]) -> Candidate:
        """`asked` are others, whose measures it gets where they are over its own tables."""
        most = max(size.rows, int(min(size.rows * self.times, size.base_rows * self.max_ratio)))
        facts = Facts(self.catalog)
        found = _with_measures(candidate, asked)
        extras = list(_extras(found, facts))
        counts = self._rows([_with(found, extra) for extra in extras])
        steps, expected = [found], float(size.rows)
        for count, i in sorted((count, i) for i, count in enumerate(counts) if count is not None):
            expected *= max(1.0, count / max(1, size.rows))
            if expected > most:
                break
            steps.append(_with(steps[-1], extras[i]))
        (counted,) = self._rows(steps[-1:])
        return steps[-1] if counted is not None and counted <= most else found

    def _rows(self, candidates: Sequence[Candidate]) -> list[int | None]:
        sizes = self.measure([definition_of(candidate, self.catalog) for candidate in candidates])
        return [None if size is None else size.rows for size in sizes]


def _with_measures(candidate: Candidate, asked: Iterable[Candidate]) -> Candidate:
    """Those over its own tables alone."""
    numbers = {path.number for path in candidate.paths}

    def fits(part: Aggregate) -> bool:
        return tables(part) <= numbers

    others = [other for other in asked if other.root == candidate.root and not other.wide]
    return replace(
        candidate,
        parts=candidate.parts | {part for other in others for part in other.parts if fits(part)},
        sums=candidate.sums | {part for other in others for part in other.sums if fits(part)},
    )


def _extras(candidate: Candidate, facts: Facts) -> Iterator[tuple[Path, Column]]:
    """Columns to group by, of its tables and of those that they refer to without losing rows."""
    for path in sorted(_reached(candidate, facts), key=str):
        table = facts.table(path.table)
        for column in table.columns:
            found = Column(path.number, column.name, facts.type(column), column.nullable)
            if found not in candidate.by_column and _is_described(path, table, column, facts):
                yield path, found


def _reached(candidate: Candidate, facts: Facts) -> set[Path]:
    found = set(candidate.paths)
    frontier = list(found)
    while frontier:
        path = frontier.pop()
        for key in facts.references(facts.table(path.table)) if len(path.steps) < _DEEPEST else ():
            parent = facts.catalog.table(key.to_table)
            if parent is None or facts.unique_key(parent) != frozenset(key.to_columns):
                continue
            further = Path(path.root, (*path.steps, Step(key.columns, key.to_table, key.to_columns)))
            if further not in found:
                found.add(further)
                frontier.append(further)
    return found


def _is_described(path: Path, table: CatalogTable, column: CatalogColumn, facts: Facts) -> bool:
    """An attribute, and no key, number or text of its own: of the fact only what is known to have few values."""
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    if column.pii or column.withheld or column.name in keys or facts.type(column).family not in _GROUPED:
        return False
    few = column.values_exact or facts.type(column).family == "boolean"
    return few or (bool(path.steps) and not column.nullable)


def _with(candidate: Candidate, extra: tuple[Path, Column]) -> Candidate:
    path, column = extra
    return replace(
        candidate,
        paths=candidate.paths | frozenset(path.ancestors()),
        grains=candidate.grains | {(column, "")},
    )
