"""A state database of each kind: SQLite, and PostgreSQL under its marker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from backends.database import migrate, open_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def empty_state(state_url: str) -> Iterator[Engine]:
    engine = open_database(state_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database to copy, which is quicker than to migrate."""
    path = tmp_path_factory.mktemp("state") / "state.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def state(state_url: str, migrated_file: Path) -> Iterator[Engine]:
    """Migrated."""
    if state_url.startswith("sqlite"):
        shutil.copy(migrated_file, state_url.removeprefix("sqlite:///"))
    engine = open_database(state_url)
    migrate(engine)
    yield engine
    engine.dispose()
