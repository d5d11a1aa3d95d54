from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import parse_one

from catalog_sync.model import Catalog, CatalogTable
from materialized_views.blocks import Facts, read_block
from materialized_views.candidates.candidate import Candidate, of_need
from materialized_views.candidates.need import need_of
from materialized_views.room import Room
from materialized_views.sizes import Size
from tests.materialized_views.tables import catalog

BASE = 1_000
VALUES = {"name": 3, "rn": 2, "b": 2, "note": 50, "g": 4, "k": 60}
GRAINS = {"": 1, "year": 1, "month": 1, "day": 30}
"""How many times more rows a dimension makes."""


def candidate(sql: str, known: Catalog) -> Candidate:
    facts = Facts(known)
    return of_need(need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts))


def measured(candidates: Sequence[Candidate]) -> list[Size | None]:
    found = []
    for one in candidates:
        rows = 10
        for column, grain in one.grains:
            rows *= VALUES.get(column.name, 1) * GRAINS[grain]
        found.append(Size(rows, BASE, 0, 0.0))
    return found


MINE = "select date_trunc('month', d), sum(x) from f group by 1"
OTHER = "select g, sum(y), avg(k) from f group by g"
FAR = "select dim.k, sum(dim.r) from f join dim on f.k = dim.k group by dim.k"


def enlarged(
    times: float, most: float = 1.0, known: Catalog | None = None, others: Sequence[str] = (FAR,)
) -> Candidate:
    known = known or catalog()
    asked = [candidate(sql, known) for sql in (MINE, *others)]
    return Room(known, measured, times, most).enlarged(asked[0], Size(10, BASE, 0, 0.0), asked)


def dimensions(found: Candidate) -> set[str]:
    return {column.name for column, _ in found.grains}


def test_what_adds_the_fewest_rows_comes_first_as_long_as_there_is_room() -> None:
    assert dimensions(enlarged(1.5)) == {"d"}
    assert dimensions(enlarged(4)) == {"d", "b"}
    assert dimensions(enlarged(6)) == {"d", "b", "name"}


def test_what_others_ask_for_comes_before_what_nobody_asked_for() -> None:
    assert dimensions(enlarged(4, others=[OTHER])) == {"d", "g"}
    assert dimensions(enlarged(8, others=[OTHER])) == {"d", "g", "b"}


def test_what_does_not_fit_leaves_room_for_what_comes_after_it() -> None:
    assert dimensions(enlarged(3, others=[OTHER])) == {"d", "b"}


def test_time_becomes_finer_where_others_ask_for_that_and_never_coarser() -> None:
    finer = enlarged(40, others=["select d, count(*) from f group by 1"])
    assert {grain for column, grain in finer.grains if column.name == "d"} == {"day"}
    coarser = enlarged(40, others=["select extract(year from d), count(*) from f group by 1"])
    assert {grain for column, grain in coarser.grains if column.name == "d"} == {"month"}


def test_a_view_of_very_few_rows_has_room_for_a_hundredth_of_its_fact() -> None:
    known, mine = catalog(), candidate(MINE, catalog())
    found = Room(known, measured, 1.0, 1.0).enlarged(mine, Size(10, 2_000, 0, 0.0), [mine])
    assert dimensions(found) == {"d", "b"}


def test_a_view_is_never_a_larger_part_of_its_fact_than_a_roll_up_may_be() -> None:
    assert dimensions(enlarged(6, most=0.02)) == {"d", "b"}
    assert dimensions(enlarged(6, most=0.001)) == {"d"}


def test_it_gets_the_measures_of_others_that_are_over_its_own_tables() -> None:
    found = {f"{p.function} {p.argument.key if p.argument else '*'}" for p in enlarged(1, others=[OTHER, FAR]).parts}
    assert {part.split(".")[-1] for part in found} == {"count *", "x", "y", "k"}


def test_personal_columns_keys_and_numbers_of_the_fact_are_never_added() -> None:
    def personal(table: CatalogTable) -> CatalogTable:
        return replace(table, columns=tuple(replace(c, pii=c.name in ("name", "b")) for c in table.columns))

    known = catalog()
    known = known.with_tables(tuple(personal(table) for table in known))
    assert dimensions(enlarged(50, known=known)) == {"d"}


def test_numbers_of_different_values_stay_with_their_groups() -> None:
    known = catalog()
    facts = Facts(known)
    sql = "select g, count(distinct id) from f group by g"
    exact = need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts).instead
    assert exact is not None
    mine, other = of_need(exact), candidate(MINE, known)
    room = Room(known, measured, 50.0, 1.0)
    found = room.enlarged(mine, Size(40, BASE, 0, 0.0), [mine, other])
    assert dimensions(found) == {"g"}
    assert {part.function for part in found.parts} == {"count", "sum"}
    assert not any(part.distinct for part in room.enlarged(other, Size(10, BASE, 0, 0.0), [mine, other]).parts)
