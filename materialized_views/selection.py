"""Which candidates are worth it: the saving of each set of views, less what it costs to keep them.

benefit(S) = sum over needs of weight x max(0, base - the fastest view of S that serves it); cost(S) = refresh and
storage of its views. The saving alone is monotone and submodular, so greedy is near the optimum; with a budget the
better of two greedies is (by saving, and by saving for the rows it takes; Harinarayan, Rajaraman and Ullman 1996).
What refresh costs makes it neither, hence the pass that drops and swaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Wanted:
    """`weight` executions a day, each `base_ms` without views."""

    weight: float
    base_ms: float


@dataclass(frozen=True)
class Offer:
    """One candidate: its size, what it costs a day (in milliseconds of the warehouse's time) and, by position of
    the need, how long the need takes on it."""

    rows: int
    refresh_ms: float
    storage_ms: float
    serves: Mapping[int, float]

    @property
    def upkeep(self) -> float:
        return self.refresh_ms + self.storage_ms


@dataclass(frozen=True)
class Budget:
    views: int = 20
    rows: int = 50_000_000
    refresh_ms: float = float("inf")


Verdict = Literal["chosen", "no_saving", "covered", "over_budget"]


@dataclass(frozen=True)
class Choice:
    """Of one candidate: the verdict, what it saves a day beside the others that were chosen, and its upkeep."""

    verdict: Verdict
    saves_ms: float
    upkeep_ms: float

    @property
    def net_ms(self) -> float:
        return self.saves_ms - self.upkeep_ms


@dataclass(frozen=True)
class Selection:
    """`chosen` are positions of offers. `served` maps a need to the chosen view that serves it fastest."""

    chosen: tuple[int, ...]
    net_ms: float
    choices: tuple[Choice, ...]
    served: Mapping[int, int]


_EPSILON = 1e-9
_KEEP_UNLESS = 1.1


def select(
    wanted: Sequence[Wanted], offers: Sequence[Offer], budget: Budget = Budget(), keep: frozenset[int] = frozenset()
) -> Selection:
    """`keep` are views in use: another set must be better by a tenth to take their place."""
    state = _State(wanted, offers, budget)
    plain = state.polished(state.greedy(_plain))
    per_row = state.polished(state.greedy(lambda position, gain: gain / max(1, offers[position].rows)))
    best = max((plain, per_row, *state.singles()), key=state.net)
    if keep and state.fits(keep):
        kept = state.polished(state.greedy(_plain, keep), locked=keep)
        if state.net(best) < state.net(kept) * _KEEP_UNLESS:
            best = kept
    return state.selection(best)


def judged(
    wanted: Sequence[Wanted], offers: Sequence[Offer], chosen: Iterable[int], budget: Budget = Budget()
) -> Selection:
    """What there is to say of a set that is chosen already."""
    return _State(wanted, offers, budget).selection(frozenset(chosen))


def net(wanted: Sequence[Wanted], offers: Sequence[Offer], chosen: Iterable[int]) -> float:
    """Of any set of offers, in milliseconds a day."""
    return _State(wanted, offers, Budget()).net(frozenset(chosen))


def _plain(_position: int, gain: float) -> float:
    return gain


class _State:
    def __init__(self, wanted: Sequence[Wanted], offers: Sequence[Offer], budget: Budget) -> None:
        self.wanted, self.offers, self.budget = wanted, offers, budget

    def saving(self, chosen: Iterable[int]) -> float:
        best: dict[int, float] = {}
        for position in chosen:
            for need, ms in self.offers[position].serves.items():
                best[need] = min(best.get(need, ms), ms)
        return sum(self._saved(need, ms) for need, ms in best.items())

    def _saved(self, need: int, ms: float) -> float:
        return self.wanted[need].weight * max(0.0, self.wanted[need].base_ms - ms)

    def net(self, chosen: frozenset[int]) -> float:
        return self.saving(chosen) - sum(self.offers[p].upkeep for p in chosen)

    def fits(self, chosen: frozenset[int]) -> bool:
        return (
            len(chosen) <= self.budget.views
            and sum(self.offers[p].rows for p in chosen) <= self.budget.rows
            and sum(self.offers[p].refresh_ms for p in chosen) <= self.budget.refresh_ms
        )

    def greedy(self, score: Callable[[int, float], float], start: frozenset[int] = frozenset()) -> frozenset[int]:
        chosen = start
        while True:
            now = self.net(chosen)
            gains = [
                (score(p, gain), -p)
                for p in range(len(self.offers))
                if p not in chosen and self.fits(chosen | {p}) and (gain := self.net(chosen | {p}) - now) > _EPSILON
            ]
            if not gains:
                return chosen
            chosen = chosen | {-max(gains)[1]}

    def singles(self) -> list[frozenset[int]]:
        alone = [frozenset((p,)) for p in range(len(self.offers)) if self.fits(frozenset((p,)))]
        return [max(alone, key=self.net)] if alone else []

    def polished(self, chosen: frozenset[int], locked: frozenset[int] = frozenset()) -> frozenset[int]:
        """Drops, swaps and adds while that is better."""
        while True:
            steps = [chosen - {p} for p in chosen - locked]
            outside = [p for p in range(len(self.offers)) if p not in chosen]
            steps += [chosen | {q} for q in outside]
            steps += [(chosen - {p}) | {q} for p in chosen - locked for q in outside]
            steps = [step for step in steps if self.fits(step)]
            best = max(steps, key=lambda step: (self.net(step), -len(step)), default=chosen)
            better = self.net(best) - self.net(chosen)
            if better <= _EPSILON and not (len(best) < len(chosen) and better > -_EPSILON):
                return chosen
            chosen = best

    def selection(self, chosen: frozenset[int]) -> Selection:
        served: dict[int, int] = {}
        for position in sorted(chosen):
            for need, ms in self.offers[position].serves.items():
                held = served.get(need)
                if self._saved(need, ms) > 0 and (held is None or ms < self.offers[held].serves[need]):
                    served[need] = position
        choices = tuple(self._choice(p, chosen) for p in range(len(self.offers)))
        return Selection(tuple(sorted(chosen)), self.net(chosen), choices, served)

    def _choice(self, position: int, chosen: frozenset[int]) -> Choice:
        offer, others = self.offers[position], chosen - {position}
        beside = self.saving(others | {position}) - self.saving(others)
        if position in chosen:
            return Choice("chosen", beside, offer.upkeep)
        alone = self.saving([position])
        if alone <= offer.upkeep:
            return Choice("no_saving", alone, offer.upkeep)
        if beside <= offer.upkeep:
            return Choice("covered", beside, offer.upkeep)
        return Choice("over_budget" if not self.fits(chosen | {position}) else "covered", beside, offer.upkeep)
