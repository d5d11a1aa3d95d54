"""A small dbt project of three source tables, whose rows a test may change as it likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import Engine

from backends.database import migrate, open_database
from backends.warehouse import open_dbt
from backends.warehouse.base import Warehouse
from catalog_sync import policy as policies
from catalog_sync.built import as_built
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.model import Catalog
from catalog_sync.policy import Policy
from materialized_views.registry import Registry

SOURCES = Path(__file__).parent / "small"
TABLES = """
create table nations (nation_id integer, nation_name varchar);
insert into nations values (1, 'FRANCE'), (2, 'GERMANY'), (3, 'KENYA');
create table customers (customer_id integer, segment varchar, nation_id integer, email varchar);
insert into customers select n, case n % 3 when 0 then 'retail' when 1 then 'trade' end, 1 + n % 3, n || '@example.org'
from generate_series(1, 40) t(n);
create table orders (order_id bigint, customer_id integer, order_date date, amount decimal(12, 2), status varchar,
    discount decimal(4, 2));
insert into orders select n, 1 + n % 40, date '2024-01-01' + cast(n % 366 as integer),
    cast(n % 97 as decimal(12, 2)) + 0.25,
    case n % 2 when 0 then 'open' else 'done' end, case when n % 5 > 0 then 0.01 * (n % 9) end
from generate_series(1, 6000) t(n);
"""


@dataclass(frozen=True)
class Small:
    """`warehouse` sees every table; `catalog` is what a sync would clear."""

    directory: Path
    warehouse: Warehouse
    catalog: Catalog
    registry: Registry

    def write(self, sql: str) -> None:
        with duckdb.connect(str(self.directory / "small.duckdb")) as connection:
            connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.directory / "small.duckdb"), read_only=True) as connection:
            return list(connection.execute(sql).fetchall())


@pytest.fixture(scope="session")
def parsed_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = Path(shutil.copytree(SOURCES, tmp_path_factory.mktemp("small") / "project"))
    with duckdb.connect(str(directory / "small.duckdb")) as connection:
        connection.execute(TABLES)
    command = [str(Path(sys.executable).parent / "dbt"), "parse", "--profiles-dir", "."]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    done = subprocess.run(command, cwd=directory, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return directory


@pytest.fixture
def small(parsed_small: Path, tmp_path: Path) -> Iterator[Small]:
    shutil.copytree(parsed_small, tmp_path / "project")
    with opened_small(tmp_path) as opened:
        yield opened


@contextmanager
def opened_small(folder: Path) -> Iterator[Small]:
    """`project/` and `state.db` of a folder."""
    directory = folder / "project"
    warehouse = open_dbt(directory, directory)
    engine: Engine = open_database(f"sqlite:///{folder / 'state.db'}")
    migrate(engine)
    yield Small(directory, warehouse, catalog_of(directory, warehouse), Registry(engine))
    warehouse.close()
    engine.dispose()


def catalog_of(directory: Path, warehouse: Warehouse) -> Catalog:
    read = DbtArtifacts(directory).read()
    built = as_built(read, {table.name for table in read}, warehouse)
    return policies.apply(Policy(tiers=()), built.catalog).catalog
