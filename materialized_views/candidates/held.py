"""A view in use as the candidate that it once was, so that it can be held against others."""

from __future__ import annotations

from sqlglot import exp, parse_one

from materialized_views.blocks import Facts, Refused, read_block
from materialized_views.candidates.candidate import Candidate, of_need
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.need import need_of
from materialized_views.definition import ViewDefinition


def candidate_of(definition: ViewDefinition, facts: Facts) -> Candidate | None:
    """None where none would be made like that now: its tables, their columns or their tested keys have changed."""
    tree = parse_one(definition.sql(pretty=False), dialect=definition.dialect)
    assert isinstance(tree, exp.Select)
    try:
        need = need_of(read_block(tree, facts), facts)
    except Refused:
        return None
    ways = map(of_need, need.ways)
    return next((way for way in ways if _content(definition_of(way, facts.catalog)) == _content(definition)), None)


def _content(definition: ViewDefinition) -> object:
    """Without names and order."""
    return (
        definition.kind,
        definition.sources,
        frozenset(definition.joins),
        frozenset(d.sql for d in definition.dimensions),
        frozenset((m.function, m.argument) for m in definition.measures),
        definition.filters,
    )
