"""What a record was made from: where that is as it was, the record is too, and need not be made again.

A record follows from what the source says of the table and of all tables upstream of it, from what the warehouse
says of them, from which of the tables that it refers to are kept, and from readings of its values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from importlib.metadata import version

from backends.warehouse.base import TableName
from catalog_sync.records import key_of, name_of, text_of
from catalog_sync.shelf import Shelf

# Raise it whenever the same inputs make another record.
_PIPELINE = 20
NEVER, ALWAYS = "", "~"  # as times: sorted before and after all others


@dataclass(frozen=True)
class Made:
    """How a record was made, and what it holds. `said` is the hash of the source's part of the inputs. `read` is the
    time of the oldest reading: `NEVER` where one is missing or is to be renewed, `ALWAYS` where there is none to have.
    `digest` is that of its documents, `listed` how many of the `values` have one; `readings` were asked of it."""

    said: str
    inputs: str
    read: str
    digest: str
    columns: int
    values: int
    listed: int
    readings: int

    def told(self) -> str:
        return text_of(astuple(self))

    @classmethod
    def of(cls, text: str) -> Made:
        return cls(*json.loads(text))


class Inputs:
    """Of the tables of one reading of the source."""

    def __init__(self, read: Shelf) -> None:
        self._places = {name_of(key): place for place, (key, _) in enumerate(read.hashes())}
        self._said: list[bytes] = []
        self._upstream: list[tuple[int, ...]] = []
        self._keys: list[tuple[int, ...]] = []
        self._built: list[bytes] = []
        self._where: list[bytes] = []
        for _, found, record in read.rows():
            data = json.loads(record)
            self._said.append(bytes.fromhex(found))
            self._upstream.append(self._known(data.get("upstream", ())))
            self._keys.append(self._known(key["to_table"] for key in data.get("foreign_keys", ())))

    def _known(self, names: Iterable[list[str]]) -> tuple[int, ...]:
        found = (self._places.get(TableName(*name)) for name in names)
        return tuple(place for place in found if place is not None)

    def build(
        self,
        spelled: Mapping[TableName, TableName],
        present: Collection[TableName],
        columns: Callable[[TableName], str],
    ) -> None:
        """What the warehouse has: its names of the tables, those that are kept, their columns."""
        for name, place in self._places.items():
            now = spelled.get(name, name)
            where = f"{key_of(now)}{now in present}".encode()
            self._where.append(hashlib.sha256(where).digest()[:16])
            self._built.append(hashlib.sha256(self._said[place] + where + columns(name).encode()).digest()[:16])

    def said(self, name: TableName) -> str:
        return self._hash(name, self._said, made_by())

    def names(self) -> list[TableName]:
        return list(self._places)

    def whole(self) -> str:
        """After `build`: of all tables."""
        return hashlib.sha256(made_by() + b"".join(self._built)).hexdigest()[:32]

    def of(self, name: TableName, rest: str) -> str:
        """After `build`. `name` as the source spells it; `rest` is whatever else all records depend on."""
        whole = made_by() + rest.encode() + b"".join(self._where[key] for key in self._keys[self._places[name]])
        return self._hash(name, self._built, whole)

    def _hash(self, name: TableName, own: list[bytes], rest: bytes) -> str:
        first = self._places[name]
        seen, waiting = {first}, [first]
        while waiting:
            for place in self._upstream[waiting.pop()]:
                if place not in seen:
                    seen.add(place)
                    waiting.append(place)
        seen.discard(first)
        whole = hashlib.sha256(rest + own[first])
        for found in sorted(own[place] for place in seen):
            whole.update(found)
        return whole.hexdigest()[:32]


@cache
def made_by() -> bytes:
    """Which code makes the records."""
    return repr((_PIPELINE, version("dbt-ask"))).encode()
