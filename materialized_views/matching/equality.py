"""C4: what the view makes equal, the query must make equal; what only the query does is done again on the view."""

from __future__ import annotations

from materialized_views.blocks import Block, Check, Refused
from materialized_views.blocks.expressions import Column
from materialized_views.matching.classes import Classes


def check(view: Block, of_query: Classes) -> None:
    for left, right in sorted(view.equalities, key=lambda pair: (pair[0].key, pair[1].key)):
        if not of_query.equal(left, right):
            raise Refused(
                Check.EQUALITY,
                "equality",
                f"the view joins {_name(view, left)} = {_name(view, right)}, the query does not",
            )


def missing(query: Block, view: Block) -> list[tuple[Column, Column]]:
    """Equalities of the query that the view does not bring."""
    known, found = Classes(view.equalities), []
    for left, right in sorted(query.equalities, key=lambda pair: (pair[0].key, pair[1].key)):
        if not known.equal(left, right):
            known.join(left, right)
            found.append((left, right))
    return found


def _name(block: Block, column: Column) -> str:
    return f"{block.tables[column.table].alias}.{column.name}"
