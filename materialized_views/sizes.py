"""How many rows each candidate would have: one scan of the joined tables for many of them.

DuckDB counts distinct values approximately (HyperLogLog) over all dimensions of a candidate at once; PostgreSQL has no
such count and counts exactly. Products of the single columns' counts are too high by far where columns depend on each
other, and samples fail just for the views that must be rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backends.errors import QueryFailed, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views.definition import ViewDefinition, quoted

_AT_ONCE = 12  # HyperLogLog sketches of one scan
_WIDTH = {"text": 20, "boolean": 1, "integer": 4, "date": 4}
_WIDTH_OTHER = 8
_COMPRESSION = 0.4

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Size:
    """`base_rows` are those of the fact. `seconds` is the share of the scan, a floor for what a build takes."""

    rows: int
    base_rows: int
    bytes: int
    seconds: float

    @property
    def ratio(self) -> float:
        return self.rows / max(1, self.base_rows)


def measure(
    definitions: Sequence[ViewDefinition],
    warehouse: Warehouse,
    limits: Limits = Limits(seconds=120.0),
    progress: Progress = lambda *_: None,
) -> list[Size | None]:
    """None for a candidate that could not be counted in time. Those over the same joins share a scan."""
    rows = {t: _rows(t, warehouse, limits) for t in dict.fromkeys(d.root.table for d in definitions)}
    groups: dict[str, list[int]] = {}
    for position, definition in enumerate(definitions):
        groups.setdefault(definition.source_sql(), []).append(position)
    batches = [found[i : i + _AT_ONCE] for found in groups.values() for i in range(0, len(found), _AT_ONCE)]
    sizes: list[Size | None] = [None] * len(definitions)
    for done, batch in enumerate(batches):
        progress("sizes", done, len(batches))
        for position, size in _counted([(p, definitions[p]) for p in batch], rows, warehouse, limits):
            sizes[position] = size
    return sizes


def _counted(
    batch: list[tuple[int, ViewDefinition]], rows: dict[TableName, int], warehouse: Warehouse, limits: Limits
) -> list[tuple[int, Size | None]]:
    """A batch that takes too long is halved."""
    counts = ", ".join(f"{_distinct(d)} as n{i}" for i, (_, d) in enumerate(batch))
    try:
        found = warehouse.query(f"select {counts} {batch[0][1].source_sql()}", limits)
    except (QueryTimeout, QueryFailed):
        if len(batch) == 1:
            return [(batch[0][0], None)]
        half = len(batch) // 2
        return [*_counted(batch[:half], rows, warehouse, limits), *_counted(batch[half:], rows, warehouse, limits)]
    return [
        (position, _size(definition, int(count), rows[definition.root.table], found.seconds))
        for (position, definition), count in zip(batch, found.rows[0], strict=True)
    ]


def _distinct(definition: ViewDefinition) -> str:
    if definition.kind == "wide":
        return "count(*)"
    if not definition.dimensions:
        return "1"
    columns = ", ".join(d.sql for d in definition.dimensions)
    count = "approx_count_distinct(" if definition.dialect == "duckdb" else "count(distinct "
    return f"{count}({columns}))"


def _size(definition: ViewDefinition, count: int, base_rows: int, seconds: float) -> Size:
    rows = min(count, base_rows)
    types = [*(d.type for d in definition.dimensions), *(m.type for m in definition.measures)]
    width = sum(_WIDTH.get(kind, _WIDTH_OTHER) for kind in types)
    return Size(rows, base_rows, int(rows * width * _COMPRESSION), seconds)


def _rows(table: TableName, warehouse: Warehouse, limits: Limits) -> int:
    return int(warehouse.query(f"select count(*) as n from {quoted(table, warehouse.dialect)}", limits).rows[0][0])
