"""Finds a small database on which statements differ, and test suites that show a statement's near misses."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, Warehouse
from catalog_sync.model import Catalog
from feedback.evaluation.compare import BAG, Policy, Row, compare
from feedback.evaluation.instances.files import open_file, write
from feedback.evaluation.instances.generate import Instance, instance, valid
from feedback.evaluation.instances.neighbours import neighbours
from feedback.evaluation.instances.pools import Samples, pools

_LIMITS = Limits(seconds=2.0, rows=5_000)
_SAMPLED = 12


@dataclass(frozen=True)
class Separation:
    """`answers` are the rows of each statement on `data`."""

    data: Instance
    answers: tuple[tuple[Row, ...], ...]


class Bench:
    """One file that is written again and again, behind one door."""

    def __init__(self, catalog: Catalog, path: Path) -> None:
        self.catalog = catalog
        self._path = path
        self._door: Warehouse = open_file(catalog.dialect, path)

    def put(self, data: Instance) -> None:
        write(self.catalog, data, self._path)

    def ask(self, sql: str) -> tuple[Row, ...] | None:
        """None where it does not run."""
        try:
            found = self._door.query(sql, _LIMITS)
        except (QueryFailed, QueryRefused, QueryTimeout):
            return None
        return None if found.truncated else found.rows

    def close(self) -> None:
        self._door.close()


@contextmanager
def bench(catalog: Catalog) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        database = next((t.name.database for t in catalog if t.name.database), None)
        made = Bench(catalog, Path(folder) / f"{database or 'made'}.{catalog.dialect}")
        try:
            yield made
        finally:
            made.close()


def separate(
    statements: Sequence[str],
    catalog: Catalog,
    *,
    policy: Policy = BAG,
    samples: Samples | None = None,
    tries: int = 60,
    seed: int = 0,
) -> Separation | None:
    """A database, as small as it gets, on which at least two of the statements answer differently and at least one
    has rows. None where none was found: they may be the same, or differ on rarer data."""
    values, random = pools(catalog, statements, samples), Random(seed)
    with bench(catalog) as at:
        for _ in range(tries):
            data = instance(catalog, values, random)
            if _separates(at, data, statements, policy) is not None:
                return _smallest(at, data, statements, policy)
    return None


def suite_of(
    gold: str,
    catalog: Catalog,
    *,
    policy: Policy = BAG,
    samples: Samples | None = None,
    most: int = 6,
    tries: int = 30,
    seed: int = 0,
) -> list[Instance]:
    """At most `most` databases, each of which tells the gold statement from a near miss that those before did not."""
    others = list(neighbours(gold, catalog))
    values, random = pools(catalog, [gold, *others], samples), Random(seed)
    kept: list[Instance] = []
    with bench(catalog) as at:
        for _ in range(tries):
            if len(kept) >= most or not others:
                break
            data = instance(catalog, values, random)
            at.put(data)
            wanted = at.ask(gold)
            if wanted is None:
                continue
            same = [sql for sql in others if (rows := at.ask(sql)) is None or compare(wanted, rows, policy)]
            if len(same) < len(others):
                kept.append(data)
                others = same
    return kept


def sampled(catalog: Catalog, warehouse: Warehouse) -> Samples:
    """A few real values of each column that may be seen, and NULL where the column has any."""
    from sqlglot import exp

    found: dict[tuple[str, str], Sequence[object]] = {}
    for table in catalog:
        source = exp.table_(table.name.name, db=table.name.schema, catalog=table.name.database, quoted=True)
        for column in table.columns:
            if column.pii or column.withheld:
                continue
            name = exp.column(column.name, quoted=True)
            is_null = exp.Is(this=name.copy(), expression=exp.Null())
            nulls = exp.select("1").from_(source.copy()).where(is_null).limit(1)
            try:
                values = warehouse.distinct_values(table.name, column.name, _SAMPLED)
                null = warehouse.query(nulls.sql(warehouse.dialect), _LIMITS).rows
            except (QueryFailed, QueryRefused, QueryTimeout):
                continue
            found[str(table.name), column.name] = [*values, *([None] if null else [])]
    return found


def _separates(
    at: Bench, data: Instance, statements: Sequence[str], policy: Policy
) -> tuple[tuple[Row, ...], ...] | None:
    at.put(data)
    answers = []
    for sql in statements:
        rows = at.ask(sql)
        if rows is None:
            return None
        answers.append(rows)
    if all(compare(answers[0], rows, policy) for rows in answers[1:]):
        return None
    return tuple(answers)


def _smallest(at: Bench, data: Instance, statements: Sequence[str], policy: Policy) -> Separation:
    """Takes rows away while the statements still differ; rows that referred to them go with them."""
    current = data
    for table in current:
        place = 0
        while place < len(current[table]):
            fewer = valid(at.catalog, {**current, table: _without(current[table], place)})
            if _separates(at, fewer, statements, policy) is not None:
                current = fewer
            else:
                place += 1
    answers = _separates(at, current, statements, policy)
    assert answers is not None
    return Separation(current, answers)


def _without(rows: tuple[Row, ...], place: int) -> tuple[Row, ...]:
    return rows[:place] + rows[place + 1 :]
