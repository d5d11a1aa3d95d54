"""A dbt project of a few lines, built and synced for real, with what attacks would put into data and descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from plugin.assemble import Workbench
from plugin.project import find
from tests.support.files import copy_project
from tests.support.project import dbt

CANARY = "canary.person@example.org"
SCRIPT = "<script>window.hacked=1</script>"
IMAGE = "<img src=x onerror=window.hacked=1>"
_FILES = {
    "dbt_project.yml": """
        name: little
        profile: little
        model-paths: [models]
        models: {+materialized: table}
        """,
    "profiles.yml": """
        little:
          target: dev
          outputs:
            dev: {type: duckdb, path: "{{ flags.PROFILES_DIR or '.' }}/little.duckdb", schema: main, threads: 1}
        """,
    "models/stores.sql": f"""
        select 1 as store_id, 'Brooklyn' as store_name union all select 2, 'Chicago'
        union all select 3, '{IMAGE}'
        """,
    "models/customers.sql": f"""
        select 1 as customer_id, '{CANARY}' as email, 'retail' as segment
        union all select 2, 'second.{CANARY}', 'wholesale'
        """,
    "models/orders.sql": """
        select i as order_id, 1 + i % 2 as customer_id, 1 + i % 3 as store_id,
          date '2024-01-01' + (i * 3)::integer as order_date,
          10.5 * i as amount
        from range(1, 121) t(i)
        """,
    "models/salaries.sql": "select 1 as person_id, 100 as salary",
    "models/models.yml": f"""
        models:
          - name: stores
            description: "Stores, one row each. {SCRIPT}"
            config: {{meta: {{openmetadata: {{domain: Shop}}}}}}
            columns:
              - {{name: store_id, description: Key}}
              - {{name: store_name, description: "Name. {IMAGE}"}}
          - name: customers
            description: Customers, one row each.
            config: {{meta: {{openmetadata: {{domain: Shop}}}}}}
            columns:
              - {{name: customer_id, description: Key}}
              - {{name: email, description: Mail address, tags: [PII.Sensitive]}}
              - {{name: segment, description: Segment}}
          - name: orders
            description: Orders, one row each, with their amount.
            config: {{meta: {{openmetadata: {{domain: Shop}}}}}}
            columns:
              - {{name: order_id, description: Key}}
              - {{name: order_date, description: Day of the order}}
              - {{name: amount, description: Amount of the order}}
          - name: salaries
            description: What people earn.
            config: {{meta: {{openmetadata: {{domain: People}}}}}}
        """,
}


def build(project: Path) -> None:
    """By real dbt, and synced."""
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.policy import Policy
    from catalog_sync.sync import sync

    for name, text in _FILES.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    dbt(project, "run", "--quiet", "--profiles-dir", ".")
    with Workbench(find(project)) as bench:
        policy = Policy(tiers=bench.settings.catalog.tiers)
        source = DbtArtifacts(project)
        sync(source, bench.warehouse, bench.embedder, bench.index, policy, bench.project.make_state())


@pytest.fixture(scope="session")
def little_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the session: copy it."""
    project = tmp_path_factory.mktemp("little") / "project"
    build(project)
    return project


@pytest.fixture
def little(little_built: Path, tmp_path: Path) -> Iterator[Workbench]:
    """A project of the test's own, without a model: put a ScriptedLLM into `llm`."""
    project = copy_project(little_built, tmp_path / "little")
    with Workbench(find(project)) as bench:
        yield bench
