from __future__ import annotations

import itertools
import random
from statistics import median

import pytest

from materialized_views.selection import Budget, Offer, Selection, Wanted, select

Instance = tuple[list[Wanted], list[Offer], Budget]


def net(wanted: list[Wanted], offers: list[Offer], chosen: tuple[int, ...]) -> float:
    """Counted anew, without the code under test."""
    total = 0.0
    for need, want in enumerate(wanted):
        times = [offers[p].serves[need] for p in chosen if need in offers[p].serves]
        total += want.weight * max(0.0, want.base_ms - min(times, default=want.base_ms))
    return total - sum(offers[p].refresh_ms + offers[p].storage_ms for p in chosen)


def allowed(offers: list[Offer], budget: Budget, chosen: tuple[int, ...]) -> bool:
    rows = sum(offers[p].rows for p in chosen)
    return len(chosen) <= budget.views and rows <= budget.rows


def optimum(wanted: list[Wanted], offers: list[Offer], budget: Budget) -> float:
    sets = itertools.chain.from_iterable(itertools.combinations(range(len(offers)), n) for n in range(5))
    return max(net(wanted, offers, chosen) for chosen in sets if allowed(offers, budget, chosen))


def lattice(seed: int, dimensions: int = 5) -> Instance:
    """A cube of one fact: a view by some dimensions serves every need by fewer, at the cost of its rows."""
    chance = random.Random(seed)
    sizes = [chance.choice((2, 5, 12, 30, 100)) for _ in range(dimensions)]
    facts = 100_000

    def rows(of: frozenset[int]) -> int:
        product = 1.0
        for dimension in of:
            product *= sizes[dimension]
        return int(facts * (1 - (1 - 1 / facts) ** product)) + 1 if product < facts * 50 else facts

    subsets = [frozenset(s) for n in range(dimensions + 1) for s in itertools.combinations(range(dimensions), n)]
    needs = [chance.choice(subsets) for _ in range(10)]
    wanted = [Wanted(weight=chance.paretovariate(1.1) * 10, base_ms=facts / 1000) for _ in needs]
    candidates = chance.sample(subsets, 14)
    offers = [
        Offer(
            rows=rows(of),
            refresh_ms=facts / 1000 * 5 + rows(of) / 100,
            storage_ms=rows(of) / 10_000,
            serves={i: 0.2 + rows(of) / 1000 for i, need in enumerate(needs) if need <= of},
        )
        for of in candidates
    ]
    return wanted, offers, Budget(views=4, rows=chance.choice((500, 5_000, 60_000)))


def test_near_the_optimum_on_random_small_instances() -> None:
    ratios = []
    for seed in range(120):
        wanted, offers, budget = lattice(seed)
        found = select(wanted, offers, budget)
        best = optimum(wanted, offers, budget)
        assert allowed(offers, budget, found.chosen)
        assert found.net_ms == pytest.approx(net(wanted, offers, found.chosen))
        if best > 0:
            ratios.append(found.net_ms / best)
    assert len(ratios) > 60
    assert min(ratios) >= 0.9
    assert median(ratios) >= 0.999


def two_small_and_their_merge(refresh: float) -> Selection:
    wanted = [Wanted(10, 100), Wanted(10, 100)]
    small = [Offer(10, refresh, 0, {0: 1.0}), Offer(10, refresh, 0, {1: 1.0})]
    return select(wanted, [*small, Offer(100, refresh, 0, {0: 2.0, 1: 2.0})])


def test_what_refresh_costs_is_what_makes_merging_worth_it() -> None:
    assert two_small_and_their_merge(refresh=0).chosen == (0, 1)
    assert two_small_and_their_merge(refresh=50).chosen == (2,)


def test_each_choice_says_why() -> None:
    wanted = [Wanted(10, 100), Wanted(0.01, 100)]
    offers = [
        Offer(10, 5, 0, {0: 1.0}),
        Offer(20, 5, 0, {0: 2.0}),
        Offer(10, 5, 0, {1: 1.0}),
        Offer(900, 5, 0, {0: 0.1}),
    ]
    found = select(wanted, offers, Budget(rows=100))
    assert [c.verdict for c in found.choices] == ["chosen", "covered", "no_saving", "over_budget"]
    assert found.served == {0: 0}
    assert found.choices[0].net_ms == pytest.approx(10 * 99 - 5)


def test_views_in_use_stay_for_a_small_gain_and_go_for_a_large_one() -> None:
    wanted = [Wanted(10, 100)]
    old, slightly, much = (Offer(10, 0, 0, {0: ms}) for ms in (30.0, 25.0, 1.0))
    budget = Budget(views=1)
    assert select(wanted, [old, slightly], budget, keep=frozenset({0})).chosen == (0,)
    assert select(wanted, [old, much], budget, keep=frozenset({0})).chosen == (1,)


def test_nothing_is_chosen_where_nothing_pays() -> None:
    found = select([Wanted(1, 10)], [Offer(10, 100, 0, {0: 1.0})])
    assert found.chosen == ()
    assert found.net_ms == 0
