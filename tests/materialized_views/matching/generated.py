"""Random data, views and queries over the tables of `tests.materialized_views.tables`, by seed.

The data is rich in NULLs, skewed, and has orphans where no test forbids them. Half of the queries are drawn from what a
view has, so that many are provable; the other half know nothing of the views.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.materialized_views.tables import COLUMNS

Rows = dict[str, list[tuple[Any, ...]]]


def ddl(called: str) -> str:
    columns = [part.rstrip("!") + (" not null" if part.endswith("!") else "") for part in COLUMNS[called].split(", ")]
    return f"CREATE TABLE {called} ({', '.join(columns)})"


def data(random: Random, rows: int = 160) -> Rows:
    """Keys are unique, tested references whole; `k3` has orphans."""
    dims, regs = 6, 3
    pairs = [(a, c) for a in (1, 2) for c in (1, 2, 3)]

    def maybe(value: Any, chance: float = 0.25) -> Any:
        return None if random.random() < chance else value

    def skewed(most: int) -> int:
        return min(int(random.expovariate(0.7)), most - 1)

    def day() -> date:
        return date(2023, 12, 1) + timedelta(days=skewed(40) if random.random() < 0.5 else random.randrange(400))

    facts = []
    for number in range(rows if random.random() < 0.95 else 0):
        stamp = datetime.combine(day(), datetime.min.time()) + timedelta(minutes=random.choice((0, 0, 480, 1439)))
        facts.append(
            (
                number,
                skewed(dims),
                maybe(skewed(dims)),
                skewed(dims + 3),
                day(),
                maybe(stamp),
                maybe(skewed(7) - 2),
                maybe(Decimal(skewed(2000) - 300) / 100),
                maybe(random.choice((0.1, 0.25, -0.5, 3.0))),
                maybe(random.choice("aaabbc")),
                maybe(random.random() < 0.6),
            )
        )
    return {
        "f": facts,
        "dim": [(k, random.choice("pqr"), maybe(k % regs), maybe(random.choice("uv"))) for k in range(dims)],
        "reg": [(r, f"r{r % 2}") for r in range(regs)],
        "pair": [(a, c, random.choice("lm")) for a, c in pairs],
        "fp": [(i, *random.choice(pairs), maybe(skewed(9))) for i in range(40)],
    }


@dataclass
class Source:
    """FROM with its joins; `columns` are (qualified name, family). Views and queries draw mostly from its few `keys`,
    `measures` and `filters`, so that they meet."""

    sql: str
    columns: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)

    def references(self) -> list[str]:
        """Columns by which more tables can be joined."""
        return [name for name, _ in self.columns if name in ("f.k", "f.k2", "f.k3", "fp.a")]

    def of(self, *families: str) -> list[str]:
        return [name for name, family in self.columns if family in families]


_FAMILY = {"integer": "integer", "date": "date", "timestamp": "timestamp", "varchar": "text", "boolean": "boolean"}


def _columns(called: str, alias: str) -> list[tuple[str, str]]:
    found = []
    for part in COLUMNS[called].split(", "):
        name, kind = part.rstrip("!").split(" ", 1)
        family = _FAMILY.get(kind, "decimal" if kind.startswith("decimal") else "double")
        found.append((f"{alias}.{name}", family))
    return found


def source(random: Random, postgres: bool = False) -> Source:
    found = _joined(random)
    number = random.choice(found.of("integer", "decimal"))
    found.keys = [random.choice(found.references()), *(key(random, found) for _ in range(5))]
    found.measures = ["COUNT(*)", f"SUM({number})", f"COUNT({number})", f"MIN({number})"]
    found.measures += [aggregates(random, found, postgres) for _ in range(5)]
    found.filters = [predicate(random, found) for _ in range(2)]
    return found


def _joined(random: Random) -> Source:
    if random.random() < 0.08:
        found = Source("fp", _columns("fp", "fp"))
        if random.random() < 0.7:
            on = "fp.a = pair.a AND fp.c = pair.c" if random.random() < 0.7 else "fp.a = pair.a"
            found.sql += f"{_join(random)} pair ON {on}"
            found.columns += _columns("pair", "pair")
        return found
    found = Source("f", _columns("f", "f"))
    for alias, key in _dimensions(random):
        extra = " AND da.name = 'p'".replace("da", alias) if random.random() < 0.07 else ""
        found.sql += f"{_join(random)} dim AS {alias} ON f.{key} = {alias}.k{extra}"
        found.columns += _columns("dim", alias)
        if random.random() < 0.35:
            found.sql += f"{_join(random)} reg AS r{alias} ON {alias}.r = r{alias}.r"
            found.columns += _columns("reg", f"r{alias}")
    if random.random() < 0.04:
        found.sql += " JOIN f AS f2 ON f.x = f2.id"
        found.columns += _columns("f", "f2")
    return found


def _dimensions(random: Random) -> list[tuple[str, str]]:
    """Mostly over the reference that is tested and never NULL."""
    every = [("da", "k"), ("db", "k2"), ("dc", "k3")]
    return [d for d, chance in zip(every, (0.6, 0.2, 0.15), strict=True) if random.random() < chance]


def _join(random: Random) -> str:
    return random.choice((" JOIN", " JOIN", " LEFT JOIN"))


def moment(random: Random, of: Source) -> str:
    return random.choice(of.of("date", "timestamp") or ["DATE '2024-01-01'"])


def key(random: Random, of: Source) -> str:
    """Something to group by."""
    roll = random.random()
    moments = of.of("date", "timestamp")
    if roll < 0.4 and moments:
        unit = random.choice(("day", "week", "month", "month", "quarter", "year"))
        trunc = f"DATE_TRUNC('{unit}', {random.choice(moments)})"
        part = random.choice(("year", "month", "quarter", "year"))
        return random.choice(
            (f"CAST({trunc} AS DATE)", trunc, f"CAST(EXTRACT({part} FROM {random.choice(moments)}) AS INTEGER)")
        )
    if roll < 0.46:
        return f"CASE WHEN {predicate(random, of)} THEN 'one' ELSE 'two' END"
    return random.choice(of.of("integer", "text", "boolean", "date"))


_EDGES = (
    "2024-01-01",
    "2024-01-31",
    "2024-02-01",
    "2024-03-02",
    "2024-04-01",
    "2024-07-01",
    "2023-12-31",
    "2025-01-01",
)


def predicate(random: Random, of: Source, depth: int = 0) -> str:
    roll = random.random()
    if roll < 0.12 and depth < 2:
        both = predicate(random, of, depth + 1), predicate(random, of, depth + 1)
        return f"({both[0]} {random.choice(('OR', 'AND'))} {both[1]})"
    if roll < 0.18 and depth < 2:
        return f"NOT ({predicate(random, of, depth + 1)})"
    name, family = random.choice(of.columns)
    if random.random() < 0.08:
        return f"{name} IS {random.choice(('NULL', 'NOT NULL'))}"
    return comparison(random, name, family)


def comparison(random: Random, name: str, family: str) -> str:
    operator = random.choice(("=", "<>", "<", "<=", ">", ">="))
    if family == "text":
        return random.choice(
            (
                f"{name} = '{random.choice('abpq')}'",
                f"{name} IN ('a', '{random.choice('bcpr')}')",
                f"{name} <> 'a'",
                f"{name} NOT IN ('b', 'q')",
                f"{name} LIKE '{random.choice('apr')}%'",
            )
        )
    if family in ("integer", "decimal", "double"):
        low = random.randrange(-2, 5)
        return random.choice(
            (
                f"{name} {operator} {low}",
                f"{name} BETWEEN {low} AND {low + 2}",
                f"{name} IN ({low}, {low + 1})",
                f"{name} = {low}",
            )
        )
    if family == "boolean":
        return random.choice((name, f"NOT {name}", f"{name} IS TRUE", f"{name} = FALSE"))
    edge = random.choice(_EDGES)
    if random.random() < 0.2:
        return f"EXTRACT(YEAR FROM {name}) = {random.choice((2023, 2024))}"
    if random.random() < 0.35:
        return f"{name} >= DATE '2024-01-01' AND {name} < DATE '{random.choice(('2024-04-01', '2024-07-01'))}'"
    return f"{name} {operator} {'DATE' if family == 'date' else 'TIMESTAMP'} '{edge}'"


def aggregates(random: Random, of: Source, postgres: bool) -> str:
    """One aggregate."""
    number = random.choice(of.of("integer", "decimal"))
    column = random.choice(of.columns)[0]
    found = random.choice(
        (
            "COUNT(*)",
            "COUNT(*)",
            f"COUNT({column})",
            f"COUNT(DISTINCT {random.choice(of.of('integer', 'text'))})",
            f"SUM({number})",
            f"SUM({number})",
            f"AVG({number})",
            f"MIN({random.choice(of.of('integer', 'decimal', 'date', 'timestamp', 'text'))})",
            f"MAX({random.choice(of.of('integer', 'decimal', 'date', 'timestamp', 'text'))})",
            f"SUM(CASE WHEN {predicate(random, of, 2)} THEN {random.choice((number, '1', '1'))} ELSE 0 END)",
            f"SUM(CASE WHEN {predicate(random, of, 2)} THEN {number} END)",
            f"COUNT(CASE WHEN {predicate(random, of, 2)} THEN 1 END)",
            f"SUM({number} * {random.choice(of.of('integer'))})",
            f"{random.choice(('SUM', 'SUM', 'AVG'))}({number} - {random.choice(of.of('integer'))})",
            f"SUM({random.choice([k for k in of.of('integer', 'decimal') if k in of.keys] or [number])})",
            f"SUM(DISTINCT {number})",
            f"SUM({random.choice(of.of('double') or [number])})",
            f"BOOL_OR({predicate(random, of, 2)})",
            f"STDDEV({number})" if postgres else f"MEDIAN({number})",
        )
    )
    if random.random() < 0.1:
        return f"{found} FILTER (WHERE {predicate(random, of, 2)})"
    return found


@dataclass(frozen=True)
class Select:
    """Parts of a view or a query, so that a query can be drawn from a view."""

    of: Source
    where: tuple[str, ...]
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    tail: str = ""
    having: str = ""
    distinct: bool = False
    inner: str = ""
    """"FROM" or "WITH": over an inner query of plain rows, which stands there."""

    def sql(self, prefix: str = "c") -> str:
        return self._nested(prefix) if self.inner else self._flat(prefix)

    def _nested(self, prefix: str) -> str:
        """The first filter stands in the inner query, the others and all else outside."""
        columns = ", ".join(f"{name} AS {name.replace('.', '_')}" for name, _ in self.of.columns)
        where = f" WHERE {self.where[0]}" if self.where else ""
        rows = f"SELECT {columns} FROM {self.of.sql}{where}"
        outer = replace(self, of=Source("@rows"), where=self.where[1:], inner="")._flat(prefix)
        for name, _ in self.of.columns:
            outer = re.sub(rf"\b{re.escape(name)}\b", f"q.{name.replace('.', '_')}", outer)
        if self.inner == "WITH":
            return f"WITH q AS ({rows}) {outer.replace('@rows', 'q')}"
        return outer.replace("@rows", f"({rows}) AS q")

    def _flat(self, prefix: str) -> str:
        outputs = [f"{item} AS {prefix}{i}" for i, item in enumerate((*self.keys, *self.measures))]
        text = f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(outputs)} FROM {self.of.sql}"
        if self.where:
            text += f" WHERE {' AND '.join(self.where)}"
        if self.keys and self.measures:
            text += f" GROUP BY {', '.join(str(i + 1) for i in range(len(self.keys)))}"
        return text + self.having + self.tail


def view(random: Random, of: Source, postgres: bool = False) -> Select:
    where = (random.choice(of.filters),) if random.random() < 0.15 else ()
    if random.random() < 0.15:
        return Select(of, where, tuple(dict.fromkeys(random.choice(of.columns)[0] for _ in range(9))), ())
    keys = random.sample(of.keys, k=random.choice((2, 3, 4, 5, 6)))
    if random.random() < 0.1:
        keys.append(key(random, of))
    parts = [*of.measures[:3], *random.sample(of.measures, k=random.choice((4, 8)))]
    if random.random() < 0.3:
        parts.append(aggregates(random, of, postgres))
    return Select(of, where, tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(parts)))


def query(random: Random, base: Select, postgres: bool = False) -> Select:
    """Mostly one that the view may answer, some over an inner query."""
    found = _drawn(random, base, postgres)
    if random.random() < 0.12 and not any(name.startswith("f2.") for name, _ in found.of.columns):
        return replace(found, inner=random.choice(("FROM", "WITH")))
    return found


def _drawn(random: Random, base: Select, postgres: bool) -> Select:
    if random.random() < 0.9:
        return _from_view(random, _with_more_tables(random, base), postgres)
    of = source(random)
    where = tuple(predicate(random, of) for _ in range(random.choice((0, 1, 2))))
    keys = tuple(dict.fromkeys(key(random, of) for _ in range(random.choice((0, 1, 2)))))
    measures = tuple(dict.fromkeys(aggregates(random, of, postgres) for _ in range(random.choice((1, 2)))))
    return Select(of, where, keys, measures)


def _with_more_tables(random: Random, base: Select) -> Select:
    """A view of one more dimension than there is, sometimes of its parent too: its columns are keys to draw from."""
    held = [key for key in base.keys if key in ("f.k", "f.k2", "f.k3", "fp.a")]
    if not held or random.random() < 0.7:
        return base
    key = random.choice(held)
    if key == "fp.a":
        joined, more = " JOIN pair AS dx ON fp.a = dx.a AND fp.c = dx.c", [("pair", "dx")]
    else:
        joined, more = f" JOIN dim AS dx ON {key} = dx.k", [("dim", "dx")]
        if random.random() < 0.4:
            joined, more = f"{joined} JOIN reg AS rx ON dx.r = rx.r", [*more, ("reg", "rx")]
    columns = [found for table, alias in more for found in _columns(table, alias)]
    of = replace(base.of, sql=base.of.sql + joined, columns=[*base.of.columns, *columns])
    keys = tuple(random.sample([name for name, _ in columns], k=2))
    measures = (f"SUM({random.choice([n for n, f in columns if f == 'integer'])})",) if base.measures else ()
    return replace(base, of=of, keys=(*base.keys, *keys), measures=(*base.measures, *measures))


def _from_view(random: Random, base: Select, postgres: bool) -> Select:
    """Fewer and coarser keys, measures that the view may have, its filters and more on its keys."""
    of, where = base.of, list(base.where)
    if where and random.random() < 0.1:
        where.pop()
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        where.append(random.choice(of.filters) if random.random() < 0.1 else _on_key(random, base))
    if not base.measures:
        if random.random() < 0.4:
            keys = tuple(random.sample(base.keys, k=min(len(base.keys), 2)))
            return Select(of, tuple(where), keys, (), distinct=random.random() < 0.3)
        columns = [c for c in of.columns if c[0] in base.keys and c[1] in ("integer", "decimal")]
        measures = [f"{random.choice(('SUM', 'AVG', 'COUNT', 'MAX'))}({name})" for name, _ in columns] or ["COUNT(*)"]
        return Select(of, tuple(where), (random.choice(base.keys),), tuple(measures[:2]))
    keys = [_coarser(random, k) for k in base.keys if random.random() < 0.4]
    chosen = random.sample(base.measures, k=random.choice((1, 1, 2, 3)))
    measures = [_coarser_measure(random, m) for m in chosen]
    if random.random() < 0.15:
        measures.append(f"{random.choice(('COUNT(DISTINCT', 'MAX('))} {random.choice(base.keys)})")
    if random.random() < 0.1:
        measures.append(aggregates(random, of, postgres))
    found = Select(of, tuple(where), tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(measures)))
    return _with_tail(random, found)


def _with_tail(random: Random, found: Select) -> Select:
    having, tail = "", ""
    if random.random() < 0.15 and found.keys:
        having = f" HAVING {random.choice(('COUNT(*)', found.measures[0]))} IS NOT NULL AND COUNT(*) > 1"
    exact = not any("AVG" in m or "/" in m or "STD" in m or "MEDIAN" in m or ".z" in m for m in found.measures)
    if random.random() < 0.2 and exact:
        order = [f"{i + 1} {random.choice(('ASC', 'DESC'))}" for i in range(len(found.keys) + len(found.measures))]
        tail = f" ORDER BY {', '.join(reversed(order))} LIMIT {random.choice((1, 3, 7))}"
    return Select(found.of, found.where, found.keys, found.measures, tail, having)


def _coarser(random: Random, written: str) -> str:
    if "DATE_TRUNC" not in written or random.random() < 0.4:
        return written
    for unit in ("day", "week", "month", "quarter"):
        written = written.replace(f"'{unit}'", f"'{random.choice(('month', 'quarter', 'year', unit))}'")
    if random.random() < 0.2 and written.startswith("DATE_TRUNC"):
        return f"EXTRACT({random.choice(('year', 'month', 'quarter'))} FROM {written.split(', ', 1)[1][:-1]})"
    return written


def _coarser_measure(random: Random, written: str) -> str:
    roll = random.random()
    if written.startswith("SUM(f.") and roll < 0.2:
        return written.replace("SUM", "AVG", 1)
    if written.startswith("SUM(f.") and roll < 0.3 and "FILTER" not in written and "*" not in written:
        return f"{written} / NULLIF(COUNT(*), 0)"
    return written


def _on_key(random: Random, base: Select) -> str:
    written = random.choice(base.keys)
    for name, family in base.of.columns:
        if written == name:
            return comparison(random, name, family)
    for name, family in base.of.columns:
        if name in written and family in ("date", "timestamp"):
            return comparison(random, name, family)
    return predicate(random, base.of)
