from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlglot import parse_one

from catalog_sync.model import Catalog, CatalogTable
from materialized_views.blocks import Facts, read_block
from materialized_views.blocks.expressions import Column
from materialized_views.candidates.candidate import Candidate, of_need
from materialized_views.candidates.need import need_of
from materialized_views.general import General, covers
from materialized_views.room import Room
from materialized_views.sizes import Size
from tests.materialized_views.tables import catalog
from tests.materialized_views.test_room import candidate, dimensions

BASE = 10_000
MONTHLY = "select date_trunc('month', d), sum(x) from f group by 1"
VALUES = {"name": 5, "b": 2, "g": 4, "k": 20, "note": 50}
TIMES = {"year": 2, "quarter": 8, "month": 24, "day": 350, "": 1}
"""Rows of a view are the product."""


def measured(candidates: Sequence[Candidate]) -> list[Size | None]:
    found = []
    for one in candidates:
        rows = 1
        for column, grain in one.grains:
            rows *= TIMES[grain] if column.name == "d" else VALUES.get(column.name, 2)
        found.append(Size(min(rows, BASE), BASE, 0, 0.0))
    return found


def beside(*asked: str, share: float, known: Catalog | None = None, others: Sequence[str] = ()) -> list[Candidate]:
    known = known or catalog()
    chosen = [candidate(sql, known) for sql in asked]
    room = Room(known, measured, 1.0, 1.0, share, further=True)
    return list(General(room).beside(chosen, [*chosen, *(candidate(sql, known) for sql in others)]))


def grains(found: Candidate) -> dict[str, str]:
    return {column.name: grain for column, grain in found.grains}


def test_it_starts_from_what_is_asked_together_and_takes_what_fits() -> None:
    found = beside(MONTHLY, share=0.05)[0]
    assert grains(found)["d"] == "month"
    assert {"name", "b"} <= dimensions(found)
    assert "name" not in dimensions(beside(MONTHLY, share=0.005)[0])


def test_times_become_finer() -> None:
    assert grains(beside(MONTHLY, share=0.9)[0])["d"] == "day"


def test_none_where_nothing_fits() -> None:
    assert beside(MONTHLY, share=0.0001) == []


def test_what_does_not_fit_beside_what_is_asked_together_gets_one_of_its_own() -> None:
    asked = [f"select {one}, count(*) from f join dim on f.k = dim.k group by 1" for one in ("b", "g", "name", "dim.k")]
    found = beside(MONTHLY, share=0.02, others=asked)
    assert dimensions(found[0]) == {"d", "b", "g"}
    assert {"name", "k"} <= dimensions(found[1])


def test_references_come_along_and_keys_do_not() -> None:
    by_name = "select name, sum(y) from f join dim on f.k = dim.k group by 1"
    found = beside(by_name, share=1.0)[0]
    fact = next(path.number for path in found.paths if not path.steps)
    assert {column.name for column, _ in found.grains if column.table == fact} == {"k", "b", "d", "ts"}
    assert {column.name for column, _ in found.grains if column.table != fact} == {"name"}


def test_it_has_the_sums_of_the_amounts_of_the_fact_that_are_never_missing() -> None:
    def sure(table: CatalogTable) -> CatalogTable:
        return replace(table, columns=tuple(replace(c, nullable=c.nullable and c.name != "y") for c in table.columns))

    known = catalog()
    known = known.with_tables(tuple(sure(table) for table in known))
    found = beside("select date_trunc('month', d), count(*) from f group by 1", share=0.1, known=known)[0]
    summed = [part.argument for part in found.parts if part.function == "sum"]
    assert [argument.name for argument in summed if isinstance(argument, Column)] == ["y"]


def test_what_a_chosen_view_covers_gets_none() -> None:
    by_both = "select date_trunc('month', d), g, sum(x) from f group by 1, 2"
    assert any(grains(one).get("d") == "month" for one in beside(MONTHLY, share=0.006))
    assert not any(grains(one).get("d") == "month" for one in beside(MONTHLY, by_both, share=0.006))


def test_a_finer_time_counts_once() -> None:
    mine = candidate("select b, count(*) from f join dim on f.k = dim.k group by 1", catalog())
    found = Room(catalog(), measured, 1.0, 1.0, 0.4, further=True).enlarged(mine, Size(2, BASE, 0, 0.0), [mine])
    assert grains(found)["d"] == "quarter"
    assert "k" in dimensions(found)


def test_numbers_of_different_values_are_left_to_the_view_that_has_them() -> None:
    facts = Facts(catalog())
    sql = "select b, count(distinct id) from f where g = 'a' group by b"
    exact = need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts).instead
    assert exact is not None
    chosen = [of_need(exact)]
    found = General(Room(catalog(), measured, 1.0, 1.0, 0.003, further=True)).beside(chosen, chosen)
    assert any({"b", "g"} <= dimensions(one) for one in found)
    assert not any(part.distinct for one in found for part in one.parts)


@pytest.mark.parametrize(
    ("general", "other", "expected"),
    [
        ("select d, g, sum(x) from f group by 1, 2", MONTHLY, True),
        ("select date_trunc('week', d), sum(x) from f group by 1", MONTHLY, False),
        (MONTHLY, "select d, sum(x) from f group by 1", False),
        (MONTHLY, "select date_trunc('month', d), sum(y) from f group by 1", False),
        (MONTHLY, "select g, sum(x) from f group by 1", False),
        ("select k, sum(x) from f group by 1", "select v, count(*) from fp group by 1", False),
    ],
)
def test_covering(general: str, other: str, expected: bool) -> None:
    known = catalog()
    assert covers(candidate(general, known), candidate(other, known)) is expected
