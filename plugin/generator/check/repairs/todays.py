"""Today is the last day of the data, whatever the clock of the engine says."""

from __future__ import annotations

import re
from datetime import date

from sqlglot import exp

_CLOCK = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentDatetime, exp.CurrentTime)
_TIMES = re.compile(
    r"\b(?:today|now|current\w*|still|yet|overdue|recent\w*|ago|last|past|this|so far|until|since|old|age|due|open)\b"
    r"|오늘|지금|현재|최근|지난|이번|아직|전\s|까지|이후|동안|작년|올해|나이|연령|경과|지나|째",
    re.IGNORECASE,
)


def repair(tree: exp.Expression, question: str, today: date) -> list[str]:
    """What is compared with the clock, where the question speaks of no time near today, is left out. Works in place;
    returns notes."""
    notes = []
    if not _TIMES.search(question):
        for select in tree.find_all(exp.Select):
            where = select.args.get("where")
            if where is None:
                continue
            parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
            kept = [p for p in parts if not list(p.find_all(*_CLOCK))]
            notes += [f"left out {p.sql()}, of which the question says nothing" for p in parts if p not in kept]
            if len(kept) < len(parts):
                select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    for clock in list(tree.find_all(*_CLOCK)):
        clock.replace(exp.Cast(this=exp.Literal.string(today.isoformat()), to=exp.DataType.build("date")))
        notes.append(f"today is {today}")
    return notes
