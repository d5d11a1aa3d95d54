"""The sample project at a small scale, built for real."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.support.files import copy_project

PROJECT = Path(__file__).parents[2] / "dbt_project"
SMALL = ("--shop-days", "210", "--supply-scale", "0.01")
"""210 days have two stores; scale 0.01 has about 60,000 order lines."""

NOT_SOURCE = ("data", "target", "logs", "golden", "__pycache__", ".dbt_ask")
A_DAY = 24 * 60 * 60
TOOLS = ("dbt-core", "dbt-duckdb", "duckdb", "jafgen", "faker", "numpy", "tpchgen-cli")


def generate(project: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Runs generate.py and returns its log; an exit code other than 0 raises."""
    return _run([sys.executable, "generate.py", *args], project, env)


def dbt(project: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Runs dbt inside the project and returns its log; an exit code other than 0 raises."""
    program = Path(sys.executable).parent / "dbt"
    return _run([str(program), "--no-use-colors", *args], project, env)


def copy_sources(to: Path) -> Path:
    return Path(shutil.copytree(PROJECT, to, ignore=shutil.ignore_patterns(*NOT_SOURCE)))


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built copy, shared by the session: read it, and copy it before you change it.

    `data/warehouse.duckdb` and `target/manifest.json` are there.
    """
    project = tmp_path_factory.mktemp("sample") / "dbt_project"
    kept = _kept_copy()
    if kept.is_dir():
        return copy_project(kept, project)
    copy_sources(project)
    generate(project, *SMALL)
    dbt(project, "--warn-error", "run")
    _keep(project, kept)
    return project


@pytest.fixture
def own_project(sample_project: Path, tmp_path: Path) -> Path:
    """A built copy of the test's own."""
    return copy_project(sample_project, tmp_path / "dbt_project")


@pytest.fixture(scope="session")
def full_warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A read-only connection to the sample project at full scale. The generated files are kept between runs, the
    warehouse is built anew."""
    import duckdb
    import portalocker

    assert request.config.cache is not None
    raw = request.config.cache.mkdir("sample_project_raw")
    project = copy_sources(tmp_path_factory.mktemp("full") / "dbt_project")
    (project / "data").mkdir()
    (project / "data" / "raw").symlink_to(raw, target_is_directory=True)
    with portalocker.Lock(raw / "lock", timeout=1200):
        generate(project)
    dbt(project, "run")
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection
    shutil.rmtree(project)


def _run(command: list[str], cwd: Path, env: Mapping[str, str] | None) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "PYTEST_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**ours, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def _kept_copy() -> Path:
    """Where a build of exactly these sources by these tools is kept between sessions."""
    digest = hashlib.sha256(repr([SMALL, [(tool, version(tool)) for tool in TOOLS]]).encode())
    for file in sorted(PROJECT.rglob("*")):
        inside = file.relative_to(PROJECT)
        if file.is_file() and not set(inside.parts) & set(NOT_SOURCE):
            digest.update(f"{inside}\0".encode() + file.read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "dbt-ask-tests" / digest.hexdigest()[:16]


def _keep(project: Path, kept: Path) -> None:
    """Saves time in the next session and is never needed, so a full or read-only disk is no error."""
    partial = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        copy_project(project, partial)
        partial.rename(kept)
        for older in kept.parent.iterdir():
            if older.stat().st_mtime < time.time() - A_DAY:  # a younger one may be in use
                shutil.rmtree(older, ignore_errors=True)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
