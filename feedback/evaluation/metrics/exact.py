"""Exact set match and the F1 of each component, after Spider's evaluator (Yu et al., 2018).

Each clause is compared as a set; values are not looked at. In reference mode DISTINCT, the conditions of joins and the
number of a LIMIT are not looked at either, and a component that nobody has counts as F1 = 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.evaluation.metrics import Mode
from feedback.evaluation.metrics.clauses import Clauses

COMPONENTS = (
    "select", "select(no AGG)", "where", "where(no OP)", "group(no Having)", "group", "order", "and/or", "IUEN",
    "keywords",
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How many parts of a component the gold statement has, the predicted one has, and are equal."""

    gold: int
    predicted: int
    equal: int

    @property
    def value(self) -> int:
        """All or nothing."""
        return int(self.gold == self.predicted == self.equal)


def exact_match(gold: Clauses, predicted: Clauses, mode: Mode = "strict") -> bool:
    if gold.tables and gold.tables != predicted.tables:
        return False
    if mode == "strict" and (gold.distinct, _bag(gold.joins)) != (predicted.distinct, _bag(predicted.joins)):
        return False
    return all(score.value for score in components(gold, predicted, mode).values())


def components(gold: Clauses, predicted: Clauses, mode: Mode = "strict") -> dict[str, Score]:
    g, p = gold, predicted
    return {
        "select": _common(g.select, p.select),
        "select(no AGG)": _common([unit for _, unit in g.select], [unit for _, unit in p.select]),
        "where": _common(g.where, p.where),
        "where(no OP)": _common([c.left for c in g.where], [c.left for c in p.where]),
        "group(no Having)": _common(_bare(g.group, mode), _bare(p.group, mode)),
        "group": _whole(g.group, p.group, (_having(g) == _having(p)) and g.group == p.group),
        "order": _whole(g.order, p.order, _order(g) == _order(p)),
        "and/or": _and_or(g, p, mode),
        "IUEN": _combined(g, p, mode),
        "keywords": _common(sorted(keywords(g)), sorted(keywords(p))),
    }


def f1_by_component(rows: Sequence[Mapping[str, Score]], mode: Mode = "strict") -> dict[str, float | None]:
    """Of the `components` of several questions. Precision is the mean over statements whose prediction has the
    component, recall over those whose gold has it. None where nobody has it (reference: as the published evaluator
    prints it)."""
    found: dict[str, float | None] = {}
    for name in COMPONENTS:
        scores = [row[name] for row in rows]
        precisions = [s.value for s in scores if s.predicted]
        recalls = [s.value for s in scores if s.gold]
        if not precisions and not recalls and mode == "strict":
            found[name] = None
            continue
        precision = sum(precisions) / len(precisions) if precisions else 0.0
        recall = sum(recalls) / len(recalls) if recalls else 0.0
        nothing = 1.0 if mode == "reference" else 0.0
        found[name] = 2 * precision * recall / (precision + recall) if precision + recall else nothing
    return found


def keywords(c: Clauses) -> frozenset[str]:
    found = {
        name
        for name, there in (("where", c.where), ("group", c.group), ("having", c.having), ("order", c.order),
                            ("limit", c.limit))
        if there
    }  # fmt: skip
    found |= {c.directions[-1]} if c.directions else set()
    found |= {c.combined[0]} if c.combined else set()
    found |= {"or"} if "or" in (*c.where_connectors, *c.having_connectors) else set()
    found |= {"not"} if any(x.negated for x in c.conditions) else set()
    return frozenset(found | {x.operator for x in c.conditions if x.operator in ("in", "like")})


def _common(gold: Sequence[Any], predicted: Sequence[Any]) -> Score:
    left = list(gold)
    for part in predicted:
        if part in left:
            left.remove(part)
    return Score(len(gold), len(predicted), len(gold) - len(left))


def _whole(gold: Sequence[Any], predicted: Sequence[Any], equal: bool) -> Score:
    return Score(int(bool(gold)), int(bool(predicted)), int(bool(gold) and bool(predicted) and equal))


def _having(c: Clauses) -> tuple[Any, ...]:
    return c.having, c.having_connectors


def _order(c: Clauses) -> tuple[Any, ...]:
    return c.order, c.directions, c.limit


def _and_or(gold: Clauses, predicted: Clauses, mode: Mode) -> Score:
    g, p = set(gold.where_connectors), set(predicted.where_connectors)
    if g == p:
        return Score(1, 1, 1)
    return Score(len(g), len(p), 0) if mode == "reference" else Score(1, 1, 0)


def _combined(gold: Clauses, predicted: Clauses, mode: Mode) -> Score:
    g, p = gold.combined, predicted.combined
    equal = g is not None and p is not None and g[0] == p[0] and exact_match(g[1], p[1], mode)
    return Score(int(g is not None), int(p is not None), int(equal))


def _bare(group: Sequence[Any], mode: Mode) -> list[Any]:
    """The published evaluator forgets the table of a grouping column."""
    if mode == "strict":
        return list(group)
    return [unit.split(".")[-1] if isinstance(unit, str) else unit for unit in group]


def _bag(conditions: Sequence[Any]) -> list[str]:
    return sorted(map(repr, conditions))
