from __future__ import annotations

from collections.abc import Sequence
from math import prod

from sqlglot import parse_one

from materialized_views.blocks import Facts, read_block
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.merging import Merging
from materialized_views.candidates.need import Need, need_of
from materialized_views.sizes import Size
from tests.materialized_views.tables import catalog

BASE = 10_000
VALUES = {"g": 4, "b": 2, "x": 50, "k": 100, "id": 9_000, "name": 90}
"""Of each dimension; `k` determines `name`."""


class Measured:
    def __init__(self) -> None:
        self.asked: list[Candidate] = []

    def __call__(self, candidates: Sequence[Candidate]) -> list[Size | None]:
        self.asked += candidates
        return [self._size(candidate) for candidate in candidates]

    def _size(self, candidate: Candidate) -> Size:
        names = {column.name for column, _ in candidate.grains}
        names -= {"name"} if "k" in names else set()
        return Size(min(BASE, prod(VALUES[name] for name in names)), BASE, 0, 0.0)


def need(sql: str) -> Need:
    facts = Facts(catalog())
    return need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts)


def merging(*asked: str, most: int = 200, max_ratio: float = 0.3) -> dict[frozenset[str], Candidate]:
    found = Merging([need(sql) for sql in asked], Measured(), max_ratio, most).run()
    return {frozenset(column.name for column, _ in candidate.grains): candidate for candidate in found}


BY_G = "select g, sum(y) from f group by 1"
BY_B = "select b, max(y) from f group by 1"
BY_X = "select x, count(*) from f group by 1"
BY_K = "select k, count(*) from f group by 1"
BY_ID = "select id, count(*) from f group by 1"
BY_NAME = "select name, min(f.x) from f join dim on f.k = dim.k group by 1"


def test_merges_end_at_one_view_that_serves_all_where_that_is_small_enough() -> None:
    found = merging(BY_G, BY_B, BY_X)
    assert {frozenset("g"), frozenset("b"), frozenset("x"), frozenset("gbx")} <= set(found)
    assert all(found[frozenset("gbx")].serves(need(sql)) for sql in (BY_G, BY_B, BY_X))


def test_what_is_too_large_is_shown_and_merged_with_nothing() -> None:
    found = merging(BY_G, BY_B, BY_ID)
    assert set(found) == {frozenset("g"), frozenset("b"), frozenset("gb"), frozenset(["id"])}


def test_nothing_that_is_too_large_is_made_larger() -> None:
    found = merging(BY_G, BY_B, BY_X, BY_K)
    assert {frozenset("xk"), frozenset("gbx"), frozenset("gbk")} <= set(found)
    assert not {frozenset("gxk"), frozenset("bxk"), frozenset("gbxk")} & set(found)


def test_pairs_come_first_whose_view_has_few_rows_beside_theirs() -> None:
    found = merging(BY_K, BY_G, BY_B, BY_X, most=1)
    assert frozenset("gb") in found
    assert len(found) == 5


def test_measures_of_all_that_the_dimensions_serve_come_along() -> None:
    found = merging(BY_G, "select g, b, min(x) from f group by 1, 2", BY_NAME)
    both = found[frozenset("gb")]
    assert both.serves(need(BY_G))
    assert {part.function for part in both.parts} == {"count", "sum", "min"}
    assert {part.function for part in found[frozenset("g")].parts} == {"count", "sum"}
    assert not found[frozenset("gb")].serves(need(BY_NAME))


def test_there_are_never_more_merges_than_were_allowed() -> None:
    asked = (BY_G, BY_B, BY_X, BY_K, BY_NAME)
    assert len(merging(*asked, max_ratio=1.0)) > 12
    assert len(merging(*asked, max_ratio=1.0, most=6)) == 11


def test_nothing_is_counted_twice() -> None:
    measured = Measured()
    found = Merging([need(sql) for sql in (BY_G, BY_B, BY_X, BY_K)], measured, 1.0, 200).run()
    assert len(found) == 15
    assert sum(bool(candidate.parts) for candidate in measured.asked) == len(found)
