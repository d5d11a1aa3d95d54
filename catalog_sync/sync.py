"""One sync: source -> policy -> warehouse -> values -> documents -> index and catalogue file.

What is written, and in which order, so that a crash at any moment leaves a catalogue and an index that fit:

1. nothing, until the source has been read as a whole;
2. the old catalogue, the values and the index without what the source says may not be seen any more (`revoke`);
3. nothing, until the warehouse has been asked and the guard has agreed to what would go;
4. the old catalogue without what is not there any more, then the index without it;
5. the index with what is new (a rebuild: in place of the old one, at once);
6. the new catalogue.

Between 2 and 6 the index may know tables that the catalogue does not: readers pass over them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from backends.embedder.base import Embedder
from backends.vectors.base import VectorIndex
from backends.warehouse.base import Warehouse
from catalog_sync import guard as guards
from catalog_sync import incremental, revoke, sightings, store
from catalog_sync import policy as policies
from catalog_sync.built import as_built
from catalog_sync.errors import CatalogMissing, CatalogUnreadable, SyncRunning
from catalog_sync.expansion import with_expansions
from catalog_sync.guard import Guard
from catalog_sync.incremental import TablePlan
from catalog_sync.index import stamp_of
from catalog_sync.inherit import with_inherited
from catalog_sync.model import Catalog
from catalog_sync.policy import Decision, Policy
from catalog_sync.profile import with_ranges
from catalog_sync.scope import scope
from catalog_sync.sightings import Sightings
from catalog_sync.source import CatalogSource
from catalog_sync.values import Reading, Rules, with_values

CATALOG = "catalog.json"
SIGHTINGS = "values.json"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Prepared:
    """A catalogue that could be saved, why the rest is left out, and what its owners should know."""

    catalog: Catalog
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Options:
    """`force` goes on whatever the guard says; `rebuild` makes the whole index again."""

    rules: Rules = field(default_factory=Rules)
    guard: Guard = field(default_factory=Guard)
    rebuild: bool = False
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class SyncReport:
    """What a sync did, or with `dry_run` would do. Documents: `added` to `removed`; `rebuilt` says why, if."""

    project: str
    tables: int
    columns: int
    values: int
    added: int
    changed: int
    unchanged: int
    removed: int
    embedded: int
    asked: int
    reused: int
    deferred: int
    seconds: float
    rebuilt: str = ""
    dropped: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()
    dry_run: bool = False

    def attrs(self) -> dict[str, Any]:
        """For JSON."""
        dropped = [{"table": str(d.table), "reason": d.reason, "detail": d.detail} for d in self.dropped]
        return {**asdict(self), "dropped": dropped}


def sync(
    source: CatalogSource,
    warehouse: Warehouse,
    embedder: Embedder,
    index: VectorIndex,
    policy: Policy,
    state_dir: Path,
    *,
    options: Options = Options(),
    progress: Progress = lambda *_: None,
    now: datetime | None = None,
) -> SyncReport:
    """`progress` gets (what, done, of how many). Raises CatalogError, WarehouseError, VectorError."""
    started = time.monotonic()
    with _alone(state_dir):
        progress("reading", 0, 1)
        read = source.read()
        known = sightings.load(state_dir / SIGHTINGS)
        saved = _saved(state_dir)
        if saved is not None and not options.dry_run:
            saved = _revoked(saved, read, policy, index, known, state_dir)
        reading = Reading.start(options.rules, known, now or datetime.now(timezone.utc))
        ready = _prepared(read, saved, policy, warehouse, reading, options, progress)
        wanted = stamp_of(embedder)
        todo = incremental.plan_tables(ready.catalog, index, wanted, rebuild=options.rebuild)
        if not options.dry_run:
            _withdraw(ready.catalog, saved, todo, index, reading, state_dir)
            incremental.publish(todo, index, embedder, progress)
            if ready.catalog != saved:
                store.save(ready.catalog, state_dir / CATALOG)
    return _report(ready, todo, reading, options, started)


def preview(
    source: CatalogSource, warehouse: Warehouse, policy: Policy, state_dir: Path, *, options: Options = Options()
) -> tuple[Catalog | None, Prepared]:
    """What is saved, and what the next sync would save, as far as it can be told without asking for new values."""
    known = sightings.load(state_dir / SIGHTINGS)
    rules = replace(options.rules, seconds=0)
    reading = Reading.start(rules, known, datetime.now(timezone.utc))
    saved = _saved(state_dir)
    read = source.read()
    return saved, _prepared(read, saved, policy, warehouse, reading, replace(options, force=True), lambda *_: None)


def _prepared(
    read: Catalog,
    saved: Catalog | None,
    policy: Policy,
    warehouse: Warehouse,
    reading: Reading,
    options: Options,
    progress: Progress,
) -> Prepared:
    catalog, decisions, notes = _cleared(read, policy, warehouse)
    if not options.force:
        guards.check(options.guard, saved, read, catalog, decisions)
    restricted = warehouse.restricted(scope(catalog))
    catalog = with_values(catalog, restricted, reading, progress)
    catalog = with_ranges(catalog, restricted, reading, progress)
    return Prepared(catalog, decisions, (*read.notes, *notes, *reading.notes))


def _saved(state_dir: Path) -> Catalog | None:
    try:
        return store.load(state_dir / CATALOG)
    except (CatalogMissing, CatalogUnreadable):
        return None


def _revoked(
    saved: Catalog, read: Catalog, policy: Policy, index: VectorIndex, known: Sightings, state_dir: Path
) -> Catalog:
    """In the source's own spelling, before the warehouse is asked for its own."""
    read = revoke.typed(read, saved)
    decisions, _ = policies.decide(policy, read)
    cleared = policies.clear(read, {decision.table for decision in decisions if decision.kept})
    what = revoke.revoked(saved, read, cleared)
    if what.before:
        revoke.withdraw(what, index, known, state_dir / CATALOG)
        known.save_known(state_dir / SIGHTINGS)
    return what.catalog


@contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    import portalocker

    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "sync.lock").open("a") as file:
        try:
            portalocker.lock(file, portalocker.LOCK_EX | portalocker.LOCK_NB)
        except portalocker.LockException as error:
            raise SyncRunning(
                f"another sync of {state_dir.parent} is running", hint="wait until it ends, then try again"
            ) from error
        store.sweep(state_dir)
        yield


def _cleared(
    read: Catalog, policy: Policy, warehouse: Warehouse
) -> tuple[Catalog, tuple[Decision, ...], tuple[str, ...]]:
    decisions, notes = policies.decide(policy, read)
    built = as_built(read, {d.table for d in decisions if d.kept}, warehouse)
    missing = {decision.table: decision for decision in built.missing}
    decisions = tuple(missing.get(decision.table, decision) for decision in decisions)
    catalog = with_expansions(with_inherited(built.catalog, built.kept), built.kept)
    return policies.clear(catalog, built.kept), decisions, (*notes, *built.notes)


def _withdraw(
    catalog: Catalog,
    saved: Catalog | None,
    todo: TablePlan,
    index: VectorIndex,
    reading: Reading,
    state_dir: Path,
) -> None:
    reading.known.save(state_dir / SIGHTINGS)
    if saved is not None and saved != catalog:
        allowed = policies.narrowed(saved, catalog)
        if allowed != saved:
            store.save(allowed, state_dir / CATALOG)
    incremental.withdraw(todo, index)


def _report(ready: Prepared, todo: TablePlan, reading: Reading, options: Options, started: float) -> SyncReport:
    catalog, notes = ready.catalog, ready.notes
    columns = [column for table in catalog for column in table.columns]
    if reading.deferred:
        notes = (*notes, f"the time for values ran out: {reading.deferred} columns wait for the next sync")
    return SyncReport(
        project=catalog.project,
        tables=len(catalog.tables),
        columns=len(columns),
        values=sum(len(column.values) for column in columns),
        added=todo.added,
        changed=todo.changed,
        unchanged=todo.unchanged,
        removed=todo.removed,
        embedded=todo.size,
        asked=reading.asked,
        reused=reading.reused,
        deferred=reading.deferred,
        seconds=time.monotonic() - started,
        rebuilt=todo.rebuild,
        dropped=tuple(decision for decision in ready.decisions if not decision.kept),
        notes=notes,
        dry_run=options.dry_run,
    )
