"""What else a view could hold at little cost, so that it answers questions that nobody has asked yet.

Measures cost no rows: a view gets all that were asked of its tables. Dimensions cost rows as far as the others do not
determine them (the region of a nation costs none); a view with numbers of different values gets none, which would split
what they count. What is asked elsewhere of the same fact comes before what nobody
has asked for yet, and what adds the fewest rows first, as long as there is room. A view of very few rows has room up to
a hundredth of its fact's: it is read as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from materialized_views.blocks import Facts
from materialized_views.blocks.canonical import COARSER
from materialized_views.blocks.expressions import Aggregate, Column, tables
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.paths import Path, Step
from materialized_views.sizes import Size

Measure = Callable[[Sequence[Candidate]], list[Size | None]]

_DEEPEST = 3
_READ_AT_ONCE = 0.01
_GROUPED = frozenset({"text", "boolean", "integer"})
_FINER = ("year", "quarter", "month", "day")


@dataclass(frozen=True)
class _Extra:
    """A dimension that could be added, and where its table stands. `asked`: it is asked for elsewhere."""

    path: Path
    column: Column
    grain: str
    asked: bool

    def refines(self, candidate: Candidate) -> bool:
        """The candidate lacks it, or has it so coarsely that it follows from this."""
        held = candidate.by_column.get(self.column)
        return held is None or (held != "" and (self.grain == "" or held in COARSER.get(self.grain, ())))

    def put_in(self, candidate: Candidate) -> Candidate:
        others = {grain for grain in candidate.grains if grain[0] != self.column}
        return replace(
            candidate,
            paths=candidate.paths | frozenset(self.path.ancestors()),
            grains=frozenset(others | {(self.column, self.grain)}),
        )


@dataclass(frozen=True)
class Room:
    """`times`: so many times its rows a view may have, `least` of its fact's rows in any case, and never more than
    `max_ratio` of these. `further`: also tested references, which bring all of other tables along, and finer times of
    what is asked or is the fact's own."""

    catalog: Catalog
    measure: Measure
    times: float
    max_ratio: float
    least: float = _READ_AT_ONCE
    further: bool = False

    def enlarged(
        self, candidate: Candidate, size: Size, asked: Iterable[Candidate], last: frozenset[Column] = frozenset()
    ) -> Candidate:
        """`asked` are candidates of all facts: what this one does not have of them. `last` are columns that come after
        all others."""
        others = [other for other in asked if other.root == candidate.root and not other.wide]
        wished = max(size.rows * self.times, size.base_rows * self.least)
        most = max(size.rows, int(min(wished, size.base_rows * self.max_ratio)))
        found = _with_measures(candidate, others)
        is_exact = any(part.distinct for part in found.parts)
        extras = [] if is_exact else list(self._extras(found, others))
        counts = self._rows([extra.put_in(found) for extra in extras])
        ordered = sorted(
            zip(extras, counts, strict=True), key=lambda e: (e[0].column in last, not e[0].asked, e[1] or 0)
        )
        steps, expected = [found], float(size.rows)
        factors: dict[Column, float] = {}
        for extra, count in ordered:
            factor = max(1.0, (count or most) / max(1, size.rows))
            rows = expected * factor / factors.get(extra.column, 1.0)
            if rows <= most and extra.refines(steps[-1]):
                expected, factors[extra.column] = rows, factor
                steps.append(extra.put_in(steps[-1]))
        counted = [size.rows, *self._rows(steps[1:])]
        return next(s for s, count in zip(reversed(steps), reversed(counted), strict=True) if count and count <= most)

    def _rows(self, candidates: Sequence[Candidate]) -> list[int | None]:
        """All over the same tables, so that one scan counts many: the steps to more tables lose no rows."""
        every = frozenset(path for candidate in candidates for path in candidate.paths)
        sizes = self.measure([replace(candidate, paths=every) for candidate in candidates])
        return [None if size is None else size.rows for size in sizes]

    def _extras(self, candidate: Candidate, others: Iterable[Candidate]) -> Iterator[_Extra]:
        """What others have, over tables that are reached without losing rows, then attributes of such tables."""
        facts = Facts(self.catalog)
        reached = {path.number: path for path in sorted(_reached(candidate, facts), key=str)}
        grains = sorted({g for other in others for g in other.grains}, key=lambda g: (g[0].key, g[1]))
        asked = [_Extra(reached[c.table], c, grain, True) for c, grain in grains if c.table in reached]
        known = {extra.column for extra in asked}
        for path in reached.values():
            table = facts.table(path.table)
            for column in table.columns:
                found = Column(path.number, column.name, facts.type(column), column.nullable)
                described = found not in known and self._is_described(path, table, column, facts)
                timed = self.further and _is_moment(column, facts) and (not path.steps or found in known)
                finer = _FINER if timed else ()
                asked += [_Extra(path, found, grain, False) for grain in (("",) if described else finer)]
        yield from (extra for extra in asked if extra.refines(candidate))

    def _is_described(self, path: Path, table: CatalogTable, column: CatalogColumn, facts: Facts) -> bool:
        """An attribute, and no key, number or text of its own: of the fact only what is known to have few values."""
        if column.pii or column.withheld or facts.type(column).family not in _GROUPED:
            return False
        if column.name in {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}:
            tested = {name for key in facts.references(table) for name in key.columns}
            return self.further and column.name in tested
        few = column.values_exact or facts.type(column).family == "boolean"
        return few or (bool(path.steps) and not column.nullable)


def _with_measures(candidate: Candidate, others: Iterable[Candidate]) -> Candidate:
    """Those over its own tables alone."""
    numbers = {path.number for path in candidate.paths}

    def fits(part: Aggregate) -> bool:
        return tables(part) <= numbers and not part.distinct

    others = list(others)
    return replace(
        candidate,
        parts=candidate.parts | {part for other in others for part in other.parts if fits(part)},
        sums=candidate.sums | {part for other in others for part in other.sums if fits(part)},
    )


def _reached(candidate: Candidate, facts: Facts) -> set[Path]:
    """Its tables, and those that these refer to without losing rows."""
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


def _is_moment(column: CatalogColumn, facts: Facts) -> bool:
    return facts.type(column).family in ("date", "timestamp") and not column.pii and not column.withheld
