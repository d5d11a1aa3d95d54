"""C2: every table of the query is one of the view. With a table used twice, every assignment is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from materialized_views.blocks import Block, Check, Refused

_MOST = 48
"""Assignments that are tried: 4! * 2. Beyond, a proof is missed, never made up."""


def assignments(query: Block, view: Block) -> list[dict[int, int]]:
    """Position in the query -> position in the view, each used at most once."""
    found = list(islice(_assign(query, view, 0, {}), _MOST))
    if not found:
        missing = sorted({str(t.name) for t in query.tables} - {str(t.name) for t in view.tables})
        what = f"the view lacks {', '.join(missing)}" if missing else "the query uses a table more often than the view"
        raise Refused(Check.TABLES, "tables", what)
    return found


def _assign(query: Block, view: Block, at: int, taken: dict[int, int]) -> Iterator[dict[int, int]]:
    if at == len(query.tables):
        yield dict(taken)
        return
    for position, table in enumerate(view.tables):
        if table.name == query.tables[at].name and position not in taken.values():
            yield from _assign(query, view, at + 1, {**taken, at: position})
