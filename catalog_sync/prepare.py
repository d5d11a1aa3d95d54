"""What a sync would save: the source's tables as the policy, the warehouse and its values leave them.

Nothing is written but scratch. Records whose inputs are as they were are taken from the saved catalogue.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backends.warehouse.base import TableName, Warehouse
from catalog_sync import guard as guards
from catalog_sync import policy as policies
from catalog_sync import sightings
from catalog_sync.built import Built, as_built
from catalog_sync.confirmed_keys import with_confirmed
from catalog_sync.described import of_tables, with_described
from catalog_sync.documents import count_of, digest
from catalog_sync.expansion import dictionary, with_expansions
from catalog_sync.guard import Guard
from catalog_sync.inherit import with_inherited
from catalog_sync.inputs import ALWAYS, NEVER, Inputs, Made
from catalog_sync.lazy import Part
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.policy import Decision
from catalog_sync.profile import moments, with_ranges
from catalog_sync.records import key_of, text_of
from catalog_sync.scope import scope
from catalog_sync.scratch import Drawer
from catalog_sync.shelf import Shelf
from catalog_sync.spoken import with_spoken
from catalog_sync.store import Store
from catalog_sync.table_plan import Outline
from catalog_sync.values import Progress, Reading, with_values

_WORDS = "words"


@dataclass(frozen=True)
class Prepared:
    """A catalogue that could be saved, why the rest is left out, and what its owners should know. `rows` are key and
    hash of each record, `clean` the tables that stay as they are saved; `columns` and `values` count."""

    catalog: Catalog
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    clean: frozenset[TableName]
    columns: int
    values: int
    _new: Shelf
    _made: Drawer
    _words: str
    _store: Store = field(repr=False)

    def outline(self, name: TableName) -> Outline | None:
        """Of the table's documents."""
        key = key_of(name)
        text = self._store.made(key) if name in self.clean else self._made.get(key)
        if not text:
            return None
        made = Made.of(text)
        return Outline(made.digest, {"table": 1, "column": made.columns, "value": made.listed})

    def save(self) -> None:
        """Within a change of the store."""
        self._store.put_rows(self.catalog, self.rows, self._new.record)
        for key, made in self._made.items():
            self._store.put_made(key, made)
        self._store.put_head(_WORDS, self._words)


def prepare(
    read: Catalog,
    inputs: Inputs,
    store: Store,
    decided: policies.Decided,
    warehouse: Warehouse,
    reading: Reading,
    guard: Guard | None,
    progress: Progress,
) -> Prepared:
    """`read` is on a shelf; `inputs` and what was `decided` are of it. Raises NothingToSync and TooManyGone where there
    is a guard."""
    built = as_built(read, {d.table for d in decided[0] if d.kept}, warehouse)
    decisions = _with_missing(decided[0], built)
    inputs.build(built.spelled, built.kept, built.columns)
    inherited = with_inherited(built.catalog, built.kept)
    words, learned = _learn(store, inputs, inherited)
    expanded = with_expansions(inherited, built.kept, learned.dictionary)
    cleared = policies.clear(with_spoken(expanded, built.kept), built.kept)
    catalog = with_described(cleared, learned.told)
    if guard is not None:
        guards.check(guard, store.saved(), read, catalog, decisions)

    maker = _Maker(store, inputs, built, reading, learned, repr((read.project, read.dialect)))
    clean = frozenset(name for name in catalog.names() if maker.is_clean(name))
    anew = _read_anew(catalog, clean, warehouse, reading, progress)
    new = Shelf.of(maker.made(anew))

    def shelf(name: TableName) -> Shelf:
        return store.shelf if name in clean else new

    names = catalog.names()
    return Prepared(
        catalog.with_tables(Part(names, lambda name: shelf(name).named(name))),
        decisions,
        (*read.notes, *decided[1], *built.notes, *reading.notes, *policies.hidden_unasked(anew)),
        tuple((key, shelf(name).hash_of(key)) for key, name in zip(map(key_of, names), names, strict=True)),
        clean,
        maker.tally["columns"],
        maker.tally["values"],
        new,
        maker.drawer,
        words,
        store,
    )


def _with_missing(decisions: tuple[Decision, ...], built: Built) -> tuple[Decision, ...]:
    missing = {decision.table: decision for decision in built.missing}
    return tuple(missing.get(decision.table, decision) for decision in decisions)


def _read_anew(
    catalog: Catalog, clean: frozenset[TableName], warehouse: Warehouse, reading: Reading, progress: Progress
) -> Catalog:
    """The tables that are not clean, with what the warehouse says of their values, ranges and keys."""
    rest = catalog.with_tables(Part([name for name in catalog.names() if name not in clean], catalog.table))
    restricted = warehouse.restricted(scope(catalog))
    rest = with_values(rest, restricted, reading, progress)
    rest = with_ranges(rest, restricted, reading, progress)
    return with_confirmed(rest, restricted, reading, progress)


@dataclass(frozen=True)
class _Learned:
    """From all tables: what shortened names mean, and what descriptions call the rows of a table."""

    dictionary: Mapping[str, str]
    rows: Mapping[str, Sequence[str]]

    def told(self, name: TableName) -> tuple[str, ...]:
        return tuple(self.rows.get(key_of(name), ()))


def _learn(store: Store, inputs: Inputs, catalog: Catalog) -> tuple[str, _Learned]:
    """Learned again only where any table is another."""
    saved, whole = store.head(_WORDS), inputs.whole()
    if saved and json.loads(saved)[0] == whole:
        return saved, _Learned(*json.loads(saved)[1:])
    learned = _Learned(dictionary(catalog), {key_of(name): said for name, said in of_tables(catalog).items()})
    return text_of([whole, learned.dictionary, learned.rows]), learned


class _Maker:
    """Tells which records stay, and how the others are made."""

    def __init__(
        self, store: Store, inputs: Inputs, built: Built, reading: Reading, learned: _Learned, project: str
    ) -> None:
        self._store, self._inputs, self._reading, self._learned = store, inputs, reading, learned
        self._rest = project + repr(sorted(learned.dictionary.items()))
        self._source = {built.spelled.get(name, name): name for name in inputs.names()}
        self.drawer = Drawer()
        self.tally = Counter[str]()

    def is_clean(self, name: TableName) -> bool:
        text = self._store.made(key_of(name))
        if not text or self._reading.rules.refresh:
            return False
        made = Made.of(text)
        if made.inputs != self._inputs_of(name) or not self._is_fresh(made.read):
            return False
        self._reading.reused += made.readings
        self._count(made)
        return True

    def _inputs_of(self, name: TableName) -> str:
        return self._inputs.of(self._source[name], self._rest + repr(self._learned.told(name)))

    def _is_fresh(self, read: str) -> bool:
        return read == ALWAYS or (
            read != NEVER and sightings.age(read, self._reading.now) < self._reading.rules.max_age
        )

    def made(self, catalog: Catalog) -> Iterator[CatalogTable]:
        for table in catalog:
            made = self._made(table)
            self._count(made)
            self.drawer.put(key_of(table.name), made.told())
            yield table

    def _made(self, table: CatalogTable) -> Made:
        source, seen = self._source[table.name], self._reading.known.current(table.name)
        dates = {column.name for column in moments(table)} & seen.keys()
        oldest = min((sighting.at for sighting in seen.values()), default=ALWAYS)
        counts = count_of(table)
        return Made(
            said=self._inputs.said(source),
            inputs=self._inputs_of(table.name),
            read=NEVER if table.name in self._reading.late else oldest,
            digest=digest(table),
            columns=counts["column"],
            values=sum(len(column.values) for column in table.columns),
            listed=counts["value"],
            readings=len(seen) - len(dates) + bool(dates),
        )

    def _count(self, made: Made) -> None:
        self.tally.update(columns=made.columns, values=made.values)
