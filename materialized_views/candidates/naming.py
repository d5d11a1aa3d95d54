"""A candidate as a definition with names that people and the generator understand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogTable
from materialized_views.blocks import Block, Facts, Output, Table, write_block
from materialized_views.blocks.expressions import Aggregate, Call, Column, Expression, columns, map_columns
from materialized_views.blocks.outer import resorted
from materialized_views.blocks.types import DATE, SqlType
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.paths import Path, Step
from materialized_views.definition import Dimension, Grain, Join, Measure, Source, ViewDefinition

_ADVERBS = {
    "year": "yearly",
    "quarter": "quarterly",
    "month": "monthly",
    "week": "weekly",
    "day": "daily",
    "hour": "hourly",
}
_SUFFIX = re.compile(r"_(id|key|no|code)$")
_MOST_CHARS = 56  # PostgreSQL cuts names at 63, and a build aside adds to them
_NAMED_DIMENSIONS = 2
_DEEPEST = 4


def definition_of(
    candidate: Candidate, catalog: Catalog, questions: tuple[str, ...] = (), taken: Iterable[str] = ()
) -> ViewDefinition:
    """`taken` are names of other models, which this one must not have."""
    ordered = sorted(candidate.paths, key=lambda p: (len(p.steps), str(p)))
    aliases = _aliases(ordered)
    write = _Writing(candidate, ordered, aliases, catalog.dialect)
    dimensions = _dimensions(
        candidate, ordered, aliases, write, _of_several_roles(candidate.root, Facts(catalog)), catalog.dialect
    )
    measures = _measures(candidate, write, {d.name for d in dimensions}, catalog)
    found = ViewDefinition(
        name="",
        kind="wide" if candidate.wide else "rollup",
        dialect=catalog.dialect,
        sources=tuple(Source(aliases[path], path.table) for path in ordered),
        joins=tuple(_join(path, aliases) for path in ordered if path.steps),
        dimensions=dimensions,
        measures=measures,
        questions=questions,
    )
    return replace(found, name=_view_name(found, catalog, set(taken)))


def stem(table: CatalogTable | None, name: str) -> str:
    """A table's name without the prefix that its workspace gives all tables."""
    prefix = f"{table.workspace}_" if table is not None and table.workspace else ""
    return name.removeprefix(prefix) or name


class _Writing:
    """Expressions over path numbers as SQL over the aliases."""

    def __init__(self, candidate: Candidate, paths: list[Path], aliases: Mapping[Path, str], dialect: str) -> None:
        self._positions = {path.number: position for position, path in enumerate(paths)}
        tables = tuple(Table(path.table, aliases[path]) for path in paths)
        self._block = Block(dialect=dialect, tables=tables, conditions=frozenset(), outputs=())
        self._dialect = dialect

    def __call__(self, node: Expression) -> str:
        moved = resorted(map_columns(node, lambda c: replace(c, table=self._positions[c.table])))
        select = write_block(replace(self._block, outputs=(Output("x", moved),)))
        written: exp.Expression = select.expressions[0].unalias()
        return written.sql(self._dialect)


def _aliases(paths: list[Path]) -> dict[Path, str]:
    """The table's own name; where it is joined twice, by what it is joined: `customer_nations`."""
    found: dict[Path, str] = {}
    counts: dict[str, int] = {}
    for path in paths:
        counts[path.table.name] = counts.get(path.table.name, 0) + 1
    for path in paths:
        name = path.table.name
        if counts[name] > 1 and path.steps:
            name = f"{_role(path)}_{name}"
        while name in found.values():
            name += "_"
        found[path] = name
    return found


def _role(path: Path) -> str:
    """What the last references say that a table is for: the table it hangs on, else the column."""
    parent = path.parent
    if parent.steps:
        return re.sub(r"s$", "", parent.table.name.rsplit("_", 1)[-1])
    return _SUFFIX.sub("", path.steps[-1].columns[0])


def _join(path: Path, aliases: Mapping[Path, str]) -> Join:
    step = path.steps[-1]
    return Join(
        aliases[path.parent], aliases[path], tuple(zip(step.columns, step.to_columns, strict=True)), step.lossless
    )


def _dimensions(
    candidate: Candidate,
    paths: list[Path],
    aliases: Mapping[Path, str],
    write: _Writing,
    roles: frozenset[TableName],
    dialect: str,
) -> tuple[Dimension, ...]:
    by_number = {path.number: path for path in paths}
    order = {path.number: position for position, path in enumerate(paths)}
    found = []
    ordered = sorted(candidate.grains, key=lambda g: (not g[0].type.is_moment, order[g[0].table], g[0].name))
    names: set[str] = set()
    counts: dict[str, int] = {}
    for column, _ in ordered:
        counts[column.name] = counts.get(column.name, 0) + 1
    for column, grain in ordered:
        path = by_number[column.table]
        ambiguous = counts[column.name] > 1 or path.table in roles
        name = _dimension_name(column, grain, path, ambiguous=ambiguous)
        while name in names:
            name += "_"
        names.add(name)
        grained: Grain = grain  # type: ignore[assignment]
        sql = write(_truncated(column, grain))
        kind = DATE if grain and grain != "hour" else column.type
        found.append(Dimension(name, sql, (aliases[path], column.name), grained, contract_type(kind, dialect)))
    return tuple(found)


def _of_several_roles(root: TableName, facts: Facts) -> frozenset[TableName]:
    """Tables to which several ways lead from the fact, such as the nation of a customer and that of a supplier."""
    counts: dict[TableName, int] = {}
    found = [Path(root)]
    while found:
        path = found.pop()
        counts[path.table] = counts.get(path.table, 0) + 1
        if len(path.steps) < _DEEPEST:
            found += [
                Path(root, (*path.steps, Step(key.columns, key.to_table, key.to_columns)))
                for key in facts.references(facts.table(path.table))
                if facts.catalog.table(key.to_table) is not None
            ]
    return frozenset(table for table, count in counts.items() if count > 1)


def _dimension_name(column: Column, grain: str, path: Path, *, ambiguous: bool) -> str:
    name = column.name
    if grain:
        base = re.sub(r"_?(date|at|time|day|timestamp|ts)$", "", name) or path.table.name
        return f"{base}_{grain}"
    return f"{_role(path)}_{name}" if ambiguous and path.steps else name


def _truncated(column: Column, grain: str) -> Expression:
    if not grain or (grain == "day" and column.type.family == "date"):
        return column
    truncated = Call("trunc", (column,), column.type, grain)
    return truncated if grain == "hour" else Call("cast", (truncated,), DATE, DATE.text)


def _measures(candidate: Candidate, write: _Writing, taken: set[str], catalog: Catalog) -> tuple[Measure, ...]:
    """Counts first, then in the order of their SQL."""
    fact = stem(catalog.table(candidate.root), candidate.root.name)
    found = []
    ordered = sorted(candidate.parts, key=lambda p: (p.function != "count" or p.where is not None, write(p)))
    for part in ordered:
        name = _measure_name(part, fact)
        if part.function == "sum" and part not in candidate.sums:
            name = f"total_{name}"
        while name in taken:
            name = f"{part.function}_{name}" if not name.startswith(f"{part.function}_") else name + "_"
        taken.add(name)
        function = "distinct" if part.distinct else part.function
        found.append(Measure(name, function, _argument(part, write), contract_type(part.type, catalog.dialect)))  # type: ignore[arg-type]
    return tuple(found)


def _measure_name(part: Aggregate, fact: str) -> str:
    condition = "" if part.where is None or _known(part) else "_where_" + "_".join(_words(part.where))
    if part.distinct:
        return f"distinct_{_SUFFIX.sub('', '_'.join(_words(part.argument)))}_count"
    if part.function == "count":
        known = _known(part)
        return (f"{known}_count" if known else f"{re.sub(r's$', '', fact)}_count") + condition
    argument = part.argument
    name = argument.name if isinstance(argument, Column) else "_".join(_words(argument)) or "value"
    return (name if part.function == "sum" else f"{part.function}_{name}") + condition


def _known(part: Aggregate) -> str:
    """The column x of COUNT(x)."""
    where = part.where
    if isinstance(where, Call) and where.op == "not" and isinstance(where.args[0], Call):
        inner = where.args[0]
        if inner.op == "is null" and isinstance(inner.args[0], Column):
            return inner.args[0].name
    return ""


def _words(node: Expression | None) -> list[str]:
    return [] if node is None else [column.name for column in columns(node)]


def _argument(part: Aggregate, write: _Writing) -> str:
    """What stands in the parentheses. COUNT(x) is written as such, other conditions as CASE."""
    if _known(part):
        where = part.where
        assert isinstance(where, Call)
        assert isinstance(where.args[0], Call)
        return write(where.args[0].args[0])
    inner = write(part.argument) if part.argument is not None else "1"
    if part.where is not None:
        return f"case when {write(part.where)} then {inner} end"
    return "" if part.argument is None else inner


def contract_type(kind: SqlType, dialect: str) -> str:
    """As DuckDB and PostgreSQL both read it; only PostgreSQL tells text from character varying. Whole sums are cast to
    bigint (`definition._aggregate`)."""
    if kind.family == "integer":
        return "integer" if kind.bits <= 32 else "bigint"
    if kind.family == "decimal":
        return f"numeric({kind.precision or 38},{kind.scale})" if kind.scale is not None else "numeric"
    if kind.family == "text" and dialect == "duckdb":
        return "text"
    return "double precision" if kind.family == "double" else kind.text.lower()


def _view_name(found: ViewDefinition, catalog: Catalog, taken: set[str]) -> str:
    fact = catalog.table(found.root.table)
    area = f"{fact.workspace}_" if fact is not None and fact.workspace else ""
    noun = stem(fact, found.root.table.name)
    if found.kind == "wide":
        name = f"{area}{noun}_with_{'_'.join(stem(catalog.table(s.table), s.table.name) for s in found.sources[1:3])}"
    else:
        timed = [d for d in found.dimensions if d.grain]
        when = f"{_ADVERBS[timed[0].grain]}_" if timed else ""
        by = [d.name for d in found.dimensions if d not in timed]
        more = f"_and_{len(by) - _NAMED_DIMENSIONS}_more" if len(by) > _NAMED_DIMENSIONS else ""
        name = f"{area}{when}{noun}" + (f"_by_{'_'.join(by[:_NAMED_DIMENSIONS])}{more}" if by else "")
    if len(name) > _MOST_CHARS or name in taken:
        digest = hashlib.sha256(found.hash.encode()).hexdigest()[:6]
        name = f"{name[: _MOST_CHARS - 7].rstrip('_')}_{digest}"
    return name
