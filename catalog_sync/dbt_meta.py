"""What people write under `meta`, `config.meta` and `tags` of dbt's nodes and columns.

`meta.openmetadata` has OpenMetadata's own keys (tier, owner, domain, tags); `meta.dbt_ask` has ours (workspace,
synonyms, value_synonyms, view).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog_sync.errors import MetaInvalid
from catalog_sync.model import QuestionView
from catalog_sync.pii import as_list

Node = Mapping[str, Any]


def meta_of(node: Node) -> dict[str, Any]:
    """`config.meta` is where dbt 1.10 and later keep it; `meta` is the older place."""
    config = node.get("config") or {}
    return {**(node.get("meta") or {}), **(config.get("meta") or {})}


def tags_of(node: Node) -> tuple[str, ...]:
    """dbt's tags and those for OpenMetadata, without repeats, in the order written."""
    config, openmetadata = node.get("config") or {}, section(node, "openmetadata")
    found = [
        *as_list(node.get("tags")),
        *as_list(config.get("tags")),
        *as_list(openmetadata.get("tags")),
        *as_list(openmetadata.get("glossary")),
    ]
    return tuple(dict.fromkeys(str(tag) for tag in found))


def section(node: Node, name: str) -> dict[str, Any]:
    """`meta.<name>`, which is empty when it is not there."""
    found = meta_of(node).get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise _invalid(node, f"meta.{name} must be a mapping, not {found!r}")
    return dict(found)


def tier_of(node: Node) -> str | None:
    tier = section(node, "openmetadata").get("tier")
    if not tier:
        return next((tag for tag in tags_of(node) if tag.casefold().startswith("tier.")), None)
    return str(tier) if "." in str(tier) else f"Tier.{tier}"


def synonyms_of(node: Node) -> tuple[str, ...]:
    return _texts(section(node, "dbt_ask").get("synonyms"))


def value_synonyms_of(node: Node) -> dict[str, tuple[str, ...]]:
    found = section(node, "dbt_ask").get("value_synonyms") or {}
    if not isinstance(found, Mapping):
        raise _invalid(
            node, "meta.dbt_ask.value_synonyms must map a stored value to what people call it", "KR: [Korea, 한국]"
        )
    return {literal(value): _texts(names) for value, names in found.items()}


def view_of(node: Node) -> QuestionView | None:
    """`base_tables` stays empty: only the policy knows which tables can be bases."""
    found = section(node, "dbt_ask").get("view")
    if found is None:
        return None
    if not isinstance(found, Mapping) or not found.get("grain"):
        raise _invalid(
            node, "meta.dbt_ask.view must be a mapping with a grain", "view: {grain: [...], measures: {...}}"
        )
    measures = found.get("measures") or {}
    if not isinstance(measures, Mapping):
        measures = {str(name): "" for name in as_list(measures)}
    return QuestionView(
        grain=_texts(found["grain"]),
        measures={str(name): str(formula or "") for name, formula in measures.items()},
        additive=_texts(found.get("additive")),
        time_column=str(found["time_column"]) if found.get("time_column") else None,
        freshness=str(found.get("freshness") or ""),
        questions=_texts(found.get("questions")),
    )


def literal(value: object) -> str:
    """A value of a YAML file as SQL would print it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(item) for item in as_list(value)))


def _invalid(node: Node, message: str, example: str = "") -> MetaInvalid:
    where = str(node.get("unique_id") or f"column {node.get('name')}")
    hint = "mend it in the YAML file, then run dbt parse"
    return MetaInvalid(where, message, hint=f"{hint}; for example  {example}" if example else hint)
