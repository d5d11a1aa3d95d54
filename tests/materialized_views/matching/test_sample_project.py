"""The sample project's own views, on its own data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from catalog_sync.dbt_artifacts import DbtArtifacts
from materialized_views.matching import Proof, Rewrite, Views, compiled_sql
from tests.materialized_views.matching.differential import same_bag

pytestmark = pytest.mark.slow

LINES = "supply.supply_order_lines as l join supply.supply_orders as o on l.order_id = o.order_id"
CLIENT = f"{LINES} join supply.supply_customers as c on o.customer_id = c.customer_id"
NATION = f"{CLIENT} join supply.supply_nations as n on c.nation_id = n.nation_id"


@pytest.fixture(scope="module")
def views(sample_project: Path) -> Views:
    manifest = json.loads((sample_project / "target" / "manifest.json").read_bytes())
    return Views.of(DbtArtifacts(sample_project).read(), compiled_sql(manifest))


@pytest.fixture(scope="module")
def connection(sample_project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    found = duckdb.connect(str(sample_project / "data" / "warehouse.duckdb"), read_only=True)
    yield found
    found.close()


def test_every_view_but_the_nested_one_is_understood(views: Views) -> None:
    assert {refusal.view.rsplit(".", 1)[-1] for refusal in views.unusable} == {"supply_orders_wide"}


@pytest.mark.parametrize(
    ("sql", "view"),
    [
        (
            f"select n.region_name, sum(l.revenue) from {NATION} where o.order_date >= date '1997-01-01' "
            "and o.order_date < date '1998-01-01' group by 1",
            "supply_monthly_sales",
        ),
        (f"select date_trunc('quarter', o.order_date), count(*) from {NATION} group by 1", "supply_monthly_sales"),
        (f"select c.market_segment, count(distinct l.order_id) from {CLIENT} group by 1", "supply_monthly_sales"),
        ("select count(*), sum(order_total) from supply.supply_orders where order_status = 'open'", "order_status"),
        (
            "select ship_mode, 100.0 * sum(case when is_late then 1 else 0 end) / count(*) "
            "from supply.supply_order_lines group by 1",
            "supply_monthly_shipping",
        ),
        (
            f"select p.brand, avg(l.quantity) from {LINES} join supply.supply_parts as p on l.part_id = p.part_id "
            "where o.order_date < date '1995-06-15' group by 1",
            "supply_order_lines_wide",
        ),
        (
            "select s.store_name, sum(o.revenue) / nullif(count(*), 0) from shop.shop_orders as o "
            "join shop.shop_stores as s on o.store_id = s.store_id group by 1",
            "shop_",
        ),
    ],
)
def test_base_sql_is_sent_to_a_view(sql: str, view: str, views: Views, connection: duckdb.DuckDBPyConnection) -> None:
    found = views.rewrite(sql)
    assert isinstance(found, Rewrite), found
    assert view in found.sql
    assert same_bag(connection.execute(sql).fetchall(), connection.execute(found.sql).fetchall())


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_region, sum(revenue), sum(order_count) from supply.supply_monthly_sales group by 1",
        "select order_month, customer_nation, market_segment, customer_count from supply.supply_monthly_sales",
        "select sum(late_line_count) / sum(line_count) from supply.supply_monthly_shipping where ship_year = 1996",
        "select count(*), avg(revenue) from shop.shop_orders_wide where weekday = 'Monday'",
        "select manufacturer, count(*) from supply.supply_part_sales group by manufacturer",
    ],
)
def test_sql_on_a_view_equals_its_base_sql(sql: str, views: Views, connection: duckdb.DuckDBPyConnection) -> None:
    found = views.prove(sql)
    assert isinstance(found, Proof), found
    assert found.base_sql
    assert same_bag(connection.execute(sql).fetchall(), connection.execute(found.base_sql).fetchall())
