from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.shop import Shop, make_shop

DIALECTS = [
    "duckdb",
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.postgres),
]


def shop_in(dialect: str, directory: Path, request: pytest.FixtureRequest) -> Shop:
    if dialect == "postgres":
        return make_shop(dialect, request.getfixturevalue("postgres_module_database"))
    return make_shop(dialect, str(directory / f"shop.{dialect}"))


@pytest.fixture(scope="module", params=DIALECTS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return shop_in(request.param, tmp_path_factory.mktemp("shop"), request)
