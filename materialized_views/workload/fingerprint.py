"""Three fingerprints of a block: F0, its tables and joins; F1, also its groups, aggregates and what it filters by;
F2, also the literals. Equal F1 want the same view, equal F0 may share one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from materialized_views.blocks import Block
from materialized_views.blocks.expressions import Call, Expression, Literal, with_children
from materialized_views.blocks.outer import renumbered
from materialized_views.candidates.paths import Path, is_join, joins


@dataclass(frozen=True)
class Fingerprint:
    f0: str
    f1: str
    f2: str


def fingerprint(block: Block, paths: tuple[Path, ...]) -> Fingerprint:
    """Aliases, the order of joins and conditions, CTEs around it: none of these change it."""
    block = renumbered(block, {i: path.number for i, path in enumerate(paths)})
    known = joins(paths)
    filters = [c for c in block.conditions if not is_join(c, known)]
    tables = sorted(str(path) for path in paths)
    groups = ["rows"] if block.groups is None else [stripped(g).key for g in block.groups]
    results = [stripped(a).key for a in block.aggregates] or [stripped(o.expression).key for o in block.outputs]
    shape = [
        *tables,
        "by",
        *sorted(groups),
        "of",
        *sorted(results),
        "where",
        *sorted({stripped(c).key for c in filters}),
    ]
    having = sorted(stripped(h).key for h in block.having)
    literal = [*sorted(c.key for c in filters), *sorted(h.key for h in block.having)]
    literal += [o.expression.key for o in block.outputs]
    f1 = [*shape, "having", *having]
    return Fingerprint(_digest(tables), _digest(f1), _digest([*f1, "literals", *literal, str(block.limit)]))


def stripped(node: Expression) -> Expression:
    """With one sign for every literal; the length of an IN list is a literal too."""
    if isinstance(node, Literal):
        return replace(node, value="?")
    if isinstance(node, Call) and node.op == "in":
        return replace(node, op="=", args=(stripped(node.args[0]), replace(_literal(node.args[1]), value="?")))
    return with_children(node, stripped)


def _literal(node: Expression) -> Literal:
    assert isinstance(node, Literal)
    return node


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
