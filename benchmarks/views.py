"""Recommended views on the sample project: total and median milliseconds, base against views, in one run.

    python -m benchmarks.views PROJECT             # a built copy of dbt_project; it is changed
    python -m benchmarks.views PROJECT --measure   # again, with the views that are there

Results are kept by engine and number of order lines, with the machine's load. For PostgreSQL: `DBT_TARGET=postgres` and
the server's `DBT_ASK_PG_...`, as in the README of the sample project.

Mines a generated log of at least 40 query shapes, recommends, tries, approves and builds views with real dbt, then asks
a hold-out log (other literals) through the read-only door, once as it is and once as the matcher rewrites it, in turns.
Beside it: what it took to mine, recommend, try, build and refresh.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from backends.warehouse.base import Warehouse
from benchmarks.views_log import write
from catalog_sync.model import Catalog
from materialized_views.compare import difference
from materialized_views.definition import ViewDefinition
from materialized_views.matching import Refusal, Views
from materialized_views.registry import ViewRecord
from materialized_views.trial import Rules, table_of, timed
from materialized_views.workload import Statement, read
from materialized_views.workload.mine import Miner
from plugin.assemble import Workbench
from plugin.project import find

RESULTS = Path(__file__).parent / "results" / "views.json"
ROUNDS = 3


def ask(project: Path, *args: str) -> float:
    """Seconds of one dbt-ask command; an exit code of 2 ends the benchmark."""
    program = "import sys; from plugin.main import main; main(sys.argv[1:])"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *args, "--project-dir", str(project)], check=False)
    if done.returncode == 2:
        raise SystemExit(f"dbt-ask {' '.join(args)} failed")
    return time.perf_counter() - started


def prepared(project: Path) -> dict[str, float]:
    """Everything a user does, with seconds of each step."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        write(log)
        seconds = {"sync": ask(project, "sync"), "mine": ask(project, "views", "mine", "--log", str(log), "--no-asks")}
    seconds["recommend"] = ask(project, "views", "recommend")
    seconds["try"] = ask(project, "views", "try")
    with Workbench(find(project)) as bench:
        passed = [record.name for record in bench.views.all("proposed") if record.evidence.get("passed")]
    if passed:
        ask(project, "views", "approve", *passed, "--by", "benchmark")
        seconds["build"] = ask(project, "views", "build")
    seconds["refresh, nothing changed"] = ask(project, "views", "refresh")
    return seconds


def shapes(catalog: Catalog, seed: int) -> list[tuple[str, int]]:
    """One query of each shape of a log that was not mined, with its executions, most frequent first."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "holdout.jsonl"
        write(log, executions=1_500, seed=7, literals=seed)
        entries = [entry for entry in read(log) if isinstance(entry, Statement)]
    workload = Miner(catalog).mine(entries)
    return [(shape.examples[0], shape.executions) for shape in workload.shapes]


def measured(sql: str, views: Views, warehouse: Warehouse, rules: Rules) -> dict[str, Any]:
    rewritten = views.rewrite(sql)
    base = timed(sql, warehouse, rules)
    if isinstance(rewritten, Refusal):
        return {"sql": sql, "base_ms": base, "view_ms": base, "refused": str(rewritten)}
    differs = difference(warehouse.query(sql, rules.limits), warehouse.query(rewritten.sql, rules.limits))
    return {
        "sql": sql,
        "base_ms": base,
        "view_ms": timed(rewritten.sql, warehouse, rules),
        "proof": rewritten.proof,
        "differs": differs,
    }


def views_of(bench: Workbench, records: list[ViewRecord]) -> Views:
    base = tuple(table for table in bench.catalog if table.view is None)
    definitions = {r.name: ViewDefinition.of(r.definition) for r in records}
    tables = {r.name: table_of(definitions[r.name], r.table, bench.warehouse) for r in records if r.table}
    compiled = {tables[name].unique_id: definitions[name].sql() for name in tables}
    return Views.of(bench.catalog.with_tables((*base, *tables.values())), compiled)


def run(project: Path, seconds: dict[str, float]) -> dict[str, Any]:
    rules = Rules(runs=ROUNDS)
    with Workbench(find(project)) as bench:
        records = bench.views.all("ready")
        views = views_of(bench, records)
        asked = shapes(bench.catalog, seed=99)
        results = [{"calls": n, **measured(sql, views, bench.warehouse, rules)} for sql, n in asked]
        floor = timed("select 1 as n", bench.warehouse, rules)
        lines = bench.warehouse.query("select count(*) as n from supply.supply_order_lines").rows[0][0]
        engine = bench.warehouse.dialect
        built = [{"view": r.name, **{k: (r.version or {}).get(k) for k in ("rows", "seconds")}} for r in records]
    served = [r for r in results if "proof" in r]
    base, view = [r["base_ms"] for r in results], [r["view_ms"] for r in results]
    return {
        "engine": engine,
        "order_lines": int(lines),
        "load": round(os.getloadavg()[1], 1),
        "shapes": len(results),
        "served": len(served),
        "differ": sum(bool(r["differs"]) for r in served),
        "floor_ms": floor,
        "total_base_ms": sum(base),
        "total_view_ms": sum(view),
        "log_base_ms": sum(r["calls"] * r["base_ms"] for r in results),
        "log_view_ms": sum(r["calls"] * r["view_ms"] for r in results),
        "median_base_ms": median(base),
        "median_view_ms": median(view),
        "served_base_ms": sum(r["base_ms"] for r in served),
        "served_view_ms": sum(r["view_ms"] for r in served),
        "seconds": seconds,
        "views": built,
        "queries": results,
    }


def main() -> None:
    project = Path(sys.argv[1]).resolve()
    found = run(project, {} if "--measure" in sys.argv else prepared(project))
    known = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    known[f"{found['engine']}, {found['order_lines']:,} order lines"] = found
    RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{'':<28}{'base ms':>12}{'views ms':>12}{'':>8}")
    for name, one, other in (
        ("total of the log", "log_base_ms", "log_view_ms"),
        ("total of all shapes", "total_base_ms", "total_view_ms"),
        ("median of all shapes", "median_base_ms", "median_view_ms"),
        ("total of served shapes", "served_base_ms", "served_view_ms"),
    ):
        print(f"{name:<28}{found[one]:>12,.1f}{found[other]:>12,.1f}{found[one] / found[other]:>7.1f}x")
    print(f"{found['served']} of {found['shapes']} shapes served, {found['differ']} differ from base")
    print(f"SELECT 1 takes {found['floor_ms']:.1f} ms")
    for view in found["views"]:
        print(f"  {view['view']}: {view['rows']:,} rows, built in {view['seconds']:.1f} s")
    if found["seconds"]:
        print("seconds: " + ", ".join(f"{step} {took:.1f}" for step, took in found["seconds"].items()))


if __name__ == "__main__":
    main()
