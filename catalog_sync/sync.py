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
from backends.warehouse.base import TableName, Warehouse
from catalog_sync import incremental, revoke
from catalog_sync import policy as policies
from catalog_sync.errors import CatalogUnreadable, SyncRunning
from catalog_sync.files import sweep
from catalog_sync.guard import Guard
from catalog_sync.index import stamp_of
from catalog_sync.inputs import Inputs, Made
from catalog_sync.model import Catalog
from catalog_sync.policy import Decision, Policy
from catalog_sync.prepare import Prepared, prepare
from catalog_sync.records import key_of
from catalog_sync.shelf import Shelf
from catalog_sync.sightings import Sightings
from catalog_sync.source import CatalogSource
from catalog_sync.store import CATALOG, Store, is_there
from catalog_sync.table_plan import TablePlan
from catalog_sync.values import Reading, Rules

Progress = Callable[[str, int, int], None]


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
    with _alone(state_dir), _store(state_dir, options.dry_run) as store:
        progress("reading", 0, 1)
        read, inputs = _shelved(source)
        known = Sightings(store)
        decided = policies.decide(policy, read)
        if not options.dry_run:
            _revoke(read, inputs, decided, index, known, store)
        reading = Reading.start(options.rules, known, now or datetime.now(timezone.utc))
        guard = None if options.force else options.guard
        ready = prepare(read, inputs, store, decided, warehouse, reading, guard, progress)
        wanted = stamp_of(embedder)
        todo = incremental.plan_tables(ready.catalog, index, wanted, rebuild=options.rebuild, known=ready.outline)
        if not options.dry_run:
            with store.change():
                known.save({str(name) for name in ready.clean})
                revoke.narrow(store, ready.catalog, dict(ready.rows))
            incremental.withdraw(todo, index)
            incremental.publish(todo, index, embedder, progress)
            with store.change():
                ready.save()
        return _report(ready, todo, reading, options, started)


@contextmanager
def preview(
    source: CatalogSource, warehouse: Warehouse, policy: Policy, state_dir: Path, *, options: Options = Options()
) -> Iterator[tuple[Catalog | None, Prepared]]:
    """What is saved, and what the next sync would save, as far as it can be told without asking for new values. Both
    can be read within the context."""
    with _store(state_dir, dry_run=True) as store:
        rules = replace(options.rules, seconds=0)
        reading = Reading.start(rules, Sightings(store), datetime.now(timezone.utc))
        read, inputs = _shelved(source)
        decided = policies.decide(policy, read)
        yield store.saved(), prepare(read, inputs, store, decided, warehouse, reading, None, lambda *_: None)


def _shelved(source: CatalogSource) -> tuple[Catalog, Inputs]:
    read = source.read()
    shelf = read.tables if isinstance(read.tables, Shelf) else Shelf.of(read.tables)
    return read.with_tables(shelf), Inputs(shelf)


def _store(state_dir: Path, dry_run: bool) -> Store:
    """What can't be read is made again, but not by a dry run, which only passes over it."""
    path = state_dir / CATALOG
    try:
        return Store(path if is_there(path) or not dry_run else None)
    except CatalogUnreadable:
        if dry_run:
            return Store()
        path.unlink()
        return Store(path)


def _revoke(
    read: Catalog, inputs: Inputs, decided: policies.Decided, index: VectorIndex, known: Sightings, store: Store
) -> None:
    """In the source's own spelling, before the warehouse is asked for its own."""
    saved = store.saved()
    if saved is None:
        return
    read = revoke.typed(read, saved)
    cleared = policies.clear(read, {decision.table for decision in decided[0] if decision.kept})

    def unchanged(name: TableName, source: TableName) -> bool:
        made = store.made(key_of(name))
        return bool(made) and Made.of(made).said == inputs.said(source)

    revoke.withdraw(revoke.revoked(saved, read, cleared, unchanged), index, known, store)


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
        sweep(state_dir)
        yield


def _report(ready: Prepared, todo: TablePlan, reading: Reading, options: Options, started: float) -> SyncReport:
    catalog, notes = ready.catalog, ready.notes
    if reading.deferred:
        notes = (*notes, f"the time for values ran out: {reading.deferred} columns wait for the next sync")
    return SyncReport(
        project=catalog.project,
        tables=len(ready.rows),
        columns=ready.columns,
        values=ready.values,
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
