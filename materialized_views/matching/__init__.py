"""Answers from views, with a proof.

`Views` reads the question views of a catalogue once. `rewrite` sends SQL over base tables to views that are proved to
give the same rows; `prove` justifies SQL that was written on a view. Both return a value: a `Refusal` is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog
from materialized_views.blocks import Check, Facts, Refusal, Refused
from materialized_views.matching.index import ViewIndex
from materialized_views.matching.prove import Proof, Prover
from materialized_views.matching.rewrite import Rewrite, Rewriter
from materialized_views.matching.scope import Standing
from materialized_views.matching.view import View, compiled_sql, definition_of, read_view, read_views


@dataclass(frozen=True)
class Views:
    """`unusable` says of each question view that is not matched why its definition is not understood."""

    facts: Facts
    usable: tuple[View, ...]
    unusable: tuple[Refusal, ...]
    rewriter: Rewriter
    prover: Prover

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        compiled: Mapping[str, str],
        standings: Mapping[TableName, Standing] | None = None,
    ) -> Views:
        """`compiled` is the SQL of each model by unique_id (`compiled_sql` of the manifest). Raises Refused for a
        dialect without rules."""
        facts = Facts(catalog)
        usable, unusable = read_views(facts, compiled)
        rows = {name: s.rows for name, s in (standings or {}).items() if s.rows is not None}
        rewriter = Rewriter(facts, ViewIndex(usable, facts, rows), standings)
        return cls(facts, usable, unusable, rewriter, Prover(facts, usable, compiled))

    def rewrite(self, sql: str, needed_until: datetime | None = None) -> Rewrite | Refusal:
        return self.rewriter.rewrite(sql, needed_until)

    def prove(self, sql: str) -> Proof | Refusal:
        return self.prover.prove(sql)


__all__ = [
    "Check",
    "Proof",
    "Refusal",
    "Refused",
    "Rewrite",
    "Standing",
    "View",
    "Views",
    "compiled_sql",
    "definition_of",
    "read_view",
]
