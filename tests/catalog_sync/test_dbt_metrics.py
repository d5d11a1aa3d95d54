from __future__ import annotations

from copy import deepcopy
from typing import Any

from catalog_sync.dbt_metrics import metrics_of


def node(name: str, kind: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "type_params": params, **more}


MANIFEST: dict[str, Any] = {
    "semantic_models": {"s": {"measures": [{"name": "amount_total", "agg": "sum", "expr": "amount"}]}},
    "metrics": {
        "m.revenue": node(
            "revenue", "simple", {"measure": {"name": "amount_total", "filter": None}}, label="Net revenue",
            description="What was\n paid", config={"meta": {"dbt_ask": {"synonyms": ["매출"]}}},
            filter={"where_filters": [{"where_sql_template": "{{ Dimension('order__status') }} =\n 'paid'"}]},
        ),
        "m.orders": node(
            "order_count", "simple", {"metric_aggregation_params": {"agg": "count", "expr": "order_id"}}, label=None
        ),
        "m.basket": node(
            "basket", "ratio", {"numerator": {"name": "revenue"}, "denominator": {"name": "order_count"},
                                "metrics": [], "input_measures": [{"name": "amount_total"}]},
        ),
        "m.loop": node("loop", "derived", {"expr": "loop + 1", "metrics": [{"name": "loop"}]}),
    },
}  # fmt: skip


def expressions(manifest: dict[str, Any]) -> dict[str, str]:
    return {metric.name: metric.expression for metric in metrics_of(manifest)}


def test_a_definition_is_one_line_with_those_it_is_made_from() -> None:
    found = {metric.name: metric for metric in metrics_of(MANIFEST)}
    revenue = found["Net revenue"]
    assert revenue.expression == "sum(amount); where {{ Dimension('order__status') }} = 'paid'"
    assert (revenue.description, revenue.synonyms) == ("What was paid", ("revenue", "매출"))
    assert found["order_count"].expression == "count(order_id)"
    assert found["basket"].expression.startswith("ratio ")
    assert f"revenue = {revenue.expression}" in found["basket"].expression
    assert found["loop"].expression.endswith("; loop = loop")


def test_what_changes_a_metric_changes_those_made_from_it_and_no_other() -> None:
    anew = deepcopy(MANIFEST)
    anew["semantic_models"]["s"]["measures"][0]["expr"] = "amount - discount"
    anew["metrics"]["m.orders"]["description"] = "another"
    before, after = expressions(MANIFEST), expressions(anew)
    assert {name for name in before if before[name] != after[name]} == {"Net revenue", "basket"}


def test_a_project_without_metrics_has_none() -> None:
    assert metrics_of({}) == ()
