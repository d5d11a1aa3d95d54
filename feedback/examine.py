"""The evidence on one SQL text: what the door says, whether it runs, and what a careful reader would look for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, Rows, Warehouse
from backends.warehouse.guard import check
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.scope import scope
from feedback.canonical import fingerprint, template
from feedback.drafts import Check, Text
from feedback.drift import sources_of, uses
from feedback.privacy import without_personal_data

COMPARED = Limits(seconds=30.0, rows=10_000)
_ADDS_UP = (exp.Sum, exp.Avg)


@dataclass(frozen=True)
class Examined:
    """`text.sql` and `question` are without personal data. `rows` are for comparing and are never kept."""

    question: str
    text: Text
    rows: Rows | None = None
    domains: tuple[str, ...] = ()
    workspace: str = ""

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(c for c in self.text.checks if c.outcome == "fail" and c.blocking)

    def and_check(self, check: Check) -> Examined:
        return replace(self, text=replace(self.text, checks=(*self.text.checks, check)))


class Examiner:
    """`warehouse` is restricted to the catalogue: the door is the first of the checks."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, limits: Limits = COMPARED) -> None:
        self.warehouse = warehouse
        self.catalog = catalog
        self._limits = limits

    def examine(self, question: str, sql: str) -> Examined:
        """Raises nothing of what the SQL does wrong: that is evidence."""
        dialect = self.warehouse.dialect
        sql = sql.strip().rstrip(";").strip()
        try:
            tree = check(sql, dialect, scope(self.catalog))
        except QueryRefused as refused:
            said, clean = without_personal_data(question, sql, None, dialect, {})
            door = Check("door", "fail", f"{refused.rule}: {refused.message}", blocking=True)
            return Examined(said, Text(clean, dialect, "", "", checks=(door,)))
        sources = sources_of(tree, self.catalog)
        said, clean = without_personal_data(question, sql, tree, dialect, sources)
        rows, ran = self.run(sql)
        tables = {t.name: t for found in sources.values() for t in found}
        masked = (Check("personal", "warn", "personal data was masked"),) if (said, clean) != (question, sql) else ()
        text = Text(
            clean,
            dialect,
            fingerprint(tree, dialect),
            template(tree, dialect),
            tuple(sorted(map(str, tables))),
            uses(tree, self.catalog, question),
            (Check("door", "ok", blocking=True), *ran, *_joins(tree, sources), *_fan_out(tree, sources), *masked),
        )
        domains = tuple(sorted({t.domain for t in tables.values() if t.domain}))
        workspaces = {t.workspace for t in tables.values()}
        return Examined(said, text, rows, domains, workspaces.pop() if len(workspaces) == 1 else "")

    def run(self, sql: str) -> tuple[Rows | None, tuple[Check, ...]]:
        try:
            rows = self.warehouse.query(sql, self._limits)
        except QueryRefused as refused:
            return None, (Check("runs", "fail", f"{refused.rule}: {refused.message}", blocking=True),)
        except QueryFailed as failed:
            return None, (Check("runs", "fail", failed.engine_message[:300], blocking=True),)
        except QueryTimeout as slow:
            return None, (Check("runs", "fail", slow.message, blocking=True),)
        ran = Check("runs", "ok", f"{rows.seconds:.2f} s", blocking=True)
        if not rows.rows or all(v is None for row in rows.rows for v in row):
            return rows, (ran, Check("rows", "warn", "the result is empty"))
        more = "+" if rows.truncated else ""
        return rows, (ran, Check("rows", "ok", f"{len(rows.rows):,}{more} x {len(rows.columns)}"))


def _joins(tree: exp.Query, sources: Mapping[str, Sequence[CatalogTable]]) -> Iterator[Check]:
    """Each equality between two tables should be a declared key."""
    strange = []
    for left, right in _equalities(tree):
        a, b = (sources.get(c.table.casefold(), ()) for c in (left, right))
        if a and b and not any(_is_key(x, left.name, y, right.name) for x in a for y in b):
            strange.append(f"{left.sql()} = {right.sql()}")
    joined = any(True for _ in tree.find_all(exp.Join))
    if strange:
        yield Check("joins", "warn", f"no declared key: {'; '.join(strange)}")
    elif joined:
        yield Check("joins", "ok")


def _fan_out(tree: exp.Query, sources: Mapping[str, Sequence[CatalogTable]]) -> Iterator[Check]:
    """A sum over the one side of a key is counted once for each row of the many side."""
    for select in tree.find_all(exp.Select):
        ones = {
            name
            for left, right in _equalities(select)
            for many, one, name in ((left, right, right.table), (right, left, left.table))
            if any(_refers(m, many.name, o, one.name) for m in _of(many, sources) for o in _of(one, sources))
        }
        counted = [
            f"{call.sql()}"
            for call in select.find_all(*_ADDS_UP)
            if not call.find(exp.Distinct) and any(c.table in ones for c in call.find_all(exp.Column))
        ]
        if counted:
            yield Check("fan_out", "warn", f"{', '.join(counted)} is added up once for each joined row")
            return


def _equalities(tree: exp.Expression) -> Iterator[tuple[exp.Column, exp.Column]]:
    for node in tree.find_all(exp.EQ):
        if (
            isinstance(node.left, exp.Column)
            and isinstance(node.right, exp.Column)
            and node.left.table != node.right.table
        ):
            yield node.left, node.right


def _of(column: exp.Column, sources: Mapping[str, Sequence[CatalogTable]]) -> Sequence[CatalogTable]:
    return sources.get(column.table.casefold(), ())


def _is_key(a: CatalogTable, column: str, b: CatalogTable, other: str) -> bool:
    """One refers to the other, or both to the same."""
    if _refers(a, column, b, other) or _refers(b, other, a, column):
        return True
    one, two = ({(k.to_table, k.to_columns) for k in t.foreign_keys if c.casefold() in _fold(k.columns)}
                for t, c in ((a, column), (b, other)))  # fmt: skip
    return bool(one & two)


def _refers(many: CatalogTable, column: str, one: CatalogTable, key: str) -> bool:
    return any(
        k.to_table == one.name
        and (column.casefold(), key.casefold()) in zip(_fold(k.columns), _fold(k.to_columns), strict=True)
        for k in many.foreign_keys
    )


def _fold(names: Sequence[str]) -> list[str]:
    return [name.casefold() for name in names]
