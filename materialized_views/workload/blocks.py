"""The blocks of a statement: every SELECT in it that stands for itself, or the reason why it can't be used.

Inner queries of plain rows are part of the block that reads them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from materialized_views.blocks import Block, Check, Facts, Refusal, Refused, read_block
from materialized_views.blocks.queries import inner_selects
from materialized_views.candidates.need import Need, need_of
from materialized_views.candidates.paths import paths_of
from materialized_views.workload.fingerprint import Fingerprint, fingerprint

_MOST_PARAMETERS = 8
_GUESSES = ("'2001-02-03'", "1.5", "7")
"""What may stand for a parameter that a log has stripped: a text or a day inside any longer bucket, or a number."""


class Unparsed(Exception):
    """The statement is no SQL of the dialect, or no query."""


@dataclass(frozen=True)
class Found:
    """A block that a view could serve."""

    block: Block
    need: Need
    fingerprint: Fingerprint


def blocks_of(sql: str, facts: Facts) -> Iterator[Found | Refusal]:
    """Raises Unparsed."""
    try:
        tree = parse_one(sql, dialect=facts.dialect)
    except (SqlglotError, RecursionError) as error:
        raise Unparsed(str(error).splitlines()[0][:200]) from error
    if not isinstance(tree, exp.Query):
        raise Unparsed(f"{tree.key.upper()} is no query")
    found: dict[int, Found | Refusal] = {}
    merged: set[int] = set()
    for select in tree.find_all(exp.Select):
        try:
            block = _read(select, facts)
            need = need_of(block, facts)
            found[id(select)] = Found(block, need, fingerprint(block, paths_of(block, facts)))
            merged |= {id(inner) for inner in inner_selects(select, facts)}
        except Refused as refused:
            found[id(select)] = refused.refusal
    yield from (one for position, one in found.items() if position not in merged)


def _read(select: exp.Select, facts: Facts) -> Block:
    """With parameters filled in, where the log has them; the first filling that fits the types will do."""
    holes = list(select.find_all(exp.Parameter, exp.Placeholder))
    if not holes:
        return read_block(select, facts, merge=True)
    if len(holes) > _MOST_PARAMETERS:
        raise Refused(Check.SHAPE, "parameters", f"{len(holes)} parameters, whose types can't be guessed")
    last: Refused | None = None
    for guess in itertools.product(_GUESSES, repeat=len(holes)):
        try:
            return read_block(_filled(select, guess), facts, merge=True)
        except Refused as refused:
            last = refused
            if refused.refusal.code not in ("implicit_cast", "date_against_time", "limit", "offset"):
                raise
    assert last is not None
    raise last


def _filled(select: exp.Select, values: tuple[str, ...]) -> exp.Select:
    every = list(select.root().find_all(exp.Select))
    copies = list(select.root().copy().find_all(exp.Select))  # the whole, for its names of queries
    filled = next(copy for one, copy in zip(every, copies, strict=True) if one is select)
    holes = list(filled.find_all(exp.Parameter, exp.Placeholder))
    for hole, value in zip(holes, values, strict=True):
        hole.replace(exp.Literal.string(value.strip("'")) if value[0] == "'" else exp.Literal.number(value))
    return filled
