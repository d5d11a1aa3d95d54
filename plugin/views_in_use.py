"""Views as answers use them: the router over what is known of them now, and the guard that compares their answers."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_sync.model import Catalog
    from materialized_views.guard import Guard, Use, ViewCheck
    from materialized_views.registry import ViewRecord
    from materialized_views.routing import Routed, Router
    from plugin.assemble import Workbench
    from plugin.generator.ask import Ask

CACHE = "views/deployed.json"


class ViewsInUse:
    """Of one project. Where it has no question view nothing is read and nothing is made."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._known: tuple[object, Router | None, Catalog] | None = None  # the catalogue: its id stays its own

    @property
    def guard(self) -> Guard:
        from materialized_views.guard import Guard

        return Guard(self._bench.state)

    def router(self, catalog: Catalog) -> Router | None:
        """`catalog` is the whole one: who may not see a base table is stopped by the door. None where nothing can be
        proved."""
        if not catalog.directory.views():
            return None
        from catalog_sync.dbt_artifacts import target_dir
        from materialized_views.deployed import stamp

        records, mismatches = self._bench.views.all(), self.guard.mismatches()
        target = target_dir(self._bench.project.directory)
        key = (id(catalog), stamp(target), [_state(record) for record in records], mismatches)
        if self._known is None or self._known[0] != key:
            self._known = (key, self._router(catalog), catalog)
        return self._known[1]

    def _router(self, catalog: Catalog) -> Router | None:
        import logging

        from catalog_sync.dbt_artifacts import target_dir
        from materialized_views.blocks import Refused
        from materialized_views.deployed import cached
        from materialized_views.routing import Router

        project = self._bench.project
        artifacts = cached(target_dir(project.directory), project.make_state() / CACHE)
        try:
            return Router.of(catalog, artifacts, self._bench.views.all(), self.guard.mismatches())
        except Refused as refused:
            logging.getLogger(__name__).warning("no view is proved: %s", refused.message)
            return None

    def note(self, ask: Ask) -> list[ViewCheck]:
        """Writes down what of the answer is to be compared with base tables; `compare` does it."""
        candidate = ask.verdict.candidate if ask.verdict is not None else None
        if candidate is None or candidate.rows is None or candidate.proof is None or not candidate.proof.views:
            return []
        sampled = random.random() < self._bench.settings.views.verify_share
        uses = self._uses(candidate.proof)
        return self.guard.note(uses, self._bench.warehouse.dialect, sampled=sampled)

    def _uses(self, route: Routed) -> Iterable[Use]:
        from materialized_views.guard import Use

        router = self._known[1] if self._known is not None else None
        for view in route.views if router is not None else ():
            assert router is not None
            table, standing = router.views.facts.table(view), router.standings.get(view)
            made_by = router.made_by(table)
            if route.base_sql or made_by:
                definition = standing.definition if standing is not None else ""
                yield Use(view, definition, route.sql, route.base_sql, made_by, typed=route.kind == "rewritten")

    def compare(self, checks: Sequence[ViewCheck]) -> list[ViewCheck]:
        """Those after which a view is out of use. The warehouse is asked without the policy: no row is shown."""
        return self.guard.run(checks, self._bench.warehouse) if checks else []


def _state(record: ViewRecord) -> tuple[object, ...]:
    version = record.version or {}
    return record.name, record.state, record.definition_hash, record.built_hash, version.get("id"), bool(record.pending)
