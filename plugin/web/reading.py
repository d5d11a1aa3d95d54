"""What requests read of the project: the catalogue as the last sync wrote it, and the door for one person's SQL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backends.warehouse.base import Rows, Warehouse
    from catalog_sync.model import Catalog
    from plugin.assemble import Workbench
    from plugin.web.accounts.viewer import Viewer


class Reading:
    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._lock = threading.Lock()
        self._catalog: tuple[int, Catalog] | None = None

    def catalog(self) -> Catalog:
        """Read again when a sync has replaced it. Raises IndexMissing."""
        from catalog_sync import store

        path = self.bench.project.state / store.CATALOG
        with self._lock:
            if not path.is_file():
                self.bench.read_catalog()  # takes over what an older version wrote
            stamp = path.stat().st_mtime_ns
            if self._catalog is None or self._catalog[0] != stamp:
                self._catalog = (stamp, self.bench.read_catalog())
            return self._catalog[1]

    def seen_by(self, viewer: Viewer) -> Catalog:
        return viewer.sees(self.catalog())

    def door(self, viewer: Viewer | None) -> Warehouse:
        """None is nobody: the whole catalogue, for what is compared and shown to no one."""
        from catalog_sync.scope import scope

        with self._lock:
            warehouse = self.bench.warehouse
        return warehouse.restricted(scope(self.catalog() if viewer is None else self.seen_by(viewer)))

    def allow(self, viewer: Viewer, sql: str) -> None:
        """Raises QueryRefused where this person may not run it."""
        from backends.warehouse.guard import check
        from catalog_sync.scope import scope

        catalog = self.seen_by(viewer)
        check(sql, catalog.dialect, scope(catalog))

    def run(self, viewer: Viewer, sql: str) -> Rows:
        """With this person's policy. Raises QueryRefused, QueryFailed, QueryTimeout."""
        return self.door(viewer).query(sql, self.bench.limits)

    def policy(self, viewer: Viewer) -> str:
        """Names what the person may see: no result is kept for another policy, or for a later one."""
        self.catalog()
        assert self._catalog is not None
        domains = None if viewer.domains is None else sorted(viewer.domains)
        return f"{self._catalog[0]}:{domains!r}"
