"""From a workload to the views that are worth it, with the reason for each choice and each miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync.model import Catalog
from materialized_views import selection, sizes
from materialized_views.asked import Asked, asked_of
from materialized_views.blocks import Facts
from materialized_views.candidates.candidate import of_need
from materialized_views.candidates.naming import definition_of
from materialized_views.definition import ViewDefinition
from materialized_views.general import General
from materialized_views.options import Option, Options, Progress
from materialized_views.proposals import Proposal, Recommendation, Unserved
from materialized_views.room import Room
from materialized_views.workload.mine import Shape, Workload


@dataclass(frozen=True)
class Rules:
    """`max_ratio`: a roll-up with a larger part of the fact's rows is none. `room`: so many times its rows a view may
    have for what was not asked, 0 for nothing of that (`room.py`). `general`: such a share of its fact's rows a view
    may have that stands beside the others for what was not asked, 0 for none (`general.py`). `min_executions`,
    `min_days`: less is a burst. Milliseconds of the warehouse's time: a refresh is paid `refreshes_a_day` times, with
    `view_ms` for what dbt and the tests take besides; a megabyte is paid by the day."""

    min_executions: int = 3
    min_days: int = 1
    max_ratio: float = 0.3
    room: float = 1.0
    general: float = 0.0
    wide: bool = False
    refreshes_a_day: float = 1.0
    view_ms: float = 1000.0
    storage_ms_per_mb: float = 0.1
    floor_ms: float = 1.0
    merges: int = 200
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
    return _Recommender(workload, catalog, warehouse, rules, progress).run(in_use)


class _Recommender:
    def __init__(
        self, workload: Workload, catalog: Catalog, warehouse: Warehouse, rules: Rules, progress: Progress
    ) -> None:
        self.workload, self.catalog, self.warehouse = workload, catalog, warehouse
        self.rules, self.progress = rules, progress
        self.facts = Facts(catalog)
        self.options = Options(catalog, warehouse, rules.limits, rules.max_ratio, rules.merges, rules.wide, progress)

    def run(self, in_use: Iterable[ViewDefinition]) -> Recommendation:
        frequent = [s for s in self.workload.shapes if self._is_frequent(s)]
        asked = [self._asked(shape, i, len(frequent)) for i, shape in enumerate(frequent)]
        options = self.options.all(asked, in_use)
        wanted = [selection.Wanted(a.weight, a.base_ms) for a in asked]
        offered = [option for option in options if self._fits(option)]
        offers = [self._offer(option, asked) for option in offered]
        keep = frozenset(i for i, option in enumerate(offered) if option.in_use)
        chosen = selection.select(wanted, offers, self.rules.budget, keep)
        most_frequent = selection.net(wanted, offers, self._most_frequent(asked, offered, len(chosen.chosen)))
        if self.rules.room:
            offered, chosen = self._with_room(offered, chosen, wanted, asked, options)
        proposals = [self._proposal(o, asked, c) for o, c in zip(offered, chosen.choices, strict=True)]
        proposals += [self._proposal(o, asked, None) for o in options if not self._fits(o)]
        general = self._general(offered, chosen, options) if self.rules.general else []
        proposals += [self._proposal(o, asked, choice) for o, choice in general]
        order = {"chosen": 0, "over_budget": 1, "covered": 2, "no_saving": 3, "too_large": 4, "not_counted": 5}
        proposals.sort(key=lambda p: (order[p.verdict], -(p.saves_ms - p.upkeep_ms), p.definition.name))
        return Recommendation(
            proposals=tuple(proposals),
            unserved=tuple(self._unserved(asked, chosen, offered)),
            base_ms=sum(a.weight * a.base_ms for a in asked),
            saved_ms=chosen.net_ms + sum(chosen.choices[p].upkeep_ms for p in chosen.chosen),
            net_ms=chosen.net_ms - sum(choice.upkeep_ms for _, choice in general),
            most_frequent_net_ms=most_frequent,
        )

    def _with_room(
        self,
        offered: list[Option],
        chosen: selection.Selection,
        wanted: list[selection.Wanted],
        asked: list[Asked],
        options: list[Option],
    ) -> tuple[list[Option], selection.Selection]:
        """The chosen ones with more in them. What they serve they still serve, so that some may be spared now."""
        room = Room(self.catalog, self.options.measured, self.rules.room, self.rules.max_ratio)
        taken = self.options.taken(options)
        larger = list(offered)
        for position in chosen.chosen:
            larger[position] = self._enlarged(offered[position], room, options, taken)
        offers = [self._offer(option, asked) for option in larger]
        fewer = selection.select(
            wanted,
            [offers[p] for p in chosen.chosen],
            self.rules.budget,
            frozenset(i for i, p in enumerate(chosen.chosen) if larger[p].in_use),
        )
        found = selection.judged(wanted, offers, (chosen.chosen[i] for i in fewer.chosen), self.rules.budget)
        return (larger, found) if set(chosen.served) <= set(found.served) else (offered, chosen)

    def _enlarged(self, option: Option, room: Room, options: list[Option], taken: set[str]) -> Option:
        if option.in_use or option.size is None or option.candidate.wide:
            return option
        candidate = room.enlarged(option.candidate, option.size, [other.candidate for other in options])
        if candidate == option.candidate:
            return option
        definition = definition_of(candidate, self.catalog, option.definition.questions, taken)
        taken.add(definition.name)
        (size,) = self.options.measured([candidate])
        return Option(candidate, size, definition)

    def _general(
        self, offered: list[Option], chosen: selection.Selection, options: list[Option]
    ) -> list[tuple[Option, selection.Choice]]:
        """What the budget leaves goes to views for what nobody has asked yet, as far as the others pay for them."""
        held = [offered[p] for p in sorted(chosen.chosen, key=lambda p: -chosen.choices[p].saves_ms)]
        rows = self.rules.budget.rows - sum(option.size.rows for option in held if option.size is not None)
        earned: dict[TableName, float] = {}
        for position in chosen.chosen:
            root = offered[position].candidate.root
            earned[root] = earned.get(root, 0.0) + chosen.choices[position].net_ms
        room = Room(self.catalog, self.options.measured, 1.0, self.rules.max_ratio, self.rules.general, further=True)
        made = General(room).beside([o.candidate for o in held], [o.candidate for o in options])
        found, taken = list[tuple[Option, selection.Choice]](), self.options.taken([*options, *held])
        for candidate, size in made.items():
            option = Option(candidate, size, definition_of(candidate, self.catalog, (), taken))
            upkeep = self._offer(option, []).upkeep
            fits = len(held) + len(found) < self.rules.budget.views and size.rows <= rows
            if fits and upkeep <= earned[candidate.root]:
                rows, earned[candidate.root] = rows - size.rows, earned[candidate.root] - upkeep
                taken.add(option.definition.name)
                found.append((option, selection.Choice("chosen", 0.0, upkeep)))
        return found

    def _most_frequent(self, asked: list[Asked], offered: list[Option], count: int) -> set[int]:
        """So many offers, each made for one of the most frequent shapes."""
        found: set[int] = set()
        for item in sorted(asked, key=lambda a: -a.weight):
            own = of_need(item.need).grains
            fits = (i for i, o in enumerate(offered) if o.candidate.grains == own and o.candidate.serves(item.need))
            position = next(fits, None)
            if position is not None and len(found) < count:
                found.add(position)
        return found

    def _is_frequent(self, shape: Shape) -> bool:
        return shape.executions >= self.rules.min_executions and shape.days >= self.rules.min_days

    def _asked(self, shape: Shape, position: int, total: int) -> Asked:
        self.progress("shapes", position, total)
        return asked_of(shape, self.workload.days, self.facts, self.warehouse, self.rules.limits)

    def _fits(self, option: Option) -> bool:
        size = option.size
        return size is not None and (option.candidate.wide or size.ratio <= self.rules.max_ratio)

    def _offer(self, option: Option, asked: list[Asked]) -> selection.Offer:
        size = option.size
        assert size is not None
        serves = {i: self._ms(a, size) for i, a in enumerate(asked) if option.candidate.serves(a.need)}
        slowest = max((asked[p].base_ms for p in serves), default=0.0)
        build = self.rules.view_ms + slowest + size.seconds * 1000 + 2_000 * size.rows / 1_000_000
        return selection.Offer(
            rows=size.rows,
            refresh_ms=build * self.rules.refreshes_a_day,
            storage_ms=size.bytes / 1_000_000 * self.rules.storage_ms_per_mb,
            serves=serves,
        )

    def _ms(self, asked: Asked, size: sizes.Size) -> float:
        return max(self.rules.floor_ms, asked.base_ms * size.ratio)

    def _proposal(self, option: Option, asked: list[Asked], choice: selection.Choice | None) -> Proposal:
        """Without a choice it was not offered."""
        size, definition = option.size, option.definition
        served = [a for a in asked if option.candidate.serves(a.need)]
        if size is None:
            return Proposal(definition, "not_counted", 0, 0, 0.0, 0.0, {a.shape.f1: 0.0 for a in served})
        times = {a.shape.f1: self._ms(a, size) for a in served}
        examples = tuple(a.shape.examples[0] for a in sorted(served, key=lambda a: -a.weight * a.base_ms))
        if choice is None:
            return Proposal(definition, "too_large", size.rows, size.base_rows, 0.0, 0.0, times, examples)
        return Proposal(
            definition, choice.verdict, size.rows, size.base_rows, choice.saves_ms, choice.upkeep_ms, times, examples
        )

    def _unserved(self, asked: list[Asked], chosen: selection.Selection, offered: list[Option]) -> Iterable[Unserved]:
        for position, item in enumerate(asked):
            if position not in chosen.served:
                served = any(option.candidate.serves(item.need) for option in offered)
                reason: Literal["no_saving", "no_candidate"] = "no_saving" if served else "no_candidate"
                yield Unserved(item.shape.f1, reason, item.shape.executions, item.shape.examples[0])
        for shape in self.workload.shapes:
            if not self._is_frequent(shape):
                yield Unserved(shape.f1, "too_rare", shape.executions, shape.examples[0])
