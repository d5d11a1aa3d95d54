"""A small dbt project on DuckDB that dbt itself built: what it writes is what is read here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backends.embedder.base import Embedder
from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from catalog_sync import store
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.index import FILTERED
from catalog_sync.model import Catalog
from catalog_sync.policy import Policy
from catalog_sync.source import CatalogSource
from catalog_sync.sync import Options, SyncReport, sync
from catalog_sync.values import Rules
from tests.support.files import copy_project

TINY = Path(__file__).parent / "tiny"
# Recognisable in whatever form dbt writes it: values, names of tests, file names.
CANARIES = ("canary", "piicanary")

# No test may depend on how fast the machine is.
PATIENT = Rules(seconds=3600, query_seconds=600)

_BUILD = """
from dbt.cli.main import dbtRunner
for command in (["build"], ["docs", "generate"]):
    result = dbtRunner().invoke(["--quiet", *command])
    assert result.success, result.exception or result.result
"""


@dataclass
class Tiny:
    """One built copy of the project, with its own warehouse and state."""

    root: Path

    @property
    def state(self) -> Path:
        return self.root / ".dbt_ask"

    @property
    def target(self) -> Path:
        return self.root / "target"

    def source(self) -> DbtArtifacts:
        return DbtArtifacts(self.root)

    def read(self) -> Catalog:
        return self.source().read()

    def saved(self) -> Catalog:
        found = store.load(self.state / store.CATALOG)
        return found.with_tables(tuple(found))

    def edit(self, artifact: str, change: Callable[[dict[str, Any]], None]) -> None:
        path = self.target / artifact
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))

    def sync(
        self,
        *,
        source: CatalogSource | None = None,
        embedder: Embedder | None = None,
        policy: Policy | None = None,
        **options: Any,
    ) -> SyncReport:
        index = self.index()
        warehouse = self.warehouse()
        try:
            return sync(
                source or self.source(),
                warehouse,
                embedder or HashEmbedder(),
                index,
                policy or Policy(),
                self.state,
                options=Options(rules=PATIENT, **options),
            )
        finally:
            index.close()
            warehouse.close()

    def index(self) -> QdrantEdgeIndex:
        return QdrantEdgeIndex(self.state / "index", filtered=FILTERED)

    def warehouse(self) -> Door:
        return Door(DuckDBEngine(self.root / "tiny.duckdb"))

    def points(self) -> dict[str, dict[str, Any]]:
        """All payloads of the index by id."""
        index = self.index()
        try:
            return {i: p for name in ("tables", "columns", "values", "examples") for i, p in index.scroll(name)}
        finally:
            index.close()

    def execute(self, sql: str) -> None:
        import duckdb

        with duckdb.connect(str(self.root / "tiny.duckdb")) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tiny") / "project"
    shutil.copytree(TINY, root)
    env = {
        **os.environ,
        "TINY_DUCKDB": str(root / "tiny.duckdb"),
        "DBT_PROFILES_DIR": str(root),
        "DBT_PROJECT_DIR": str(root),
    }
    done = subprocess.run(
        [sys.executable, "-c", _BUILD], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def tiny(built: Path, tmp_path: Path) -> Iterator[Tiny]:
    root = tmp_path / "project"
    copy_project(built, root)
    return Tiny(root)
