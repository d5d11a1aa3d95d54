from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from backends.errors import WarehouseUnavailable
from backends.warehouse import dbt_bridge, open_dbt
from backends.warehouse.dbt_bridge import duckdb_options, postgres_options, resolve_target, run_dbt

PROJECT = "name: shop\nversion: '1.0.0'\nprofile: shop\ntarget-path: built\n"
PROFILES = """
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: "data/{{ var('file', 'dev') }}.duckdb", schema: main, threads: 1}
    other:
      type: duckdb
      path: other.duckdb
      schema: "{{ env_var('SHOP_SCHEMA') }}"
      extensions: [icu, {name: spatial, repo: x}]
      settings: {memory_limit: 2GB, threads: 3}
      attach:
        - {path: dim.duckdb, alias: dim}
        - {path: rw.duckdb, read_only: false, options: {read_only: false}}
        - {path: "s3://bucket/x.duckdb"}
    memory: {type: duckdb, path: ":memory:"}
    pg:
      type: postgres
      host: db.example.org
      port: 5433
      user: me
      password: secret
      dbname: shop
      schema: marts
      role: builder
      search_path: "a, b"
      sslmode: require
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "profiles.yml").write_text(PROFILES)
    (tmp_path / "models").mkdir()
    (tmp_path / "data").mkdir()
    return tmp_path


def test_the_target_is_resolved(project: Path) -> None:
    target = resolve_target(project)
    assert (target.project_name, target.profile, target.name, target.type) == ("shop", "shop", "dev", "duckdb")
    assert (target.schema, target.database) == ("main", "dev")
    assert target.target_path == project / "built"
    assert target.profiles_dir == project
    assert "secret" not in repr(resolve_target(project, target="pg"))


def test_vars_and_environment_reach_the_profile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SCHEMA", "marts")
    assert duckdb_options(resolve_target(project, vars={"file": "x"}))["path"] == project / "data/x.duckdb"  # type: ignore[index]
    assert resolve_target(project, target="other").schema == "marts"


def test_the_flags_of_a_dbt_around_us_stay(project: Path) -> None:
    import dbt.flags

    flags: Any = dbt.flags
    before = flags.get_flags()
    resolve_target(project)
    assert flags.get_flags() is before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "nowhere"}, "nowhere"),
        ({"target": "other"}, "SHOP_SCHEMA"),
    ],
)
def test_what_dbt_can_not_resolve_is_said(project: Path, change: dict[str, Any], message: str) -> None:
    os.environ.pop("SHOP_SCHEMA", None)
    with pytest.raises(WarehouseUnavailable) as caught:
        resolve_target(project, **change)
    assert message in caught.value.message
    assert "dbt-ask debug" in caught.value.hint


def test_a_profile_that_is_not_there(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(WarehouseUnavailable):
        resolve_target(project, profiles_dir=tmp_path_factory.mktemp("empty"))


def test_the_profiles_directory_comes_from_the_environment(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("profiles")
    (elsewhere / "profiles.yml").write_text(PROFILES.replace("target: dev", "target: pg"))
    monkeypatch.setenv("DBT_PROFILES_DIR", str(elsewhere))
    assert resolve_target(project).name == "pg"
    assert resolve_target(project, profiles_dir=project).name == "dev"


def test_duckdb_options(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SCHEMA", "marts")
    options = duckdb_options(resolve_target(project, target="other"))
    assert options is not None
    assert options["path"] == project / "other.duckdb"
    assert options["extensions"] == ["icu", "spatial"]
    assert options["memory"] == 2_000_000_000
    assert options["threads"] == 3
    assert options["attach"] == [
        f"ATTACH IF NOT EXISTS '{project}/dim.duckdb' AS dim (READ_ONLY)",
        f"ATTACH IF NOT EXISTS '{project}/rw.duckdb' (READ_ONLY)",
        "ATTACH IF NOT EXISTS 's3://bucket/x.duckdb' (READ_ONLY)",
    ]


@pytest.mark.parametrize(
    ("text", "size"),
    [("500MB", 500_000_000), ("2 GiB", 2 * 1024**3), ("1.5gb", 1_500_000_000), ("", None), ("80%", None)],
)
def test_sizes_as_duckdb_writes_them(text: str, size: int | None) -> None:
    assert dbt_bridge._bytes(text) == size


def test_a_database_in_memory_holds_nothing_to_ask(project: Path) -> None:
    with pytest.raises(WarehouseUnavailable) as caught:
        open_dbt(project, target="memory")
    assert "path" in caught.value.hint


def test_postgres_options(project: Path) -> None:
    options = postgres_options(resolve_target(project, target="pg"))
    assert options["default_schema"] == "marts"
    assert options["role"] == "builder"
    assert options["connect"] == {
        "dbname": "shop",
        "user": "me",
        "host": "db.example.org",
        "password": "secret",
        "port": 5433,
        "connect_timeout": 10,
        "application_name": "dbt-ask",
        "sslmode": "require",
        "options": "-c search_path=a,\\ b",
    }


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # dbt leaves its log file open
def test_dbt_runs_with_its_own_exit_codes_and_lets_go_of_the_file(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (project / "models" / "good.sql").write_text("select 1 as id")
    where = ["--project-dir", str(project), "--profiles-dir", str(project)]
    assert run_dbt(["-q", "build", *where]) == 0
    warehouse = open_dbt(project)
    assert warehouse.query("select id from good").rows == ((1,),)
    with duckdb.connect(str(project / "data/dev.duckdb")) as connection:
        assert connection.execute("select count(*) from good").fetchall() == [(1,)]
    warehouse.close()
    (project / "models" / "bad.sql").write_text("select nosuch from nowhere")
    assert run_dbt(["-q", "build", *where]) == 1
    assert run_dbt(["build", "--no-such-flag"]) == 2
    capsys.readouterr()


def test_the_base_class_of_plugins() -> None:
    from dbt.plugins import dbtPlugin

    assert dbt_bridge.dbtPlugin is dbtPlugin
    with pytest.raises(AttributeError):
        _ = dbt_bridge.nothing_like_that
