"""Keys and spoken names of SQLite databases, where a `tables.json` as Spider and BIRD have it lies beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog_sync.errors import CatalogUnreadable


@dataclass(frozen=True)
class Keys:
    """As the file spells them. `primary`: table -> columns; `foreign`: (table, column, to table, to column);
    `spoken`: (table,) or (table, column) -> how people call it."""

    primary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: tuple[tuple[str, str, str, str], ...] = ()
    spoken: Mapping[tuple[str, ...], str] = field(default_factory=dict)


def load(path: Path) -> dict[str, Keys]:
    """By database. Raises CatalogUnreadable."""
    try:
        return {str(raw["db_id"]): _keys(raw) for raw in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CatalogUnreadable(f"{path} is no file of tables: {error!r}", hint="it is Spider's tables.json") from error


def _keys(raw: Mapping[str, Any]) -> Keys:
    tables = raw["table_names_original"]
    columns = [(tables[t] if t >= 0 else "", name) for t, name in raw["column_names_original"]]
    primary: dict[str, tuple[str, ...]] = {}
    for key in raw["primary_keys"]:
        for place in key if isinstance(key, list) else [key]:
            table, name = columns[place]
            primary[table] = (*primary.get(table, ()), name)
    spoken: dict[tuple[str, ...], str] = {(t,): said for t, said in zip(tables, raw["table_names"], strict=True)}
    for (table, name), (_, said) in zip(columns, raw["column_names"], strict=True):
        spoken[table, name] = said
    return Keys(primary, tuple((*columns[a], *columns[b]) for a, b in raw["foreign_keys"]), spoken)
