"""Keys that nobody declared, as names suggest them: `orders.customer_id` leads to `customers`.

Most projects test few of their keys. A column leads to the table whose own key is called the same, or whose rows are
called as the column is: `customer_id`, `home_team_id` -> `teams.id`, `airline` -> `airlines.uid`. Where several tables
fit as well, none is taken. What is found here is a guess, until the data bear it out (`confirmed_keys`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from backends.vectors.english import stem
from backends.warehouse.base import ColumnInfo, TableName
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.names import words
from catalog_sync.types import is_text, is_whole_number

PROVENANCE = "names"
_ENDS = frozenset(("id", "key", "code", "sk", "pk", "uid", "uuid"))
_OWN = ("id", "key", "uid", "sk")
_PREFIXES = frozenset(("dim", "fct", "fact", "stg", "ref", "tbl", "raw", "src", "base", "int"))
_OF_WORKS = frozenset(("stg", "raw", "src", "base", "int"))


@dataclass(frozen=True, slots=True)
class Owner:
    """A table with the column that tells its rows apart. `noun`: what a row is called; `plain`: not of the works."""

    table: TableName
    column: str
    kind: str
    noun: str
    plain: bool


class Owners:
    """Of all tables of a sync, by the words of their keys and by what their rows are called."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Owner]] = defaultdict(list)
        self._by_noun: dict[str, list[Owner]] = defaultdict(list)

    def add(self, name: TableName, table: CatalogTable, columns: Sequence[ColumnInfo]) -> None:
        """`table` as the source has it, `name` and `columns` as the warehouse spells them."""
        key = own_key(table, columns)
        kind = next((kind_of(c.type) for c in columns if c.name == key), "")
        if table.view is None and key and kind:
            plain = words(name.name).split()[0] not in _OF_WORKS
            owner = Owner(name, key, kind, noun_of(name), plain)
            self._by_noun[owner.noun].append(owner)
            if len(words(key).split()) > 1:
                self._by_key[words(key)].append(owner)

    def keys(self, table: CatalogTable) -> tuple[ForeignKey, ...]:
        """Those of the table that nothing declared. `table` as the warehouse has it."""
        said = {column for key in table.foreign_keys for column in key.columns}
        return tuple(self._keys(table, said))

    def _keys(self, table: CatalogTable, said: Iterable[str]) -> Iterator[ForeignKey]:
        own, noun = own_key(table, table.columns), noun_of(table.name)
        for column in table.columns:
            kind = kind_of(column.type)
            if not kind or column.name in said:
                continue
            found = self._owner(table.name, column.name, kind)
            if found is not None and (column.name != own or found.noun == _base(column.name) != noun):
                yield ForeignKey((column.name,), found.table, (found.column,), provenance=PROVENANCE)

    def _owner(self, table: TableName, column: str, kind: str) -> Owner | None:
        spelled, base = words(column), _base(column)
        fitting = [
            [o for o in self._by_key.get(spelled, ()) if o.noun == base],
            self._by_key.get(spelled, []),
            self._by_noun.get(base, []),
            self._by_noun.get(base.split()[-1], []) if " " in base and _has_end(spelled) else [],
        ]
        for owners in fitting:
            owners = [o for o in owners if o.table != table and o.kind == kind]
            for closer in (_near(owners, table), [o for o in _near(owners, table) if o.plain]):
                if len(closer) == 1:
                    return closer[0]
            if owners:
                return None
        return None


def own_key(table: CatalogTable, columns: Iterable[ColumnInfo | CatalogColumn]) -> str:
    """The one column of its key; where nothing says so, the one that is called as keys are. "" for none."""
    if table.primary_key:
        return table.primary_key[0] if len(table.primary_key) == 1 else ""
    names = {_stems(words(c.name)): c.name for c in columns}
    called = (*(f"{noun_of(table.name)} {end}" for end in _OWN), *_OWN)
    return next((names[name] for name in called if name in names), "")


def guessed(table: CatalogTable, owners: Owners) -> CatalogTable:
    """With its own key and those to others, where nothing says what they are."""
    if table.view is not None:
        return table
    found, own = owners.keys(table), own_key(table, table.columns)
    if own and not table.primary_key:
        provenance = {**table.provenance, "primary_key": PROVENANCE}
        table = replace(table, primary_key=(own,), provenance=provenance)
    return replace(table, foreign_keys=(*table.foreign_keys, *found)) if found else table


def kind_of(type_name: str) -> str:
    """What may be compared: whole numbers, or texts; "" for what makes no key."""
    return "number" if is_whole_number(type_name) else "text" if is_text(type_name) else ""


def noun_of(table: TableName) -> str:
    """What a row is called: the words of the name, by their stems."""
    parts = words(table.name).split()
    while len(parts) > 1 and parts[0] in _PREFIXES:
        parts = parts[1:]
    return _stems(" ".join(parts))


def _base(column: str) -> str:
    """ "customer" of customer_id."""
    spelled = words(column)
    return _stems(spelled.rpartition(" ")[0] if _has_end(spelled) else spelled)


def _has_end(spelled: str) -> bool:
    start, _, end = spelled.rpartition(" ")
    return bool(start) and end in _ENDS


def _stems(spelled: str) -> str:
    return " ".join(map(stem, spelled.split()))


def _near(owners: Sequence[Owner], table: TableName) -> list[Owner]:
    """Those of the same schema, where there are such."""
    same = [o for o in owners if (o.table.database, o.table.schema) == (table.database, table.schema)]
    return same or list(owners)
