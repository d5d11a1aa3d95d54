"""Runs accepted rewrites and proofs on an engine and compares them with what they stand for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import psycopg2
from sqlglot import exp, parse_one

from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from materialized_views.blocks import Block, Facts, Refused, read_block, write_block
from materialized_views.matching.expand import expand
from materialized_views.matching.index import ViewIndex
from materialized_views.matching.match import match
from materialized_views.matching.view import View, read_view
from tests.materialized_views.matching import generated
from tests.materialized_views.tables import COLUMNS, catalog, name

Run = Callable[[str], tuple[Sequence[str], list[tuple[Any, ...]]]]
"""SQL -> the types of its columns, its rows."""


@dataclass
class Outcome:
    pairs: int = 0
    accepted: int = 0
    joined: int = 0
    proofs: int = 0
    wrong: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


def load(execute: Callable[[str, list[Any]], object], rows: generated.Rows) -> None:
    for called in COLUMNS:
        execute(generated.ddl(called), [])
        for row in rows[called]:
            execute(f"INSERT INTO {called} VALUES ({', '.join('?' * len(row))})", list(row))


def duckdb_round(seed: int, outcome: Outcome, views: int = 24, queries: int = 240) -> None:
    random, connection = Random(seed), duckdb.connect(config={"threads": 1})
    load(lambda sql, values: connection.execute(sql, values), generated.data(random))

    def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = connection.execute(sql)
        return [str(column[1]) for column in cursor.description or ()], cursor.fetchall()

    check_round(random, run, "duckdb", outcome, views, queries)
    connection.close()


def postgres_round(url: str, seed: int, outcome: Outcome, views: int = 24, queries: int = 240) -> None:
    """In a transaction that is rolled back."""
    random, connection = Random(seed), psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid, format_type(oid, NULL) FROM pg_type")
        names = dict(cursor.fetchall())
        cursor.execute("CREATE SCHEMA main; SET search_path TO main")
        load(lambda sql, values: cursor.execute(sql.replace("?", "%s"), values or None), generated.data(random))

        def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
            cursor.execute(sql)
            if cursor.description is None:
                return [], []
            return [names[c.type_code] for c in cursor.description], cursor.fetchall()

        check_round(random, run, "postgres", outcome, views, queries)
    connection.rollback()
    connection.close()


def stored_view(number: int, written: generated.Select, run: Run, dialect: str) -> tuple[CatalogTable, View] | None:
    """Builds the view as a table and reads it back; None where its definition is not understood."""
    called = f"v{number}"
    run(f"CREATE TABLE {called} AS {written.sql('s')}")
    types, _ = run(f"SELECT * FROM {called}")
    columns = tuple(CatalogColumn(f"s{i}", kind) for i, kind in enumerate(types))
    keys = tuple(c.name for c in columns[: len(written.keys)])
    declared = QuestionView(keys, {c.name: "" for c in columns[len(written.keys) :]})
    table = CatalogTable(name(called), "table", f"model.t.{called}", columns=columns, view=declared)
    try:
        return table, read_view(table, written.sql("s"), Facts(catalog(table, dialect=dialect)))
    except Refused:
        return None


@dataclass(frozen=True)
class _Built:
    """A view that stands in the database; `written` is what queries are drawn from."""

    written: generated.Select
    table: CatalogTable
    view: View
    index: ViewIndex


def check_round(random: Random, run: Run, dialect: str, outcome: Outcome, views: int = 24, queries: int = 240) -> None:
    """Every query against all views of its tables and one of others, on the data that is loaded."""
    postgres = dialect == "postgres"
    sources = [generated.source(random, postgres) for _ in range(max(1, views // 12))]
    written = [generated.view(random, random.choice(sources), postgres) for _ in range(views)]
    made = [(w, stored_view(i, w, run, dialect)) for i, w in enumerate(written)]
    facts = Facts(catalog(*(found[0] for _, found in made if found is not None), dialect=dialect))
    built = [_Built(w, *found, ViewIndex((found[1],), facts)) for w, found in made if found is not None]
    for _ in range(queries):
        own = random.choice(built)
        sql = generated.query(random, own.written, postgres).sql()
        block = _read(sql, facts)
        if block is None:
            outcome.refused["query"] += 1
            continue
        expected: tuple[Sequence[str], list[tuple[Any, ...]]] | None = None
        alike = [other for other in built if other is not own and other.written.of is own.written.of]
        strange = [other for other in built if other.written.of is not own.written.of]
        others = [*alike, *random.sample(strange, k=min(1, len(strange)))]
        for one in (own, *others):
            rewritten = _rewritten(block, one, facts, outcome)
            if rewritten is not None:
                expected = expected or run(sql)
                _compare(sql, rewritten, expected, run(rewritten), one.view, outcome)
    for one in built:
        for _ in range(4):
            _check_proof(on_view(random, one.table), one.table, one.view, facts, run, outcome)


def _rewritten(block: Block, one: _Built, facts: Facts, outcome: Outcome) -> str | None:
    """Alone, else with tables joined to it."""
    outcome.pairs += 1
    for beside in (frozenset[int](), *(positions for _, positions in one.index.joinable(block))):
        try:
            found = match(block, one.view, facts, beside)
        except Refused as refused:
            outcome.refused[f"{refused.refusal.check.value}: {refused.refusal.code}"] += 1
            continue
        outcome.accepted += 1
        outcome.joined += bool(beside)
        return write_block(found.block).sql(facts.dialect)
    return None


def _read(sql: str, facts: Facts) -> Block | None:
    tree = parse_one(sql, dialect=facts.dialect)
    assert isinstance(tree, exp.Select)
    try:
        return read_block(tree, facts, merge=True)
    except Refused:
        return None


def on_view(random: Random, table: CatalogTable) -> str:
    """A statement on the view, careless of what its columns are."""
    names = [c.name for c in table.columns]
    keys = random.sample(names, k=min(len(names), random.choice((0, 1, 2, 3))))
    functions = ("SUM", "SUM", "MIN", "MAX", "COUNT", "AVG", "")
    measures = []
    for column in random.sample(names, k=min(len(names), 2)):
        function = random.choice(functions)
        measures.append(f"{function}({column})" if function else column)
    if random.random() < 0.2:
        measures.append(random.choice(("COUNT(*)", f"COUNT(DISTINCT {names[0]})", f"SUM({names[0]} - {names[-1]})")))
    if random.random() < 0.2:
        measures.append(f"SUM(CASE WHEN {names[0]} IS NOT NULL THEN {names[-1]} ELSE 0 END)")
    where = f" WHERE {random.choice(names)} IS NOT NULL" if random.random() < 0.3 else ""
    grouped = f" GROUP BY {', '.join(keys)}" if keys and random.random() < 0.8 else ""
    outputs = [f"{item} AS o{i}" for i, item in enumerate((*keys, *measures))]
    return f"SELECT {', '.join(outputs)} FROM {table.name.name}{where}{grouped}"


def _check_proof(sql: str, table: CatalogTable, view: View, facts: Facts, run: Run, outcome: Outcome) -> None:
    block = _read(sql, facts)
    if block is None:
        return
    try:
        base = expand(block, view, table, facts)
        match(base, view, facts)
    except Refused as refused:
        outcome.refused[f"on view: {refused.refusal.check.value}: {refused.refusal.code}"] += 1
        return
    outcome.proofs += 1
    expanded = write_block(base).sql(facts.dialect)
    _compare(sql, expanded, run(sql), run(expanded), view, outcome, typed=False)


def _compare(sql: str, other: str, expected: Any, got: Any, view: View, outcome: Outcome, typed: bool = True) -> None:
    if (typed and list(expected[0]) != list(got[0])) or not same_bag(expected[1], got[1]):
        definition = write_block(view.block).sql(view.block.dialect)
        outcome.wrong.append(f"{sql}\n   {other}\n   view {view.name.name}: {definition}\n   {expected[0]} {got[0]}")


def same_bag(left: list[tuple[Any, ...]], right: list[tuple[Any, ...]]) -> bool:
    """Exact for whole and decimal numbers, texts and moments; 1e-9 of the value for floats."""
    if len(left) != len(right):
        return False
    return all(
        len(a) == len(b) and all(same_value(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(sorted(left, key=_order), sorted(right, key=_order), strict=True)
    )


def same_value(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return left is not None and right is not None and math.isclose(float(left), float(right), rel_tol=1e-9)
    return bool(left == right)


def _order(row: tuple[Any, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, _text(value)) for value in row)


def _text(value: Any) -> str:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"{float(value):+025.6f}"
    return str(value)
