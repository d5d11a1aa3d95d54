"""C6: every other condition of the view must stand in the query, in the same canonical form. Nothing is inferred."""

from __future__ import annotations

from materialized_views.blocks import Block, Check, Refused
from materialized_views.blocks.expressions import Expression
from materialized_views.blocks.model import column_pair
from materialized_views.matching.classes import Classes
from materialized_views.matching.ranges import Domains, domain


def check(query: Block, view: Block, classes: Classes) -> Domains:
    """C5 and C6. Gives what the query's conditions say of its expressions."""
    present = {classes.canonical(c) for c in query.conditions}
    domains = Domains(query.conditions, classes)
    for condition in sorted(view.conditions, key=lambda e: e.key):
        if column_pair(condition) is not None or classes.canonical(condition) in present:
            continue
        if not domains.implies(condition):
            ranged = domain(condition) is not None
            raise Refused(
                Check.RANGE if ranged else Check.RESIDUAL,
                "view_is_narrower",
                f"the view holds only rows with {condition.key}",
            )
    return domains


def compensation(query: Block, view: Block, classes: Classes) -> list[Expression]:
    """Conditions of the query that the view did not apply."""
    applied = {classes.canonical(c) for c in view.conditions}
    return [
        c
        for c in sorted(query.conditions, key=lambda e: e.key)
        if column_pair(c) is None and classes.canonical(c) not in applied
    ]
