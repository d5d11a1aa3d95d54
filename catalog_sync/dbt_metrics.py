"""dbt's metrics, each with its whole definition in one line: when the line changes, the metric means something else.

A measure is read from `type_params.metric_aggregation_params` (dbt 1.12) or from the semantic model that has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog_sync.dbt_meta import section
from catalog_sync.model import Metric
from catalog_sync.pii import as_list

Node = Mapping[str, Any]


def metrics_of(manifest: Node) -> tuple[Metric, ...]:
    nodes = {str(node["name"]): node for node in (manifest.get("metrics") or {}).values()}
    measures = {
        str(measure["name"]): measure
        for model in (manifest.get("semantic_models") or {}).values()
        for measure in model.get("measures") or ()
    }
    return tuple(_metric(nodes[name], nodes, measures) for name in sorted(nodes))


def _metric(node: Node, nodes: Mapping[str, Node], measures: Mapping[str, Node]) -> Metric:
    name = str(node["name"])
    spoken = (name.replace("_", " "), *map(str, as_list(section(node, "dbt_ask").get("synonyms"))))
    return Metric(
        name=str(node.get("label") or name),
        description=" ".join(str(node.get("description") or "").split()),
        expression=_expression(name, nodes, measures, ()),
        language="dbt",
        synonyms=tuple(dict.fromkeys(spoken)),
    )


def _expression(name: str, nodes: Mapping[str, Node], measures: Mapping[str, Node], above: tuple[str, ...]) -> str:
    """With the definitions of the metrics that it is made from, for it changes with them."""
    node = nodes.get(name)
    if node is None or name in above:
        return name
    params = node.get("type_params") or {}
    inputs = {_name(found) for found in _inputs(params)} & set(nodes)
    measure = params.get("metric_aggregation_params") or measures.get(_name(params.get("measure")))
    parts = [_aggregate(measure, name) if measure else f"{node.get('type')} {_plain(params)}"]
    parts += [f"where {text}" for text in _filters(node)]
    parts += [f"{i} = {_expression(i, nodes, measures, (*above, name))}" for i in sorted(inputs)]
    return "; ".join(parts)


def _inputs(params: Node) -> list[Any]:
    return [*(params.get("metrics") or ()), *(params.get(name) for name in ("numerator", "denominator", "base_metric"))]


def _name(found: Any) -> str:
    return str(found.get("name") or "") if isinstance(found, Mapping) else str(found or "")


def _aggregate(measure: Node, name: str) -> str:
    return f"{measure.get('agg')}({measure.get('expr') or measure.get('name') or name})"


def _filters(node: Node) -> list[str]:
    found = (node.get("filter") or {}).get("where_filters") or ()
    return [" ".join(str(one.get("where_sql_template") or "").split()) for one in found]


def _plain(params: Node) -> str:
    """What is set, in an order that is always the same."""
    return json.dumps(_set(params), sort_keys=True, ensure_ascii=False, default=str)


def _set(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _set(v) for k, v in value.items() if v not in (None, "", [], {}, False) and k != "input_measures"}
    return [_set(v) for v in value] if isinstance(value, list) else value
