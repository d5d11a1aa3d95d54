"""Keys that nobody declared, as names suggest them: `orders.customer_id` leads to `customers`.

Most projects test few of their keys. A column leads to the table whose own key is called the same, or whose rows are
called as the column is: `customer_id`, `home_team_id` -> `teams.id`, `airline` -> `airlines.uid`. Where several tables
fit as well, none is taken. What is found here is a guess, until the data bear it out (`confirmed_keys`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from backends.vectors.english import stem
from backends.warehouse.base import ColumnInfo, TableName
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.names import without_layer, words
from catalog_sync.types import is_text, is_whole_number

PROVENANCE = "names"
_ENDS = frozenset(("id", "key", "code", "sk", "pk", "uid", "uuid"))
_OWN = ("id", "key", "uid", "sk")
_OF_WORKS = frozenset(("stg", "raw", "src", "base", "int"))
_SEVERAL = 3  # one of them may be the table that asks
Place = tuple[str | None, str | None]  # database and schema


@dataclass(frozen=True, slots=True)
class Owner:
    """A table with the column that tells its rows apart. `noun`: what a row is called; `plain`: not of the works."""

    table: TableName
    column: str
    kind: str
    noun: str
    plain: bool


_Cells = Mapping[tuple[str, str, Place | None], Sequence[Owner]]


class _Called:
    """Owners by a wording. Of a wording that many share, as many as it takes to see that they are several are kept
    apart by what a row is called ("" for any), kind and schema (None for any): thousands may share one."""

    def __init__(self) -> None:
        self._owners: dict[str, list[Owner]] = defaultdict(list)
        self._cells: dict[str, _Cells] = {}

    def add(self, wording: str, owner: Owner) -> None:
        self._owners[wording].append(owner)
        self._cells.pop(wording, None)

    def of(self, wording: str) -> _Cells:
        if wording not in self._owners:
            return {}
        if wording not in self._cells:
            self._cells[wording] = _cells(self._owners[wording])
        return self._cells[wording]


def _cells(owners: Iterable[Owner]) -> _Cells:
    cells: dict[tuple[str, str, Place | None], list[Owner]] = defaultdict(list)
    for owner in owners:
        for noun, place in product((owner.noun, ""), (_place(owner.table), None)):
            cell = cells[noun, owner.kind, place]
            if len(cell) < _SEVERAL or (owner.plain and sum(o.plain for o in cell) < _SEVERAL):
                cell.append(owner)
    return cells


class Owners:
    """Of all tables of a sync, by the words of their keys and by what their rows are called."""

    def __init__(self) -> None:
        self._by_key, self._by_noun = _Called(), _Called()

    def add(self, name: TableName, table: CatalogTable, columns: Sequence[ColumnInfo]) -> None:
        """`table` as the source has it, `name` and `columns` as the warehouse spells them."""
        key = own_key(table, columns)
        kind = next((kind_of(c.type) for c in columns if c.name == key), "")
        if table.view is None and key and kind:
            plain = words(name.name).split()[0] not in _OF_WORKS
            owner = Owner(name, key, kind, noun_of(name), plain)
            self._by_noun.add(owner.noun, owner)
            if len(words(key).split()) > 1:
                self._by_key.add(words(key), owner)

    def keys(
        self, table: TableName, columns: Iterable[ColumnInfo | CatalogColumn], own: str, said: Collection[str] = ()
    ) -> Iterator[ForeignKey]:
        """Of a table that is called so and has this `own` key. `said` are columns of which something else is declared;
        all as the warehouse spells them."""
        noun = noun_of(table)
        for column in columns:
            kind = kind_of(column.type)
            if not kind or column.name in said:
                continue
            found = self._owner(table, column.name, kind)
            if found is not None and (column.name != own or found.noun == _base(column.name) != noun):
                yield ForeignKey((column.name,), found.table, (found.column,), provenance=PROVENANCE)

    def _owner(self, table: TableName, column: str, kind: str) -> Owner | None:
        spelled, base = words(column), _base(column)
        fitting = [(self._by_key, spelled, base), (self._by_key, spelled, ""), (self._by_noun, base, "")]
        if " " in base and _has_end(spelled):
            fitting.append((self._by_noun, base.split()[-1], ""))
        for called, wording, noun in fitting:
            cells = called.of(wording)
            at = ((noun, kind, _place(table)), (noun, kind, None))
            others = ([o for o in cells.get(cell, ()) if o.table != table] for cell in at)
            near = next((found for found in others if found), [])
            for closer in (near, [o for o in near if o.plain]):
                if len(closer) == 1:
                    return closer[0]
            if near:
                return None
        return None


def own_key(table: CatalogTable, columns: Iterable[ColumnInfo | CatalogColumn]) -> str:
    """The one column of its key; where nothing says so, the one that is called as keys are. "" for none."""
    if table.primary_key:
        return table.primary_key[0] if len(table.primary_key) == 1 else ""
    return called_as_own(table.name, columns)


def called_as_own(table: TableName, columns: Iterable[ColumnInfo | CatalogColumn]) -> str:
    names = {_stems(words(c.name)): c.name for c in columns}
    called = (*(f"{noun_of(table)} {end}" for end in _OWN), *_OWN)
    return next((names[name] for name in called if name in names), "")


def guessed(table: CatalogTable, owners: Owners) -> CatalogTable:
    """With its own key and those to others, where nothing says what they are."""
    if table.view is not None:
        return table
    own = own_key(table, table.columns)
    said = {column for key in table.foreign_keys for column in key.columns}
    found = tuple(owners.keys(table.name, table.columns, own, said))
    if own and not table.primary_key:
        provenance = {**table.provenance, "primary_key": PROVENANCE}
        table = replace(table, primary_key=(own,), provenance=provenance)
    return replace(table, foreign_keys=(*table.foreign_keys, *found)) if found else table


@lru_cache(maxsize=1 << 10)
def kind_of(type_name: str) -> str:
    """What may be compared: whole numbers, or texts; "" for what makes no key."""
    return "number" if is_whole_number(type_name) else "text" if is_text(type_name) else ""


def noun_of(table: TableName) -> str:
    """What a row is called: the words of the name, by their stems."""
    return _stems(without_layer(table.name))


@lru_cache(maxsize=1 << 16)  # tables share the names of their columns
def _base(column: str) -> str:
    """ "customer" of customer_id."""
    spelled = words(column)
    return _stems(spelled.rpartition(" ")[0] if _has_end(spelled) else spelled)


def _has_end(spelled: str) -> bool:
    start, _, end = spelled.rpartition(" ")
    return bool(start) and end in _ENDS


@lru_cache(maxsize=1 << 16)
def _stems(spelled: str) -> str:
    return " ".join(map(stem, spelled.split()))


def _place(table: TableName) -> Place:
    return table.database, table.schema
