"""How many blocks of real questions the sample project's views answer.

    python benchmarks/view_rewrite.py [--project dbt_project]

Needs the sample project built (`make demo`, or `dbt build` in it). Three sets: the 22 questions of TPC-H over the
supply marts, the golden questions said over base tables (their check_sql), and the golden questions said on views
(proved). A block is in scope when it is a select-project-join-group over base tables; every other and every refused one
is counted with its reason. Every rewritten statement is run on DuckDB beside its original; `wrong` must be 0.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import yaml
from sqlglot import exp

from catalog_sync.dbt_artifacts import DbtArtifacts
from materialized_views.blocks import Refused, read_block
from materialized_views.blocks.queries import inner_selects
from materialized_views.matching import Proof, Rewrite, Views, compiled_sql
from materialized_views.matching.rewrite import statement
from tests.materialized_views.matching.differential import same_bag

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "view_rewrite.json"
TPCH = HERE / "queries" / "tpch_supply.sql"


def statements(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return [part.strip() for part in " ".join(lines).split(";") if part.strip()]


def coverage(name: str, queries: Iterable[str], views: Views, warehouse: Path) -> dict[str, Any]:
    """Blocks, those in scope, those rewritten; reasons; the time of each statement before and after."""
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    before = after = 0.0
    connection = duckdb.connect(str(warehouse), read_only=True)
    connection.execute("SET search_path = 'supply,shop'")
    for sql in queries:
        every = list(statement(sql, "duckdb").find_all(exp.Select))
        in_scope = len(_in_scope(every, views))
        found.update(statements=1, blocks=len(every), in_scope=in_scope)
        answer = views.rewrite(sql)
        if not isinstance(answer, Rewrite):
            reasons[f"{answer.check.value}: {answer.code}"] += 1
            continue
        found.update(rewritten=len(answer.blocks), statements_rewritten=1)
        reasons.update(f"{r.check.value}: {r.code}" for r in answer.refused)
        expected, slow = _timed(connection, sql)
        got, fast = _timed(connection, answer.sql)
        before, after = before + slow, after + fast
        found["wrong"] += not same_bag(expected, got)
    share = found["rewritten"] / found["in_scope"] if found["in_scope"] else 0.0
    milliseconds = {"base_ms": round(1000 * before, 1), "view_ms": round(1000 * after, 1)}
    return {"set": name, **found, "share": round(share, 3), **milliseconds, "refused": dict(reasons.most_common())}


def _in_scope(every: Iterable[exp.Select], views: Views) -> set[int]:
    """SELECTs that are blocks over base tables, without those that are read as part of others."""
    found: set[int] = set()
    merged: set[int] = set()
    for select in every:
        try:
            block = read_block(select, views.facts, merge=True)
        except Refused:
            continue
        merged |= {id(inner) for inner in inner_selects(select, views.facts)}
        if all(views.facts.table(table.name).view is None for table in block.tables):
            found.add(id(select))
    return found - merged


def _timed(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[Any], float]:
    """The faster of two runs."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        rows = connection.execute(sql).fetchall()
        seconds.append(time.perf_counter() - start)
    return rows, min(seconds)


def proofs(queries: Iterable[str], views: Views) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    for sql in queries:
        answer = views.prove(sql)
        if isinstance(answer, Proof):
            kinds.update({block.kind for block in answer.blocks} or {"base tables"})
        else:
            kinds[f"refused: {answer.check.value}: {answer.code}"] += 1
    return {"set": "golden on views, proved", "statements": sum(kinds.values()), "kinds": dict(kinds.most_common())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=HERE.parent / "dbt_project")
    options = parser.parse_args()
    manifest = json.loads((options.project / "target" / "manifest.json").read_bytes())
    catalog = DbtArtifacts(options.project).read()
    views = Views.of(catalog, compiled_sql(manifest))
    warehouse = next((options.project / "data").glob("*.duckdb"))
    tpch = statements(TPCH.read_text(encoding="utf-8"))
    golden = yaml.safe_load((HERE.parent / "dbt_project" / "golden" / "questions.yml").read_text(encoding="utf-8"))
    checks = [q["check_sql"] for q in golden["questions"] if q.get("check_sql")]
    written = [q["sql"] for q in golden["questions"] if q.get("sql")]
    sets = [coverage("tpc-h 22", tpch, views, warehouse), coverage("golden on base tables", checks, views, warehouse)]
    found = {
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "views": len(views.usable),
        "unusable": [str(refusal) for refusal in views.unusable],
        "coverage": sets,
        "proofs": proofs(written, views),
    }
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
