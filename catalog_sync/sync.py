"""One sync: source -> policy -> warehouse -> values -> documents -> index and catalogue file.

What is written, and in which order, so that a crash at any moment leaves a catalogue and an index that fit:

1. nothing, until all has been read;
2. the old catalogue without what is not allowed any more;
3. the index without it;
4. the index with what is new (a rebuild: in place of the old one, at once);
5. the new catalogue.

Between 2 and 5 the index may know tables that the catalogue does not: readers pass over them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from backends.embedder.base import Embedder
from backends.vectors.base import VectorIndex
from backends.warehouse.base import Warehouse
from catalog_sync import index as indexing
from catalog_sync import policy as policies
from catalog_sync import sightings, store
from catalog_sync.built import as_built
from catalog_sync.documents import documents
from catalog_sync.errors import CatalogMissing, CatalogUnreadable, NothingToSync, SyncRunning
from catalog_sync.inherit import with_inherited
from catalog_sync.model import Catalog
from catalog_sync.policy import Decision, Policy
from catalog_sync.profile import with_ranges
from catalog_sync.scope import scope
from catalog_sync.source import CatalogSource
from catalog_sync.values import Reading, Rules, with_values

CATALOG = "catalog.json"
SIGHTINGS = "values.json"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """`force` goes on when nothing is left of the catalogue; `rebuild` makes the whole index again."""

    rules: Rules = field(default_factory=Rules)
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
        reading = Reading.start(options.rules, known, now or datetime.now(timezone.utc))
        catalog, decisions, notes = _cleared(read, policy, warehouse)
        _check_not_empty(read, catalog, decisions, options)
        restricted = warehouse.restricted(scope(catalog))
        catalog = with_values(catalog, restricted, reading, progress)
        catalog = with_ranges(catalog, restricted, reading, progress)
        wanted = indexing.stamp_of(embedder)
        todo = indexing.plan(documents(catalog), index, wanted, rebuild=options.rebuild)
        if not options.dry_run:
            _withdraw(catalog, todo, index, reading, state_dir)
            indexing.publish(todo, index, embedder, progress)
            store.save(catalog, state_dir / CATALOG)
    return _report(catalog, decisions, (*notes, *reading.notes), todo, reading, options, started)


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
    catalog = with_inherited(built.catalog, built.kept)
    return policies.clear(catalog, built.kept), decisions, (*notes, *built.notes)


def _check_not_empty(read: Catalog, catalog: Catalog, decisions: tuple[Decision, ...], options: Options) -> None:
    """An empty source or warehouse is an accident; a policy that lets nothing through is a decision."""
    if catalog.tables or options.force:
        return
    if not read.tables:
        raise NothingToSync(
            f"the catalogue source has no tables for {read.project or 'this project'}; nothing was changed",
            hint="run  dbt parse  in the right project; to empty the index on purpose:  dbt-ask sync --force",
        )
    missing = [str(decision.table) for decision in decisions if decision.reason == "not_built"]
    if missing:
        raise NothingToSync(
            f"none of the {len(missing)} tables is in the warehouse ({missing[0]}, ...); nothing was changed",
            hint="run  dbt build, or choose the target that has them;  dbt-ask sync --force  empties the index",
        )


def _withdraw(catalog: Catalog, todo: indexing.Plan, index: VectorIndex, reading: Reading, state_dir: Path) -> None:
    reading.known.save(state_dir / SIGHTINGS)
    try:
        old = store.load(state_dir / CATALOG)
    except (CatalogMissing, CatalogUnreadable):
        old = None
    if old is not None:
        allowed = policies.narrowed(old, catalog)
        if allowed != old:
            store.save(allowed, state_dir / CATALOG)
    indexing.withdraw(todo, index)


def _report(
    catalog: Catalog,
    decisions: tuple[Decision, ...],
    notes: tuple[str, ...],
    todo: indexing.Plan,
    reading: Reading,
    options: Options,
    started: float,
) -> SyncReport:
    columns = [column for table in catalog for column in table.columns]
    if reading.deferred:
        notes = (*notes, f"the time for values ran out: {reading.deferred} columns wait for the next sync")
    return SyncReport(
        project=catalog.project,
        tables=len(catalog.tables),
        columns=len(columns),
        values=sum(len(column.values) for column in columns),
        added=len(todo.added),
        changed=len(todo.changed),
        unchanged=len(todo.unchanged),
        removed=todo.removals,
        embedded=len(todo.to_embed),
        asked=reading.asked,
        reused=reading.reused,
        deferred=reading.deferred,
        seconds=time.monotonic() - started,
        rebuilt=todo.rebuild,
        dropped=tuple(decision for decision in decisions if not decision.kept),
        notes=notes,
        dry_run=options.dry_run,
    )
