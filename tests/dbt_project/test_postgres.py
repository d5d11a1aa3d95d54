"""The second target, on a real server: the ask views are materialized views there."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest

from tests.support.postgres import PostgresAddress
from tests.support.project import SMALL, dbt, generate

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1200)]

ROLL_UP = "ask_views/shop/shop_monthly_customers"


@dataclass(frozen=True)
class Built:
    """A copy of the project with a database of its own in which everything is built."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        address = PostgresAddress.of(self.url)
        return {
            "DBT_TARGET": "postgres",
            "DBT_ASK_PG_HOST": address.host,
            "DBT_ASK_PG_PORT": str(address.port),
            "DBT_ASK_PG_USER": address.user,
            "DBT_ASK_PG_PASSWORD": address.password or "not asked for",
            "DBT_ASK_PG_DATABASE": address.database,
        }

    def dbt(self, *args: str) -> str:
        return dbt(self.folder, *args, env=self.environment)

    def generate(self, *args: str) -> str:
        return generate(self.folder, *args, env=self.environment)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def object_ids(self) -> dict[str, int]:
        """A view that is refreshed keeps its id; one that is built anew gets another."""
        return dict(self.rows("select relname, oid::bigint from pg_class where relkind = 'm'"))

    def edit(self, model: str, old: str, new: str, suffix: str = "sql") -> None:
        file = self.folder / "models" / f"{model}.{suffix}"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def template(sample_project: Path, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = Path(shutil.copytree(sample_project, tmp_path_factory.mktemp("pg") / "dbt_project"))
    shutil.rmtree(folder / "target")
    built = Built(folder, create_database(postgres_server))
    built.generate(*SMALL)
    built.dbt("--warn-error", "run")
    return built


@pytest.fixture
def built(template: Built, postgres_server: str, tmp_path: Path) -> Iterator[Built]:
    source = PostgresAddress.of(template.url).database
    url = create_database(postgres_server, template=source)
    yield Built(Path(shutil.copytree(template.folder, tmp_path / "dbt_project")), url)
    administer(postgres_server, f'drop database "{PostgresAddress.of(url).database}" with (force)')


def create_database(server: str, template: str = "template1") -> str:
    name = f"sample_{uuid.uuid4().hex[:12]}"
    administer(server, f'create database "{name}" template "{template}"')
    return server.replace("/postgres?", f"/{name}?")


def administer(server: str, sql: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def test_ask_views_are_filled_materialized_views_with_their_grain_as_unique_index(template: Built) -> None:
    manifest = json.loads((template.folder / "target" / "manifest.json").read_text())
    promised = {
        node["name"]: node["config"]["meta"]["dbt_ask"]["view"]["grain"]
        for node in manifest["nodes"].values()
        if "ask_view" in node["tags"] and node["resource_type"] == "model"
    }
    filled = template.rows("select matviewname from pg_matviews where ispopulated")
    assert {name for (name,) in filled} == set(promised)
    indexed = template.rows(
        "select relation.relname, array_agg(attname::text order by place)"
        " from pg_index join pg_class relation on relation.oid = indrelid"
        " cross join unnest(indkey) with ordinality as key (number, place)"
        " join pg_attribute on attrelid = indrelid and attnum = number"
        " where indisunique and relation.relkind = 'm' group by 1"
    )
    assert dict(indexed) == promised


def test_descriptions_reach_the_database(template: Built) -> None:
    view = "'shop.shop_monthly_customers'::regclass"
    ((of_view, of_column),) = template.rows(f"select obj_description({view}), col_description({view}, 3)")
    assert of_view.startswith("Customers of the whole Jaffle Shop month by month")
    assert of_column.startswith("Number of different customers with an order in the month")


def test_both_engines_hold_the_same_numbers(template: Built, sample_project: Path) -> None:
    manifest = json.loads((sample_project / "target" / "manifest.json").read_text())
    compared = 0
    with duckdb.connect(str(sample_project / "data" / "warehouse.duckdb"), read_only=True) as ours:
        for node in manifest["nodes"].values():
            if node["resource_type"] != "model" or node["name"].startswith("stg_"):
                continue
            numbers = [
                name
                for name, column in node["columns"].items()
                if column["data_type"].startswith(("numeric", "bigint", "integer"))
            ]
            totals = ", ".join(["count(*)", *(f"sum({name})" for name in numbers)])
            sql = f"select {totals} from {node['schema']}.{node['name']}"
            assert template.rows(sql) == ours.execute(sql).fetchall(), node["name"]
            compared += 1
    assert compared == 32


def test_a_second_build_refreshes_the_views_and_keeps_them(built: Built) -> None:
    before = built.object_ids()
    ((orders, revenue),) = built.rows(
        "select order_count, revenue from shop.shop_monthly_store_sales"
        " where store_name = 'Brooklyn' and order_month = '2019-03-01'"
    )
    built.rows(
        "insert into raw_shop.orders (id, customer, ordered_at, store_id, subtotal, tax_paid, order_total)"
        " select 'late ' || number, customer, '2019-03-31 10:00', store_id, 1100, 44, 1144"
        " from (select customer, store_id from raw_shop.orders join raw_shop.stores s on s.id = store_id"
        "       where s.name = 'Brooklyn' limit 1) as known cross join generate_series(1, 3) as number"
    )
    built.rows(
        "insert into raw_shop.items (id, order_id, sku)"
        " select 'item of ' || id, id, 'JAF-001' from raw_shop.orders where id like 'late %'"
    )
    built.dbt("--warn-error", "build")
    ((orders_now, revenue_now),) = built.rows(
        "select order_count, revenue from shop.shop_monthly_store_sales"
        " where store_name = 'Brooklyn' and order_month = '2019-03-01'"
    )
    assert (orders_now - orders, revenue_now - revenue) == (3, 33)
    assert built.object_ids() == before
    refreshed = (built.folder / "logs" / "dbt.log").read_text().count("refresh materialized view concurrently")
    assert refreshed == len(before)


def test_a_mart_that_is_built_alone_leaves_the_views_on_it(built: Built) -> None:
    before = built.object_ids()
    built.dbt("run", "--select", "shop_orders", "supply_order_lines")
    assert built.object_ids() == before
    assert built.rows("select count(*) > 0 from shop.shop_monthly_customers") == [(True,)]


def test_everything_can_be_built_from_scratch_over_what_is_there(built: Built) -> None:
    before = built.object_ids()
    built.dbt("--warn-error", "run", "--full-refresh")
    after = built.object_ids()
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())


def test_a_changed_select_is_built_and_not_just_refreshed(built: Built) -> None:
    before = built.object_ids()
    built.edit(ROLL_UP, "group by", "where customer_order_number = 1\ngroup by")
    built.dbt("run", "--select", "shop_monthly_customers", "shop_monthly_tweets")
    assert built.rows("select sum(returning_customer_count) from shop.shop_monthly_customers") == [(0,)]
    after = built.object_ids()
    assert after.pop("shop_monthly_customers") != before.pop("shop_monthly_customers")
    assert after == before

    built.dbt("run", "--select", "shop_monthly_customers")
    assert built.object_ids().items() >= after.items()


def test_a_select_written_in_other_words_is_refreshed(built: Built) -> None:
    before = built.object_ids()
    built.edit(ROLL_UP, "select\n", "-- the same question\nselect\n")
    built.dbt("run", "--select", "shop_monthly_customers")
    assert built.object_ids() == before


def test_a_view_that_breaks_its_contract_is_not_built(built: Built) -> None:
    built.edit(ROLL_UP, "count(*) as order_count", "cast(count(*) as text) as order_count")
    with pytest.raises(AssertionError, match="enforced contract that failed"):
        built.dbt("run", "--select", "shop_monthly_customers")
    assert built.rows("select pg_typeof(order_count)::text from shop.shop_monthly_customers limit 1") == [("bigint",)]


def test_a_contract_that_changed_alone_is_checked_on_refresh(built: Built) -> None:
    built.edit(ROLL_UP, "data_type: bigint", "data_type: text", suffix="yml")
    with pytest.raises(AssertionError, match="enforced contract that failed"):
        built.dbt("run", "--select", "shop_monthly_customers")


def test_sources_are_fresh_after_loading(built: Built) -> None:
    built.generate(*SMALL, "--reload")
    built.dbt("--warn-error", "source", "freshness")
    results = json.loads((built.folder / "target" / "sources.json").read_text())["results"]
    assert [result["status"] for result in results] == ["pass"] * 15


def test_a_second_load_changes_nothing(template: Built) -> None:
    before = template.rows("select max(_loaded_at) from raw_supply.lineitem")
    log = template.generate(*SMALL)
    assert [line.split(" (")[0] for line in log.splitlines()] == ["raw_shop: up to date", "raw_supply: up to date"]
    assert template.rows("select max(_loaded_at) from raw_supply.lineitem") == before


def test_a_server_that_is_not_there_is_named(sample_project: Path) -> None:
    with pytest.raises(AssertionError, match="PostgreSQL can't be reached: check the DBT_ASK_PG_"):
        generate(sample_project, *SMALL, env={"DBT_TARGET": "postgres", "DBT_ASK_PG_HOST": "/nowhere"})
