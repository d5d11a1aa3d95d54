"""How many blocks of real questions the sample project's views answer, and how long it takes to find the view.

    python benchmarks/view_rewrite.py [--project dbt_project]

Needs the sample project built (`make demo`, or `dbt build` in it). Three sets: the 22 questions of TPC-H over the
supply marts, the golden questions said over base tables (their check_sql), and the golden questions said on views
(proved). A block is in scope when it is a select-project-join-group over base tables; every other and every refused one
is counted with its reason. Every rewritten statement is run on DuckDB beside its original; `wrong` must be 0.

Speed: CPU milliseconds of `rewrite` (parse, read, match, print), over views made at random on the same marts.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import yaml

from backends.warehouse.base import TableName
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, QuestionView
from materialized_views.blocks import Refused, read_block
from materialized_views.matching import Proof, Rewrite, Views, compiled_sql
from materialized_views.matching.rewrite import blocks, statement
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
        every = list(blocks(statement(sql, "duckdb"), views.facts))
        in_scope = sum(_is_in_scope(select, ctes, views) for select, ctes in every)
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


def _is_in_scope(select: Any, ctes: frozenset[str], views: Views) -> bool:
    try:
        block = read_block(select, views.facts, ctes)
    except Refused:
        return False
    return all(views.facts.table(table.name).view is None for table in block.tables)


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


def many_views(catalog: Catalog, number: int) -> Views:
    """Roll-ups with random keys and measures over the joins of the supply marts."""
    random = Random(number)
    lines = "supply.supply_order_lines l join supply.supply_orders o on l.order_id = o.order_id"
    client = f"{lines} join supply.supply_customers c on o.customer_id = c.customer_id"
    joins = {
        lines: ["l.ship_mode", "l.return_status", "o.order_status", "o.order_priority"],
        f"{lines} join supply.supply_parts p on l.part_id = p.part_id": ["p.brand", "p.material", "l.ship_mode"],
        f"{client} join supply.supply_nations n on c.nation_id = n.nation_id": [
            "n.nation_name",
            "n.region_name",
            "c.market_segment",
            "l.ship_mode",
            "o.order_status",
        ],
    }
    measures = ["l.revenue", "l.quantity", "l.gross_profit", "l.supply_cost", "l.tax_amount", "l.discount_amount"]
    made, compiled = [], {}
    for position in range(number):
        source = random.choice(list(joins))
        keys = random.sample(joins[source], k=random.choice((1, 2, 3)))
        unit = random.choice(("day", "month", "quarter"))
        keys.append(f"cast(date_trunc('{unit}', o.order_date) as date)")
        sums = random.sample(measures, k=3)
        outputs = [f"{key} as k{i}" for i, key in enumerate(keys)]
        outputs += ["count(*) as n", *(f"cast(sum({m}) as decimal(18, 2)) as m{i}" for i, m in enumerate(sums))]
        columns = [CatalogColumn(f"k{i}", "date" if "date_trunc" in key else "text") for i, key in enumerate(keys)]
        columns += [CatalogColumn("n", "bigint"), *(CatalogColumn(f"m{i}", "decimal(18,2)") for i in range(3))]
        name = TableName(catalog.tables[0].name.database, "made", f"v{position}")
        view = QuestionView(tuple(c.name for c in columns[: len(keys)]), {})
        made.append(CatalogTable(name, "table", f"made.{position}", columns=tuple(columns), view=view))
        compiled[f"made.{position}"] = f"select {', '.join(outputs)} from {source} group by {', '.join(keys)}"
    base = tuple(table for table in catalog if table.view is None)
    return Views.of(replace(catalog, tables=(*base, *made)), compiled)


def speed(catalog: Catalog, queries: list[str], number: int) -> dict[str, Any]:
    views = many_views(catalog, number)
    milliseconds, served = [], []
    for sql in queries:
        start = time.process_time()
        answer = views.rewrite(sql)
        milliseconds.append(1000 * (time.process_time() - start))
        if isinstance(answer, Rewrite):
            served.append(milliseconds[-1])
    milliseconds.sort()
    return {
        "views": number,
        "usable": len(views.usable),
        "statements": len(queries),
        "rewritten": len(served),
        "rewritten_median_ms": round(statistics.median(served), 2),
        "median_ms": round(statistics.median(milliseconds), 2),
        "p95_ms": round(milliseconds[int(0.95 * (len(milliseconds) - 1))], 2),
        "max_ms": round(milliseconds[-1], 2),
    }


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
        "speed": [speed(catalog, [*tpch, *checks], number) for number in (100, 1000)],
    }
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
