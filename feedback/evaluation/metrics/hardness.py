"""Spider's four grades of hardness, from the clauses of the gold statement."""

from __future__ import annotations

from typing import Literal

from feedback.evaluation.metrics import Mode
from feedback.evaluation.metrics.clauses import Clauses, Unit

Hardness = Literal["easy", "medium", "hard", "extra"]
GRADES: tuple[Hardness, ...] = ("easy", "medium", "hard", "extra")
_AGGREGATES = frozenset({"count", "sum", "avg", "min", "max"})


def hardness(gold: Clauses, mode: Mode = "reference") -> Hardness:
    """Read `gold` in the same mode."""
    parts, nested, others = _parts(gold), _nested(gold), _others(gold, mode)
    if parts <= 1 and others == 0 and nested == 0:
        return "easy"
    if nested == 0 and ((others <= 2 and parts <= 1) or (parts <= 2 and others < 2)):
        return "medium"
    if nested == 0 and ((others > 2 and parts <= 2) or (2 < parts <= 3 and others <= 2)):
        return "hard"
    return "hard" if parts <= 1 and others == 0 and nested <= 1 else "extra"


def _parts(c: Clauses) -> int:
    clauses = sum(map(bool, (c.where, c.group, c.order, c.limit)))
    ors = (*c.where_connectors, *c.having_connectors).count("or")
    likes = sum(condition.operator == "like" for condition in c.conditions)
    return clauses + max(0, len(c.tables) - 1) + ors + likes


def _nested(c: Clauses) -> int:
    return sum(len(condition.queries) for condition in c.conditions) + (c.combined is not None)


def _others(c: Clauses, mode: Mode) -> int:
    """The published evaluator counts the connectors of a WHERE as conditions, and negations and the connectors of a
    HAVING as aggregates, but no aggregate inside a condition."""
    aggregates = sum(name in _AGGREGATES for name, _ in c.select) + sum(map(_aggregates, c.order))
    conditions = len(c.where)
    if mode == "reference":
        aggregates += sum(x.negated for x in (*c.where, *c.having)) + len(c.having_connectors)
        conditions += len(c.where_connectors)
    else:
        aggregates += sum(_aggregates(x.left) for x in (*c.where, *c.having))
    return (aggregates > 1) + (len(c.select) > 1) + (conditions > 1) + (len(c.group) > 1)


def _aggregates(unit: Unit) -> int:
    if not isinstance(unit, tuple):
        return 0
    return int(bool(unit) and unit[0] in _AGGREGATES) + sum(map(_aggregates, unit[1:]))
