"""Whether what rules write runs on ClickHouse and gives the rows that DuckDB gives.

    pip install chdb-core                # ClickHouse in the process; not among the dependencies
    python -m benchmarks.clickhouse --project-dir DIR --suite benchmarks/questions/dev.yml

The tables of a built project on DuckDB are copied into ClickHouse, both are synced the same way (columns, values and
ranges are read from each through the door), and every question of the suite is asked of both by rules alone, without
question views' proofs. Prints what differs, writes `benchmarks/results/clickhouse.json`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from backends.errors import QueryFailed, WarehouseError
from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName, Warehouse
from backends.warehouse.door import Door
from backends.warehouse.engine import Session
from catalog_sync import store
from catalog_sync.index import FILTERED
from catalog_sync.model import Catalog
from catalog_sync.scope import scope
from catalog_sync.sync import sync
from feedback.evaluation.suite import load
from plugin.answer import Answer
from plugin.asking import asked
from plugin.assemble import Workbench
from plugin.generator.stage import Services
from plugin.project import find

RESULTS = Path(__file__).parent / "results" / "clickhouse.json"
_DIGITS = 6


class ClickHouse:
    """An engine in this process, as the door wants it."""

    dialect = "clickhouse"
    default_schema = "default"
    errors: tuple[type[Exception], ...] = (RuntimeError,)

    def __init__(self, folder: Path) -> None:
        from chdb.session import Session as Opened  # type: ignore[import-not-found]

        self._opened = Opened(str(folder))

    def run(self, sql: str) -> dict[str, Any]:
        settings = "SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_decimals = 0"
        text = str(self._opened.query(f"{sql} {settings}", "JSONCompact"))
        found: dict[str, Any] = json.loads(text) if text.strip() else {"meta": [], "data": []}
        return found

    def write(self, sql: str) -> None:
        self._opened.query(sql)

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield _Session(self)

    def tables(self) -> list[TableName]:
        rows = self.run("SELECT database, name FROM system.tables WHERE NOT startsWith(lower(database), 'information')")
        return sorted(TableName(None, *row) for row in rows["data"] if row[0] != "system")

    def columns(self, table: TableName) -> list[ColumnInfo]:
        rows = self.run(
            f"SELECT name, type FROM system.columns WHERE database = '{table.schema}' AND table = '{table.name}' "
            "ORDER BY position"
        )
        return [ColumnInfo(name, _plain(kind), kind.startswith("Nullable")) for name, kind in rows["data"]]

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        return QueryFailed(str(error).splitlines()[0], sql=sql)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return Plan("\n".join(str(row[0]) for row in rows))

    def close(self) -> None:
        self._opened.close()


class _Session:
    def __init__(self, engine: ClickHouse) -> None:
        self._engine = engine
        self._meta: list[tuple[str, str]] = []
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, limits: Limits) -> None:
        found = self._engine.run(sql)
        self._meta = [(column["name"], _plain(column["type"])) for column in found["meta"]]
        kinds = [kind for _, kind in self._meta]
        self._rows = [tuple(map(_value, row, kinds)) for row in found["data"]]

    def header(self) -> list[tuple[str, str]]:
        return self._meta

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        page, self._rows = self._rows[:count], self._rows[count:]
        return page

    def cancel(self) -> None:
        pass


def _plain(kind: str) -> str:
    for wrapped in ("Nullable(", "LowCardinality("):
        if kind.startswith(wrapped):
            return _plain(kind[len(wrapped) : -1])
    return kind


def _value(value: Any, kind: str) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if kind.startswith("DateTime"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind.startswith("Date") else value


class Source:
    """The project's own, for a warehouse of another dialect."""

    id = "dbt"

    def __init__(self, bench: Workbench, dialect: str) -> None:
        self._bench, self._dialect = bench, dialect

    def read(self) -> Catalog:
        return replace(self._bench.catalog_source.read(), dialect=self._dialect)


def copied(bench: Workbench, engine: ClickHouse, folder: Path) -> int:
    """The tables of the catalogue, from DuckDB by way of Parquet; how many."""
    tables = bench.read_catalog().names()
    path = next(bench.project.directory.glob("data/*.duckdb"))
    with duckdb.connect(str(path), read_only=True) as source:
        for name in tables:
            file = folder / f"{name.schema}.{name.name}.parquet"
            source.execute(f'COPY (SELECT * FROM "{name.schema}"."{name.name}") TO \'{file}\' (FORMAT parquet)')
            engine.write(f'CREATE DATABASE IF NOT EXISTS "{name.schema}"')
            engine.write(
                f'CREATE TABLE "{name.schema}"."{name.name}" ENGINE = MergeTree ORDER BY tuple() '
                f"AS SELECT * FROM file('{file}', Parquet)"
            )
    return len(tables)


def services(bench: Workbench, warehouse: Warehouse, state: Path) -> Services:
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    source = Source(bench, warehouse.dialect)
    sync(source, warehouse, bench.embedder, index, bench.policy, state)
    catalog = store.load(state / store.CATALOG)
    nobody = ScriptedLLM(lambda *_: "SELECT 1")
    return Services(catalog, warehouse.restricted(scope(catalog)), nobody, bench.embedder, index, bench.limits)


def _rows(answer: Answer) -> list[tuple[Any, ...]]:
    return sorted((tuple(_rounded(cell) for cell in row) for row in answer.rows), key=repr)


def _rounded(cell: Any) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, int | float):
        return float(f"{cell:.{_DIGITS}g}")
    return str(cell).removesuffix("T00:00:00")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project-dir", type=Path, required=True)
    parser.add_argument("--suite", type=Path, nargs="+", required=True)
    chosen = parser.parse_args()
    questions = [item.question for suite in chosen.suite for item in load(suite)]
    with tempfile.TemporaryDirectory() as folder, Workbench(find(chosen.project_dir)) as bench:
        engine = ClickHouse(Path(folder) / "clickhouse")
        tables = copied(bench, engine, Path(folder))
        theirs = services(bench, Door(engine), Path(folder) / "theirs")
        ours = services(bench, bench.warehouse, Path(folder) / "ours")
        pipeline = bench.pipeline("rules")
        found, differ = Counter[str](), []
        for question in questions:
            one, other = asked(question, pipeline, ours), asked(question, pipeline, theirs)
            outcome = _outcome(one, other)
            found[outcome] += 1
            if outcome not in ("same", "neither"):
                error = other.receipt["error"].splitlines()[:1]
                differ.append({"question": question, "outcome": outcome, "sql": other.sql, "error": error})
                print(f"{outcome}: {question}\n  {other.sql}\n  {error} {_rows(one)[:3]} {_rows(other)[:3]}")
    print(f"{tables} tables, {len(questions)} questions: {dict(found)}")
    told = {"tables": tables, "questions": len(questions), **found, "differ": differ}
    RESULTS.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _outcome(one: Answer, other: Answer) -> str:
    if one.status != "answered":
        return "neither" if other.status != "answered" else "clickhouse alone"
    if other.status != "answered":
        return "failed"
    return "same" if _rows(one) == _rows(other) else "other rows"


if __name__ == "__main__":
    main()
