"""Which tables may be asked about, and which values may be seen: pure, and closed where it is in doubt.

A PII column keeps its name, type and description; its values, their synonyms, its range and meta go. So it is with
columns that nobody marked but that look personal: by their name, or because a table further up marks one of that
name. Those stay readable in answers; only their values are not collected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.pii import looks_personal, looks_reachable
from catalog_sync.types import is_boolean, is_text

Reason = Literal["kept", "no_tier", "other_tier", "other_domain", "excluded", "not_built", "staging"]
_NAMED = 6
_LOOKS = "its name looks personal"
_SOURCE_KINDS = frozenset({"source", "seed", "snapshot"})
_STAGING = ("stg_", "base_", "int_", "raw_", "src_")  # as dbt's own guide names the steps to what people are to read


@dataclass(frozen=True)
class Policy:
    """`tiers` and `domains` are those that may be asked about, () means all; a domain holds its sub-domains. A table
    with one of the `certifications` needs no tier. `exclude` are patterns (`stg_*`, `finance.*`) over a table's name,
    with or without its schema. `tiers_required`: where no table has a tier none is taken, instead of all models but
    the staging ones that another model is built on."""

    tiers: tuple[str, ...] = ("Tier.Tier1",)
    domains: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()
    tiers_required: bool = False


@dataclass(frozen=True)
class Decision:
    """Of one table; `detail` says the reason in words, and what would change it."""

    table: TableName
    reason: Reason
    detail: str = ""

    @property
    def kept(self) -> bool:
        return self.reason == "kept"


@dataclass(frozen=True)
class Cleared:
    """What is left of a catalogue, why the rest is not, and what the people who own it should know."""

    catalog: Catalog
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...] = ()


def apply(policy: Policy, catalog: Catalog) -> Cleared:
    """`decide` and `clear` in one, where there is no warehouse to ask in between."""
    decisions, notes = decide(policy, catalog)
    return Cleared(clear(catalog, {d.table for d in decisions if d.kept}), decisions, notes)


Decided = tuple[tuple[Decision, ...], tuple[str, ...]]


def decide(policy: Policy, catalog: Catalog) -> Decided:
    """One decision for each table, and notes on the whole."""
    tiers_in_use = policy.tiers_required or any(table.tier for table in catalog)
    has_models = any(table.kind not in _SOURCE_KINDS for table in catalog)
    steps = frozenset() if tiers_in_use else _steps(catalog)
    decisions, marked = [], []
    for table in catalog:
        decision = _decide(policy, table, tiers_in_use, has_models, steps)
        decisions.append(decision)
        marked += [table.name] if decision.kept and table.pii_by_default else []
    kept = sum(decision.kept for decision in decisions)
    return tuple(decisions), tuple(_notes(policy, kept, marked, tiers_in_use))


def clear(catalog: Catalog, kept: Collection[TableName]) -> Catalog:
    """The kept tables without values that may not be seen and without keys to what is not kept."""
    names = {name: name for name in catalog.names() if name in kept}
    return catalog.mapped(lambda table: _cleared(table, catalog, kept), names)


def narrowed(old: CatalogTable, now: CatalogTable) -> CatalogTable:
    """`old` without what `now` does not allow any more: what a sync may leave behind before it is done."""
    twins = [(column, now.column(column.name)) for column in old.columns]
    return replace(old, columns=tuple(narrowed_column(column, twin) for column, twin in twins if twin))


def narrowed_column(old: CatalogColumn, now: CatalogColumn) -> CatalogColumn:
    """`old` itself where `now` takes nothing away."""
    if not now.withheld or (old.withheld and old.pii >= now.pii):
        return old
    return _without_values(replace(old, pii=now.pii, withheld=now.withheld))


def withhold(table: CatalogTable, catalog: Catalog) -> CatalogTable:
    """Says for each column why its values may not be read, and takes away those that are there. What nobody marked and
    looks like an e-mail address or a telephone number is hidden like what is marked, until somebody says that it is no
    personal data (`pii: false`)."""
    marked = {
        c.name.casefold()
        for ancestor in _ancestors(table, catalog)
        for c in ancestor.columns
        if c.pii and "pii" in c.provenance
    }
    return replace(table, columns=tuple(_withheld(c, _why_withheld(c, table, marked)) for c in table.columns))


def hidden_unasked(catalog: Catalog) -> Iterator[str]:
    """What to say of columns that are hidden though nobody marked them."""
    found = [
        f"{table.name.name}.{column.name}"
        for table in catalog
        for column in table.columns
        if column.pii and "pii" not in column.provenance and column.withheld != "PII"
    ]
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        yield (
            f"hidden, as they look personal: {', '.join(found[:_NAMED])}{more}; set meta pii: false on those that "
            "people may see"
        )


def _withheld(column: CatalogColumn, why: str) -> CatalogColumn:
    if why:
        hidden = column.pii or (why == _LOOKS and is_text(column.type) and looks_reachable(column.name))
        return _without_values(replace(column, withheld=why, pii=hidden))
    return replace(column, withheld="") if column.withheld else column


def _steps(catalog: Catalog) -> frozenset[TableName]:
    """Staging models that a model which is none is built on: what they hold is there too, made ready."""
    last = [table for table in catalog if not _is_staging(table)]
    return frozenset(step.name for table in last for step in _ancestors(table, catalog) if _is_staging(step))


def _is_staging(table: CatalogTable) -> bool:
    return table.name.name.casefold().startswith(_STAGING) and table.kind not in _SOURCE_KINDS


def _decide(
    policy: Policy, table: CatalogTable, tiers_in_use: bool, has_models: bool, steps: Collection[TableName]
) -> Decision:
    tiers = {tier.casefold() for tier in policy.tiers}
    names = (table.name.name.casefold(), f"{table.name.schema}.{table.name.name}".casefold())
    pattern = next((p for p in policy.exclude for name in names if fnmatchcase(name, p.casefold())), None)
    if pattern is not None:
        return Decision(table.name, "excluded", f"its name fits the excluded pattern {pattern}")
    if policy.domains and not any(_is_in(domain, policy.domains) for domain in (table.domain, *table.domains)):
        return Decision(table.name, "other_domain", f"its domain is {table.domain or 'not set'}")
    if not tiers or (table.tier or "").casefold() in tiers:
        return Decision(table.name, "kept")
    if table.certification.casefold() in {certification.casefold() for certification in policy.certifications}:
        return Decision(table.name, "kept", f"certified: {table.certification}")
    if table.tier:
        return Decision(table.name, "other_tier", f"{table.tier} is not among {', '.join(policy.tiers)}")
    if tiers_in_use:
        return Decision(table.name, "no_tier", f"set meta.openmetadata.tier: {policy.tiers[0]} to let it in")
    if has_models and table.kind in _SOURCE_KINDS:
        return Decision(table.name, "no_tier", f"a {table.kind}; without tiers only models are taken")
    if table.name in steps:
        return Decision(table.name, "staging", "a step to another model; a tier lets it in")
    return Decision(table.name, "kept", "no table has a tier")


def _is_in(domain: str, domains: Collection[str]) -> bool:
    return any(f"{domain}.".casefold().startswith(f"{wanted}.".casefold()) for wanted in domains)


def _cleared(table: CatalogTable, catalog: Catalog, kept: Collection[TableName]) -> CatalogTable:
    table = withhold(table, catalog)
    table = replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.to_table in kept))
    if table.view is None:
        return table
    return replace(table, view=replace(table.view, base_tables=tuple(_bases(table, catalog, kept))))


def _why_withheld(column: CatalogColumn, table: CatalogTable, marked_upstream: set[str]) -> str:
    if column.pii:
        return "PII"
    if not table.tags_known:
        return "its tags could not be read"
    if "pii" in column.provenance or is_boolean(column.type):
        return ""
    if column.name.casefold() in marked_upstream:
        return "a table upstream marks a column of this name as PII"
    if looks_personal(column.name) and not column.provenance.get("values", "").startswith("dbt:test:"):
        return _LOOKS
    return ""


def _without_values(column: CatalogColumn) -> CatalogColumn:
    """The provenance of values goes too: dbt spells the values out in the name of the test."""
    provenance = {field: source for field, source in column.provenance.items() if field != "values"}
    return replace(
        column,
        values=(),
        values_exact=False,
        value_synonyms={},
        min_value="",
        max_value="",
        gaps=None,
        meta={},
        provenance=provenance,
    )


def _ancestors(table: CatalogTable, catalog: Catalog) -> Iterator[CatalogTable]:
    seen, waiting = {table.name}, list(table.upstream)
    while waiting:
        name = waiting.pop()
        found = None if name in seen else catalog.table(name)
        seen.add(name)
        if found:
            yield found
            waiting.extend(found.upstream)


def _bases(view: CatalogTable, catalog: Catalog, kept: Collection[TableName]) -> Iterator[TableName]:
    """The nearest kept tables upstream that are no question views themselves."""
    seen, waiting = {view.name}, list(view.upstream)
    while waiting:
        name = waiting.pop(0)
        found = None if name in seen else catalog.table(name)
        seen.add(name)
        if found is None:
            continue
        if name in kept and found.view is None:
            yield name
        else:
            waiting.extend(found.upstream)


def _notes(policy: Policy, kept: int, marked: Iterable[TableName], tiers_in_use: bool) -> Iterator[str]:
    if policy.tiers and not tiers_in_use and kept:
        yield (
            f"no table of the project has a tier: all {kept} models are taken, but for staging ones that others are "
            f"built on; set meta.openmetadata.tier: {policy.tiers[0]} on those that people should ask about"
        )
    for name in marked:
        yield (
            f"{name} is marked as PII but none of its columns is: those of which nothing is said "
            "are hidden; mark its columns (contains_pii: true or false)"
        )
