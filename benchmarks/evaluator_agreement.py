"""Does our evaluator say what the published one says? Against official verdicts on published predictions.

    DBT_ASK_SPIDER=/path/to/spider python benchmarks/evaluator_agreement.py [--no-instances]

The folder is laid out as docs/evaluation.md says, with `predictions.jsonl` (id, system, sql,
test_suite_execution_match). Three rounds: reference mode; strict mode, where each difference is put down to the one
rule of the published evaluator that makes it; made test suites, which show what one database lets pass. The result
file holds ids and counts, no text of the data set.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backends.warehouse import open_sqlite
from backends.warehouse.base import Warehouse
from catalog_sync.model import Catalog
from catalog_sync.schema_keys import load as load_keys
from catalog_sync.sqlite_schema import SQLiteSchema
from feedback.evaluation.compare import Policy, compare
from feedback.evaluation.instances.pools import Samples
from feedback.evaluation.instances.separate import bench, sampled, suite_of
from feedback.evaluation.metrics.execution import as_reference, execution_match, policy_of
from feedback.evaluation.suite import Item, Suite, open_suite

RESULTS = Path(__file__).parent / "results" / "evaluator_agreement.json"


@dataclass(frozen=True)
class Prediction:
    item: Item
    system: str
    sql: str
    official: bool


@dataclass(frozen=True)
class Database:
    warehouse: Warehouse
    catalog: Catalog
    samples: Samples


def predictions(folder: Path, suite: Suite) -> Iterator[Prediction]:
    items = {item.id: item for item in suite.items}
    for line in (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        yield Prediction(items[raw["id"]], raw["system"], raw["sql"], raw["test_suite_execution_match"])


def reference(p: Prediction, database: Warehouse) -> bool:
    policy = policy_of("spider", "reference", p.item.sql)
    return execution_match(as_reference(p.item.sql), as_reference(p.sql), [database], policy).right


def strict(p: Prediction, database: Warehouse, policy: Policy | None = None, distinct: bool = True) -> bool:
    gold, given = (p.item.sql, p.sql) if distinct else (as_reference(p.item.sql), as_reference(p.sql))
    policy = policy or policy_of("spider", "strict", p.item.sql)
    return execution_match(gold, given, [database], policy).right


def reason(p: Prediction, database: Warehouse) -> str:
    """The one rule of the reference that brings the strict verdict back to the official one."""
    own = policy_of("spider", "strict", p.item.sql)
    told = policy_of("spider", "reference", p.item.sql)
    if strict(p, database, distinct=False) == p.official:
        return "DISTINCT is taken out of both statements before they run"
    if strict(p, database, replace(own, rows=told.rows)) == p.official:
        return "ORDER BY anywhere in the gold statement asks for an order"
    if strict(p, database, replace(own, by_value=False)) == p.official:
        return "numbers must be equal to the last bit"
    return "several of these at once"


def on_made_data(group: list[Prediction], database: Database) -> tuple[int, list[Prediction]]:
    """How many databases were made for one gold statement, and the predictions that are wrong on one of them."""
    gold = as_reference(group[0].item.sql)
    policy = policy_of("spider", "reference", gold)
    suite = suite_of(gold, database.catalog, policy=policy, samples=database.samples)
    wrong: list[Prediction] = []
    with bench(database.catalog) as at:
        for data in suite:
            at.put(data)
            wanted = at.ask(gold)
            assert wanted is not None
            for p in group:
                rows = at.ask(as_reference(p.sql))
                if p not in wrong and (rows is None or not compare(wanted, rows, policy)):
                    wrong.append(p)
    return len(suite), wrong


def show(title: str, pairs: list[tuple[bool, bool]]) -> dict[str, Any]:
    counts = Counter(pairs)
    agreed = counts[True, True] + counts[False, False]
    print(
        f"{title:<44}{len(pairs):>6}{agreed:>8}{agreed / len(pairs):>9.2%}"
        f"{counts[False, True]:>12}{counts[True, False]:>12}"
    )
    return {
        "verdicts": len(pairs),
        "agreed": agreed,
        "right_here_only": counts[False, True],
        "right_there_only": counts[True, False],
    }


def ids(group: list[Prediction]) -> list[str]:
    return sorted(f"{p.item.id} {p.system}" for p in group)


def first_rounds(every: list[Prediction], databases: dict[str, Database]) -> dict[str, Any]:
    print(f"{'':<44}{'of':>6}{'agree':>8}{'':>9}{'only ours':>12}{'only theirs':>12}")
    report: dict[str, Any] = {}
    started = time.perf_counter()
    ours = [(p, reference(p, databases[p.item.database].warehouse)) for p in every]
    seconds = time.perf_counter() - started
    report["reference"] = show("reference mode", [(p.official, right) for p, right in ours])
    report["reference"]["verdicts_per_second"] = round(len(every) / seconds, 1)
    report["reference"]["differ"] = ids([p for p, right in ours if right != p.official])
    for system in sorted({p.system for p in every}):
        show(f"  {system}", [(p.official, right) for p, right in ours if p.system == system])
    stricter = [(p, strict(p, databases[p.item.database].warehouse)) for p in every]
    report["strict"] = show("strict mode", [(p.official, right) for p, right in stricter])
    reasons: dict[str, list[Prediction]] = defaultdict(list)
    for p, right in stricter:
        if right != p.official:
            reasons[reason(p, databases[p.item.database].warehouse)].append(p)
    for why, group in sorted(reasons.items(), key=lambda item: -len(item[1])):
        print(f"  {len(group):>4}  {why}")
    report["strict"]["differ"] = {why: ids(group) for why, group in reasons.items()}
    return report


def made_round(every: list[Prediction], databases: dict[str, Database]) -> dict[str, Any]:
    groups: dict[tuple[str, str], list[Prediction]] = defaultdict(list)
    for p in every:
        groups[p.item.database, as_reference(p.item.sql)].append(p)
    made, without, wrong = 0, 0, list[Prediction]()
    for done, ((database, _), group) in enumerate(groups.items(), start=1):
        count, caught = on_made_data(group, databases[database])
        made, without, wrong = made + count, without + (count == 0), wrong + caught
        if sys.stderr.isatty():
            print(f"\r{done}/{len(groups)} gold statements", end="", file=sys.stderr)
    fallen = [p for p in wrong if p.official]
    missed = [p for p in every if not p.official and p not in wrong]
    print(f"\nmade test suites: {made} databases for {len(groups)} gold statements ({without} without any)")
    print(f"  {len(fallen):>4}  officially right, but other rows on a made database")
    print(f"  {sum(not p.official for p in wrong):>4}  officially wrong, and shown so by a made database alone")
    print(f"  {len(missed):>4}  officially wrong, equal on every made database")
    return {
        "gold_statements": len(groups),
        "databases": made,
        "without": without,
        "officially_right_but_different": ids(fallen),
        "officially_wrong_and_caught": sum(not p.official for p in wrong),
        "officially_wrong_not_caught": ids(missed),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--spider", type=Path, default=os.environ.get("DBT_ASK_SPIDER"), help="default: DBT_ASK_SPIDER")
    parser.add_argument("--no-instances", action="store_true", help="leave out the made test suites")
    options = parser.parse_args()
    if options.spider is None or not Path(options.spider).is_dir():
        print("skipped: DBT_ASK_SPIDER names no folder with the data set")
        return
    folder = Path(options.spider)
    suite = open_suite(folder)
    every = list(predictions(folder, suite))
    keys = load_keys(suite.tables) if suite.tables else {}
    with ExitStack() as opened:
        databases = {}
        for name in sorted({p.item.database for p in every}):
            path = suite.database(name)
            warehouse = open_sqlite(path)
            opened.callback(warehouse.close)
            catalog = SQLiteSchema(path, keys.get(name), public=True).read()
            databases[name] = Database(warehouse, catalog, sampled(catalog, warehouse))
        report = first_rounds(every, databases)
        if not options.no_instances:
            report["made_test_suites"] = made_round(every, databases)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
