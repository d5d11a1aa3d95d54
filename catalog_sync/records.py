"""A catalogue and its tables as JSON data, and back. Fields at their default are left out."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.errors import CatalogMissing, CatalogUnreadable
from catalog_sync.files import write_atomically
from catalog_sync.model import (
    Catalog,
    CatalogColumn,
    CatalogTable,
    ForeignKey,
    Join,
    Metric,
    QuestionView,
    SavedQuery,
    Term,
    Usage,
)

FORMAT = 1
_HINT = "run `dbt-ask sync`"


def write(catalog: Catalog, path: Path) -> None:
    """As one file, whole or not at all."""
    write_atomically(path, text_of(dump(catalog)))


def read(path: Path) -> Catalog:
    """A file that `write` wrote. Raises CatalogMissing, CatalogUnreadable."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise CatalogMissing(f"{path} is not there: no catalogue was synced yet", hint=_HINT) from error
    except (OSError, ValueError) as error:
        raise CatalogUnreadable(f"{path} can't be read: {error}", hint=_HINT) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CatalogUnreadable(f"{path} was written by another version of dbt-ask", hint=_HINT)
    try:
        return parse(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise CatalogUnreadable(f"{path} is damaged: {error!r}", hint=_HINT) from error


def text_of(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)


def key_of(name: TableName) -> str:
    """One text for each name, and the name again by `name_of`."""
    return text_of([name.database, name.schema, name.name])


def name_of(key: str) -> TableName:
    return _named(json.loads(key))


def _named(parts: Iterable[str | None]) -> TableName:
    """A sync holds each name several times, and so each text of it once."""
    return TableName(*(sys.intern(part) if part is not None else None for part in parts))  # type: ignore[arg-type]


def record_of(table: CatalogTable) -> str:
    return text_of(dump_table(table))


def hash_of(record: str) -> str:
    return hashlib.sha256(record.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def table_of(record: str) -> CatalogTable:
    return _table(json.loads(record))


def dump(catalog: Catalog) -> dict[str, Any]:
    return {"format": FORMAT, **head_of(catalog), "tables": [dump_table(table) for table in catalog]}


def head_of(catalog: Catalog) -> dict[str, Any]:
    """All of it but the tables."""
    found: dict[str, Any] = _dump(catalog.with_tables(()))
    return {"project": catalog.project, "dialect": catalog.dialect, **found}


def dump_table(table: CatalogTable) -> dict[str, Any]:
    found: dict[str, Any] = _dump(table)
    return found


_PLAIN = frozenset((str, bool, int, float, type(None)))


def _dump(value: Any) -> Any:
    """Fields at their default are left out, so that the file says only what is known. A sync calls it for every field
    of every table: it asks no more of a value than its type says."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [item if type(item) in _PLAIN else _dump(item) for item in value]
    if kind is TableName:
        return [value.database, value.schema, value.name]
    if is_dataclass(value):
        said = {}
        for name, default in _defaults(kind):
            item = getattr(value, name)
            if item is not default and item != default:
                said[name] = item if type(item) in _PLAIN else _dump(item)
        return said
    if isinstance(value, Mapping):
        return {str(key): item if type(item) in _PLAIN else _dump(item) for key, item in value.items()}
    return value


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, _default(f)) for f in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def parse(data: Mapping[str, Any]) -> Catalog:
    return Catalog(
        data["project"],
        data["dialect"],
        tuple(_table(table) for table in data["tables"]),
        terms=tuple(Term(**_tuples(term)) for term in data.get("terms", ())),
        metrics=tuple(Metric(**_tuples(metric)) for metric in data.get("metrics", ())),
        notes=tuple(data.get("notes", ())),
    )


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in data.items()}


def _table(data: dict[str, Any]) -> CatalogTable:
    data = _tuples(data)
    data["name"] = _named(data["name"])
    data["columns"] = tuple(_column(column) for column in data.get("columns", ()))
    data["foreign_keys"] = tuple(_foreign_key(key) for key in data.get("foreign_keys", ()))
    data["upstream"] = tuple(_named(name) for name in data.get("upstream", ()))
    if "joins" in data:
        data["joins"] = tuple(Join(**{**join, "to_table": _named(join["to_table"])}) for join in data["joins"])
    if "queries" in data:
        data["queries"] = tuple(SavedQuery(**query) for query in data["queries"])
    if data.get("usage"):
        data["usage"] = Usage(**data["usage"])
    if data.get("view"):
        data["view"] = _view(data["view"])
    return CatalogTable(**data)


_LISTS = frozenset({"tags", "values", "synonyms", "terms"})  # of a column


def _column(data: dict[str, Any]) -> CatalogColumn:
    for name in _LISTS & data.keys():
        data[name] = tuple(data[name])
    if "children" in data:
        data["children"] = tuple(_column(child) for child in data["children"])
    if "value_synonyms" in data:
        data["value_synonyms"] = {value: tuple(names) for value, names in data["value_synonyms"].items()}
    return CatalogColumn(**data)


def _foreign_key(data: dict[str, Any]) -> ForeignKey:
    return ForeignKey(
        columns=tuple(data["columns"]),
        to_table=_named(data["to_table"]),
        to_columns=tuple(data["to_columns"]),
        tested=data.get("tested", False),
        provenance=data.get("provenance", ""),
    )


def _view(data: dict[str, Any]) -> QuestionView:
    data = _tuples(data)
    data["base_tables"] = tuple(_named(name) for name in data.get("base_tables", ()))
    return QuestionView(**data)
