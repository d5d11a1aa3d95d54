"""Refresh with real dbt on DuckDB: what is in use stays right whatever happens on the way."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
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
from tests.materialized_views.conftest import Small, catalog_of, opened_small
from tests.materialized_views.definitions import monthly

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
VIEW = "monthly_orders"


class Crash(BaseException):
    """As if the process had died."""


def model_of(small: Small) -> Model:
    definition = monthly()
    properties = yaml.safe_load(model_yaml(definition, small.catalog))["models"][0]
    return Model(VIEW, model_sql(definition, small.catalog), properties, Path("models/ask_views"))


def refresher_of(
    small: Small, rules: Rules = Rules(), progress: Progress = lambda *_: None, model: Model | None = None
) -> Refresher:
    dbt = Dbt(small.directory, small.directory)
    models = {VIEW: model or model_of(small)}
    return Refresher(small.registry, dbt, small.warehouse, small.catalog, models, "test", rules, progress)


@pytest.fixture(scope="session")
def built_once(parsed_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project and the registry after a first build, to copy from."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(parsed_small, folder / "project")
    with opened_small(folder) as small:
        definition = monthly()
        small.registry.propose(VIEW, definition.attrs(), definition.hash, {})
        small.registry.approve(VIEW, "ann")
        (first,) = refresher_of(small).refresh([VIEW])
        assert (first.status, first.rows) == ("built", 36), first.why
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Iterator[Small]:
    folder = Path(shutil.copytree(built_once, tmp_path / "copy"))
    with opened_small(folder) as small:
        yield small


def is_right(small: Small) -> bool:
    table = small.registry.get(VIEW).table
    return table is not None and not differences(monthly(), table, small.warehouse, Rules().limits)


def leftovers(small: Small) -> list[str]:
    return [t.name for t in small.warehouse.tables() if "__" in t.name]


def test_a_view_is_built_then_fresh_then_built_again_when_rows_come(built: Small) -> None:
    assert built.registry.get(VIEW).usable
    assert built.registry.get(VIEW).relation == ["small", "main_views", VIEW]  # as the folder is configured
    assert is_right(built)
    (second,) = refresher_of(built).refresh([VIEW])
    assert second.status == "fresh"
    built.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")
    assert not is_right(built)
    (third,) = refresher_of(built).refresh([VIEW])
    assert third.status == "built"
    assert third.why == "small.main.orders had 6,000 rows and has 6,001"
    assert is_right(built)
    assert leftovers(built) == []


def test_age_alone_makes_a_view_due_and_dbt_need_not_build_what_agrees(built: Small) -> None:
    (found,) = refresher_of(built, Rules(ttl=timedelta(0))).refresh([VIEW])
    assert found.status == "adopted"


def test_a_row_that_came_late_is_found_by_its_bucket(built: Small) -> None:
    built.write("update orders set amount = amount + 1 where order_id = 40")  # no mark sees it
    (found,) = refresher_of(built).refresh([VIEW])
    assert found.status == "fresh"
    table = built.registry.get(VIEW).table
    assert table is not None
    (late,) = {d.bucket for d in differences(monthly(), table, built.warehouse, Rules().limits)}
    assert late == "2024-02-01"


def test_few_months_that_differ_are_made_anew_and_the_others_copied(built: Small) -> None:
    before = built.registry.get(VIEW).version
    built.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")  # late
    built.write("update orders set amount = amount + 1 where order_id = 40")  # in February, too
    retail = "select customer_id from customers where segment = 'retail'"
    built.write(
        f"delete from orders where date_trunc('month', order_date) = '2024-03-01' and customer_id in ({retail})"
    )
    (found,) = refresher_of(built).refresh([VIEW])
    assert (found.status, found.rows, found.buckets) == ("built", 35, ("2024-02-01", "2024-03-01")), found.why
    assert is_right(built)
    assert leftovers(built) == []
    after = built.registry.get(VIEW).version
    assert before is not None
    assert after is not None
    assert after["compiled"] == before["compiled"]
    (second,) = refresher_of(built).refresh([VIEW])
    assert second.status == "fresh"


def test_a_failed_test_leaves_the_last_version_in_use(built: Small) -> None:
    before = built.rows("select * from main_views.monthly_orders order by all")
    wrong = model_of(built)
    wrong = replace(wrong, sql=wrong.sql.replace("group by", "where orders.amount > 5 group by"))
    (found,) = refresher_of(built, Rules(force=True), model=wrong).refresh([VIEW])
    assert found.status == "failed"
    assert "dbt_ask_reconciles" in found.why
    assert built.registry.get(VIEW).usable
    assert built.rows("select * from main_views.monthly_orders order by all") == before
    assert leftovers(built) == []


def test_a_view_that_shrinks_is_not_put_in_place_unasked(built: Small) -> None:
    built.write("delete from orders where order_date > date '2024-02-01'")
    (kept,) = refresher_of(built).refresh([VIEW])
    assert kept.status == "failed"
    assert "the new version has 6 rows, the one in use 36" in kept.why
    assert built.rows("select count(*) from main_views.monthly_orders") == [(36,)]
    (allowed,) = refresher_of(built, Rules(allow_shrink=True)).refresh([VIEW])
    assert allowed.status == "built"
    assert is_right(built)


def test_a_column_that_is_gone_fails_the_build_alone(built: Small) -> None:
    built.write("alter table customers rename column segment to trade")
    (found,) = refresher_of(built, Rules(force=True)).refresh([VIEW])
    assert found.status == "failed"
    assert built.rows("select count(*) from main_views.monthly_orders") == [(36,)]


STEPS = ["looking at the tables", "building", "comparing", "putting in place", "writing it down"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_a_right_answer_or_none(built: Small, step: str) -> None:
    old = built.rows("select * from main_views.monthly_orders order by all")
    built.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")

    def crash(what: str, *_: int) -> None:
        if what == step:
            raise Crash

    with pytest.raises(Crash):
        refresher_of(built, progress=crash).refresh([VIEW])
    record = built.registry.get(VIEW)
    there = built.rows("select * from main_views.monthly_orders order by all")
    assert there == old or is_right(built)
    if record.usable:  # then it is what the registry says it is
        assert there == old

    (found,) = refresher_of(built).refresh([VIEW])
    assert found.status in ("built", "fresh")
    assert built.registry.get(VIEW).usable
    assert is_right(built)
    assert leftovers(built) == []


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
def test_a_process_that_is_killed_holds_no_lock_and_loses_nothing(built: Small, step: str) -> None:
    built.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")
    command = [sys.executable, "-c", KILLED, str(built.directory), step]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert built.registry.get(VIEW).locked_by
    assert not built.registry.get(VIEW).usable
    refresher_of(built).refresh([VIEW])
    assert built.registry.get(VIEW).usable
    assert is_right(built)


def test_a_view_that_somebody_dropped_is_built_again(built: Small) -> None:
    built.write("drop table main_views.monthly_orders")
    (found,) = refresher_of(built).refresh([VIEW])
    assert (found.status, found.why) == ("built", "small.main_views.monthly_orders is not there")


def test_what_was_put_in_place_by_nobody_is_quarantined(built: Small) -> None:
    built.write("insert into orders values (9001, 1, date '2024-02-03', 5, 'open', null)")

    def crash(what: str, *_: int) -> None:
        if what == "putting in place":
            raise Crash

    with pytest.raises(Crash):
        refresher_of(built, progress=crash).refresh([VIEW])
    built.write("update main_views.monthly_orders set amount = 0")
    record = refresher_of(built).recover(built.registry.get(VIEW))
    assert record.state == "quarantined"
    assert not record.usable


def test_the_project_is_not_touched(built: Small) -> None:
    def files(directory: Path) -> set[str]:
        return {str(p.relative_to(directory)) for p in directory.rglob("*") if p.suffix in (".sql", ".yml")}

    before = files(built.directory / "models"), files(built.directory)
    refresher_of(built, Rules(force=True)).refresh([VIEW])
    assert (files(built.directory / "models"), files(built.directory)) == before
