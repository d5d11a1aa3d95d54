from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backends.warehouse.base import Scope
from backends.warehouse.door import Door
from tests.attacks.corpus import Attack, filled
from tests.attacks.fingerprint import fingerprint
from tests.support.shop import HIDDEN, Shop, make_shop, scope_of

SECRET = "canary-sings"
DIALECTS = ["duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass(frozen=True)
class Range:
    """A shop to be attacked, with a file beside it that no query may read and a place where none may write."""

    shop: Shop
    scope: Scope
    directory: Path

    @property
    def canary(self) -> Path:
        return self.directory / "outside" / "canary.txt"

    def sql(self, attack: Attack) -> str:
        return filled(attack.sql, self.canary, self.directory / "outside" / "out.txt")

    def fingerprint(self) -> str:
        return fingerprint(self.shop, self.directory)


def make_range(dialect: str, directory: Path, request: pytest.FixtureRequest, database: str) -> Range:
    """`database` is the fixture that makes one of PostgreSQL."""
    where = request.getfixturevalue(database) if dialect == "postgres" else str(directory / f"shop.{dialect}")
    shop = make_shop(dialect, where)
    outside = directory / "outside"
    outside.mkdir()
    (outside / "canary.txt").write_text(SECRET)
    # The server of PostgreSQL runs as another user, who must be able to read the file if nothing stops him.
    above = [p for p in directory.parents if any(part.startswith("pytest-of-") for part in p.parts)]  # pytest's own
    for path in (outside / "canary.txt", outside, directory, *above):
        path.chmod(path.stat().st_mode | 0o055)
    return Range(shop, _scope(shop.door()), directory)


def _scope(door: Door) -> Scope:
    try:
        return scope_of(door, HIDDEN)
    finally:
        door.close()


@pytest.fixture(scope="module", params=DIALECTS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    """Whatever the tests of a module did to it, it must be as it was."""
    made = make_range(request.param, tmp_path_factory.mktemp("range"), request, "postgres_module_database")
    before = made.fingerprint()
    yield made
    assert made.fingerprint() == before
