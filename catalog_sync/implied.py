"""Keys that nobody declared, by their names: `customer_id` of orders leads to the table of customers.

Only where one table alone can be meant. Nothing was tested, so no proof rests on such a key.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogTable, ForeignKey
from catalog_sync.names import words

PROVENANCE = "name"
_KEYS = ("id", "key", "sk", "code", "cd", "uuid")
_PREFIXES = frozenset(("dim", "fct", "fact", "stg", "mart", "tbl"))
_SEVERAL = re.compile(
    r"history|snapshot|daily|weekly|monthly|yearly|version|\bper\b.*\b(?:and|per|day|week|month|year)\b", re.IGNORECASE
)
_VALIDITY = re.compile(r"^(?:dbt_)?(?:valid|effective)_(?:from|to)|^is_(?:current|latest)$", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """The table that a key leads to, its own column, and that column's type. `named`: the key is called as the rows of
    the table are."""

    table: TableName
    column: str
    type: str
    workspace: str
    named: bool


def with_own_keys(catalog: Catalog) -> Catalog:
    """Each base table without a key of which one column is called as its rows are: `clinic_id` of `dim_clinics`."""
    return catalog.mapped(_with_own_key)


def owners(catalog: Iterable[CatalogTable]) -> dict[str, Owner]:
    """What columns of other tables are called that lead to a table -> that table."""
    found: dict[str, list[Owner]] = defaultdict(list)
    for table in catalog:
        column = table.column(table.primary_key[0]) if len(table.primary_key) == 1 and table.view is None else None
        if column is None:
            continue
        noun, name = _noun(table), column.name.casefold()
        spoken = f"{noun}_{name}" if name in _KEYS else name
        if spoken.endswith(tuple(f"_{key}" for key in _KEYS)):
            named = spoken.rpartition("_")[0] == noun
            found[spoken].append(Owner(table.name, column.name, column.type, table.workspace, named))
    return {name: owner for name, able in found.items() if (owner := _one(able)) is not None}


def with_foreign_keys(catalog: Catalog, known: Mapping[str, Owner]) -> Catalog:
    """`known` are the `owners`. A column of which a key is declared stays as it is."""
    return catalog.mapped(lambda table: _with_foreign_keys(table, known))


def _one(able: list[Owner]) -> Owner | None:
    fitting = [owner for owner in able if owner.named] or able
    return fitting[0] if len(fitting) == 1 else None


def _with_own_key(table: CatalogTable) -> CatalogTable:
    if table.primary_key or table.view is not None or _SEVERAL.search(f"{words(table.name.name)}. {table.description}"):
        return table
    if any(_VALIDITY.match(column.name) for column in table.columns):
        return table
    called = {f"{_noun(table)}_{key}" for key in _KEYS} | {"id"}
    keys = [column.name for column in table.columns if column.name.casefold() in called]
    if len(keys) != 1:
        return table
    return replace(table, primary_key=(keys[0],), provenance={**table.provenance, "primary_key": PROVENANCE})


def _noun(table: CatalogTable) -> str:
    """`order_item` of `fct_order_items`."""
    parts = words(table.name.name).split()
    while len(parts) > 1 and parts[0] in _PREFIXES:
        parts = parts[1:]
    return "_".join([*parts[:-1], _singular(parts[-1])])


def _singular(word: str) -> str:
    from lemminflect import getLemma  # type: ignore[import-untyped]

    return str((getLemma(word, "NOUN") or (word,))[0])


def _with_foreign_keys(table: CatalogTable, known: Mapping[str, Owner]) -> CatalogTable:
    if table.view is not None:
        return table
    new = tuple(_implied(table, known))
    return replace(table, foreign_keys=(*table.foreign_keys, *new)) if new else table


def _implied(table: CatalogTable, known: Mapping[str, Owner]) -> Iterator[ForeignKey]:
    declared = {column.casefold() for key in table.foreign_keys for column in key.columns}
    for column in table.columns:
        owner = known.get(column.name.casefold())
        if owner is None or owner.table == table.name or column.name.casefold() in declared:
            continue
        near = owner.named or owner.workspace == table.workspace
        if near and owner.type == column.type and owner.table.database == table.name.database:
            yield ForeignKey((column.name,), owner.table, (owner.column,), provenance=PROVENANCE)
