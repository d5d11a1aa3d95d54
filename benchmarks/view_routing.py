"""How long the router takes to send a statement to a view or to say why not, with 100 and with 1,000 views.

    python -m benchmarks.view_routing [--project dbt_project] [--views 100 1000]

Needs the sample project's artifacts (`make demo`, or `dbt build` in it). The views are made at random on the supply
marts. The statements: the 22 of TPC-H, the golden questions said over base tables, and 200 of a log of random questions
on the marts (`views_log`). Milliseconds of CPU of `Router.route` (parse, read, match, print), each statement once.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import yaml

from backends.warehouse.base import TableName
from benchmarks import views_log
from benchmarks.view_rewrite import TPCH, statements
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, QuestionView
from materialized_views.deployed import Artifacts
from materialized_views.matching import Views
from materialized_views.routing import Router

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "view_routing.json"
LOGGED = 200


def many_views(catalog: Catalog, number: int) -> tuple[Catalog, dict[str, str]]:
    """Roll-ups with random keys and measures over the joins of the supply marts, and their SQL."""
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
    return replace(catalog, tables=(*base, *made)), compiled


def asked() -> list[str]:
    golden = yaml.safe_load((HERE.parent / "dbt_project" / "golden" / "questions.yml").read_text(encoding="utf-8"))
    checks = [q["check_sql"] for q in golden["questions"] if q.get("check_sql")]
    logged = [entry["sql"] for entry in islice(views_log.log(), LOGGED)]
    return [*statements(TPCH.read_text(encoding="utf-8")), *checks, *logged]


def measured(catalog: Catalog, queries: list[str], number: int) -> dict[str, Any]:
    every, compiled = many_views(catalog, number)
    started = time.process_time()
    router = Router(Views.of(every, compiled), Artifacts(), {}, compiled)
    read_ms = 1000 * (time.process_time() - started)
    kinds: Counter[str] = Counter()
    milliseconds: dict[str, list[float]] = {"all": [], "rewritten": []}
    for sql in queries:
        started = time.process_time()
        found = router.route(sql)
        took = 1000 * (time.process_time() - started)
        kinds[found.kind] += 1
        milliseconds["all"].append(took)
        if found.kind == "rewritten":
            milliseconds["rewritten"].append(took)
    return {
        "views": number,
        "usable": len(router.views.usable),
        "statements": len(queries),
        "rewritten": kinds["rewritten"],
        "read_views_ms": round(read_ms, 1),
        **{f"{name}_{what}": value for name, ms in milliseconds.items() for what, value in _told(sorted(ms)).items()},
    }


def _told(milliseconds: list[float]) -> dict[str, float]:
    p95 = milliseconds[int(0.95 * (len(milliseconds) - 1))]
    return {"median_ms": round(median(milliseconds), 2), "p95_ms": round(p95, 2), "max_ms": round(milliseconds[-1], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=HERE.parent / "dbt_project")
    parser.add_argument("--views", type=int, nargs="*", default=[100, 1000])
    options = parser.parse_args()
    catalog, queries = DbtArtifacts(options.project).read(), asked()
    results = [measured(catalog, queries, number) for number in options.views]
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "runs": results}, indent=2) + "\n")
    for run in results:
        print(
            f"{run['views']:>5,} views: {run['rewritten']} of {run['statements']} statements rewritten; "
            f"p95 {run['all_p95_ms']} ms of all, {run['rewritten_p95_ms']} ms of the rewritten "
            f"(medians {run['all_median_ms']}, {run['rewritten_median_ms']}; longest {run['all_max_ms']})"
        )


if __name__ == "__main__":
    main()
