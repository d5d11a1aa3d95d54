"""All deterministic repairs of one SQL text, in order: parse, names, clauses, literals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from plugin.generator.ask import ValueHit
from plugin.generator.check import elsewhere
from plugin.generator.check.repairs import (
    aggregates,
    called,
    cents,
    chasms,
    clauses,
    clocks,
    counted,
    evidence,
    figures,
    flags,
    grouped,
    joins,
    literals,
    numbers,
    pivoted,
    ranking,
    rollups,
    semijoins,
    shares,
    snapshots,
    todays,
    told,
    unused,
    whose,
)
from plugin.generator.check.repairs.names import Repair
from plugin.generator.check.schema import Schema
from plugin.generator.understand.periods import Period

_FENCE = re.compile(r"```(?:sql)?\s*(.*?)(?:```|$)", re.DOTALL | re.IGNORECASE)
_START = re.compile(r"\b(?:select|with)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Repaired:
    """`sql` is "" when it could not be parsed; `missing` names what no repair could mend."""

    sql: str
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def extract(text: str) -> str:
    """The first statement in a model's reply: fenced, labelled or plain."""
    fenced = _FENCE.search(text)
    body = fenced.group(1) if fenced else text
    start = _START.search(body)
    return body[start.start() :].strip().split(";")[0].strip() if start else ""


def repair(
    sql: str,
    schema: Schema,
    dialect: str,
    hits: Sequence[ValueHit] = (),
    question: str = "",
    periods: Sequence[Period] = (),
    today: date | None = None,
) -> Repaired:
    """`hits` are the values, `periods` the times that the question names, `today` the last day of the data; without the
    question nothing is measured against it."""
    tree = _parse(sql, dialect)
    if tree is None:
        return Repaired("", missing=("the text is not one SELECT that can be parsed",))
    notes = [*literals.unquoted(tree, schema), *literals.relocate(tree, schema, hits)]
    if question:
        notes += [*unused.put_in(tree, schema, question, hits), *counted.repair(tree, question)]
        notes += called.repair(tree, schema, question)
    notes += clocks.retime(tree, schema)
    names, written = Repair(schema), tree.copy()
    names.run(tree)
    if names.missing and (again := elsewhere.retold(written, schema)):
        tree, names = again
    notes += [*names.notes, *rollups.repair(tree, schema, question)]
    notes += [*aggregates.repair(tree, schema), *clauses.repair(tree, dialect, question)]
    notes += literals.repair(tree, schema, hits)
    if question:
        notes += todays.repair(tree, question, today) if today else []
        notes += _measured(tree, schema, hits, question, periods)
        notes += cents.repair(tree, schema, question)
    names.apart(tree)
    return Repaired(tree.sql(dialect=dialect), tuple(notes), tuple(names.missing))


def _measured(
    tree: exp.Query, schema: Schema, hits: Sequence[ValueHit], question: str, periods: Sequence[Period]
) -> list[str]:
    """What the statement does against what the question says."""
    return [
        *whose.repair(tree, schema, question, hits),
        *numbers.repair(tree, question),
        *chasms.repair(tree, schema, question),
        *clocks.repair(tree, schema, question),
        *clocks.regroup(tree, schema),
        *evidence.repair(tree, schema, question, hits, periods),
        *pivoted.repair(tree, question),
        *shares.repair(tree, question, hits),
        *figures.repair(tree, schema, question),
        *(ranking.repair(tree, question) if isinstance(tree, exp.Select) else ()),
        *grouped.repair(tree, schema, question),
        *flags.put_in(tree, schema, question),
        *joins.drop_served(tree, schema, question),
        *semijoins.repair(tree, schema, question),
        *joins.drop_unused(tree, schema, question),
        *snapshots.repair(tree, schema),
        *told.repair(tree, schema, question),
    ]


def _parse(sql: str, dialect: str) -> exp.Query | None:
    for read in (dialect, None):
        try:
            trees = sqlglot.parse(sql, read=read)
        except SqlglotError:
            continue
        if trees and isinstance(trees[0], exp.Query):
            return trees[0]
    return None
