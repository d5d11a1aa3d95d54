"""Which guessed keys the data bear out: a table's own tells its rows apart; of one to another table a sample of what it
holds is found there, each once.

One or two bounded queries a key, remembered like every reading. What the policy withholds is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync import sightings
from catalog_sync.guessed_keys import PROVENANCE
from catalog_sync.model import Catalog, CatalogTable, ForeignKey
from catalog_sync.records import key_of, name_of, text_of
from catalog_sync.scratch import Pile
from catalog_sync.sightings import Sighting
from catalog_sync.values import Progress, Reading

CONFIRMED = f"{PROVENANCE}+values"
_SAMPLE = 100
_FOUND = 0.9  # of the sample: a few rows may have lost what they lead to
_YES, _NO = "yes", "no"


def with_confirmed(
    catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress = lambda *_: None
) -> Catalog:
    """Without the guesses that nothing bears out."""
    waiting = Pile()
    for table in catalog:
        recalled = reading.known.of(table.name)
        known = {}
        for key in _guesses(table):
            seen = recalled.get(_name(key))
            if seen is not None and reading.is_fresh(table, seen):
                reading.reused += 1
            else:
                told = [key_of(table.name), key.columns[0], key_of(key.to_table), key.to_columns[0]]
                waiting.add(text_of(told), seen.at if seen else "")
            if seen is not None:
                known[_name(key)] = seen
        reading.known.keep(table.name, known)
    _ask(waiting, warehouse, reading, progress)
    return catalog.mapped(lambda table: _confirmed(table, reading.known.current(table.name)))


def _guesses(table: CatalogTable) -> Iterator[ForeignKey]:
    """A table's own key leads to the table itself."""
    own = (
        [ForeignKey(table.primary_key, table.name, table.primary_key, provenance=PROVENANCE)]
        if _is_guess(table)
        else []
    )
    for key in (*own, *table.foreign_keys):
        column = table.column(key.columns[0])
        if key.provenance == PROVENANCE and column is not None and not (column.pii or column.withheld):
            yield key


def _is_guess(table: CatalogTable) -> bool:
    return bool(table.primary_key) and table.provenance.get("primary_key") == PROVENANCE


def _name(key: ForeignKey) -> str:
    """As readings of columns are kept, under what no column is called."""
    return f"{key.columns[0]} -> {key.to_table}.{key.to_columns[0]}"


def _ask(waiting: Pile, warehouse: Warehouse, reading: Reading, progress: Progress) -> None:
    for done, text in enumerate(waiting):
        progress("keys", done, len(waiting))
        child, column, parent, to_column = json.loads(text)
        table = name_of(child)
        if reading.seconds_left() <= 0:
            reading.put_off(table)
            continue
        reading.asked += 1
        key = ForeignKey((column,), name_of(parent), (to_column,))
        held = _YES if _is_borne_out(table, key, warehouse, reading) else _NO
        reading.known.keep(table, {_name(key): Sighting(sightings.stamp(reading.now), "key", low=held)})
    progress("keys", len(waiting), len(waiting))


def _is_borne_out(table: TableName, key: ForeignKey, warehouse: Warehouse, reading: Reading) -> bool:
    try:
        held: list[object] = []
        if table != key.to_table:
            held = warehouse.distinct_values(table, key.columns[0], _SAMPLE, max(reading.seconds_left(), 0.1))
            if not held:
                return False
        limits = Limits(seconds=max(reading.seconds_left(), 0.1), rows=1)
        ((rows, different),) = warehouse.query(_counts(key, held, warehouse.dialect), limits).rows
    except (QueryTimeout, QueryFailed, QueryRefused):
        return False
    return bool(rows == different >= max(1, _FOUND * len(held)))


def _counts(key: ForeignKey, held: Sequence[object], dialect: str) -> str:
    """How many rows there have one of the values, or any, and how many different values they are."""
    to = key.to_table
    column = exp.column(key.to_columns[0], quoted=True)
    counts = (exp.Count(this=exp.Star()), exp.Count(this=exp.Distinct(expressions=[column.copy()])))
    query = exp.select(*(exp.alias_(count, name) for count, name in zip(counts, ("found", "different"), strict=True)))
    query = query.from_(exp.table_(to.name, db=to.schema, catalog=to.database, quoted=True))
    if held:
        query = query.where(exp.In(this=column, expressions=[exp.convert(value) for value in held]))
    return query.sql(dialect=dialect)


def _confirmed(table: CatalogTable, seen: Mapping[str, Sighting]) -> CatalogTable:
    guesses = list(_guesses(table))
    held = {_name(key) for key in guesses if (found := seen.get(_name(key))) is not None and found.low == _YES}
    kept = (key for key in table.foreign_keys if key.provenance != PROVENANCE or _name(key) in held)
    told = tuple(replace(key, provenance=CONFIRMED) if key.provenance == PROVENANCE else key for key in kept)
    table = replace(table, foreign_keys=told) if told != table.foreign_keys else table
    if not _is_guess(table):
        return table
    own = any(key.to_table == table.name and _name(key) in held for key in guesses)
    said = (
        {**table.provenance, "primary_key": CONFIRMED}
        if own
        else {k: v for k, v in table.provenance.items() if k != "primary_key"}
    )
    return replace(table, primary_key=table.primary_key if own else (), provenance=said)
