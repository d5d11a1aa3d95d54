"""Trials with real dbt on DuckDB."""

from __future__ import annotations

from typing import Any

import pytest

from materialized_views.build import Dbt, Outcome
from materialized_views.build.overlay import Model
from materialized_views.registry import ViewRecord
from materialized_views.trial import SCHEMA, Builder, Rules, Trial, try_views
from tests.materialized_views.conftest import Small
from tests.materialized_views.definitions import monthly

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
VIEW = "monthly_orders"
BY_SEGMENT = (
    "select c.segment, sum(o.amount) as total, count(*) as n from main.orders o "
    "join main.customers c on o.customer_id = c.customer_id group by 1 order by 2 desc limit 2"
)
BY_YEAR = "select date_trunc('year', order_date) as year, max(amount) as largest from main.orders group by 1"
BY_STATUS = "select status, count(*) as n from main.orders group by 1"
EXAMPLES = [BY_SEGMENT, BY_YEAR, BY_STATUS]


class Sabotaged:
    """dbt, after which somebody changes what was built."""

    def __init__(self, small: Small, sql: str) -> None:
        self.small, self.sql, self.dbt = small, sql, Dbt(small.directory, small.directory)

    def build(self, models: list[Model]) -> dict[str, Outcome]:
        outcomes = self.dbt.build(models)
        self.small.write(self.sql.format(table=next(iter(outcomes.values())).relation))
        return outcomes

    def operation(self, macro: str, **arguments: Any) -> None:
        self.dbt.operation(macro, **arguments)


def proposed(small: Small) -> ViewRecord:
    definition = monthly()
    small.registry.propose(VIEW, definition.attrs(), definition.hash, {"examples": EXAMPLES})
    return small.registry.get(VIEW)


def tried(small: Small, builder: Builder | None = None, rules: Rules = Rules(min_speedup=0.0)) -> Trial:
    dbt = builder or Dbt(small.directory, small.directory)
    (trial,) = try_views([proposed(small)], small.catalog, small.warehouse, dbt, rules)
    assert [t.schema for t in small.warehouse.tables() if SCHEMA in str(t.schema)] == []  # the sandbox is gone
    return trial


def test_a_view_passes_with_the_queries_that_it_provably_answers(small: Small) -> None:
    trial = tried(small)
    assert trial.passed, trial.reason
    assert trial.rows == 36
    assert trial.reason.startswith("2 of 3 queries equal to base")
    served = {replay.sql for replay in trial.replays if replay.proof}
    assert served == {BY_SEGMENT, BY_YEAR}
    (refused,) = [replay for replay in trial.replays if replay.refused]
    assert "GROUP BY" in refused.refused
    assert not (small.directory / "models" / "ask_views").exists()


def test_a_view_that_is_not_fast_enough_is_dropped(small: Small) -> None:
    trial = tried(small, rules=Rules(min_speedup=1e9))
    assert not trial.passed
    assert "less than 1e+09x" in trial.reason


def test_a_wrong_number_drops_the_view(small: Small) -> None:
    trial = tried(small, Sabotaged(small, "update {table} set amount = amount + 1 where order_month = '2024-05-01'"))
    assert not trial.passed
    assert trial.reason == "1 answers differ from base: values of total differ"


def test_a_failed_test_drops_the_view(small: Small) -> None:
    small.write("insert into orders values (9001, 777, date '2024-02-03', 5, 'open', null)")  # no such customer
    trial = tried(small)
    assert not trial.passed
    assert "dbt_ask_reconciles" in trial.reason
