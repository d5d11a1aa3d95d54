"""Refresh with real dbt on DuckDB: what is in use stays right whatever happens on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from backends.database import open_database
from backends.warehouse import open_dbt
from materialized_views import owners
from materialized_views.build import Dbt
from materialized_views.build.overlay import Model
from materialized_views.emit import model_sql, model_yaml
from materialized_views.reconcile import differences
from materialized_views.refresh import Progress, Refresher, Rules
from materialized_views.registry import Registry
from tests.materialized_views.conftest import Small, catalog_of
from tests.materialized_views.definitions import monthly

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
VIEW = "monthly_orders"


class Crash(BaseException):
    """As if the process had died."""


def model_of(small: Small) -> Model:
    definition = monthly()
    properties = yaml.safe_load(model_yaml(definition, small.catalog))["models"][0]
    return Model(VIEW, model_sql(definition, small.catalog), properties, Path("models/ask_views"))


@pytest.fixture
def refresher(small: Small) -> Callable[..., Refresher]:
    definition = monthly()
    small.registry.propose(VIEW, definition.attrs(), definition.hash, {})
    small.registry.approve(VIEW, "ann")

    def make(rules: Rules = Rules(), progress: Progress = lambda *_: None, model: Model | None = None) -> Refresher:
        dbt = Dbt(small.directory, small.directory)
        models = {VIEW: model or model_of(small)}
        return Refresher(small.registry, dbt, small.warehouse, small.catalog, models, "test", rules, progress)

    return make


def is_right(small: Small) -> bool:
    table = small.registry.get(VIEW).table
    return table is not None and not differences(monthly(), table, small.warehouse, Rules().limits)


def leftovers(small: Small) -> list[str]:
    return [t.name for t in small.warehouse.tables() if "__" in t.name]


def test_a_view_is_built_then_fresh_then_built_again_when_rows_come(
    small: Small, refresher: Callable[..., Refresher]
) -> None:
    (first,) = refresher().refresh([VIEW])
    assert (first.status, first.rows) == ("built", 36), first.why
    assert small.registry.get(VIEW).relation == ["small", "main_views", VIEW]  # as the folder is configured
    assert small.registry.get(VIEW).usable
    assert is_right(small)
    (second,) = refresher().refresh([VIEW])
    assert second.status == "fresh"
    small.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")
    assert not is_right(small)
    (third,) = refresher().refresh([VIEW])
    assert third.status == "built"
    assert third.why == "small.main.orders had 6,000 rows and has 6,001"
    assert is_right(small)
    assert leftovers(small) == []


def test_age_alone_makes_a_view_due_and_dbt_need_not_build_what_agrees(
    small: Small, refresher: Callable[..., Refresher]
) -> None:
    refresher().refresh([VIEW])
    (found,) = refresher(Rules(ttl=timedelta(0))).refresh([VIEW])
    assert found.status == "adopted"


def test_a_row_that_came_late_is_found_by_its_bucket(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    small.write("update orders set amount = amount + 1 where order_id = 40")  # no mark sees it
    (found,) = refresher().refresh([VIEW])
    assert found.status == "fresh"
    table = small.registry.get(VIEW).table
    assert table is not None
    (late,) = {d.bucket for d in differences(monthly(), table, small.warehouse, Rules().limits)}
    assert late == "2024-02-01"


def test_a_failed_test_leaves_the_last_version_in_use(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    before = small.rows("select * from main_views.monthly_orders order by all")
    wrong = model_of(small)
    wrong = replace(wrong, sql=wrong.sql.replace("group by", "where orders.amount > 5 group by"))
    (found,) = refresher(Rules(force=True), model=wrong).refresh([VIEW])
    assert found.status == "failed"
    assert "dbt_ask_reconciles" in found.why
    assert small.registry.get(VIEW).usable
    assert small.rows("select * from main_views.monthly_orders order by all") == before
    assert leftovers(small) == []


def test_a_view_that_shrinks_is_not_put_in_place_unasked(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    small.write("delete from orders where order_date > date '2024-02-01'")
    (kept,) = refresher().refresh([VIEW])
    assert kept.status == "failed"
    assert "the new version has 6 rows, the one in use 36" in kept.why
    assert small.rows("select count(*) from main_views.monthly_orders") == [(36,)]
    (allowed,) = refresher(Rules(allow_shrink=True)).refresh([VIEW])
    assert allowed.status == "built"
    assert is_right(small)


def test_a_column_that_is_gone_fails_the_build_alone(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    small.write("alter table customers rename column segment to trade")
    (found,) = refresher(Rules(force=True)).refresh([VIEW])
    assert found.status == "failed"
    assert small.rows("select count(*) from main_views.monthly_orders") == [(36,)]


STEPS = ["looking at the tables", "building", "comparing", "putting in place", "writing it down"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_a_right_answer_or_none(
    small: Small, refresher: Callable[..., Refresher], step: str
) -> None:
    refresher().refresh([VIEW])
    old = small.rows("select * from main_views.monthly_orders order by all")
    small.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")

    def crash(what: str, *_: int) -> None:
        if what == step:
            raise Crash

    with pytest.raises(Crash):
        refresher(progress=crash).refresh([VIEW])
    record = small.registry.get(VIEW)
    there = small.rows("select * from main_views.monthly_orders order by all")
    assert there == old or is_right(small)
    if record.usable:  # then it is what the registry says it is
        assert there == old

    (found,) = refresher().refresh([VIEW])
    assert found.status in ("built", "fresh")
    assert small.registry.get(VIEW).usable
    assert is_right(small)
    assert leftovers(small) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.materialized_views.test_refresh import refresher_in
directory = Path(sys.argv[1])

def kill(what, *_):
    if what == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

refresher_in(directory, kill).refresh(["monthly_orders"])
"""


def refresher_in(directory: Path, progress: Progress) -> Refresher:
    """As another process opens it."""
    warehouse = open_dbt(directory, directory)
    registry = Registry(open_database(f"sqlite:///{directory.parent / 'state.db'}"))
    catalog = catalog_of(directory, warehouse)
    definition = monthly()
    entry = yaml.safe_load(model_yaml(definition, catalog))["models"][0]
    model = Model(VIEW, model_sql(definition, catalog), entry, Path("models/ask_views"))
    dbt = Dbt(directory, directory)
    return Refresher(registry, dbt, warehouse, catalog, {VIEW: model}, owners.this_process(), Rules(), progress)


@pytest.mark.parametrize("step", ["putting in place", "writing it down"])
def test_a_process_that_is_killed_holds_no_lock_and_loses_nothing(
    small: Small, refresher: Callable[..., Refresher], step: str
) -> None:
    refresher().refresh([VIEW])
    small.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")
    command = [sys.executable, "-c", KILLED, str(small.directory), step]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert small.registry.get(VIEW).locked_by
    assert not small.registry.get(VIEW).usable
    refresher().refresh([VIEW])
    assert small.registry.get(VIEW).usable
    assert is_right(small)


def test_a_view_that_somebody_dropped_is_built_again(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    small.write("drop table main_views.monthly_orders")
    (found,) = refresher().refresh([VIEW])
    assert (found.status, found.why) == ("built", "small.main_views.monthly_orders is not there")


def test_what_was_put_in_place_by_nobody_is_quarantined(small: Small, refresher: Callable[..., Refresher]) -> None:
    refresher().refresh([VIEW])
    small.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")

    def crash(what: str, *_: int) -> None:
        if what == "putting in place":
            raise Crash

    with pytest.raises(Crash):
        refresher(progress=crash).refresh([VIEW])
    small.write("update main_views.monthly_orders set amount = 0")
    record = refresher().recover(small.registry.get(VIEW))
    assert record.state == "quarantined"
    assert not record.usable


def test_the_project_is_not_touched(small: Small, refresher: Callable[..., Refresher]) -> None:
    def files(directory: Path) -> set[str]:
        return {str(p.relative_to(directory)) for p in directory.rglob("*") if p.suffix in (".sql", ".yml")}

    before = files(small.directory / "models"), files(small.directory)
    refresher().refresh([VIEW])
    assert (files(small.directory / "models"), files(small.directory)) == before
