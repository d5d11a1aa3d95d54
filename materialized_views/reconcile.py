"""A view against its base, bucket by bucket of its time column: finds rows that came late, changed or went.

Both sides are added up by one SQL, over the view's relation and over the view's own definition: numbers of rows, all
measures, and the ends and numbers of values of the other dimensions.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views.definition import ViewDefinition, quoted
from materialized_views.errors import BuildFailed

_FLOAT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """`bucket` is the time bucket, "" for a view without time. `column` is what differs there."""

    bucket: str
    column: str
    in_view: str
    in_base: str

    def __str__(self) -> str:
        where = f" in {self.bucket}" if self.bucket else ""
        return f"{self.column}{where}: the view has {self.in_view}, its tables {self.in_base}"


@dataclass(frozen=True)
class Content:
    """What a relation holds, as far as totals tell: equal contents have equal checksums."""

    rows: int
    checksum: str


def differences(
    definition: ViewDefinition, relation: TableName, warehouse: Warehouse, limits: Limits
) -> tuple[Difference, ...]:
    """Empty where the view is what its tables say now. Raises WarehouseError, BuildFailed for too many buckets."""
    names = _names(definition)
    view = _buckets(definition, quoted(relation, warehouse.dialect), warehouse, limits)
    base = _buckets(definition, f"({definition.sql(pretty=False)})", warehouse, limits)
    found = []
    for bucket in sorted(view.keys() | base.keys()):
        missing = (None,) * len(names)
        ours, theirs = view.get(bucket, missing), base.get(bucket, missing)
        found += [
            Difference(bucket, name, _shown(a), _shown(b))
            for name, a, b in zip(names, ours, theirs, strict=True)
            if not _same(a, b)
        ]
    return tuple(found)


def content(definition: ViewDefinition, relation: TableName, warehouse: Warehouse, limits: Limits) -> Content:
    buckets = _buckets(definition, quoted(relation, warehouse.dialect), warehouse, limits)
    text = json.dumps(sorted(buckets.items()), default=_stable)
    rows = sum(int(values[0]) for values in buckets.values())
    return Content(rows, hashlib.sha256(text.encode()).hexdigest()[:16])


def _names(definition: ViewDefinition) -> list[str]:
    return ["number of rows", *(name for name, _ in _aggregates(definition))]


def _aggregates(definition: ViewDefinition) -> list[tuple[str, str]]:
    found = []
    for measure in definition.measures:
        function = "sum" if measure.additive else measure.function
        found.append((measure.name, f"{function}({measure.name})"))
    for dimension in definition.dimensions:
        if dimension != definition.time:
            found.append((f"values of {dimension.name}", f"count(distinct {dimension.name})"))
    return found


def _buckets(
    definition: ViewDefinition, source: str, warehouse: Warehouse, limits: Limits
) -> Mapping[str, tuple[Any, ...]]:
    time = definition.time
    totals = ", ".join(f"{sql} as t{i}" for i, (_, sql) in enumerate(_aggregates(definition)))
    columns = f"count(*) as n{', ' if totals else ''}{totals}"
    if time is None:
        rows = warehouse.query(f"select {columns} from {source} as v", limits)
        return {"": rows.rows[0]}
    rows = warehouse.query(f"select {time.name} as bucket, {columns} from {source} as v group by {time.name}", limits)
    if rows.truncated:
        raise BuildFailed(
            f"{definition.name} has more than {limits.rows:,} buckets of {time.name} to compare",
            hint="give it a coarser time grain",
        )
    return {_shown(row[0]): row[1:] for row in rows.rows}


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=_FLOAT_TOLERANCE, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
    return bool(a == b)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _stable(value: Any) -> str:
    return str(value)
