from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.support.project import copy_sources, generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

TINY = ("--shop-days", "20", "--supply-scale", "0.001")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_sources(tmp_path_factory.mktemp("tiny") / "dbt_project")
    generate(project, *TINY)
    return project


@pytest.fixture
def own(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "dbt_project"))


def files(project: Path) -> dict[str, bytes]:
    raw = project / "data" / "raw"
    return {str(file.relative_to(raw)): file.read_bytes() for file in sorted(raw.rglob("*.csv"))}


def loaded(project: Path) -> dict[str, str]:
    """A hash of the rows of every raw table, without the time of loading."""
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema like 'raw_%' and table_name <> '_load_stamp'"
        ).fetchall()
        return {
            table: hashlib.sha256(
                repr(connection.execute(f"select * exclude (_loaded_at) from {table} order by all").fetchall()).encode()
            ).hexdigest()
            for (table,) in tables
        }


def test_two_generations_have_the_same_bytes_and_the_same_rows(tiny: Path, tmp_path: Path) -> None:
    again = copy_sources(tmp_path / "again")
    generate(again, *TINY)
    assert files(again) == files(tiny)
    assert loaded(again) == loaded(tiny)
    assert len(loaded(tiny)) == 15


def test_another_seed_gives_another_shop(own: Path) -> None:
    before = files(own)
    generate(own, *TINY, "--seed", "7")
    after = files(own)
    assert after["raw_shop/orders.csv"] != before["raw_shop/orders.csv"]
    assert after["raw_supply/orders.csv"] == before["raw_supply/orders.csv"]


def test_more_days_only_add_rows(own: Path) -> None:
    before = files(own)
    generate(own, "--shop-days", "25", "--supply-scale", "0.001")
    after = files(own)
    for table in ("customers", "orders", "items", "tweets"):
        name = f"raw_shop/{table}.csv"
        assert after[name].startswith(before[name]), table
        assert len(after[name]) > len(before[name]), table


def test_a_second_run_changes_nothing(own: Path) -> None:
    warehouse = own / "data" / "warehouse.duckdb"
    before = warehouse.stat().st_mtime_ns
    log = generate(own, *TINY)
    assert log.splitlines() == [
        "raw_shop: up to date (days 20, seed 20180901)",
        "raw_supply: up to date (scale 0.001)",
    ]
    assert warehouse.stat().st_mtime_ns == before


def test_a_lost_warehouse_is_loaded_from_the_kept_files(own: Path) -> None:
    before = loaded(own)
    (own / "data" / "warehouse.duckdb").unlink()
    log = generate(own, *TINY)
    assert "raw_shop: files are there" in log
    assert "generating" not in log
    assert loaded(own) == before


def test_what_a_killed_generation_leaves_is_not_taken_for_complete(own: Path) -> None:
    before = files(own)
    shop = own / "data" / "raw" / "raw_shop"
    (shop / "stamp").unlink()
    (shop / "orders.csv").write_text("id,customer\n")
    left_over = own / "data" / "raw" / "raw_shop.partial"
    left_over.mkdir()
    (left_over / "orders.csv").write_text("half a li")
    (own / "data" / "warehouse.duckdb").unlink()
    generate(own, *TINY)
    assert files(own) == before
    assert not left_over.exists()


def test_a_load_that_fails_leaves_what_was_loaded_before(own: Path) -> None:
    before = loaded(own)
    broken = own / "data" / "raw" / "raw_supply" / "lineitem.csv"
    broken.write_text(broken.read_text() + "not,a,line\n")
    with pytest.raises(AssertionError, match="lineitem"):
        generate(own, *TINY, "--reload")
    assert loaded(own) == before


@pytest.mark.parametrize(
    "arguments", [("--shop-days", "0"), ("--supply-scale", "0"), ("--supply-scale", "-1"), ("--target", "oracle")]
)
def test_a_wrong_setting_is_refused(own: Path, arguments: tuple[str, str]) -> None:
    with pytest.raises(AssertionError, match=f"error: argument {arguments[0]}: "):
        generate(own, *arguments)


def test_a_warehouse_in_use_is_named(own: Path) -> None:
    with (
        duckdb.connect(str(own / "data" / "warehouse.duckdb")),
        pytest.raises(AssertionError, match=r"warehouse\.duckdb can't be opened\. Stop the program that uses it"),
    ):
        generate(own, *TINY)
