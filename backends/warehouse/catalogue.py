"""Which tables a query may name: those of a `Scope`, or, without one, those that the engine has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.base import Scope, TableName, TableScope

_CASE_SENSITIVE = frozenset({"postgres"})
_NEAREST = 8


@dataclass(frozen=True)
class Folding:
    """How a dialect compares names: PostgreSQL by the folded spelling, the others without regard to case."""

    dialect: str

    def written(self, identifier: exp.Identifier) -> str:
        """A name as a query writes it."""
        if identifier.args.get("quoted") and self.dialect in _CASE_SENSITIVE:
            return identifier.name
        return _lower(identifier.name)

    def spelling(self, identifier: exp.Identifier) -> str:
        """The name as it comes out of a query."""
        return self.written(identifier) if self.dialect in _CASE_SENSITIVE else identifier.name

    def fits(self, written: exp.Table | exp.Column, table: TableName) -> bool:
        """Whether the schema and the database that a query writes, if it does, are the table's."""
        stored = {"db": table.schema or "main", "catalog": table.database}
        parts = {key: written.args.get(key) for key in stored}
        return all(
            part is None or (own is not None and self.written(part) == self.stored(own))
            for part, own in zip(parts.values(), stored.values(), strict=True)
        )

    def stored(self, name: str) -> str:
        """A name as the engine itself spells it."""
        return name if self.dialect in _CASE_SENSITIVE else _lower(name)


def _lower(name: str) -> str:
    """ASCII only, as the engines do; `str.lower` would make one name of two."""
    return "".join(chr(ord(sign) + 32) if "A" <= sign <= "Z" else sign for sign in name)


@dataclass(frozen=True)
class Entry:
    """`policy` is None where columns are not known."""

    name: TableName
    policy: Scope | None = None

    @property
    def scope(self) -> TableScope | None:
        """Read when it is asked for. Raises QueryRefused where the table has left the catalogue since."""
        if self.policy is None:
            return None
        found = self.policy.table(self.name)
        if found is None:
            raise QueryRefused("unknown_table", f"there is no table {self.name} to ask any more", hint="ask again")
        return found


class Catalogue:
    """`strict`: columns are known too, and what is not known is refused."""

    def __init__(self, scope: Scope, dialect: str, *, strict: bool, default_schema: str | None = None) -> None:
        self.folding = Folding(dialect)
        self.strict = strict
        self._scope = scope
        self._default_schema = default_schema

    @classmethod
    def of_scope(cls, scope: Scope, dialect: str, default_schema: str | None = None) -> Catalogue:
        return cls(scope, dialect, strict=True, default_schema=default_schema)

    @classmethod
    def of_tables(cls, tables: Iterable[TableName], dialect: str, default_schema: str | None = None) -> Catalogue:
        scope = Scope(tuple(TableScope(name, {}) for name in tables))
        return cls(scope, dialect, strict=False, default_schema=default_schema)

    def find(self, table: exp.Table) -> Entry:
        """Raises QueryRefused where the name fits no table, or more than one."""
        written = self.folding.written(table.this)
        found = [
            Entry(name, self._scope if self.strict else None)
            for name in self._scope.called(table.this.name)
            if self.folding.stored(name.name) == written and self.folding.fits(table, name)
        ]
        if len(found) > 1:
            found = [entry for entry in found if entry.name.schema == self._default_schema] or found
        if not found:
            raise QueryRefused("unknown_table", f"there is no table {_spelled(table)} to ask", hint=self._hint())
        if len(found) > 1:
            raise QueryRefused(
                "ambiguous",
                f"{_spelled(table)} could be {' or '.join(str(entry.name) for entry in found)}",
                hint="write the schema before the table's name",
            )
        return found[0]

    def _hint(self) -> str:
        names, count = self._scope.first(_NEAREST), len(self._scope)
        if not names:
            return "no table is in scope: build the project and sync the catalogue"
        shown = ", ".join(names)
        return f"tables: {shown} and {count - _NEAREST} more" if count > _NEAREST else f"tables: {shown}"


def _spelled(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


def write_name(table: exp.Table, name: TableName) -> None:
    """Makes the tree name exactly the table that was checked."""
    for key, part in (("this", name.name), ("db", name.schema), ("catalog", name.database)):
        table.set(key, exp.to_identifier(part, quoted=True) if part is not None else None)
