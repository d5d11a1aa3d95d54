"""A view as it is recommended: one block over a rooted join tree, with dimensions and additive measures.

It knows its SQL and nothing of dbt; `emit` writes the model. Everything in it is text or a name, so that it can be
kept in the registry and compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlglot import exp

from backends.warehouse.base import TableName

Kind = Literal["rollup", "wide"]
Grain = Literal["", "hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True)
class Source:
    """One occurrence of a table; the first of a definition is the root, the fact."""

    alias: str
    table: TableName


@dataclass(frozen=True)
class Join:
    """`child` refers to `parent`: pairs of (child column, parent column). An inner join, always; `lossless` where a
    test says that every row finds its partner."""

    child: str
    parent: str
    pairs: tuple[tuple[str, str], ...]
    lossless: bool = True


@dataclass(frozen=True)
class Dimension:
    """`sql` is over the aliases. `column` (alias, name) is what it was made of, with `grain` its truncation."""

    name: str
    sql: str
    column: tuple[str, str] | None = None
    grain: Grain = ""
    type: str = ""


@dataclass(frozen=True)
class Measure:
    """`argument` "" is `*`. Counts and sums add up by sum, min and max by themselves; `distinct`, a number of different
    values, does not add up: it is for questions of exactly this grain."""

    name: str
    function: Literal["count", "sum", "min", "max", "distinct"]
    argument: str = ""
    type: str = ""

    @property
    def additive(self) -> bool:
        return self.function in ("count", "sum")

    @property
    def sql(self) -> str:
        if self.function == "distinct":
            return f"count(distinct {self.argument})"
        return f"{self.function}({self.argument or '*'})"

    @property
    def check(self) -> str:
        """What makes one number of all rows, to compare two versions of a view by."""
        return f"{self.function if self.function in ('min', 'max') else 'sum'}({self.name})"


@dataclass(frozen=True)
class ViewDefinition:
    name: str
    kind: Kind
    dialect: str
    sources: tuple[Source, ...]
    joins: tuple[Join, ...]
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...] = ()
    filters: tuple[str, ...] = ()
    questions: tuple[str, ...] = field(default=(), compare=False)

    @property
    def root(self) -> Source:
        return self.sources[0]

    @property
    def time(self) -> Dimension | None:
        """The dimension of time that questions ask by: the one of the root before others."""
        timed = [d for d in self.dimensions if d.grain]
        return next((d for d in timed if d.column and d.column[0] == self.root.alias), timed[0] if timed else None)

    @property
    def tables(self) -> tuple[TableName, ...]:
        return tuple(dict.fromkeys(source.table for source in self.sources))

    def sql(self, relation: Callable[[TableName], str] | None = None, *, pretty: bool = True) -> str:
        """`relation` writes a table; the default is its full quoted name."""
        write = relation or (lambda table: quoted(table, self.dialect))
        columns = [f"{d.sql} as {d.name}" for d in self.dimensions]
        columns += [f"{_aggregate(m)} as {m.name}" for m in self.measures]
        separator = ",\n    " if pretty else ", "
        lines = ["select" + ("\n    " if pretty else " ") + separator.join(columns), *self._source(write)]
        if self.kind == "rollup" and self.dimensions:
            lines.append("group by " + ", ".join(str(i + 1) for i in range(len(self.dimensions))))
        return ("\n" if pretty else " ").join(lines)

    def source_sql(self) -> str:
        """FROM, joins and WHERE alone."""
        return " ".join(self._source(lambda table: quoted(table, self.dialect)))

    def _source(self, write: Callable[[TableName], str]) -> list[str]:
        lines = [f"from {write(self.root.table)} as {self.root.alias}"]
        lines += [self._join(join, write) for join in self.joins]
        return [*lines, "where " + " and ".join(self.filters)] if self.filters else lines

    def _join(self, join: Join, write: Callable[[TableName], str]) -> str:
        known = {source.alias: source for source in self.sources}
        parent = known[join.parent]
        conditions = " and ".join(f"{join.child}.{ours} = {join.parent}.{theirs}" for ours, theirs in join.pairs)
        return f"inner join {write(parent.table)} as {parent.alias} on {conditions}"

    @property
    def hash(self) -> str:
        """Of what the rows are, not of names, types and questions around it."""
        return hashlib.sha256(self.sql(pretty=False).encode()).hexdigest()[:12]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> ViewDefinition:
        def pair(value: Any) -> tuple[str, str] | None:
            return None if value is None else (value[0], value[1])

        return cls(
            name=stored["name"],
            kind=stored["kind"],
            dialect=stored["dialect"],
            sources=tuple(Source(s["alias"], TableName(*_name(s["table"]))) for s in stored["sources"]),
            joins=tuple(
                Join(j["child"], j["parent"], tuple((a, b) for a, b in j["pairs"]), j["lossless"])
                for j in stored["joins"]
            ),
            dimensions=tuple(Dimension(**{**d, "column": pair(d["column"])}) for d in stored["dimensions"]),
            measures=tuple(Measure(**m) for m in stored["measures"]),
            filters=tuple(stored["filters"]),
            questions=tuple(stored["questions"]),
        )


def quoted(table: TableName, dialect: str) -> str:
    parts = (table.database, table.schema, table.name)
    return ".".join(exp.to_identifier(part, quoted=True).sql(dialect) for part in parts if part)


def _name(stored: Mapping[str, Any]) -> tuple[str | None, str | None, str]:
    return stored["database"], stored["schema"], stored["name"]


def _aggregate(measure: Measure) -> str:
    # DuckDB adds integers up to a HUGEINT, PostgreSQL to a numeric: no client and no contract likes those.
    return f"cast({measure.sql} as bigint)" if measure.function == "sum" and measure.type == "bigint" else measure.sql
