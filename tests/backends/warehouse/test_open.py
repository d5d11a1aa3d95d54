from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backends.errors import WarehouseUnavailable
from backends.warehouse import open_dbt


def test_importing_the_package_imports_no_driver() -> None:
    code = (
        "import sys, backends.warehouse; "
        "print([name for name in ('dbt', 'duckdb', 'psycopg2', 'sqlglot', 'agate') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_directory_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable) as caught:
        open_dbt(tmp_path)
    assert str(tmp_path) in caught.value.message


def test_an_adapter_without_a_lock_must_be_allowed(tmp_path: Path) -> None:
    """MotherDuck is DuckDB that lies elsewhere: no file here to open read-only."""
    (tmp_path / "dbt_project.yml").write_text("name: shop\nversion: '1.0.0'\nprofile: shop\n")
    (tmp_path / "profiles.yml").write_text(
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: 'md:shop', schema: main}\n"
    )
    with pytest.raises(WarehouseUnavailable) as caught:
        open_dbt(tmp_path)
    assert "allow_unlocked" in caught.value.hint
