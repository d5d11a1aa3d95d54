"""C7: what is asked for, computed from the columns that can be filtered and grouped by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from materialized_views.blocks import Check, Refused
from materialized_views.blocks.canonical import negation
from materialized_views.blocks.expressions import (
    Aggregate,
    Call,
    Column,
    Expression,
    Literal,
    bare,
    columns,
    with_children,
)
from materialized_views.blocks.types import BOOLEAN
from materialized_views.matching import time
from materialized_views.matching.classes import Classes
from materialized_views.matching.types import typed
from materialized_views.matching.view import Stored


class NotStored(Refused):
    """The view does not have it."""

    def __init__(self, node: Expression) -> None:
        names = ", ".join(c.name for c in columns(node)) or node.key
        super().__init__(Check.COVERAGE, "column", f"the view has no column for {names}")


_COMPARISONS = frozenset({"=", "<>", "<", "<="})


@dataclass
class Coverage:
    """Expresses things of the base tables by stored columns. `classes` are equalities that hold on the view's rows."""

    stored: Iterable[Stored]
    classes: Classes
    dialect: str
    by_meaning: dict[Expression, Stored] = field(init=False)
    buckets: dict[Expression, list[Stored]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_meaning, self.buckets = {}, {}
        for stored in self.stored:
            meaning = self.classes.canonical(stored.meaning)
            if stored.meaning.type.family == "zoned":
                continue  # built in the time zone of another session
            self.by_meaning.setdefault(meaning, stored)
            if isinstance(meaning, Call) and meaning.op in ("trunc", "extract"):
                self.buckets.setdefault(self.classes.canonical(meaning.args[0]), []).append(stored)

    def express(self, node: Expression) -> Expression:
        """Raises NotStored."""
        if isinstance(node, Literal):
            return node
        if isinstance(node, Aggregate):
            raise NotStored(node)
        moment = time.rolled_up(self, node)
        if moment is not None:
            return moment
        found = self.by_meaning.get(self.classes.canonical(node))
        if found is not None:
            return typed(found.column, node.type)
        if isinstance(node, Column):
            raise NotStored(node)
        denied = self.by_meaning.get(negation(node)) if isinstance(node, Call) and node.op in _COMPARISONS else None
        if denied is not None:
            return Call("not", (denied.column,), BOOLEAN)
        try:
            return with_children(node, self.express)
        except NotStored:
            aligned = time.aligned(self, node)
            if aligned is None:
                raise
            return aligned

    def covers(self, node: Expression) -> bool:
        try:
            self.express(node)
        except Refused:
            return False
        return True

    def bucketed(self, node: Expression) -> list[tuple[Stored, Call]]:
        """Stored truncations and parts of this moment."""
        found = self.buckets.get(self.classes.canonical(node), ())
        return [(s, meaning) for s in found if isinstance(meaning := bare(s.meaning), Call)]
