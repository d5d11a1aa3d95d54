"""Whether what rules write runs on other warehouses and gives the rows that DuckDB gives: ClickHouse and Spark.

    pip install chdb-core pyspark
    python -m benchmarks.dialects --engine clickhouse --project-dir DIR --suite benchmarks/questions/dev.yml

The tables of a built project on DuckDB are copied into the other engine, both are synced the same way (columns, values
and ranges are read from each through the door), and every question of the suites is asked of both by rules alone,
without question views' proofs. Prints what differs, writes `benchmarks/results/dialects.json`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from backends.warehouse.base import Warehouse
from backends.warehouse.door import Door
from benchmarks.engines import ClickHouse, Spark
from catalog_sync import store
from catalog_sync.index import FILTERED
from catalog_sync.model import Catalog
from catalog_sync.scope import scope
from catalog_sync.sync import Options, sync
from catalog_sync.values import Rules
from feedback.evaluation.suite import load
from plugin.answer import Answer
from plugin.asking import asked
from plugin.assemble import Workbench
from plugin.generator.stage import Services
from plugin.project import find

RESULTS = Path(__file__).parent / "results" / "dialects.json"
_DIGITS = 6
_PATIENT = Options(rules=Rules(seconds=3600, query_seconds=600))
ENGINES: dict[str, type[ClickHouse] | type[Spark]] = {"clickhouse": ClickHouse, "spark": Spark}


class Source:
    """The project's own, for a warehouse of another dialect."""

    id = "dbt"

    def __init__(self, bench: Workbench, dialect: str) -> None:
        self._bench, self._dialect = bench, dialect

    def read(self) -> Catalog:
        return replace(self._bench.catalog_source.read(), dialect=self._dialect)


def copied(bench: Workbench, engine: ClickHouse | Spark, folder: Path) -> int:
    """The tables of the catalogue, by way of Parquet; how many."""
    tables = bench.read_catalog().names()
    path = next(bench.project.directory.glob("data/*.duckdb"))
    with duckdb.connect(str(path), read_only=True) as source:
        for name in tables:
            file = folder / f"{name.schema}.{name.name}.parquet"
            source.execute(f'COPY (SELECT * FROM "{name.schema}"."{name.name}") TO \'{file}\' (FORMAT parquet)')
            engine.load(name, file)
    return len(tables)


def services(bench: Workbench, warehouse: Warehouse, state: Path) -> Services:
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    source = Source(bench, warehouse.dialect)
    sync(source, warehouse, bench.embedder, index, bench.policy, state, options=_PATIENT)
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
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--project-dir", type=Path, required=True)
    parser.add_argument("--suite", type=Path, nargs="+", required=True)
    chosen = parser.parse_args()
    questions = [item.question for suite in chosen.suite for item in load(suite)]
    with tempfile.TemporaryDirectory() as folder, Workbench(find(chosen.project_dir)) as bench:
        engine = ENGINES[chosen.engine](Path(folder) / "engine")
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
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    text = json.dumps({**known, chosen.engine: told}, indent=2, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def _outcome(one: Answer, other: Answer) -> str:
    if one.status != "answered":
        return "neither" if other.status != "answered" else "the other alone"
    if other.status != "answered":
        return "failed"
    return "same" if _rows(one) == _rows(other) else "other rows"


if __name__ == "__main__":
    main()
