"""Which views there could be: candidates of every need and merges of them, with sizes and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backends.warehouse.base import Limits, Warehouse
from catalog_sync.model import Catalog
from materialized_views import sizes
from materialized_views.asked import Asked
from materialized_views.blocks import Facts
from materialized_views.candidates.candidate import Candidate, widened
from materialized_views.candidates.held import candidate_of
from materialized_views.candidates.merging import Merging
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.need import Need
from materialized_views.definition import ViewDefinition

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Option:
    """A candidate with its name; one that is in use stays as it is."""

    candidate: Candidate
    size: sizes.Size | None
    definition: ViewDefinition
    in_use: bool = False


@dataclass(frozen=True)
class Options:
    """Of a catalogue. `max_ratio` and `merges` bound the merges, `wide` asks for wide views too."""

    catalog: Catalog
    warehouse: Warehouse
    limits: Limits
    max_ratio: float
    merges: int
    wide: bool
    progress: Progress

    def all(self, asked: list[Asked], in_use: Iterable[ViewDefinition]) -> list[Option]:
        """Of each fact: those in use, one for each need, merges of them, and a wide one."""
        held = self._held(in_use)
        found = dict(zip(held, self.measured(list(held)), strict=True))
        clusters: dict[str, list[Need]] = {}
        for item in asked:
            clusters.setdefault(str(item.need.root), []).append(item.need)
        for needs in clusters.values():
            rollups = list(dict.fromkeys(way for need in needs for way in need.ways if not way.wide))
            merging = Merging(rollups, self.measured, self.max_ratio, self.merges)
            found = merging.run() | found
            if self.wide and len({p for n in needs for p in n.paths}) > 1:
                wide = widened(needs)
                found[wide] = self.measured([wide])[0]
        return self._named(found, held, asked)

    def _held(self, in_use: Iterable[ViewDefinition]) -> dict[Candidate, ViewDefinition]:
        found = ((candidate_of(definition, Facts(self.catalog)), definition) for definition in in_use)
        return {candidate: definition for candidate, definition in found if candidate is not None}

    def _named(
        self, found: Mapping[Candidate, sizes.Size | None], held: Mapping[Candidate, ViewDefinition], asked: list[Asked]
    ) -> list[Option]:
        taken = self.taken(()) | {definition.name for definition in held.values()}
        options = []
        for candidate, size in found.items():
            questions = tuple(dict.fromkeys(q for a in asked if candidate.serves(a.need) for q in a.shape.questions))
            definition = held.get(candidate) or definition_of(candidate, self.catalog, questions[:5], taken)
            taken.add(definition.name)
            options.append(Option(candidate, size, definition, candidate in held))
        return options

    def taken(self, options: Iterable[Option]) -> set[str]:
        """Names that no other view may have."""
        models = {table.name.name for table in self.catalog if not _is_recommended(table.meta)}
        return models | {option.definition.name for option in options}

    def measured(self, candidates: Sequence[Candidate]) -> list[sizes.Size | None]:
        definitions = [definition_of(candidate, self.catalog) for candidate in candidates]
        return sizes.measure(definitions, self.warehouse, self.limits, self.progress)


def _is_recommended(meta: Mapping[str, Any]) -> bool:
    return bool((meta.get("dbt_ask") or {}).get("definition"))
