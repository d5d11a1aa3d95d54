"""Which table of one catalogue is which of another: by database, schema and name, never by a guess.

The exact name wins; else one that differs only in case, or in a database that one of the two does not know, if there
is only one such, and no other table has that name exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from backends.warehouse.base import TableName


@dataclass(frozen=True)
class Matches:
    """`pairs` is wanted name -> name there; `ambiguous` those with several candidates, which are not paired."""

    pairs: Mapping[TableName, TableName]
    ambiguous: Mapping[TableName, tuple[TableName, ...]]


def match(wanted: Iterable[TableName], there: Collection[TableName]) -> Matches:
    wanted, exact = list(wanted), set(there)
    folded: dict[tuple[str, str], list[TableName]] = defaultdict(list)
    for name in sorted(exact - set(wanted), key=str):
        folded[_fold(name)].append(name)
    pairs, ambiguous = {}, {}
    for name in wanted:
        fits = [other for other in folded.get(_fold(name), ()) if _same_database(other, name)]
        if name in exact:
            pairs[name] = name
        elif len(fits) == 1:
            pairs[name] = fits[0]
        elif fits:
            ambiguous[name] = tuple(fits)
    return Matches(pairs, ambiguous)


def _fold(name: TableName) -> tuple[str, str]:
    return (name.schema or "").casefold(), name.name.casefold()


def _same_database(one: TableName, other: TableName) -> bool:
    return not one.database or not other.database or one.database.casefold() == other.database.casefold()
