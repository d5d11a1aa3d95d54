from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from materialized_views.candidates.candidate import Candidate
from materialized_views.general import General, covers
from materialized_views.room import Room
from tests.materialized_views.tables import catalog
from tests.materialized_views.test_room import MINE, candidate, dimensions, measured

BY_NAME = "select name, sum(y) from f join dim on f.k = dim.k group by 1"


def beside(*asked: str, share: float, known: Catalog | None = None) -> list[Candidate]:
    known = known or catalog()
    chosen = [candidate(sql, known) for sql in asked]
    return list(General(Room(known, measured, 1.0, 1.0, share, further=True)).beside(chosen, chosen))


def grain(found: Candidate, name: str) -> str:
    return next(grain for column, grain in found.grains if column.name == name)


def test_it_takes_what_fits_into_its_share_of_the_rows() -> None:
    (found,) = beside(MINE, share=0.06)
    assert dimensions(found) >= {"d", "name", "b"}
    assert grain(found, "d") == "month"
    (larger,) = beside(MINE, share=0.6)
    assert grain(larger, "d") == "day"


def test_none_where_nothing_fits() -> None:
    def full(candidates: Sequence[Candidate]) -> list:  # type: ignore[type-arg]
        return [replace(size, base_rows=10) for size in measured(candidates) if size is not None]

    chosen = [candidate(MINE, catalog())]
    assert General(Room(catalog(), full, 1.0, 1.0, 0.1, further=True)).beside(chosen, chosen) == {}


def test_keys_of_other_tables_come_along_and_those_of_the_fact_do_not() -> None:
    (found,) = beside(BY_NAME, share=1.0)
    assert ("k", True) in {(column.name, column.table != min_table(found)) for column, _ in found.grains}
    assert "id" not in dimensions(found)


def min_table(found: Candidate) -> int:
    return next(path.number for path in found.paths if not path.steps)


def test_it_has_the_sums_of_the_amounts_of_the_fact_that_are_never_missing() -> None:
    def sure(table: CatalogTable) -> CatalogTable:
        return replace(table, columns=tuple(replace(c, nullable=c.nullable and c.name != "y") for c in table.columns))

    known = catalog()
    known = known.with_tables(tuple(sure(table) for table in known))
    (found,) = beside("select date_trunc('month', d), count(*) from f group by 1", share=0.1, known=known)
    sums = {part.argument.name for part in found.parts if part.function == "sum" and part.argument}  # type: ignore[attr-defined]
    assert sums == {"y"}


def test_one_stands_beside_all_that_it_covers() -> None:
    assert len(beside(MINE, "select date_trunc('year', d), b, sum(x) from f group by 1, 2", share=0.6)) == 1
    assert len(beside(MINE, "select g, k3, sum(x) from f group by 1, 2", share=0.02)) == 2


def test_numbers_of_different_values_are_left_to_the_view_that_has_them() -> None:
    (found,) = beside("select b, count(distinct id) from f where g = 'a' group by b", share=0.1)
    assert not any(part.distinct for part in found.parts)


@pytest.mark.parametrize(
    ("general", "other", "expected"),
    [
        ("select d, g, sum(x) from f group by 1, 2", "select date_trunc('month', d), sum(x) from f group by 1", True),
        ("select date_trunc('week', d), sum(x) from f group by 1", MINE, False),
        (MINE, "select d, sum(x) from f group by 1", False),
        (MINE, "select date_trunc('month', d), sum(y) from f group by 1", False),
        (MINE, "select g, sum(x) from f group by 1", False),
        ("select k, sum(x) from f group by 1", "select v, count(*) from fp group by 1", False),
    ],
)
def test_covering(general: str, other: str, expected: bool) -> None:
    known = catalog()
    assert covers(candidate(general, known), candidate(other, known)) is expected
