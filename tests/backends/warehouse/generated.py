"""Queries by chance over the shop, made to touch hidden columns in every way that SQL has."""

from __future__ import annotations

from random import Random

_COLUMNS = {
    "customers": ["id", "name", "city", "email", "phone", "email", "phone"],
    "orders": ["id", "customer_id", "status", "amount"],
    "x": ["id", "name", "email", "a", "e"],
}
_ALIASES = ["a", "e", "email", "name", "phone", "id"]
_FUNCTIONS = ["upper", "length", "coalesce", "min", "max", "count", "replace", "nullif", "abs"]
_OPERATORS = ["=", "<>", "<", ">=", "like", "||"]


class Generator:
    def __init__(self, seed: int, dialect: str) -> None:
        self._random = Random(seed)
        self._dialect = dialect
        self._sources: list[tuple[str, str]] = []

    def query(self, depth: int = 2) -> str:
        outer, self._sources = self._sources, []
        chance = self._random.random
        prefix = f"with x as ({self.query(depth - 1)}) " if depth > 0 and chance() < 0.2 else ""
        origin = self._from(depth, cte=bool(prefix))
        self._sources += outer
        distinct = "distinct " if chance() < 0.1 else ""
        items = ", ".join(self._projection(depth) for _ in range(self._count()))
        text = f"{prefix}select {distinct}{items} from {origin}"
        if chance() < 0.35:
            text += f" where {self._condition(depth)}"
        if chance() < 0.2:
            text += f" group by {', '.join(self._expression(0) for _ in range(self._count()))}"
            if chance() < 0.3:
                text += f" having {self._condition(depth)}"
        if chance() < 0.1 and depth > 0:
            text += f" {self._random.choice(['union', 'union all', 'except', 'intersect'])} {self.query(0)}"
        if chance() < 0.25:
            text += f" order by {self._expression(0)}"
        if chance() < 0.1:
            text = f"({text}) order by {self._expression(0)}"
        self._sources = outer
        return text

    def _count(self) -> int:
        return self._random.choice([1, 1, 2, 3])

    def _from(self, depth: int, *, cte: bool) -> str:
        parts = [self._source(depth, cte=cte)]
        if self._random.random() < 0.4:
            source = self._source(depth, cte=cte)
            kind = self._random.choice(["using", "natural", "on", ",", "on"])
            if kind == ",":
                parts.append(f", {source}")
            elif kind == "natural":
                parts.append(f" natural join {source}")
            elif kind == "using":
                parts.append(f" join {source} using ({self._random.choice(['id', 'email', 'name'])})")
            else:
                parts.append(f" join {source} on {self._condition(0)}")
        return "".join(parts)

    def _source(self, depth: int, *, cte: bool) -> str:
        roll = self._random.random()
        alias = self._random.choice(["c", "o", "t", "customers", "x"])
        if cte and roll < 0.5:
            self._sources.append(("x", "x"))
            return "x"
        if depth > 0 and roll < 0.2:
            inner, self._sources = self._sources, []
            text = f"({self.query(depth - 1)}) as {alias}"
            self._sources = [*inner, (alias, "x")]
            return text
        table = self._random.choice(["customers", "customers", "orders"])
        if self._random.random() < 0.5:
            self._sources.append((table, table))
            return table
        self._sources.append((alias, table))
        return f"{table} as {alias}"

    def _projection(self, depth: int) -> str:
        roll = self._random.random()
        if roll < 0.1:
            return "*"
        if roll < 0.15:
            return f"{self._random.choice(self._sources or [('c', 'x')])[0]}.*"
        text = self._expression(depth)
        return f"{text} as {self._random.choice(_ALIASES)}" if self._random.random() < 0.5 else text

    def _column(self) -> str:
        alias, table = self._random.choice(self._sources or [("c", "customers")])
        name = self._random.choice(_COLUMNS[table])
        if self._random.random() < 0.15:
            name = self._random.choice([name.upper(), f'"{name}"', alias])
        return f"{alias}.{name}" if self._random.random() < 0.5 else name

    def _expression(self, depth: int) -> str:
        roll = self._random.random()
        if depth <= 0 or roll < 0.35:
            return self._column()
        if roll < 0.45:
            return f"count({self._random.choice(['', 'distinct '])}{self._column()})"
        if roll < 0.5:
            return "count(*)"
        if roll < 0.65:
            return f"{self._random.choice(_FUNCTIONS)}({self._expression(depth - 1)})"
        if roll < 0.75:
            return f"case when {self._condition(depth - 1)} then 1 else 0 end"
        if roll < 0.8:
            return f"({self.query(depth - 1)})"
        if roll < 0.9:
            return f"cast({self._expression(depth - 1)} as varchar(50))"
        return self._random.choice(["1", "'a'", "null"])

    def _condition(self, depth: int) -> str:
        roll = self._random.random()
        if roll < 0.35:
            return f"{self._column()} is {self._random.choice(['', 'not '])}null"
        if depth > 0 and roll < 0.5:
            return f"exists ({self.query(depth - 1)})"
        if depth > 0 and roll < 0.6:
            return f"{self._column()} in ({self.query(depth - 1)})"
        if roll < 0.7:
            return f"{self._column()} between 1 and 3"
        left, right = self._expression(depth - 1), self._random.choice([self._expression(depth - 1), "'a'", "2"])
        return f"{left} {self._random.choice(_OPERATORS[:-1])} {right}"
