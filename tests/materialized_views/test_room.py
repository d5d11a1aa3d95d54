from __future__ import annotations

from dataclasses import replace

from sqlglot import parse_one

from catalog_sync.model import Catalog, CatalogTable
from materialized_views.blocks import Facts, read_block
from materialized_views.candidates.candidate import Candidate, of_need
from materialized_views.candidates.need import need_of
from materialized_views.definition import ViewDefinition
from materialized_views.room import Room
from materialized_views.sizes import Size
from tests.materialized_views.tables import catalog

BASE = 1_000
VALUES = {"name": 3, "rn": 2, "b": 2, "note": 50}
"""How many times more rows a dimension makes."""


def candidate(sql: str, known: Catalog) -> Candidate:
    facts = Facts(known)
    return of_need(need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts))


def measured(definitions: list[ViewDefinition]) -> list[Size | None]:
    found = []
    for definition in definitions:
        rows = 10
        for dimension in definition.dimensions:
            rows *= VALUES.get(dimension.column[1] if dimension.column else "", 1)
        found.append(Size(rows, BASE, 0, 0.0))
    return found


def enlarged(times: float, most: float = 1.0, known: Catalog | None = None) -> Candidate:
    known = known or catalog()
    mine = candidate("select d, sum(x) from f group by d", known)
    other = candidate("select g, sum(y), avg(k) from f group by g", known)
    far = candidate("select dim.k, sum(dim.r) from f join dim on f.k = dim.k group by dim.k", known)
    return Room(known, measured, times, most).enlarged(mine, Size(10, BASE, 0, 0.0), [mine, other, far])


def dimensions(found: Candidate) -> set[str]:
    return {column.name for column, _ in found.grains}


def test_what_adds_the_fewest_rows_comes_first_as_long_as_there_is_room() -> None:
    assert dimensions(enlarged(1.5)) == {"d"}
    assert dimensions(enlarged(4)) == {"d", "b"}
    assert dimensions(enlarged(6)) == {"d", "b", "name"}


def test_a_view_is_never_a_larger_part_of_its_fact_than_a_roll_up_may_be() -> None:
    assert dimensions(enlarged(6, most=0.02)) == {"d", "b"}
    assert dimensions(enlarged(6, most=0.001)) == {"d"}


def test_it_gets_the_measures_of_others_that_are_over_its_own_tables() -> None:
    found = {f"{p.function} {p.argument.key if p.argument else '*'}" for p in enlarged(1).parts}
    assert {part.split(".")[-1] for part in found} == {"count *", "x", "y", "k"}


def test_personal_columns_keys_and_numbers_of_the_fact_are_never_added() -> None:
    def personal(table: CatalogTable) -> CatalogTable:
        return replace(table, columns=tuple(replace(c, pii=c.name in ("name", "b")) for c in table.columns))

    known = catalog()
    known = known.with_tables(tuple(personal(table) for table in known))
    assert dimensions(enlarged(1_000, known=known)) == {"d"}
