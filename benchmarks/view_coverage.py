"""Which share of a log the recommended views answer, within a budget, on queries that were not recommended from.

    python -m benchmarks.view_coverage PROJECT [--only ssb tpch supply] [--executions 3000]

PROJECT is a built and synced copy of dbt_project on DuckDB (`generate.py --supply-scale 1` makes six million order
lines); it is only read. Three logs: `tpch`, the 22 questions of
TPC-H over the supply marts; `ssb`, the 13 of the Star Schema Benchmark over its star; `supply`, 60 random shapes
(`views_log`). A query comes again and again, some more often than others (Zipf), each time with other literals.

Two halves of each log: views are recommended from one, and the other is asked. `literals`: the second half in time, so
mostly queries whose shape is known. `shapes`: queries of which none is in the first half. Budgets: 20 views that must
pay for refresh and storage too (`priced`, the default of `views recommend`); 20 that must not; these with room for what
was not asked, up to four times their rows (`room`); 50 that may be as large as the fact (`any size`: what the matcher
could do, not what anybody should build: see `speedup`). The log says 100 ms of every query, so that what is chosen does
not depend on the machine. Recommended views are built as tables. Of the different statements that are asked about 45
are rewritten, of each query as many; those that are run both ways, and all rows (LIMIT left out) and types are
compared. In scope is a statement with a block that a view could serve at all, as mining finds it: it groups, or joins
rows of several tables.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import parse_one

from backends.warehouse.base import Limits, Rows, TableName, Warehouse
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from benchmarks import ssb
from benchmarks.coverage_logs import Asked, domains, halves, numbered, repeated, supply_log
from catalog_sync.model import Catalog
from materialized_views.blocks import Facts
from materialized_views.compare import difference
from materialized_views.definition import ViewDefinition
from materialized_views.matching import Rewrite, Views
from materialized_views.recommend import Rules, recommend
from materialized_views.selection import Budget
from materialized_views.trial import table_of
from materialized_views.workload import Statement
from materialized_views.workload.blocks import Found, Unparsed, blocks_of
from materialized_views.workload.mine import Miner
from plugin.assemble import Workbench
from plugin.project import find

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "view_coverage.json"
_FREE = Rules(refreshes_a_day=0.0, storage_ms_per_mb=0.0)
RULES = {
    "priced, 20 views": Rules(budget=Budget(views=20)),
    "20 views": replace(_FREE, budget=Budget(views=20)),
    "20 views, general": replace(_FREE, budget=Budget(views=20), general=0.1),
    "20 views, room": replace(_FREE, budget=Budget(views=20), room=4.0),
    "any size, 50": replace(_FREE, max_ratio=1.0, budget=Budget(views=50)),
}
LIMITS = Limits(seconds=120.0, rows=1_000_000, bytes=512 * 1024 * 1024)
ASKED = 45
MILLISECONDS = 100.0


class Remembering:
    """A warehouse that runs nothing twice: sizes and times are the same for every budget."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse, self._known = warehouse, dict[str, Rows]()
        self.dialect = warehouse.dialect

    def query(self, sql: str, limits: Limits = Limits()) -> Rows:
        if sql not in self._known:
            self._known[sql] = self._warehouse.query(sql, limits)
        return self._known[sql]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)


@dataclass(frozen=True)
class Place:
    """A database file of this run alone, and the catalogue of one log's tables."""

    path: Path
    catalog: Catalog

    def open(self) -> Warehouse:
        return Door(DuckDBEngine(self.path, default_schema="main"), None)

    def built(self, definitions: Sequence[ViewDefinition]) -> Views:
        """As tables of the schema `made`."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("drop schema if exists made cascade; create schema made")
            for definition in definitions:
                connection.execute(f"create table made.{definition.name} as {definition.sql()}")
        warehouse = self.open()
        try:
            base = tuple(table for table in self.catalog if table.view is None)
            tables = [table_of(d, TableName(self.path.stem, "made", d.name), warehouse) for d in definitions]
            compiled = {t.unique_id: d.sql() for t, d in zip(tables, definitions, strict=True)}
            return Views.of(self.catalog.with_tables((*base, *tables)), compiled)
        finally:
            warehouse.close()


def asked_of(views: Views, asked: list[Asked], place: Place) -> dict[str, Any]:
    facts = Facts(place.catalog)
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    differing: list[dict[str, str]] = []
    served: Counter[str] = Counter()
    base_seconds = view_seconds = 0.0
    distinct = _of_each_query(asked)
    warehouse = place.open()
    try:
        for query, sql in distinct:
            in_scope = _in_scope(sql, facts)
            found.update(statements=1, in_scope=bool(in_scope), blocks_in_scope=in_scope)
            answer = views.rewrite(sql)
            if not isinstance(answer, Rewrite):
                reasons[f"{answer.check.value}: {answer.code}" if in_scope else "not in scope"] += 1
                continue
            served[query] += 1
            base, view = (warehouse.query(_whole(text), LIMITS) for text in (sql, answer.sql))
            found.update(answered=1, blocks_answered=len(answer.blocks))
            if differs := difference(base, view):
                differing.append({"sql": sql, "rewritten": answer.sql, "differs": differs})
            found["rows"] += len(base.rows)
            base_seconds, view_seconds = base_seconds + base.seconds, view_seconds + view.seconds
    finally:
        warehouse.close()
    queries = {query for query, _ in distinct}
    return {
        **{name: found[name] for name in ("statements", "in_scope", "answered", "blocks_in_scope", "blocks_answered")},
        "share_of_statements": round(found["answered"] / max(1, found["statements"]), 3),
        "share_in_scope": round(found["answered"] / max(1, found["in_scope"]), 3),
        "queries": len(queries),
        "queries_answered": len(served),
        "speedup": round(base_seconds / view_seconds, 1) if view_seconds else None,
        "rows_compared": found["rows"],
        "differ": len(differing),
        "differing": differing[:5],
        "reasons": dict(reasons.most_common()),
    }


def _of_each_query(asked: list[Asked]) -> list[tuple[str, str]]:
    """(query, statement), as many of each."""
    found: dict[str, dict[str, None]] = {}
    for one in asked:
        found.setdefault(one.query, {})[one.sql] = None
    each = -(-ASKED // len(found))
    return [(query, sql) for query, every in found.items() for sql in list(every)[:each]]


def _in_scope(sql: str, facts: Facts) -> int:
    try:
        found = [block for block in blocks_of(sql, facts) if isinstance(block, Found)]
        return sum(block.block.aggregated or len(block.block.tables) > 1 for block in found)
    except Unparsed:
        return 0


def _whole(sql: str) -> str:
    """Which rows a LIMIT keeps is open where the order has ties."""
    tree = parse_one(sql, dialect="duckdb")
    tree.set("limit", None)
    return tree.sql("duckdb")


def measured(place: Place, log: list[Asked], seed: int) -> Iterator[dict[str, Any]]:
    for how in ("literals", "shapes"):
        learned, asked = halves(log, how, random.Random(seed))
        workload = Miner(place.catalog).mine(Statement(a.sql, a.at, MILLISECONDS, "analyst") for a in learned)
        warehouse = Remembering(place.open())
        advice = [recommend(workload, place.catalog, warehouse, rules) for rules in RULES.values()]
        warehouse.close()
        for budget, given in zip(RULES, advice, strict=True):
            chosen = [p for p in given.proposals if p.verdict == "chosen"]
            views = place.built([p.definition for p in chosen])
            result = {
                "held_out": how,
                "budget": budget,
                "views": len(chosen),
                "view_rows": sum(p.rows for p in chosen),
                "fact_rows": max((p.base_rows for p in chosen), default=0),
                "unusable": [str(refusal) for refusal in views.unusable],
                **asked_of(views, asked, place),
            }
            print(shown(result), flush=True)
            yield result


def shown(found: Mapping[str, Any]) -> str:
    return (
        f"{found['held_out']:9} {found['budget']:17} {found['views']:2} views of {found['view_rows']:>9,} rows; "
        f"answered {found['answered']:3} of {found['statements']:3} ({found['share_of_statements']:.1%}), "
        f"of {found['in_scope']:3} in scope {found['share_in_scope']:.1%}; "
        f"queries {found['queries_answered']:2} of {found['queries']:2}; {found['speedup']}x; differ {found['differ']}"
    )


def places(project: Path, folder: Path) -> tuple[Place, Place]:
    """Copies: the supply marts, and the star made from their raw data."""
    with Workbench(find(project)) as bench:
        catalog = bench.catalog
    held = next((project / "data").glob("*.duckdb"))
    supply = Place(Path(shutil.copy(held, folder / held.name)), replace(catalog, tables=_supply(catalog)))
    path = folder / "star.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{held}' as raw (read_only)")
        star = Place(path, ssb.make(connection))
    return supply, star


def _supply(catalog: Catalog) -> tuple[Any, ...]:
    return tuple(t for t in catalog if t.name.schema == "supply" and t.view is None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--only", nargs="*", default=["ssb", "tpch", "supply"])
    parser.add_argument("--executions", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        supply, star = places(options.project.resolve(), Path(folder))
        for name in options.only:
            place, chance = (star if name == "ssb" else supply), random.Random(options.seed)
            if name == "supply":
                log = list(supply_log(options.executions))
            else:
                file = HERE / "queries" / ("ssb.sql" if name == "ssb" else "tpch_supply.sql")
                warehouse = place.open()
                values = domains(warehouse, place.catalog)
                warehouse.close()
                queries = numbered(file.read_text(encoding="utf-8"), place.catalog)
                log = list(repeated(queries, values, options.executions, chance))
            print(name)
            results = []
            for result in measured(place, log, options.seed):
                results.append(result)
                write(name, results)
    return int(any(result["differ"] for results in known().values() for result in results))


def known() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(RESULTS.read_bytes())["sets"] if RESULTS.exists() else {}
    return found


def write(name: str, results: list[dict[str, Any]]) -> None:
    """Beside what is known of the other logs."""
    found = {"python": platform.python_version(), "duckdb": duckdb.__version__, "sets": {**known(), name: results}}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
