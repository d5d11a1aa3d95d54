"""The parts of a SELECT that only pick its rows: tables of which nothing is put out, grouped by or ordered by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Schema


@dataclass(frozen=True)
class Side:
    """Tables that only pick rows of the others. `links` are the conditions that tie them to the others, `own` all that
    is said of them alone, `outer` whether they are joined by LEFT JOIN. `many`: one row of the others may have several
    of theirs."""

    tables: dict[str, exp.Table]
    links: tuple[exp.Expression, ...]
    own: tuple[exp.Expression, ...]
    outer: bool
    many: bool

    def exists(self, said: Sequence[exp.Expression]) -> exp.Expression:
        """EXISTS of a row of this side of which `said` holds."""
        first, *others = self.tables.values()
        inner = exp.select(exp.Literal.number(1)).from_(first.copy())
        for other in others:
            inner = inner.join(other.copy(), join_type="cross")
        return exp.Exists(this=inner.where(*(c.copy() for c in (*self.links, *said))))


@dataclass(frozen=True)
class Split:
    """A SELECT as what it puts out (`main`: alias -> table) and the sides that pick its rows."""

    select: exp.Select
    main: dict[str, CatalogTable]
    sides: tuple[Side, ...]
    conditions: tuple[exp.Expression, ...]
    known: dict[str, CatalogTable]

    def put(self, side: Side, conditions: Sequence[exp.Expression]) -> None:
        """The side's tables leave the joins, and these conditions stand for them."""
        joins = [j for j in self.select.args.get("joins") or [] if j.alias_or_name.casefold() not in side.tables]
        source, first = self.select.args["from_"], None
        if source.this.alias_or_name.casefold() in side.tables:
            first = joins.pop(0)
        gone = {id(c) for c in (*side.links, *side.own)}
        kept = [c for c in self.conditions if id(c) not in gone and c.find_ancestor(exp.Join) in (None, first)]
        if first is not None:
            source.set("this", first.this)
        self.select.set("joins", joins)
        whole = [*kept, *conditions]
        self.select.set("where", exp.Where(this=exp.and_(*whole)) if whole else None)


def split(select: exp.Select, schema: Schema) -> Split | None:
    """None where the SELECT reads what is no table, joins otherwise than by conditions, or nothing only picks rows."""
    nodes = _nodes(select)
    known = schema.read_by(select)
    if nodes is None or len(nodes) < 2 or set(nodes) != set(known):
        return None
    put_out = {"expressions", "group", "having", "order", "qualify", "distinct", "windows"}
    if any(_counts_all(part) for name in put_out for part in _parts(select, name)):
        return None
    main = {a for name in put_out for part in _parts(select, name) for a in _aliases(part, select, known)}
    conditions = tuple(_conditions(select))
    if not main or len(main) == len(nodes) or not _stands(select, main, known):
        return None
    sides = tuple(_sides(select, nodes, known, main, conditions))
    return Split(select, {a: t for a, t in known.items() if a in main}, sides, conditions, known) if sides else None


def _nodes(select: exp.Select) -> dict[str, exp.Table] | None:
    source = select.args.get("from_")
    joins = select.args.get("joins") or []
    plain = all((j.side or "").upper() in ("", "LEFT") and j.args.get("on") is not None for j in joins)
    nodes = [source.this, *(j.this for j in joins)] if source is not None and plain else []
    if not nodes or not all(isinstance(n, exp.Table) for n in nodes):
        return None
    return {n.alias_or_name.casefold(): n for n in nodes}


def _parts(select: exp.Select, name: str) -> list[exp.Expression]:
    found = select.args.get(name)
    return list(found) if isinstance(found, list) else [found] if isinstance(found, exp.Expression) else []


def _counts_all(part: exp.Expression) -> bool:
    return part.find(exp.Star) is not None or any(isinstance(c.this, exp.Literal) for c in part.find_all(exp.Count))


def _aliases(part: exp.Expression, select: exp.Select, known: dict[str, CatalogTable]) -> set[str]:
    """The tables of this SELECT that a part speaks of, from within its subqueries too."""
    found = set()
    for column in part.find_all(exp.Column):
        here = column.find_ancestor(exp.Select) is select
        if column.table.casefold() in known:
            found.add(column.table.casefold())
        elif here and not column.table:
            found |= {a for a, t in known.items() if t.column(column.name)}
    return found


def _conditions(select: exp.Select) -> Iterator[exp.Expression]:
    where = select.args.get("where")
    for part in [*([where.this] if where else []), *(j.args["on"] for j in select.args.get("joins") or [])]:
        yield from part.flatten() if isinstance(part, exp.And) else [part]


def _stands(select: exp.Select, main: set[str], known: dict[str, CatalogTable]) -> bool:
    """What stays is one table, or begins with FROM and is joined by conditions of its own."""
    if len(main) == 1:
        return True
    seen = {select.args["from_"].this.alias_or_name.casefold()}
    for join in select.args.get("joins") or []:
        if (alias := join.alias_or_name.casefold()) in main:
            used = _aliases(join.args["on"], select, known)
            if not used - {alias} or not used <= main | seen:
                return False
            seen.add(alias)
    return seen == main


def _sides(
    select: exp.Select,
    nodes: dict[str, exp.Table],
    known: dict[str, CatalogTable],
    main: set[str],
    conditions: Sequence[exp.Expression],
) -> Iterator[Side]:
    used = {id(c): _aliases(c, select, known) for c in conditions}
    outer = {j.alias_or_name.casefold() for j in select.args.get("joins") or [] if (j.side or "").upper() == "LEFT"}
    rest = [a for a in nodes if a not in main]
    while rest:
        group = {rest[0]}
        while more := {a for c in conditions if used[id(c)] & group for a in used[id(c)] - main - group}:
            group |= more
        rest = [a for a in rest if a not in group]
        links = tuple(c for c in conditions if used[id(c)] & group and used[id(c)] & main)
        own = tuple(c for c in conditions if used[id(c)] and used[id(c)] <= group)
        if links and all(isinstance(c, exp.EQ) and len(used[id(c)]) == 2 for c in links):
            many = _many(group, known, [c for c in conditions if isinstance(c, exp.EQ)], main)
            yield Side({a: nodes[a] for a in nodes if a in group}, links, own, bool(group & outer), many)


def _many(group: set[str], known: dict[str, CatalogTable], equal: Sequence[exp.Expression], main: set[str]) -> bool:
    """Whether a key leads to one row only; what has no key that is known leads to many where it has the foreign key."""
    seen, left = set(main), set(group)
    while left:
        step = next(((a, _tied(a, seen, equal)) for a in sorted(left) if _tied(a, seen, equal)), None)
        if step is None:
            return True
        alias, columns = step
        table = known[alias]
        key = {c.casefold() for c in table.primary_key}
        foreign = {c.casefold() for k in table.foreign_keys for c in k.columns}
        if not (key and key <= columns) and (key or columns & foreign):
            return True
        seen.add(alias)
        left.discard(alias)
    return False


def _tied(alias: str, seen: set[str], equal: Sequence[exp.Expression]) -> set[str]:
    found = set()
    for one in equal:
        ends = [one.this, one.expression]
        if all(isinstance(e, exp.Column) for e in ends):
            for here, there in (ends, ends[::-1]):
                if here.table.casefold() == alias and there.table.casefold() in seen:
                    found.add(here.name.casefold())
    return found
