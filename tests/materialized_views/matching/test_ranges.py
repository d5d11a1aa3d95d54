"""Domains against every value, by enumeration."""

from __future__ import annotations

from itertools import product

import pytest

from materialized_views.blocks import Facts, read_block
from materialized_views.matching.classes import Classes
from materialized_views.matching.ranges import Domain, Domains, domain
from materialized_views.matching.view import top_select
from tests.materialized_views.tables import catalog

VALUES = range(-1, 4)
ENDS = [None, *product((0, 2), (True, False))]
SETS = [None, frozenset({1}), frozenset({0, 2, 3})]
DOMAINS = [Domain(low, high, values) for low in ENDS for high in ENDS for values in SETS]


def allowed(found: Domain) -> set[int]:
    """From the definition, written differently."""
    kept = set(VALUES) if found.values is None else set(VALUES) & found.values
    if found.low is not None:
        kept &= {v for v in VALUES if v > found.low[0]} | ({found.low[0]} if found.low[1] else set())
    if found.high is not None:
        kept &= {v for v in VALUES if v < found.high[0]} | ({found.high[0]} if found.high[1] else set())
    return kept


def test_meet_is_the_intersection() -> None:
    for one, other in product(DOMAINS, DOMAINS):
        assert allowed(one.meet(other)) == allowed(one) & allowed(other)


def test_within_never_says_yes_to_more() -> None:
    for one, other in product(DOMAINS, DOMAINS):
        met = one.meet(Domain())
        if met.within(other):
            assert allowed(met) <= allowed(other)


def test_within_says_yes_to_intervals_and_sets_that_are_inside() -> None:
    for one, other in product(DOMAINS, DOMAINS):
        met = one.meet(Domain())
        inside = allowed(met) <= allowed(other)
        if met.values is not None:
            assert met.within(other) == inside
        elif other.values is not None:
            assert not met.within(other)
        elif not _empty(met):
            low = other.low is None or (met.low is not None and _starts_later(met.low, other.low))
            high = other.high is None or (met.high is not None and _ends_earlier(met.high, other.high))
            assert met.within(other) == (low and high)


def _empty(found: Domain) -> bool:
    return not allowed(found)


def _starts_later(one: tuple[int, bool], other: tuple[int, bool]) -> bool:
    return (one[0], not one[1]) >= (other[0], not other[1])


def _ends_earlier(one: tuple[int, bool], other: tuple[int, bool]) -> bool:
    return (one[0], one[1]) <= (other[0], other[1])


def conditions(where: str) -> Domains:
    block = read_block(top_select(f"SELECT x FROM f WHERE {where}", "duckdb"), Facts(catalog()))
    return Domains(block.conditions, Classes())


def condition(where: str):  # type: ignore[no-untyped-def]
    block = read_block(top_select(f"SELECT x FROM f WHERE {where}", "duckdb"), Facts(catalog()))
    [found] = block.conditions
    return found


IMPLIED = [
    ("x > 3", "x > 2", True),
    ("x > 3", "x >= 3", True),
    ("x >= 3", "x > 3", False),
    ("x > 1 AND x < 5", "x < 6", True),
    ("x IN (1, 2)", "x < 3", True),
    ("x IN (1, 2)", "x IN (1, 2, 3)", True),
    ("x = 2", "x IN (1, 2, 3)", True),
    ("x < 3", "x IN (1, 2)", False),
    ("x > 3", "x IS NOT NULL", True),
    ("x > 3", "id IS NOT NULL", False),
    ("x > 3", "x IS NULL", False),
    ("k2 IS NULL", "k2 IS NOT NULL", False),
    ("d < '2024-01-01'", "d <= '2024-01-01'", True),
    ("d <= '2024-01-01'", "d < '2024-01-01'", False),
    ("ts < '2024-01-01'", "ts <= '2024-01-01'", True),
    ("g = 'a'", "g IN ('a', 'b')", True),
    ("g = 'a'", "g <> 'b'", False),
    ("g > 'b'", "g > 'a'", False),
    ("x > 3", "g IS NOT NULL", False),
    ("x <> 3", "x IS NOT NULL", False),
]


@pytest.mark.parametrize(("held", "asked", "expected"), IMPLIED)
def test_implied(held: str, asked: str, expected: bool) -> None:
    assert conditions(held).implies(condition(asked)) is expected


def test_what_a_condition_says() -> None:
    said = domain(condition("x >= 2"))
    assert said is not None
    assert (said[0].key, said[2]) == ("000.x", Domain(low=(2, True)))
    assert domain(condition("x = id")) is None
    assert domain(condition("b")) is None
    assert domain(condition("g < 'b'")) is None


def test_pinned_are_those_with_one_value_left() -> None:
    found = conditions("x IN (1, 2) AND x IN (2, 3) AND g = 'a' AND id > 3 AND k IN (1, 2)").pinned()
    assert {e.key for e in found} == {"000.x", "000.g"}
