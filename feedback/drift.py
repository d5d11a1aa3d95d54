"""What a query relies on in the schema, and whether it still holds. Pure.

`uses` is JSON data that is kept with the query, so that a drift is found whenever somebody looks, not only by whoever
saw the schema change:

    {"main.orders": {"columns": {"amount": "DECIMAL"}, "pii": [], "key": ["order_id"], "measures": {"revenue": "sum"},
                     "literals": {"status": ["open"]}},
     "#metrics": {"Revenue": "sum(amount)"}}

A metric counts where the question names it: whoever defines it anew makes the query answer another question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from backends.warehouse.guard import check
from catalog_sync.model import Catalog, CatalogTable, Metric
from catalog_sync.scope import scope
from feedback.canonical import question_key

METRICS = "#metrics"
Uses = Mapping[str, Mapping[str, Any]]


def uses(tree: exp.Query, catalog: Catalog, question: str = "") -> dict[str, dict[str, Any]]:
    """Of a tree that the door has resolved. Where a name could mean two columns, both are in it."""
    sources = sources_of(tree, catalog)
    used: dict[str, dict[str, Any]] = {}
    for table in {t.name: t for tables in sources.values() for t in tables}.values():
        names = {c.name.casefold() for c in tree.find_all(exp.Column) if table in sources.get(c.table.casefold(), ())}
        columns = [c for c in table.columns if c.name.casefold() in names]
        measures = table.view.measures if table.view else {}
        used[str(table.name)] = {
            "columns": {c.name: c.type for c in columns},
            "pii": [c.name for c in columns if c.pii],
            "key": list(table.view.grain if table.view else table.primary_key),
            "measures": {c.name: measures[c.name] for c in columns if c.name in measures},
            "literals": {
                c.name: known
                for c in columns
                if c.values_exact and (known := [v for v in _compared(tree, table, c.name, sources) if v in c.values])
            },
        }
    named = {metric.name: metric.expression for metric in catalog.metrics if _names(question, metric)}
    return {**used, METRICS: named} if named else used


def broken(used: Uses, catalog: Catalog) -> tuple[str, ...]:
    """Why a query that relies on `used` can't be trusted under this catalogue; () where it can."""
    tables = (why for name, was in used.items() if name != METRICS for why in _broken(name, was, catalog.whole(name)))
    return (*tables, *_redefined(used.get(METRICS, {}), catalog))


def drifted(sql: str, old: Catalog, new: Catalog) -> tuple[str, ...]:
    """Why a query that was right under the old catalogue may not be under the new one. Raises QueryRefused."""
    return broken(uses(check(sql, old.dialect, scope(old)), old), new)


def sources_of(tree: exp.Query, catalog: Catalog) -> dict[str, list[CatalogTable]]:
    """Name in the query, folded -> the tables that it stands for somewhere in it."""
    found: dict[str, list[CatalogTable]] = {}
    for node in tree.find_all(exp.Table):
        for table in catalog.these(catalog.directory.bare(node.name)):
            name = table.name
            if (node.name, node.db or None) == (name.name, name.schema) and node.catalog in ("", name.database):
                found.setdefault(node.alias_or_name.casefold(), []).append(table)
    return found


def _broken(name: str, was: Mapping[str, Any], table: CatalogTable | None) -> Iterator[str]:
    if table is None:
        yield f"{name} is gone, or may not be asked any more"
        return
    for column, kind in was["columns"].items():
        now = table.column(column)
        if now is None:
            yield f"{name}.{column} is gone"
        elif now.type.casefold() != kind.casefold():
            yield f"{name}.{column} was {kind}, is {now.type}"
        elif now.pii and column not in was["pii"]:
            yield f"{name}.{column} holds personal data now"
    key = list(table.view.grain if table.view else table.primary_key)
    if was["key"] and key != was["key"]:
        yield f"one row of {name} was one {', '.join(was['key'])}, is one {', '.join(key) or '?'}"
    measures = table.view.measures if table.view else {}
    for measure, formula in was["measures"].items():
        if measures.get(measure) != formula:
            yield f"{name}.{measure} was {formula}, is {measures.get(measure, 'no measure')}"
    for column, values in was["literals"].items():
        now = table.column(column)
        if now and now.values_exact:
            yield from (f"{name}.{column} has no {value!r} any more" for value in values if value not in now.values)


def _redefined(was: Mapping[str, str], catalog: Catalog) -> Iterator[str]:
    """One that is not there is no reason: a source may not have been asked for its metrics."""
    now = {metric.name: metric.expression for metric in catalog.metrics}
    for name, formula in was.items():
        if now.get(name, formula) != formula:
            yield f"the metric {name} was {formula}, is {now[name]}"


def _names(question: str, metric: Metric) -> bool:
    """Latin words whole; Korean ones also with what is written on to them."""
    said = f" {question_key(question)} "
    words = {question_key(name) for name in (metric.name, *metric.synonyms)} - {""}
    return any(re.search(rf"(?<![^\W_]){re.escape(word)}(?![a-z0-9])", said) for word in words)


def _compared(
    tree: exp.Query, table: CatalogTable, column: str, sources: Mapping[str, list[CatalogTable]]
) -> Iterator[str]:
    """The text literals that the query compares this column with."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
        if any(
            isinstance(s, exp.Column)
            and s.name.casefold() == column.casefold()
            and table in sources.get(s.table.casefold(), ())
            for s in sides
        ):
            yield from (s.name for s in sides if isinstance(s, exp.Literal) and s.is_string)
