"""Tables that hold the same things again for each day on which they were looked at: what there is, is in the latest."""

from __future__ import annotations

import re

from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from catalog_sync.times import event_time
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Condition, Reading

_LATEST = re.compile(
    r"(?:\b(?:in|of|at|as of|from|on|per)\s+)?(?:\bthe\s+|\bour\s+)?\b(?:latest|last|most recent|newest|current)\s+"
    r"(?:[a-z]+\s+){0,2}snapshots?(?:\s+date)?\b"
    r"|(?:가장\s*)?(?:최신|최근|마지막|현재)\s*(?:재고\s*)?스냅샷(?:\s*(?:기준|시점|날짜))?(?:으로|에서|의|에|만)?",
    re.IGNORECASE,
)
_SNAPSHOT = frozenset(("snap", "snaps", "snapshot", "snapshots"))


def day_of(table: CatalogTable) -> str:
    """The day on which the rows of a snapshot were taken; "" of other tables. What `dbt snapshot` makes has a row for
    each change instead, and none of a day."""
    by_change = any(c.name.casefold().startswith(("dbt_valid_", "dbt_scd_")) for c in table.columns)
    day = event_time(table) if table.view is None and not by_change else None
    if day is None or not _SNAPSHOT & {*words(table.name.name).split(), *words(day.name).split()}:
        return ""
    return day.name


def without_latest(ask: Ask, table: CatalogTable) -> Ask:
    """Without "in the latest snapshot", which a table of snapshots means anyway; every word stays in its place."""
    spoken = _LATEST.search(ask.question)
    if spoken is None or not day_of(table):
        return ask
    blank = " " * (spoken.end() - spoken.start())
    return ask.add(question=ask.question[: spoken.start()] + blank + ask.question[spoken.end() :])


def latest(reading: Reading) -> tuple[Condition, ...]:
    """That the rows are those of the latest snapshot, where no time is spoken of. Raises Unread for what would be
    added up over several."""
    day = day_of(reading.wide.base)
    if not day:
        return ()
    if reading.periods or reading.units or day in reading.groups:
        if any(m.aggregate != "average" for m in reading.measures):
            raise Unread("what there was in several snapshots")
        return ()
    return (Condition(day, last=True),)
