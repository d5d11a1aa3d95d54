"""The model's YAML: what people and the generator need to know, the contract, and the tests that keep it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from materialized_views.definition import Dimension, Measure, ViewDefinition
from materialized_views.emit.model import reference

MATERIALIZED = "{{ 'materialized_view' if target.type == 'postgres' else 'table' }}"
_WIDTH = 120


def model_yaml(definition: ViewDefinition, catalog: Catalog, *, materialized: str = MATERIALIZED) -> str:
    """Equal definitions and catalogues give equal text."""
    fact = _table(definition, definition.root.alias, catalog)
    grain = [d.name for d in definition.dimensions]
    config: dict[str, Any] = {"materialized": materialized, "contract": {"enforced": True}, "tags": ["ask_view"]}
    if definition.kind == "rollup" and grain:
        config["indexes"] = _indexes(grain)
    config["meta"] = _meta(definition, fact)
    model = {
        "name": definition.name,
        "description": description(definition),
        "config": config,
        "data_tests": _tests(definition, catalog),
        "columns": [
            *(_dimension(d, definition, catalog) for d in definition.dimensions),
            *(_measure(m, definition, catalog) for m in definition.measures),
        ],
    }
    if not model["data_tests"]:
        del model["data_tests"]
    return yaml.dump({"models": [model]}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _indexes(grain: list[str]) -> str:
    """A concurrent refresh on PostgreSQL needs the unique index. DuckDB has nothing to refresh, and lets no table
    with an index be renamed."""
    return f"{{{{ [{{'columns': {grain!r}, 'unique': true}}] if target.type == 'postgres' else [] }}}}"


def description(definition: ViewDefinition) -> str:
    """For people and for the generator: what a row is, what it answers, how to ask it."""
    fact = words(definition.root.table.name)
    dimensions = [words(d.name) for d in definition.dimensions]
    if definition.kind == "wide":
        others = sorted({words(s.table.name) for s in definition.sources[1:]})
        return (
            f"Every row of {fact} with the columns of {_and(others)} beside it: the first place to ask for single "
            f"{fact} or for columns that no roll-up has together."
        )
    measures = [words(m.name) for m in definition.measures]
    text = f"{_and(measures).capitalize()} of {fact} by {_and(dimensions)}: one row for each combination."
    if definition.time is not None:
        text += f" Time is {definition.time.name}, a {definition.time.grain}."
    minima = [m.name for m in definition.measures if m.function in ("min", "max")]
    text += " Add the measures up for coarser questions" + (f"; take min or max of {_and(minima)}." if minima else ".")
    exact = [m.name for m in definition.measures if m.function == "distinct"]
    text += f" {_and(exact)} can't be added up: ask by all of {_and(dimensions)}." if exact else ""
    for filtered in definition.filters:
        text += f" Only rows where {filtered}."
    return text


def words(name: str) -> str:
    return re.sub(r"_+", " ", name).strip()


def formula(measure: Measure, definition: ViewDefinition) -> str:
    """How a measure adds up over rows, in the words of `meta.dbt_ask.view.measures`."""
    if not measure.additive:
        return measure.sql if measure.function == "distinct" else measure.function
    if measure.name.startswith("total_"):
        counts = {m.argument: m.name for m in definition.measures if m.function == "count"}
        count = counts.get(measure.argument) or counts.get("")
        if count:
            return f"sum; the average is 1.0 * sum({measure.name}) / sum({count})"
    return "sum"


def _meta(definition: ViewDefinition, fact: CatalogTable) -> dict[str, Any]:
    ours: dict[str, Any] = {"workspace": fact.workspace} if fact.workspace else {}
    view: dict[str, Any] = {"grain": [d.name for d in definition.dimensions] or [fact.primary_key]}
    if definition.kind == "wide":
        view["grain"] = [d.name for d in definition.dimensions if d.column and d.column[1] in fact.primary_key]
    view["measures"] = {m.name: formula(m, definition) for m in definition.measures}
    view["additive"] = [m.name for m in definition.measures if m.additive]
    if definition.time is not None:
        view["time_column"] = definition.time.name
    view["freshness"] = "Rebuilt when its tables change: dbt-ask views refresh."
    if definition.questions:
        view["questions"] = list(definition.questions)
    ours |= {"definition": definition.hash, "view": view}
    openmetadata = {"tier": fact.tier, "owner": fact.owner, "domain": fact.domain}
    known = {key: value for key, value in openmetadata.items() if value}
    return {**({"openmetadata": known} if known else {}), "dbt_ask": ours}


def _tests(definition: ViewDefinition, catalog: Catalog) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = []
    if definition.kind == "rollup" and definition.dimensions:
        columns = [d.name for d in definition.dimensions]
        tests.append({"dbt_ask_unique_grain": {"arguments": {"columns": columns}}})
    totals = _totals(definition)
    if totals and not definition.filters and all(join.lossless for join in definition.joins):
        base = reference(definition.root.table, catalog)
        tests.append({"dbt_ask_reconciles": {"arguments": {"base": base, "totals": totals}}})
    return tests


def _totals(definition: ViewDefinition) -> dict[str, str]:
    """An aggregate of the view -> that of the fact alone: what a join that loses or doubles rows would change."""
    if definition.kind == "wide":
        return {"count(*)": "count(*)"}
    inside = f"{definition.root.alias}."
    found = {}
    for measure in (m for m in definition.measures if m.function != "distinct"):
        argument = measure.argument.replace(inside, "") if measure.argument else "*"
        if "." not in re.sub(r"\d\.\d", "", argument) and "'" not in argument:
            found[measure.check] = f"{measure.function}({argument})"
    return found


def _dimension(dimension: Dimension, definition: ViewDefinition, catalog: Catalog) -> dict[str, Any]:
    origin = _origin(dimension.column, definition, catalog)
    column: dict[str, Any] = {"name": dimension.name}
    about = _about(dimension, definition, origin)
    if about:
        column["description"] = about
    column["data_type"] = dimension.type
    if origin is not None and not dimension.grain and dimension.name != origin.name:
        # Of a column with the same name the catalogue knows them already, from upstream.
        said = {
            "synonyms": list(origin.synonyms),
            "value_synonyms": {value: list(names) for value, names in origin.value_synonyms.items()},
        }
        if any(said.values()):
            column["config"] = {"meta": {"dbt_ask": {key: value for key, value in said.items() if value}}}
    if origin is not None and not origin.nullable:
        column["data_tests"] = ["not_null"]
    return column


def _about(dimension: Dimension, definition: ViewDefinition, origin: CatalogColumn | None) -> str:
    said = origin.description.strip() if origin else ""
    if dimension.grain:
        of = words(origin.name if origin else dimension.sql)
        return f"The {dimension.grain} of {of}, as its first day. {said}".strip()
    if origin is None:
        return f"{dimension.sql}."
    alias = dimension.column[0] if dimension.column else ""
    return said if alias == definition.root.alias else f"{said} Of the {words(alias)}.".strip()


def _measure(measure: Measure, definition: ViewDefinition, catalog: Catalog) -> dict[str, Any]:
    alias, _, name = measure.argument.partition(".")
    origin = _origin((alias, name), definition, catalog)
    fact = words(definition.root.table.name)
    if measure.function == "count":
        text = f"Number of {fact}" + (f" with a {words(name or measure.argument)}" if measure.argument else "") + "."
    elif measure.function == "distinct":
        text = f"Number of different {words(name or measure.argument)} of {fact}."
    elif measure.function == "sum":
        text = f"Sum of {words(name or measure.argument)}."
    else:
        text = f"{'Smallest' if measure.function == 'min' else 'Largest'} {words(name or measure.argument)}."
    if origin is not None and origin.description:
        text = f"{text} {origin.description.strip()}"
    column: dict[str, Any] = {"name": measure.name, "description": text, "data_type": measure.type}
    if origin is not None and origin.synonyms and measure.function == "sum":
        column["config"] = {"meta": {"dbt_ask": {"synonyms": list(origin.synonyms)}}}
    return column


def _origin(column: tuple[str, str] | None, definition: ViewDefinition, catalog: Catalog) -> CatalogColumn | None:
    if column is None or all(source.alias != column[0] for source in definition.sources):
        return None
    return _table(definition, column[0], catalog).column(column[1])


def _table(definition: ViewDefinition, alias: str, catalog: Catalog) -> CatalogTable:
    source = next(source for source in definition.sources if source.alias == alias)
    found = catalog.table(source.table)
    return found or CatalogTable(source.table, "model", "")


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key, as dbt projects write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True
