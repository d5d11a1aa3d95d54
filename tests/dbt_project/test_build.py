from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.project import dbt, generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def statuses(project: Path, artifact: str) -> list[str]:
    results = json.loads((project / "target" / artifact).read_text())["results"]
    return [result["status"] for result in results]


def rows(project: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        return list(connection.execute(sql).fetchall())


def write(project: Path, sql: str) -> None:
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as connection:
        connection.execute(sql)


def test_everything_builds_and_every_test_passes_without_a_warning(own_project: Path) -> None:
    dbt(own_project, "--warn-error", "build")
    found = statuses(own_project, "run_results.json")
    exposures = ["shop_weekly_review", "supply_control_tower"]
    assert found.count("no-op") == len(exposures)
    assert set(found) == {"success", "pass", "no-op"}


def test_nothing_deprecated_is_used(own_project: Path) -> None:
    shutil.rmtree(own_project / "target")
    dbt(own_project, "--warn-error", "--show-all-deprecations", "parse", "--no-partial-parse")
    assert (own_project / "target" / "manifest.json").is_file()


def test_it_is_found_from_the_folder_above(own_project: Path) -> None:
    folders = ("--project-dir", "dbt_project", "--profiles-dir", "dbt_project")
    dbt(own_project.parent, "run", "--select", "shop_stores", *folders)
    assert statuses(own_project, "run_results.json") == ["success"]


def test_a_second_build_takes_up_new_days(own_project: Path) -> None:
    before = rows(own_project, "select max(order_date), sum(order_count) from shop.shop_daily_store_sales")
    generate(own_project, "--shop-days", "212", "--supply-scale", "0.01")
    dbt(own_project, "run", "--select", "+shop_daily_store_sales")
    after = rows(own_project, "select max(order_date), sum(order_count) from shop.shop_daily_store_sales")
    assert (after[0][0] - before[0][0]).days == 2
    assert after[0][1] > before[0][1]


def test_a_number_that_is_lost_on_the_way_fails_the_build(own_project: Path) -> None:
    view = own_project / "models" / "ask_views" / "shop" / "shop_monthly_customers.sql"
    view.write_text(view.read_text().replace("group by", "where revenue > 5\ngroup by"))
    with pytest.raises(AssertionError, match=r"FAIL \d+ reconciles_shop_monthly_customers"):
        dbt(own_project, "build", "--select", "shop_monthly_customers")


def test_a_column_of_another_type_breaks_the_contract(own_project: Path) -> None:
    view = own_project / "models" / "ask_views" / "shop" / "shop_monthly_customers.sql"
    view.write_text(view.read_text().replace("count(*) as order_count", "cast(count(*) as text) as order_count"))
    with pytest.raises(AssertionError, match="enforced contract that failed"):
        dbt(own_project, "run", "--select", "shop_monthly_customers")


def test_sources_are_fresh_after_loading_and_not_for_ever(own_project: Path) -> None:
    generate(own_project, "--shop-days", "210", "--supply-scale", "0.01", "--reload")
    dbt(own_project, "--warn-error", "source", "freshness")
    assert set(statuses(own_project, "sources.json")) == {"pass"}

    write(own_project, "update raw_shop.orders set _loaded_at = _loaded_at - interval 2 day")
    dbt(own_project, "source", "freshness", "--select", "source:raw_shop.orders")
    assert statuses(own_project, "sources.json") == ["warn"]

    write(own_project, "update raw_shop.orders set _loaded_at = _loaded_at - interval 6 day")
    with pytest.raises(AssertionError, match="ERROR STALE"):
        dbt(own_project, "source", "freshness", "--select", "source:raw_shop.orders")
