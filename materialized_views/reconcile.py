"""A view against its base, bucket by bucket of its time column: finds rows that came late, changed or went.

Both sides are added up by one SQL, over the view's relation and over the view's own definition: numbers of rows, all
measures, and fingerprints of which group holds how much, so that two groups that swap their values differ too.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views.definition import ViewDefinition, quoted
from materialized_views.errors import BuildFailed

_FLOAT_TOLERANCE = 1e-9
_FLOATS = ("double", "float", "real")
_DECIMALS = ("numeric", "decimal")
_DIGITS = 5  # of a hash to the base of 16: a million values
_FINGERPRINT = "fingerprint of"
_NO_TIME, _NULL = "", "nothing"


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
class Compared:
    """`buckets` is the number of those that were compared."""

    differences: tuple[Difference, ...]
    buckets: int

    @property
    def dirty(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(d.bucket for d in self.differences))


@dataclass(frozen=True)
class Content:
    """What a relation holds, as far as totals tell: equal contents have equal checksums."""

    rows: int
    checksum: str


def differences(
    definition: ViewDefinition, relation: TableName, warehouse: Warehouse, limits: Limits
) -> tuple[Difference, ...]:
    """Empty where the view is what its tables say now. Raises WarehouseError, BuildFailed for too many buckets."""
    return compare(definition, relation, warehouse, limits).differences


def compare(
    definition: ViewDefinition,
    relation: TableName,
    warehouse: Warehouse,
    limits: Limits,
    only: Iterable[str] | None = None,
) -> Compared:
    """`only`: of these buckets alone. Raises as `differences`."""
    names = ["number of rows", *(name for name, _ in (*_totals(definition), *_fingerprints(definition)))]
    source, made = quoted(relation, warehouse.dialect), definition
    if only is not None:
        inside = in_buckets(definition, only, of_view=True)
        source = f"(select * from {source} where {inside})"
        made = restricted(definition, only)
    view = _buckets(definition, source, warehouse, limits)
    base = _buckets(definition, f"({made.sql(pretty=False)})", warehouse, limits)
    found: list[Difference] = []
    for bucket in sorted(view.keys() | base.keys()):
        missing = (None,) * len(names)
        pairs = list(zip(names, view.get(bucket, missing), base.get(bucket, missing), strict=True))
        unequal = [Difference(bucket, n, _shown(a), _shown(b)) for n, a, b in pairs if not _same(a, b)]
        found += [d for d in unequal if not d.column.startswith(_FINGERPRINT)] or unequal
    return Compared(tuple(found), len(view.keys() | base.keys()))


def restricted(definition: ViewDefinition, buckets: Iterable[str]) -> ViewDefinition:
    """The same view of these buckets of its time alone."""
    return replace(definition, filters=(*definition.filters, in_buckets(definition, buckets)))


def in_buckets(
    definition: ViewDefinition, buckets: Iterable[str], *, of_view: bool = False, outside: bool = False
) -> str:
    """A condition over the definition's tables, or over the view's columns; never NULL. `outside`: all other rows."""
    time = definition.time
    assert time is not None
    sql, found = (time.name if of_view else time.sql), list(buckets)
    known = ", ".join(f"cast('{bucket}' as {time.type})" for bucket in found if bucket != _NULL)
    is_in = f"coalesce({sql} in ({known}), false)" if known else "false"
    if _NULL in found:
        is_in = f"({is_in} or {sql} is null)"
    return f"not {is_in}" if outside else is_in


def content(definition: ViewDefinition, relation: TableName, warehouse: Warehouse, limits: Limits) -> Content:
    buckets = _buckets(definition, quoted(relation, warehouse.dialect), warehouse, limits)
    text = json.dumps(sorted(buckets.items()), default=_stable)
    rows = sum(int(values[0]) for values in buckets.values())
    return Content(rows, hashlib.sha256(text.encode()).hexdigest()[:16])


def _totals(definition: ViewDefinition) -> list[tuple[str, str]]:
    return [(m.name, m.check) for m in definition.measures]


def _fingerprints(definition: ViewDefinition) -> list[tuple[str, str]]:
    """Sums of a hash of each group, by itself and times each measure; none of floats, which are never quite equal."""
    if not _dimensions(definition):
        return []
    found = [(f"{_FINGERPRINT} the groups", "sum(dbt_ask_group)")]
    for measure in definition.measures:
        if measure.check.startswith("sum") and not measure.type.casefold().startswith(_FLOATS):
            exact = measure.type.casefold().startswith(_DECIMALS)
            factor = measure.name if exact else f"cast({measure.name} as decimal(38, 0))"
            found.append((f"{_FINGERPRINT} {measure.name} by group", f"sum(dbt_ask_group * {factor})"))
    return found


def _dimensions(definition: ViewDefinition) -> list[str]:
    return [d.name for d in definition.dimensions if d != definition.time]


def _group(definition: ViewDefinition) -> str:
    """A number from 1 to a million for the values of the other dimensions, in SQL that every engine has."""
    values = [f"coalesce('1' || cast({name} as varchar), '0')" for name in _dimensions(definition)]
    text = " || '|' || ".join(values)
    digits = (f"{17**i} * strpos('0123456789abcdef', substr(md5({text}), {i + 1}, 1))" for i in range(_DIGITS))
    return " + ".join(digits)


def _buckets(
    definition: ViewDefinition, source: str, warehouse: Warehouse, limits: Limits
) -> Mapping[str, tuple[Any, ...]]:
    time = definition.time
    totals = (*_totals(definition), *_fingerprints(definition))
    columns = ", ".join(["count(*) as n", *(f"{sql} as t{i}" for i, (_, sql) in enumerate(totals))])
    if _dimensions(definition):
        source = f"(select g.*, {_group(definition)} as dbt_ask_group from {source} as g)"
    if time is None:
        rows = warehouse.query(f"select {columns} from {source} as v", limits)
        return {_NO_TIME: rows.rows[0]}
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
    return _NULL if value is None else str(value)


def _stable(value: Any) -> str:
    return str(value)
