"""What one column reference means, and whether it may be read."""

from __future__ import annotations

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.catalogue import Folding
from backends.warehouse.frames import Alias, Frame, Source

_STRUCT_DIALECTS = frozenset({"duckdb", "bigquery", "snowflake", "databricks", "spark"})


MAX_COPIED = 5_000  # syntax nodes; aliases of aliases can double with each


class ColumnPolicy:
    def __init__(self, folding: Folding) -> None:
        self._folding = folding
        self._copied = 0

    def check(self, column: exp.Column, frame: Frame) -> None:
        """Raises QueryRefused, or writes the qualifier that was meant."""
        if isinstance(column.this, exp.Star):
            raise QueryRefused("star", f"{column.sql()} can only stand in a SELECT list", hint="name the columns")
        if column.args.get("table"):
            self._qualified(column, frame)
        else:
            self._bare(column, frame)

    def _bare(self, column: exp.Column, frame: Frame) -> None:
        name = self._folding.written(column.this)
        if name in frame.outputs and _orders_by(column):
            return  # every engine orders by the output column
        alias = frame.aliases.get(name)
        for level in frame.chain():
            owners = level.owners(name)
            if name in level.merged and not any(name in owner.relation.hidden for owner in owners):
                return
            if owners:
                self._owned(column, name, owners, frame, shadowed=alias is not None)
                return
        if alias is not None:
            self._write_alias(column, alias)
            return
        self._unowned(column, name, frame)

    def _write_alias(self, column: exp.Column, alias: Alias) -> None:
        """An engine might prefer a column of the alias' name which the catalogue does not know."""
        if isinstance(column.parent, exp.Group) and column.arg_key == "expressions":
            column.replace(exp.Literal.number(alias.position))
            return
        self._copied += sum(1 for _ in alias.expression.walk())
        if self._copied > MAX_COPIED:
            raise QueryRefused("too_large", "the aliases of the query refer to each other too often")
        column.replace(exp.Paren(this=alias.expression.copy()))

    def _owned(self, column: exp.Column, name: str, owners: list[Source], frame: Frame, *, shadowed: bool) -> None:
        hidden = [owner for owner in owners if name in owner.relation.hidden]
        if hidden and (len(owners) > 1 or shadowed or not _reveals_nothing(column)):
            raise _pii(hidden[0], column)
        if len(owners) > 1:
            tables = " or ".join(owner.identifier.name for owner in owners)
            raise QueryRefused(
                "ambiguous", f"{column.name} could be a column of {tables}", hint="write the table before the column"
            )
        if not shadowed:
            _check_namesakes(owners[0], name, frame, column)
            _qualify(column, owners[0])

    def _unowned(self, column: exp.Column, name: str, frame: Frame) -> None:
        for level in frame.chain():
            row = level.source(name)
            if row is not None and row.relation.table is not None:
                raise QueryRefused(
                    "pii" if row.relation.hidden else "star",
                    f"{column.name} stands for a whole row of {row.relation.table}",
                    hint="name the columns",
                )
            if row is not None:
                return
            partial = [source for source in level.sources if source.relation.partial]
            if len(partial) == 1 and partial[0].name:
                _qualify(column, partial[0])
                return
            if partial and not any(source.relation.table for each in frame.chain() for source in each.sources):
                return
        raise QueryRefused(
            "unknown_column", f"there is no column {column.name} in the tables of the query", hint=_columns(frame)
        )

    def _qualified(self, column: exp.Column, frame: Frame) -> None:
        table, name = self._folding.written(column.args["table"]), self._folding.written(column.this)
        for level in frame.chain():
            source = level.source(table)
            if source is None and any(table in owner.relation.hidden for owner in level.owners(table)):
                raise _pii(level.owners(table)[0], column)
            if source is None or not self._same_table(column, source):
                continue
            if name in source.relation.hidden and not _reveals_nothing(column):
                raise _pii(source, column)
            if source.has(name) or source.relation.partial:
                _check_namesakes(source, name, frame, column)
                column.set("db", None)
                column.set("catalog", None)
                return
            raise QueryRefused(
                "unknown_column",
                f"{source.identifier.name} has no column {column.name}",
                hint=f"it has {', '.join(_visible(source))}",
            )
        if self._folding.dialect in _STRUCT_DIALECTS:
            self._struct(column, frame)
            return
        raise QueryRefused(
            "unknown_column", f"{column.sql()}: no table of the query is called {column.table}", hint=_columns(frame)
        )

    def _same_table(self, column: exp.Column, source: Source) -> bool:
        """Whether the schema and database written before the table fit; a struct's field is no schema."""
        if not (column.args.get("db") or column.args.get("catalog")):
            return True
        table = source.relation.table
        return table is not None and self._folding.fits(column, table)

    def _struct(self, column: exp.Column, frame: Frame) -> None:
        """`column.field` and `table.column.field` look like a table's column to the parser."""
        parts = [self._folding.written(part) for part in column.parts if isinstance(part, exp.Identifier)]
        for level in frame.chain():
            source = level.source(parts[0])
            root, owners = (parts[1], [source]) if source else (parts[0], level.owners(parts[0]))
            owners = [owner for owner in owners if owner and (owner.has(root) or owner.relation.partial)]
            for owner in owners:
                if root in owner.relation.hidden:
                    raise _pii(owner, column)
            if len(owners) == 1:
                return
        raise QueryRefused("unknown_column", f"there is no column {column.sql()}", hint=_columns(frame))


def _check_namesakes(source: Source, name: str, frame: Frame, column: exp.Column) -> None:
    """Engines differ on which of two tables of one name in nested queries is meant: neither may hide the column."""
    for level in frame.chain():
        other = level.source(source.name)
        if other is not None and other is not source and name in other.relation.hidden:
            raise _pii(other, column)


def _orders_by(column: exp.Column) -> bool:
    order = column.parent.parent if isinstance(column.parent, exp.Ordered) else None
    return isinstance(order, exp.Order) and isinstance(order.parent, exp.Select)


def _qualify(column: exp.Column, source: Source) -> None:
    if source.identifier.name:
        column.set("table", source.identifier.copy())


def _reveals_nothing(column: exp.Column) -> bool:
    """COUNT([DISTINCT] column) and column IS [NOT] NULL."""
    parent = column.parent
    if isinstance(parent, exp.Is):
        return column.arg_key == "this" and isinstance(parent.expression, exp.Null)
    if isinstance(parent, exp.Distinct) and len(parent.expressions) == 1 and not parent.args.get("on"):
        parent = parent.parent
    return isinstance(parent, exp.Anonymous) and parent.name.lower() == "count" and len(parent.expressions) == 1


def _pii(source: Source, column: exp.Column) -> QueryRefused:
    return QueryRefused(
        "pii",
        f"{column.name} of {source.relation.table or source.identifier.name} holds protected values",
        hint="it may only be counted or compared with NULL: COUNT(DISTINCT ...), IS NULL",
    )


def _visible(source: Source) -> list[str]:
    relation = source.relation
    return [relation.spelled.get(name, name) for name in relation.columns if name not in relation.hidden]


def _columns(frame: Frame) -> str:
    return "; ".join(f"{source.identifier.name}: {', '.join(_visible(source))}" for source in frame.sources)
