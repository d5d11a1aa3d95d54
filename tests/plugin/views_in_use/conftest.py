"""A dbt project with question views, built and synced for real; the model is scripted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.llm.scripted import ScriptedLLM
from plugin.answer import Answer, answer
from plugin.assemble import Workbench
from plugin.generator.ask import Ask
from plugin.project import find
from tests.support.files import copy_project
from tests.support.project import dbt

EMBEDDER = CachedEmbedder(MultilingualEmbedder())
_SUMS = "count(*) as order_count, cast(sum(o.amount) as numeric(18, 2)) as revenue"
_VIEW = """
          - name: {name}
            description: {said}
            config:
              meta: {{dbt_ask: {{view: {{grain: [{grain}], measures: {{order_count: sum, revenue: sum}},
                additive: [order_count, revenue]}}}}}}
            data_tests: {tests}
            columns: [{{name: revenue, description: Sales}}]"""
_RECONCILES = (
    "[{reconciles: {arguments: {base: \"ref('orders')\", column: revenue, base_column: amount}}}, "
    "{unique_grain: {arguments: {columns: [%s]}}}]"
)
FILES = {
    "dbt_project.yml": """
        name: viewed
        profile: viewed
        model-paths: [models]
        models: {+materialized: table}
        """,
    "profiles.yml": """
        viewed:
          target: dev
          outputs:
            dev: {type: duckdb, path: "{{ flags.PROFILES_DIR or '.' }}/viewed.duckdb", schema: main, threads: 1}
        """,
    "dbt_ask.yml": "catalog: {tiers: []}\n",
    "tests/generic/reconciles.sql": """
        {% test reconciles(model, base, column, base_column) %}
          select 1 from (select sum({{ column }}) as a from {{ model }}) v,
            (select sum({{ base_column }}) as b from {{ base }}) o where a <> b
        {% endtest %}
        {% test unique_grain(model, columns) %}
          select 1 from {{ model }} group by {{ columns | join(', ') }} having count(*) > 1
        {% endtest %}
        """,
    "models/stores.sql": "select 1 as store_id, 'Brooklyn' as store_name union all select 2, 'Chicago'",
    "models/orders.sql": """
        select i as order_id, 1 + i % 2 as store_id, date '2024-01-01' + (i * 3)::integer as order_date,
          cast(10.5 * i as numeric(12, 2)) as amount
        from range(1, 101) t(i)
        """,
    "models/monthly_sales.sql": f"""
        select cast(date_trunc('month', o.order_date) as date) as order_month, s.store_name, {_SUMS}
        from {{{{ ref('orders') }}}} as o
        inner join {{{{ ref('stores') }}}} as s on o.store_id = s.store_id group by 1, 2
        """,
    "models/store_sales.sql": f"""
        with o as (select *, row_number() over (order by order_id) as place from {{{{ ref('orders') }}}})
        select s.store_name, {_SUMS}
        from o inner join {{{{ ref('stores') }}}} as s on o.store_id = s.store_id group by 1
        """,
    "models/store_totals.sql": "with s as (select * from {{ ref('store_sales') }}) select * from s",
    "models/models.yml": """
        models:
          - name: stores
            description: Stores, one row each.
            columns:
              - {name: store_id, description: Key, data_tests: [unique, not_null]}
              - {name: store_name, description: Name}
          - name: orders
            description: Orders, one row each, with their amount.
            columns:
              - {name: order_id, description: Key, data_tests: [unique, not_null]}
              - name: store_id
                description: Store
                data_tests: [not_null, {relationships: {arguments: {to: "ref('stores')", field: store_id}}}]
              - {name: order_date, description: Day of the order}
              - {name: amount, description: Amount of the order}
        """
    + _VIEW.format(
        name="monthly_sales", said="Sales of each store by month.", grain="order_month, store_name",
        tests=_RECONCILES % "order_month, store_name",
    )
    + _VIEW.format(
        name="store_sales", said="Sales of each store.", grain="store_name", tests=_RECONCILES % "store_name"
    )
    + _VIEW.format(name="store_totals", said="Totals of each store.", grain="store_name", tests="[]"),
}  # fmt: skip


@dataclass(frozen=True)
class Viewed:
    """`bench` is opened anew for each use, as a command does."""

    directory: Path

    def open(self) -> Workbench:
        bench = Workbench(find(self.directory))
        bench.__dict__["embedder"] = EMBEDDER  # one for all tests: its vectors are kept
        return bench

    def ask(self, sql: str, question: str = "the approximate sales of the stores", **options: Any) -> Answer:
        """What becomes of this statement; comparisons that are due are done."""
        with self.open() as bench:
            bench.__dict__["llm"] = ScriptedLLM([f"{sql.removeprefix('SELECT')}\n```"] * 3)
            services = bench.services()
            done = bench.pipeline(**options)(Ask(question), services)
            bench.views_in_use.compare(bench.views_in_use.note(done))
            return answer(done, services, 0.0)

    def write(self, sql: str) -> None:
        with duckdb.connect(str(self.directory / "viewed.duckdb")) as connection:
            connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.directory / "viewed.duckdb"), read_only=True) as connection:
            return list(connection.execute(sql).fetchall())


@pytest.fixture(scope="session")
def viewed_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.policy import Policy
    from catalog_sync.sync import sync

    project = tmp_path_factory.mktemp("viewed") / "project"
    for name, text in FILES.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    dbt(project, "build", "--quiet", "--profiles-dir", ".")
    with Workbench(find(project)) as bench:
        source = DbtArtifacts(project)
        sync(source, bench.warehouse, bench.embedder, bench.index, Policy(tiers=()), bench.project.make_state())
        assert bench.state
    return project


@pytest.fixture
def viewed(viewed_built: Path, tmp_path: Path) -> Viewed:
    return Viewed(copy_project(viewed_built, tmp_path / "project"))
