from __future__ import annotations

from dataclasses import replace

import pytest
from sqlglot import parse_one

from catalog_sync.model import Catalog
from materialized_views.blocks import Facts, read_block
from materialized_views.candidates.candidate import Candidate, of_need, widened
from materialized_views.candidates.held import candidate_of
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.need import Need, need_of
from tests.materialized_views.tables import catalog


def need(sql: str, known: Catalog) -> Need:
    return need_of(read_block(parse_one(sql, dialect=known.dialect), Facts(known)), Facts(known))


def candidates(known: Catalog) -> list[Candidate]:
    asked = (
        "select g, date_trunc('month', d) as m, sum(x), avg(y), max(k2) from f "
        "where ts < timestamp '2024-01-01 05:00:00' group by 1, 2",
        "select name, rn, count(*), min(f.k3) from f join dim on f.k = dim.k join reg on dim.r = reg.r group by 1, 2",
        "select g, count(distinct x) from f group by 1",
        "select count(x) from f where b",
    )
    needs = [need(sql, known) for sql in asked]
    return [*(of_need(way) for found in needs for way in found.ways), widened(needs)]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_definition_becomes_the_candidate_that_it_was_made_of(dialect: str) -> None:
    known = catalog(dialect=dialect)
    for candidate in candidates(known):
        definition = replace(definition_of(candidate, known), questions=("why?",))
        assert candidate_of(definition, Facts(known)) == candidate, definition.sql()


def test_names_do_not_matter() -> None:
    known = catalog()
    found = definition_of(candidates(known)[0], known)
    renamed = replace(found, name="mine", dimensions=tuple(replace(d, name=f"my_{d.name}") for d in found.dimensions))
    assert candidate_of(renamed, Facts(known)) == candidates(known)[0]


def test_without_the_tested_key_there_is_none() -> None:
    known = catalog()
    joined = definition_of(candidates(known)[1], known)
    without = known.with_tables(tuple(replace(t, provenance={}) if t.name.name == "dim" else t for t in known))
    assert candidate_of(joined, Facts(without)) is None


def test_what_nobody_would_recommend_now_is_none() -> None:
    known = catalog()
    found = definition_of(candidates(known)[0], known)
    assert candidate_of(replace(found, filters=("f.x > 3",)), Facts(known)) is None
