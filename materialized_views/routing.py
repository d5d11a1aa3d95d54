"""Where a statement goes: to views where they are proved to answer it, to base tables where not.

SQL on base tables moves to a view that gives the same rows and saves work. SQL on a view stays only with a proof and on
a view in good standing; else it is said over the base tables. What can be neither proved nor said over them is
`unproved`, and may only run with that word beside it, or not at all (`barred`) where something is known against the
view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogTable
from materialized_views.blocks import Check, Refusal, Refused
from materialized_views.blocks.write import table_node
from materialized_views.deployed import Artifacts
from materialized_views.guard import Mismatch
from materialized_views.matching import Proof, Rewrite, Standing, Views
from materialized_views.matching import scope as scopes
from materialized_views.matching.inline import inlined, views_read
from materialized_views.matching.match import How
from materialized_views.matching.prove import ProvedBlock
from materialized_views.matching.rewrite import Rewritten
from materialized_views.registry import ViewRecord
from materialized_views.standing import definitions, standings

Kind = Literal["base", "rewritten", "proved", "declared", "expanded", "unproved"]


@dataclass(frozen=True)
class Routed:
    """`sql` is what is to run, `written` what it was made from, `base_sql` gives the same rows from base tables alone
    ("" where nobody can say it so). `views` are those that `sql` reads. `because`: what the proof of each needed; with
    `tests` that compare it. `refused` is why a view is not used, or not proved. `barred`: the statement as it was
    written must not run."""

    sql: str
    written: str
    kind: Kind
    proof: str = ""
    views: tuple[TableName, ...] = ()
    because: tuple[tuple[str, tuple[How, ...]], ...] = ()
    tests: tuple[str, ...] = ()
    refused: Refusal | None = None
    base_sql: str = ""
    barred: bool = False

    @property
    def moved(self) -> bool:
        return self.sql != self.written


@dataclass(frozen=True)
class Router:
    """Over one state of the views. `definitions` is the SQL that makes each, by unique_id."""

    views: Views
    artifacts: Artifacts
    standings: Mapping[TableName, Standing]
    definitions: Mapping[str, str]

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        artifacts: Artifacts,
        records: Sequence[ViewRecord] = (),
        mismatches: Mapping[TableName, Mismatch] | None = None,
    ) -> Router:
        """Raises Refused for a dialect without rules."""
        made = definitions(records, catalog, artifacts.views)
        known = standings(records, catalog, artifacts.views, mismatches)
        return cls(Views.of(catalog, made, known), artifacts, known, made)

    def as_of(self, table: CatalogTable) -> str:
        """ISO; "" where nobody knows."""
        standing = self.standings.get(table.name)
        if standing is not None and standing.complete_until is not None:
            return standing.complete_until.isoformat(timespec="seconds")
        return self.artifacts.built.get(table.unique_id, "") or table.built_at

    def route(self, sql: str, needed_until: datetime | None = None) -> Routed:
        """`needed_until`: the end of what the question asks for, None for all there is."""
        try:
            read = views_read(sql, self.views.facts)
            return self._on_views(sql, read, needed_until) if read else self._on_base(sql, needed_until)
        except Refused as refused:  # nothing is understood of it: no view is proved for it, and it is on none
            return Routed(sql, sql, "base", refused=refused.refusal)

    def made_by(self, table: CatalogTable) -> str:
        """The SQL of its rows over base tables; "" where nobody knows it."""
        return self._inlined(exp.select("*").from_(table_node(table.name)).sql(self.views.facts.dialect))

    def as_written(self, route: Routed, why: str) -> Routed:
        """The statement after all, because what it was sent to could not be asked."""
        kind: Kind = "base" if route.kind == "rewritten" else "unproved"
        views = tuple(table.name for table in views_read(route.written, self.views.facts))
        return Routed(route.written, route.written, kind, views=views, refused=Refusal(Check.SCOPE, "not_run", why))

    def _on_base(self, sql: str, needed_until: datetime | None) -> Routed:
        found = self.views.rewrite(sql, needed_until)
        if not isinstance(found, Rewrite):
            return Routed(sql, sql, "base", refused=found)
        if not any(self._pays(block.view, block.tables) for block in found.blocks):
            why = Refusal(
                Check.TABLES, "saves_nothing", "a view with every row saves no join", str(found.blocks[0].view)
            )
            return Routed(sql, sql, "base", refused=why)
        views = tuple(dict.fromkeys(block.view for block in found.blocks))
        return Routed(found.sql, sql, "rewritten", found.proof, views, _because(found.blocks), base_sql=sql)

    def _pays(self, view: TableName, tables: int) -> bool:
        """Groups are fewer than rows; rows that are there joined save the joins."""
        found = next(v for v in self.views.usable if v.name == view)
        return found.block.aggregated or tables > 1

    def _on_views(self, sql: str, read: tuple[CatalogTable, ...], needed_until: datetime | None) -> Routed:
        names = tuple(table.name for table in read)
        proof = self.views.prove(sql)
        why = proof if isinstance(proof, Refusal) else self._undeclared(proof, read)
        bad = next((r for r in (self._standing(table, needed_until) for table in read) if r is not None), None)
        over_base = proof.base_sql if isinstance(proof, Proof) and proof.base_sql else self._inlined(sql)
        if why is None and bad is None:
            assert isinstance(proof, Proof)
            tests = self._tests(proof, read)
            told = proof.proof + (f"; compared with its tables by the test {', '.join(tests)}" if tests else "")
            return Routed(sql, sql, _kind(proof), told, names, _because(proof.blocks), tests, base_sql=over_base)
        barred, refused = bad is not None and bad.code != "stale", bad or why
        if over_base:
            return Routed(over_base, sql, "expanded", refused=refused, base_sql=over_base, barred=barred)
        return Routed(sql, sql, "unproved", views=names, refused=refused, barred=barred)

    def _inlined(self, sql: str) -> str:
        try:
            return inlined(sql, self.definitions, self.views.facts)
        except Refused:
            return ""

    def _standing(self, table: CatalogTable, needed_until: datetime | None) -> Refusal | None:
        standing = self.standings.get(table.name)
        if standing is None:
            return None  # nothing is known of it: the proof is silent too
        usable = next((v for v in self.views.usable if v.name == table.name), None)
        try:
            if usable is None:
                scopes.check_standing(table.name, standing, needed_until)
            else:
                scopes.check(usable, self.views.facts, standing, needed_until)
        except Refused as refused:
            found = refused.refusal
            return Refusal(found.check, found.code, found.detail, str(table.name))
        return None

    def _undeclared(self, proof: Proof, read: tuple[CatalogTable, ...]) -> Refusal | None:
        """A declaration counts only where a test compares the view with its tables."""
        declared = {block.view for block in proof.blocks if block.kind == "declared"}
        for table in read:
            if table.name in declared and not self._reconciled(table):
                return Refusal(
                    Check.SHAPE, "not_reconciled", "its SQL is not understood, and no test compares it with its tables",
                    str(table.name),
                )  # fmt: skip
        return None

    def _reconciled(self, table: CatalogTable) -> tuple[str, ...]:
        found = self.artifacts.views.get(table.unique_id)
        return found.reconciled if found is not None else ()

    def _tests(self, proof: Proof, read: tuple[CatalogTable, ...]) -> tuple[str, ...]:
        declared = {block.view for block in proof.blocks if block.kind == "declared"}
        return tuple(t for table in read if table.name in declared for t in self._reconciled(table)[:1])


def _kind(proof: Proof) -> Kind:
    return "declared" if any(block.kind == "declared" for block in proof.blocks) else "proved"


def _because(blocks: Iterable[Rewritten | ProvedBlock]) -> tuple[tuple[str, tuple[How, ...]], ...]:
    return tuple((str(block.view), block.how) for block in blocks)


def attrs(route: Routed) -> dict[str, Any]:
    """For a receipt."""
    refused = route.refused
    return {
        "kind": route.kind,
        "proof": route.proof,
        "because": [[view, list(how)] for view, how in route.because],
        "tests": list(route.tests),
        "views": [str(name) for name in route.views],
        "refused": None
        if refused is None
        else {"check": refused.check.value, "code": refused.code, "detail": refused.detail, "view": refused.view},
        "written": route.written if route.moved else "",
        "base_sql": route.base_sql if route.kind in ("rewritten", "proved", "declared") else "",
    }
