"""A new version of a view from the one in use: buckets of time that differ are made anew, all others are copied.

A bucket is made anew as a whole: groups whose rows are gone go, rows that came late are counted, wherever they belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from backends.warehouse.base import TableName
from materialized_views.build.overlay import Model
from materialized_views.definition import ViewDefinition, quoted
from materialized_views.reconcile import Compared, in_buckets, restricted

_MOMENTS = ("date", "timestamp")


def buckets(definition: ViewDefinition, compared: Compared, share: float) -> tuple[str, ...]:
    """Those to make anew; none where all must be made: more than this share differs, or the view has no time."""
    time = definition.time
    if time is None or definition.kind != "rollup" or time.type.casefold() not in _MOMENTS:
        return ()
    dirty = compared.dirty
    return dirty if len(dirty) <= share * compared.buckets else ()


def model(
    whole: Model,
    definition: ViewDefinition,
    live: TableName,
    dirty: Iterable[str],
    relation: Callable[[TableName], str],
) -> Model:
    """A table, whatever the view is: a materialized view of the one that it takes the place of could not stay."""
    dirty = tuple(dirty)
    columns = ", ".join([*(d.name for d in definition.dimensions), *(m.name for m in definition.measures)])
    kept = f"select {columns}\nfrom {quoted(live, definition.dialect)}"
    kept += f"\nwhere {in_buckets(definition, dirty, of_view=True, outside=True)}"
    sql = f"{kept}\nunion all\n{restricted(definition, dirty).sql(relation)}\n"
    config = {**(whole.properties.get("config") or {}), "materialized": "table"}
    return replace(whole, sql=sql, properties={**whole.properties, "config": config})
