"""Logs of which half can be held out: queries of a file that come again and again, each time with other literals."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlglot import exp, parse_one

from backends.warehouse.base import Warehouse
from benchmarks import views_log
from benchmarks.view_rewrite import statements
from catalog_sync.model import Catalog

_DOMAINS = (
    "supply_nations.region_name", "supply_nations.nation_name", "supply_customers.market_segment",
    "supply_order_lines.ship_mode", "supply_parts.manufacturer", "supply_parts.brand", "supply_parts.container",
    "supply_parts.part_type", "supply_order_lines.return_status", "customer.c_region", "customer.c_nation",
    "customer.c_city", "part.p_mfgr", "part.p_category", "part.p_brand1", "dates.d_yearmonth",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One execution: `query` says which of the log's queries it is."""

    query: str
    sql: str
    at: datetime


def domains(warehouse: Warehouse, catalog: Catalog) -> list[list[str]]:
    """Values of a column each, sorted; a literal that is one of them may be any other."""
    tables = {table.name.name: table for table in catalog}
    known = [tuple(found.split(".")) for found in _DOMAINS if found.split(".")[0] in tables]
    return [
        [str(v) for v in warehouse.distinct_values(tables[table].name, column, 10_000, 60.0)] for table, column in known
    ]


def varied(sql: str, chance: random.Random, known: Sequence[Sequence[str]]) -> str:
    """The query with other literals: years move together, and months where a period is one of months; a value becomes
    another of its column. Numbers and patterns stay: nothing that is recommended depends on which they are."""
    tree = parse_one(sql, dialect="duckdb")
    literals = [node for node in tree.find_all(exp.Literal) if _year(node) or node.is_string]
    years = [year for node in literals if (year := _year(node))]
    move = chance.randint(1992 - min(years), 1998 - max(years)) if years else 0
    units = {str(node.unit).upper() for node in tree.find_all(exp.Interval)}
    month = chance.randint(1, 12) if "MONTH" in units else 0
    steps = [chance.randrange(len(domain)) for domain in known]
    for node in literals:
        text = str(node.this)
        if year := _year(node):
            moved = text.replace(str(year), str(year + move), 1)
            node.set("this", re.sub(r"-\d\d-01$", f"-{month:02}-01", moved) if month else moved)
            continue
        for domain, step in zip(known, steps, strict=True):
            if text in domain:
                node.set("this", domain[(domain.index(text) + step) % len(domain)])
                break
    return tree.sql("duckdb")


def _year(node: exp.Literal) -> int:
    found = re.fullmatch(r"(199[2-8])(\d\d|-\d\d-\d\d)?", str(node.this))
    return int(found.group(1)) if found else 0


def repeated(
    queries: Mapping[str, str], known: Sequence[Sequence[str]], executions: int, chance: random.Random
) -> Iterator[Asked]:
    names = list(queries)
    chance.shuffle(names)
    weights = [1 / (rank + 1) for rank in range(len(names))]
    now = datetime.now(timezone.utc)
    for position in range(executions):
        name = chance.choices(names, weights)[0]
        at = now - timedelta(days=3 * (1 - position / executions))
        yield Asked(name, varied(queries[name], chance, known), at)


def halves(log: list[Asked], how: str, chance: random.Random) -> tuple[list[Asked], list[Asked]]:
    if how == "literals":
        return log[: len(log) // 2], log[len(log) // 2 :]
    names = sorted({asked.query for asked in log})
    chance.shuffle(names)
    known = set(names[::2])
    return [a for a in log if a.query in known], [a for a in log if a.query not in known]


def numbered(text: str, catalog: Catalog) -> dict[str, str]:
    """q1, q2 ... of a file, with the schema before each table."""
    schemas = {table.name.name: table.name.schema for table in catalog}
    found = {}
    for number, sql in enumerate(statements(text), start=1):
        tree = parse_one(sql, dialect="duckdb")
        for table in tree.find_all(exp.Table):
            if not table.db and (schema := schemas.get(table.name)):
                table.set("db", exp.to_identifier(schema))
        found[f"q{number}"] = tree.sql("duckdb")
    return found


def supply_log(executions: int) -> Iterator[Asked]:
    for entry in views_log.log(executions=executions):
        if entry["sql"].startswith("select") and "from where" not in entry["sql"]:
            shape = re.sub(r"'[^']*'|\b\d+\b", "?", entry["sql"])
            yield Asked(shape, entry["sql"], datetime.fromisoformat(entry["at"]))
