"""How fast the catalogue loads at a question, and what a second sync costs.

    python benchmarks/catalog.py [--tables 100 500]

Tables of 20 columns, five with ten values each. The ratio of `load` is to json.loads of the same file; that of
the second sync's plan is to embedding nothing but hashing all documents again. CPU milliseconds, median of five.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.embedder import HashEmbedder
from backends.vectors import QdrantEdgeIndex
from backends.warehouse.base import TableName
from catalog_sync import records, store
from catalog_sync.documents import documents
from catalog_sync.index import FILTERED, plan, publish, stamp_of
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey

RESULTS = Path(__file__).parent / "results" / "catalog.json"


def made(tables: int) -> Catalog:
    return Catalog("benchmark", "duckdb", tuple(_table(number) for number in range(tables)))


def _table(number: int) -> CatalogTable:
    provenance = {"name": "warehouse", "type": "warehouse", "description": "dbt:manifest"}
    columns = tuple(
        CatalogColumn(
            f"column_{i}",
            type="VARCHAR",
            description=f"What column {i} of table {number} says about the order.",
            values=tuple(f"value {number} {i} {v}" for v in range(10)) if i < 5 else (),
            values_exact=i < 5,
            provenance=provenance,
        )
        for i in range(20)
    )
    return CatalogTable(
        name=TableName("warehouse", "main", f"table_{number}"),
        kind="table",
        unique_id=f"model.benchmark.table_{number}",
        description=f"One row for each thing of the kind {number}.",
        columns=columns,
        primary_key=("column_0",),
        foreign_keys=(ForeignKey(("column_1",), TableName("warehouse", "main", "table_0"), ("column_0",), True),),
        tier="Tier.Tier1",
        provenance=provenance,
    )


def cpu_ms(action: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        action()
        return 1000 * (time.process_time() - start)

    return statistics.median(once() for _ in range(5))


def measure(tables: int) -> dict[str, Any]:
    catalog = made(tables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / store.CATALOG
        store.save(catalog, path)
        content = records.text_of(records.dump(catalog))
        load, parse = cpu_ms(lambda: store.load(path)), cpu_ms(lambda: json.loads(content))
        index, embedder = QdrantEdgeIndex(Path(folder) / "index", filtered=FILTERED), HashEmbedder()
        found = documents(catalog)
        publish(plan(found, index, stamp_of(embedder)), index, embedder)
        hashing = cpu_ms(lambda: documents(catalog))
        planning = cpu_ms(lambda: plan(documents(catalog), index, stamp_of(embedder)))
        index.close()
    return {
        "tables": tables,
        "documents": len(found),
        "megabytes": len(content) / 1e6,
        "load_ms": load,
        "load_ratio": load / parse,
        "second_sync_ms": planning,
        "second_sync_ratio": planning / hashing,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[100, 500])
    rows = [measure(tables) for tables in parser.parse_args().tables]
    print(" ".join(f"{name:>18}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{value:>18,.1f}" if isinstance(value, float) else f"{value:>18,}" for value in row.values()))
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
