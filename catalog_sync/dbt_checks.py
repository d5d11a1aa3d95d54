"""What dbt's tests and constraints prove: keys, references, and the whole domain of a column.

A test that was weakened (a `where`, severity warn, a threshold, a sampled count) proves nothing about the whole
table. What it says is still kept as a claim: a foreign key that is not `tested`, values that are examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.dbt_meta import Node, literal
from catalog_sync.model import ForeignKey
from catalog_sync.names import singulars, without_layer, words
from catalog_sync.pii import as_list

_ENFORCED_BY = frozenset({"duckdb", "postgres", "sqlite", "mysql", "sqlserver", "synapse"})
_KEY_TESTS = {
    "unique_combination_of_columns": "combination_of_columns",
    "unique_grain": "columns",
    "dbt_ask_unique_grain": "columns",
}
"""Test -> the argument that lists the columns of the key."""
_LITERALS = r"""(?P<args>(?:['"][^'"]*['"]|[\s,]|v(?:ersion)?\s*=\s*['"]?[\w.]+['"]?)+)"""
_REF = re.compile(rf"\bref\({_LITERALS}\)")
_SOURCE = re.compile(rf"\bsource\({_LITERALS}\)")
_STRING = re.compile(r"""(['"])(?P<text>.*?)\1""")
_VERSION = re.compile(r"\b(?:v|version)\s*=\s*['\"]?(?P<version>[\w.]+)")
_EXPRESSION = re.compile(r"^\s*(?:references\s+)?(?P<table>[^\s(]+)\s*\((?P<columns>[^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Domain:
    values: tuple[str, ...]
    exact: bool
    provenance: str


@dataclass
class Checks:
    """What is known of one node; provenance beside each fact. `unique` is keyed by the columns together."""

    unique: dict[tuple[str, ...], str] = field(default_factory=dict)
    not_null: dict[str, str] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    foreign_keys: dict[tuple[tuple[str, ...], TableName], ForeignKey] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    primary_key_provenance: str = ""


def read_checks(manifest: Mapping[str, Any], relations: Mapping[str, TableName]) -> dict[str, Checks]:
    """By unique_id. `relations` are the relations that may be referred to, by unique_id."""
    checks = {unique_id: Checks() for unique_id in relations}
    adapter = str((manifest.get("metadata") or {}).get("adapter_type") or "")
    for test in manifest["nodes"].values():
        if test.get("resource_type") == "test" and test.get("test_metadata"):
            attached = _attached(test)
            if attached in checks:
                _read_test(test, attached, checks[attached], relations)
    for unique_id, found in checks.items():
        node = manifest["nodes"].get(unique_id) or {}
        _read_constraints(node, found, relations, enforced=_enforces(node, adapter))
        _choose_primary_key(node, found)
    return checks


def _read_test(test: Node, attached: str, checks: Checks, relations: Mapping[str, TableName]) -> None:
    name, kwargs = test["test_metadata"]["name"], test["test_metadata"].get("kwargs") or {}
    column = str(test.get("column_name") or kwargs.get("column_name") or "")
    strong, provenance = is_strong(test), f"dbt:test:{test['unique_id']}"
    if name in ("accepted_values", "expect_column_values_to_be_in_set") and column:
        values = as_list(kwargs.get("values", kwargs.get("value_set")))
        _add_domain(checks, column, Domain(tuple(literal(v) for v in values), strong, provenance))
    elif name in ("relationships", "relationships_where") and column and kwargs.get("field"):
        target = _resolve(str(kwargs.get("to", "")), (test.get("depends_on") or {}).get("nodes") or [], attached)
        if target and target in relations:
            tested = strong and name == "relationships"
            key = ForeignKey((column,), relations[target], (str(kwargs["field"]),), tested, provenance)
            _add_foreign_key(checks, key)
    elif strong and name == "unique" and column:
        checks.unique.setdefault((column,), provenance)
    elif strong and name == "not_null" and column:
        checks.not_null.setdefault(column, provenance)
    elif strong and name in _KEY_TESTS:
        columns = tuple(str(c) for c in as_list(kwargs.get(_KEY_TESTS[name])))
        if columns:
            checks.unique.setdefault(columns, provenance)


def is_strong(test: Node) -> bool:
    config = {"severity": "error", "error_if": "!= 0", "fail_calc": "count(*)", **(test.get("config") or {})}
    return (
        config.get("enabled") is not False
        and not config.get("where")
        and str(config["severity"] or "error").casefold() == "error"
        and str(config["error_if"] or "!= 0").replace(" ", "") in ("!=0", ">0", ">=1")
        and str(config["fail_calc"] or "count(*)").replace(" ", "").casefold() == "count(*)"
    )


def _attached(test: Node) -> str:
    """Manifests before v10 don't say; then the `model` argument does."""
    if test.get("attached_node"):
        return str(test["attached_node"])
    parents = list((test.get("depends_on") or {}).get("nodes") or [])
    if len(parents) == 1:
        return str(parents[0])
    model = str((test["test_metadata"].get("kwargs") or {}).get("model", ""))
    return _resolve(model, parents, "") or ""


def _resolve(jinja: str, parents: Iterable[str], attached: str) -> str | None:
    """The parent that `ref(...)` or `source(...)` means; where that can't be read, the only other parent."""
    parents = list(parents)
    source, ref = _SOURCE.search(jinja), _REF.search(jinja)
    if source:
        names = [m["text"] for m in _STRING.finditer(source["args"])]
        return next((p for p in parents if p.startswith("source.") and p.split(".")[2:] == names), None)
    if not ref:
        others = [p for p in parents if p != attached]
        return others[0] if len(others) == 1 else None
    version = _VERSION.search(ref["args"])
    names = [m["text"] for m in _STRING.finditer(_VERSION.sub("", ref["args"]))]
    wanted = f"{names[-1]}.v{version['version']}" if version and names else "".join(names[-1:])
    package = names[0] if len(names) == 2 else None
    return next((p for p in parents if _is_ref(p, wanted, package)), None)


def _is_ref(unique_id: str, wanted: str, package: str | None) -> bool:
    kind, owner, name = unique_id.split(".", 2)
    if kind == "source" or (package and owner != package):
        return False
    return wanted in (name, re.sub(r"\.v\w+$", "", name))


def _add_domain(checks: Checks, column: str, domain: Domain) -> None:
    known = checks.domains.get(column)
    if known is None or (domain.exact, -len(domain.values)) > (known.exact, -len(known.values)):
        checks.domains[column] = domain


def _add_foreign_key(checks: Checks, key: ForeignKey) -> None:
    known = checks.foreign_keys.get((key.columns, key.to_table))
    if known is None or (key.tested and not known.tested):
        checks.foreign_keys[key.columns, key.to_table] = key


def _enforces(node: Node, adapter: str) -> bool:
    """dbt writes constraints into the DDL only under an enforced contract; many warehouses then ignore them."""
    contract = (node.get("config") or {}).get("contract") or node.get("contract") or {}
    return bool(contract.get("enforced")) and adapter in _ENFORCED_BY


def _read_constraints(node: Node, checks: Checks, relations: Mapping[str, TableName], *, enforced: bool) -> None:
    provenance = "dbt:constraint" if enforced else "dbt:manifest"
    found = [(tuple(c.get("columns") or ()), c) for c in node.get("constraints") or []]
    for column in (node.get("columns") or {}).values():
        found += [((str(column["name"]),), c) for c in column.get("constraints") or []]
    for columns, constraint in found:
        kind = str(constraint.get("type") or "")
        if kind == "primary_key":
            checks.primary_key, checks.primary_key_provenance = columns, provenance
        elif kind == "unique" and enforced:
            checks.unique.setdefault(columns, provenance)
        elif kind == "not_null" and enforced:
            checks.not_null.update({c: checks.not_null.get(c, provenance) for c in columns})
        elif kind == "foreign_key":
            target = _constraint_target(constraint, relations)
            if target and len(target[1]) == len(columns):
                _add_foreign_key(checks, ForeignKey(columns, target[0], target[1], enforced, provenance))


def _constraint_target(
    constraint: Node, relations: Mapping[str, TableName]
) -> tuple[TableName, tuple[str, ...]] | None:
    to, columns = str(constraint.get("to") or ""), tuple(constraint.get("to_columns") or ())
    if not to:
        written = _EXPRESSION.match(str(constraint.get("expression") or ""))
        if not written:
            return None
        to, columns = written["table"], tuple(_unquote(c) for c in written["columns"].split(","))
    if _REF.search(to) or _SOURCE.search(to):
        target = _resolve(to, relations, "")
        return (relations[target], columns) if target and target in relations else None
    parts = tuple(_unquote(part).casefold() for part in to.split("."))
    fits = [name for name in relations.values() if str(name).casefold().split(".")[-len(parts) :] == [*parts]]
    return (fits[0], columns) if len(fits) == 1 else None


def _unquote(name: str) -> str:
    return name.strip().strip('"`[]')


def _own_key(node: Node, single: Sequence[str], checks: Checks, inferred: Sequence[str]) -> str:
    """Of several keys the one that is called as the rows are, then one that leads nowhere else: invoice_id of invoices,
    each of an appointment of its own."""
    leading = {columns[0] for columns, _ in checks.foreign_keys if len(columns) == 1}
    name = without_layer(str(node.get("name") or ""))
    own = [c for c in single if words(c).removesuffix(" id") in (name, *singulars(name))]
    free = [c for c in single if c not in leading]
    return next(
        iter((*own, *(c for c in inferred if c in free), *free, *(c for c in inferred if c in single), *single))
    )


def _choose_primary_key(node: Node, checks: Checks) -> None:
    """A checked key before one that dbt only inferred: it infers from disabled and weakened tests too."""
    if checks.primary_key_provenance == "dbt:constraint":
        return
    single = [c for (c, *more) in checks.unique if not more and c in checks.not_null]
    inferred = tuple(str(c) for c in as_list(node.get("primary_key")))
    several = [columns for columns in checks.unique if len(columns) > 1]
    if single:
        column = _own_key(node, single, checks, inferred)
        checks.primary_key = (column,)
        checks.primary_key_provenance = f"{checks.unique[(column,)]}+{checks.not_null[column]}"
    elif several:
        checks.primary_key = min(several, key=len)
        checks.primary_key_provenance = checks.unique[checks.primary_key]
    elif inferred and not checks.primary_key:
        checks.primary_key, checks.primary_key_provenance = inferred, "dbt:manifest"
