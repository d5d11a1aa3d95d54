"""Random small databases that keep the declared keys."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from feedback.evaluation.compare import Row
from feedback.evaluation.instances.pools import Pool, Pools

Instance = Mapping[TableName, tuple[Row, ...]]

_TELLING = 0.5  # chance of a literal of the statements, where there is one
_NULL = 0.15  # chance of NULL, where the real data has it
_SIZES = (1, 2, 3, 4, 6, 9, 14)


def instance(catalog: Catalog, pools: Pools, random: Random) -> Instance:
    """Primary keys are unique, foreign keys refer to a row that is there; parents come first."""
    made: dict[TableName, tuple[Row, ...]] = {}
    for table in _parents_first(catalog):
        size = random.choice(_SIZES)
        rows = [_row(table, catalog, pools, made, random, number) for number in range(1, size + 1)]
        made[table.name] = tuple(_unique(table, [row for row in rows if row is not None]))
    return made


def _row(
    table: CatalogTable,
    catalog: Catalog,
    pools: Pools,
    made: Mapping[TableName, tuple[Row, ...]],
    random: Random,
    number: int,
) -> Row | None:
    """None where a key has nothing to refer to."""
    cells: dict[str, Any] = {}
    for key in table.foreign_keys:
        if key.to_table not in made or catalog.table(key.to_table) is None or set(key.columns) & set(cells):
            continue
        referred = _referred(key, catalog, made)
        if not referred:
            return None
        cells.update(zip(key.columns, random.choice(referred), strict=True))
    for column in table.columns:
        if column.name not in cells:
            alone = table.primary_key == (column.name,)
            pool = pools[str(table.name), column.name]
            cells[column.name] = _key_value(pool, number) if alone else _value(column, pool, random)
    return tuple(cells[column.name] for column in table.columns)


def _value(column: CatalogColumn, pool: Pool, random: Random) -> Any:
    if pool.null and column.nullable and random.random() < _NULL:
        return None
    telling = pool.telling and (not pool.plain or random.random() < _TELLING)
    return random.choice(pool.telling if telling else pool.plain)


def _key_value(pool: Pool, number: int) -> Any:
    """Literals first, then other values, then as many more as are asked for."""
    known = list(dict.fromkeys((*pool.telling, *pool.plain)))
    if number <= len(known):
        return known[number - 1]
    if all(isinstance(v, (int, float)) for v in known):
        return int(max(known)) + number
    return f"{known[-1]}{number}"


def _referred(key: ForeignKey, catalog: Catalog, made: Mapping[TableName, tuple[Row, ...]]) -> list[Row]:
    parent = catalog.table(key.to_table)
    if parent is None:
        return []
    names = [c.name.casefold() for c in parent.columns]
    places = [names.index(c.casefold()) for c in key.to_columns if c.casefold() in names]
    if len(places) != len(key.to_columns):
        return []
    return [tuple(row[i] for i in places) for row in made[key.to_table]]


def _unique(table: CatalogTable, rows: list[Row]) -> list[Row]:
    """One row for each primary key."""
    names = [c.name for c in table.columns]
    places = [names.index(c) for c in table.primary_key if c in names]
    if not places:
        return rows
    return list({tuple(row[i] for i in places): row for row in rows}.values())


def valid(catalog: Catalog, data: Instance) -> Instance:
    """Without the rows that refer to nothing, after rows were taken away."""
    current = dict(data)
    for table in _parents_first(catalog):
        names = [c.name for c in table.columns]
        for key in table.foreign_keys:
            if key.to_table not in current or key.to_table == table.name:
                continue
            there = set(_referred(key, catalog, current))
            places = [names.index(c) for c in key.columns]
            current[table.name] = tuple(r for r in current[table.name] if tuple(r[i] for i in places) in there)
    return current


def _parents_first(catalog: Catalog) -> list[CatalogTable]:
    """Tables in circles come in the order of the catalogue; their keys into the circle are free."""
    left = list(catalog.tables)
    ordered: list[CatalogTable] = []
    while left:
        waiting = {t.name for t in left}
        ready = [t for t in left if not any(k.to_table in waiting and k.to_table != t.name for k in t.foreign_keys)]
        ordered += ready or left[:1]
        left = [t for t in left if t not in ordered]
    return ordered
