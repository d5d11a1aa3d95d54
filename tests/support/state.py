"""A state database of each kind: SQLite, and PostgreSQL under its marker."""

from __future__ import annotations

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


@pytest.fixture
def state(empty_state: Engine) -> Engine:
    """Migrated."""
    migrate(empty_state)
    return empty_state
