"""From a workload to the views that are worth it, with the reason for each choice and each miss."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from backends.warehouse.base import Limits, Warehouse
from catalog_sync.model import Catalog
from materialized_views import selection, sizes
from materialized_views.asked import Asked, asked_of
from materialized_views.blocks import Facts
from materialized_views.candidates.candidate import Candidate, merged, of_need, widened
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.need import Need
from materialized_views.definition import ViewDefinition
from materialized_views.proposals import Proposal, Recommendation, Unserved
from materialized_views.room import Room
from materialized_views.workload.mine import Shape, Workload

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rules:
    """`max_ratio`: a roll-up with a larger part of the fact's rows is none. `room`: so many times its rows a view may
    have for what was not asked (`room.py`). `min_executions`, `min_days`: less is a burst. Milliseconds of the
    warehouse's time: a refresh is paid `refreshes_a_day` times, with `view_ms` for what dbt and the tests take
    besides; a megabyte is paid by the day."""

    min_executions: int = 3
    min_days: int = 1
    max_ratio: float = 0.3
    room: float = 1.0
    wide: bool = False
    refreshes_a_day: float = 1.0
    view_ms: float = 1000.0
    storage_ms_per_mb: float = 0.1
    floor_ms: float = 1.0
    candidates_per_cluster: int = 200
    budget: selection.Budget = field(default_factory=selection.Budget)
    limits: Limits = field(default=Limits(seconds=60.0))


def recommend(
    workload: Workload,
    catalog: Catalog,
    warehouse: Warehouse,
    rules: Rules = Rules(),
    in_use: Iterable[ViewDefinition] = (),
    progress: Progress = lambda *_: None,
) -> Recommendation:
    """`in_use` are recommended views that are built: they stay unless others are clearly better."""
    return _Recommender(workload, catalog, warehouse, rules, progress).run({d.hash for d in in_use})


class _Recommender:
    def __init__(
        self, workload: Workload, catalog: Catalog, warehouse: Warehouse, rules: Rules, progress: Progress
    ) -> None:
        self.workload, self.catalog, self.warehouse = workload, catalog, warehouse
        self.rules, self.progress = rules, progress
        self.facts = Facts(catalog)

    def run(self, in_use: set[str]) -> Recommendation:
        frequent = [s for s in self.workload.shapes if self._is_frequent(s)]
        asked = [self._asked(shape, i, len(frequent)) for i, shape in enumerate(frequent)]
        candidates = self._candidates(asked)
        definitions = self._named(candidates, asked)
        measured = self._measured(definitions)
        offers: list[selection.Offer] = []
        offered: list[int] = []
        for position, size in enumerate(measured):
            if size is not None and self._fits(candidates[position], size):
                offered.append(position)
                offers.append(self._offer(candidates[position], size, asked))
        keep = frozenset(i for i, p in enumerate(offered) if definitions[p].hash in in_use)
        wanted = [selection.Wanted(a.weight, a.base_ms) for a in asked]
        chosen = selection.select(wanted, offers, self.rules.budget, keep)
        for i in chosen.chosen if self.rules.room > 1 else ():
            self._enlarge(offered[i], candidates, definitions, measured)
        proposals = [
            self._proposal(p, candidates[p], definitions[p], size, asked, chosen, offered)
            for p, size in enumerate(measured)
        ]
        order = {"chosen": 0, "over_budget": 1, "covered": 2, "no_saving": 3, "too_large": 4, "not_counted": 5}
        proposals.sort(key=lambda p: (order[p.verdict], -(p.saves_ms - p.upkeep_ms), p.definition.name))
        return Recommendation(
            proposals=tuple(proposals),
            unserved=tuple(self._unserved(asked, chosen, offers)),
            base_ms=sum(a.weight * a.base_ms for a in asked),
            saved_ms=chosen.net_ms + sum(offers[p].upkeep for p in chosen.chosen),
            net_ms=chosen.net_ms,
            most_frequent_net_ms=selection.net(wanted, offers, self._most_frequent(asked, candidates, offered, chosen)),
        )

    def _measured(self, definitions: list[ViewDefinition]) -> list[sizes.Size | None]:
        return sizes.measure(definitions, self.warehouse, self.rules.limits, self.progress)

    def _enlarge(
        self,
        position: int,
        candidates: list[Candidate],
        definitions: list[ViewDefinition],
        measured: list[sizes.Size | None],
    ) -> None:
        """One that was chosen, with more in it; whatever it serves it still serves."""
        size, candidate = measured[position], candidates[position]
        if size is None or candidate.wide:
            return
        room = Room(self.catalog, self._measured, self.rules.room, self.rules.max_ratio)
        found = room.enlarged(candidate, size, candidates)
        taken = {d.name for d in definitions} | {t.name.name for t in self.catalog if not _is_recommended(t.meta)}
        definition = definition_of(found, self.catalog, definitions[position].questions, taken)
        candidates[position], definitions[position] = found, definition
        measured[position] = self._measured([definition])[0]

    def _most_frequent(
        self, asked: list[Asked], candidates: list[Candidate], offered: list[int], chosen: selection.Selection
    ) -> set[int]:
        """As many offers as were chosen, each made for one of the most frequent shapes."""
        found: set[int] = set()
        for item in sorted(asked, key=lambda a: -a.weight):
            own = of_need(item.need)
            position = next((i for i, p in enumerate(offered) if candidates[p] == own), None)
            if position is not None and len(found) < len(chosen.chosen):
                found.add(position)
        return found

    def _is_frequent(self, shape: Shape) -> bool:
        return shape.executions >= self.rules.min_executions and shape.days >= self.rules.min_days

    def _asked(self, shape: Shape, position: int, total: int) -> Asked:
        self.progress("shapes", position, total)
        return asked_of(shape, self.workload.days, self.facts, self.warehouse, self.rules.limits)

    def _candidates(self, asked: list[Asked]) -> list[Candidate]:
        """One for each need, then merges of two until none is new, then a wide one, in each cluster."""
        found: list[Candidate] = []
        clusters: dict[str, list[Need]] = {}
        for item in asked:
            clusters.setdefault(str(item.need.root), []).append(item.need)
        for needs in clusters.values():
            groups = {frozenset((i,)): of_need(n) for i, n in enumerate(needs) if not n.wide}
            distinct: dict[Candidate, frozenset[int]] = {c: g for g, c in groups.items()}
            frontier = list(distinct)
            while frontier and len(distinct) < self.rules.candidates_per_cluster:
                fresh: list[Candidate] = []
                for a, b in itertools.product(frontier, list(distinct)):
                    members = distinct[a] | distinct[b]
                    made = merged([needs[i] for i in members])
                    if made not in distinct and len(distinct) < self.rules.candidates_per_cluster:
                        distinct[made] = members
                        fresh.append(made)
                frontier = fresh
            found += distinct
            if self.rules.wide and len({p for n in needs for p in n.paths}) > 1:
                found.append(widened(needs))
        return found

    def _named(self, candidates: list[Candidate], asked: list[Asked]) -> list[ViewDefinition]:
        taken = {table.name.name for table in self.catalog if not _is_recommended(table.meta)}
        found = []
        for candidate in candidates:
            served = [a for a in asked if candidate.serves(a.need)]
            questions = tuple(dict.fromkeys(q for a in served for q in a.shape.questions))[:5]
            definition = definition_of(candidate, self.catalog, questions, taken)
            taken.add(definition.name)
            found.append(definition)
        return found

    def _fits(self, candidate: Candidate, size: sizes.Size) -> bool:
        return candidate.wide or size.ratio <= self.rules.max_ratio

    def _offer(self, candidate: Candidate, size: sizes.Size, asked: list[Asked]) -> selection.Offer:
        serves = {}
        for position, item in enumerate(asked):
            if candidate.serves(item.need):
                serves[position] = max(self.rules.floor_ms, item.base_ms * size.ratio)
        slowest = max((asked[p].base_ms for p in serves), default=0.0)
        build = self.rules.view_ms + slowest + size.seconds * 1000 + 2_000 * size.rows / 1_000_000
        return selection.Offer(
            rows=size.rows,
            refresh_ms=build * self.rules.refreshes_a_day,
            storage_ms=size.bytes / 1_000_000 * self.rules.storage_ms_per_mb,
            serves=serves,
        )

    def _proposal(
        self,
        position: int,
        candidate: Candidate,
        definition: ViewDefinition,
        size: sizes.Size | None,
        asked: list[Asked],
        chosen: selection.Selection,
        offered: list[int],
    ) -> Proposal:
        served = {a.shape.f1: a for a in asked if candidate.serves(a.need)}
        if size is None:
            return Proposal(definition, "not_counted", 0, 0, 0.0, 0.0, dict.fromkeys(served, 0.0))
        times = {f1: max(self.rules.floor_ms, a.base_ms * size.ratio) for f1, a in served.items()}
        examples = tuple(a.shape.examples[0] for a in sorted(served.values(), key=lambda a: -a.weight * a.base_ms))
        if position not in offered:
            return Proposal(definition, "too_large", size.rows, size.base_rows, 0.0, 0.0, times, examples)
        choice = chosen.choices[offered.index(position)]
        return Proposal(
            definition, choice.verdict, size.rows, size.base_rows, choice.saves_ms, choice.upkeep_ms, times, examples
        )

    def _unserved(
        self, asked: list[Asked], chosen: selection.Selection, offers: list[selection.Offer]
    ) -> Iterable[Unserved]:
        for position, item in enumerate(asked):
            if position not in chosen.served:
                offered = any(position in offer.serves for offer in offers)
                reason: Literal["no_saving", "no_candidate"] = "no_saving" if offered else "no_candidate"
                yield Unserved(item.shape.f1, reason, item.shape.executions, item.shape.examples[0])
        for shape in self.workload.shapes:
            if not self._is_frequent(shape):
                yield Unserved(shape.f1, "too_rare", shape.executions, shape.examples[0])


def _is_recommended(meta: Mapping[str, Any]) -> bool:
    return bool((meta.get("dbt_ask") or {}).get("definition"))
