"""The same refresh on PostgreSQL, where views are materialized views with a unique index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from backends.database import migrate, open_database
from backends.warehouse import open_dbt
from backends.warehouse.base import Warehouse
from catalog_sync.model import Catalog
from materialized_views.build import Dbt
from materialized_views.build.overlay import Model
from materialized_views.emit import model_sql, model_yaml
from materialized_views.reconcile import differences
from materialized_views.refresh import Progress, Refresher, Rules
from materialized_views.registry import Registry
from tests.materialized_views.conftest import SOURCES, TABLES, catalog_of
from tests.materialized_views.definitions import monthly
from tests.support.postgres import PostgresAddress

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(600)]
VIEW = "monthly_orders"


class Crash(BaseException):
    """As if the process had died."""


@dataclass(frozen=True)
class Server:
    directory: Path
    url: str
    warehouse: Warehouse
    catalog: Catalog
    registry: Registry

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        import psycopg2

        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def refresher(self, progress: Progress = lambda *_: None) -> Refresher:
        definition = monthly(self.catalog.tables[0].name.database, "postgres")
        if not self.registry.all():
            self.registry.propose(VIEW, definition.attrs(), definition.hash, {})
            self.registry.approve(VIEW, "ann")
        entry = yaml.safe_load(model_yaml(definition, self.catalog))["models"][0]
        model = Model(VIEW, model_sql(definition, self.catalog), entry, Path("models/ask_views"))
        dbt = Dbt(self.directory, self.directory, "postgres")
        return Refresher(self.registry, dbt, self.warehouse, self.catalog, {VIEW: model}, "test", Rules(), progress)

    def is_right(self) -> bool:
        record = self.registry.get(VIEW)
        definition = monthly(self.catalog.tables[0].name.database, "postgres")
        return record.table is not None and not differences(definition, record.table, self.warehouse, Rules().limits)


@pytest.fixture
def server(postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    at = PostgresAddress.of(postgres_database)
    known = {"HOST": at.host, "PORT": str(at.port), "USER": at.user, "DATABASE": at.database}
    for name, value in known.items():
        monkeypatch.setenv(f"DBT_ASK_PG_{name}", value)
    directory = Path(shutil.copytree(SOURCES, tmp_path / "project"))
    engine = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    warehouse = open_dbt(directory, directory, "postgres")
    made = Server(directory, postgres_database, warehouse, Catalog("", "postgres", ()), Registry(engine))
    made.run("create schema main; set search_path to main;" + TABLES)
    command = [str(Path(sys.executable).parent / "dbt"), "parse", "--profiles-dir", ".", "--target", "postgres"]
    done = subprocess.run(command, cwd=directory, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    yield Server(directory, postgres_database, warehouse, catalog_of(directory, warehouse), made.registry)
    warehouse.close()
    engine.dispose()


def test_a_materialized_view_is_built_aside_and_renamed_into_place(server: Server) -> None:
    (first,) = server.refresher().refresh([VIEW])
    assert (first.status, first.rows) == ("built", 36), first.why
    kind = "select relkind from pg_class where relname = 'monthly_orders'"
    assert server.run(kind) == [("m",)]
    assert server.is_right()
    server.run(
        "insert into main.orders select 9000 + n, 1, date '2024-01-03' + 30 * n, 5 from generate_series(1, 9) t(n)"
    )
    (second,) = server.refresher().refresh([VIEW])
    assert (second.status, second.buckets) == ("built", ())
    assert server.is_right()
    assert server.run("select count(*) from pg_class where relname like 'monthly_orders\\_\\_%' and relkind = 'm'") == [
        (0,)
    ]
    unique = "select count(*) from pg_index where indrelid = 'main_views.monthly_orders'::regclass and indisunique"
    assert server.run(unique) == [(1,)]


def test_few_months_that_differ_are_made_anew_as_a_table(server: Server) -> None:
    server.refresher().refresh([VIEW])
    server.run("insert into main.orders values (9001, 1, date '2024-02-03', 5, 'open', null)")  # late
    retail = "select customer_id from main.customers where segment = 'retail'"
    march = "date_trunc('month', order_date) = date '2024-03-01'"
    server.run(f"delete from main.orders where {march} and customer_id in ({retail})")  # a group that is gone
    (found,) = server.refresher().refresh([VIEW])
    assert (found.status, found.rows, found.buckets) == ("built", 35, ("2024-02-01", "2024-03-01")), found.why
    assert server.is_right()
    kinds = "select relkind from pg_class where relname like 'monthly_orders%' and relkind in ('r', 'm')"
    assert server.run(kinds) == [("r",)]
    unique = "select count(*) from pg_index where indrelid = 'main_views.monthly_orders'::regclass and indisunique"
    assert server.run(unique) == [(1,)]
    server.run("update main.orders set amount = amount + 1")
    server.run("insert into main.orders values (9002, 1, date '2024-02-03', 5, 'open', null)")
    (whole,) = server.refresher().refresh([VIEW])
    assert (whole.status, whole.buckets) == ("built", ()), whole.why
    assert server.run(kinds) == [("m",)]
    assert server.is_right()


def test_a_crash_after_the_rename_is_settled_by_what_is_there(server: Server) -> None:
    server.refresher().refresh([VIEW])
    server.run("insert into main.orders values (9001, 1, date '2024-02-03', 5, 'open', null)")

    def crash(what: str, *_: int) -> None:
        if what == "writing it down":
            raise Crash

    with pytest.raises(Crash):
        server.refresher(crash).refresh([VIEW])
    assert not server.registry.get(VIEW).usable
    (found,) = server.refresher().refresh([VIEW])
    assert found.status == "fresh"
    assert server.registry.get(VIEW).usable
    assert server.is_right()


def test_a_view_that_others_stand_on_is_not_pulled_from_under_them(server: Server) -> None:
    server.refresher().refresh([VIEW])
    server.run("create view main.mine as select * from main_views.monthly_orders")
    server.run("insert into main.orders values (9001, 1, date '2024-02-03', 5, 'open', null)")
    before = server.run("select * from main_views.monthly_orders order by 1, 2")
    (found,) = server.refresher().refresh([VIEW])
    assert found.status == "failed"
    assert "depend" in found.why
    assert server.run("select * from main_views.monthly_orders order by 1, 2") == before
    assert server.registry.get(VIEW).usable
