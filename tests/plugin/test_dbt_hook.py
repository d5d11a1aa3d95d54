"""Real dbt commands with our plugin in them. Whatever happens to us, dbt does its work and says nothing of it."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_sync.dbt_artifacts import PARSED, DbtArtifacts
from catalog_sync.policy import Policy, apply
from plugin import logs

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "catalog_sync" / "tiny"
LOG = Path(".dbt_ask") / "logs" / "dbt_ask.log"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(TINY, tmp_path / "project")
    (tmp_path / "project" / "dbt_ask.yml").write_text("catalog: {}\n")
    return tmp_path / "project"


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """The log file is given to the loggers of the whole process."""
    loggers = [logging.getLogger(name) for name in logs._LOGGERS]
    before = [(list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    yield
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        handler.close()
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def dbt(project: Path, *args: str, path: Path = ROOT, cwd: Path | None = None) -> str:
    """Runs dbt with `path` first on the module path, and sees to it that dbt was content."""
    env = {
        **os.environ,
        "PYTHONPATH": str(path),
        "DBT_PROFILES_DIR": str(project),
        "TINY_DUCKDB": str(project / "tiny.duckdb"),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *args],
        cwd=cwd or project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Traceback" not in said
    return said


def test_parse_leaves_the_catalogue_beside_the_manifest(project: Path) -> None:
    dbt(project, "parse")
    written = (project / "target" / PARSED).read_text()
    assert "canary" not in written.casefold()
    source = DbtArtifacts(project)
    catalog = source.parsed()
    assert catalog != source.from_manifest()
    assert apply(Policy(), catalog) == apply(Policy(), source.from_manifest())
    status = next(t for t in catalog if t.name.name == "orders").column("status")
    assert status is not None
    assert status.values == ("placed", "shipped", "returned", "cancelled")
    assert not (project / LOG).exists()


def test_a_build_with_another_target_path_from_another_directory(project: Path, tmp_path: Path) -> None:
    dbt(project, "build", "--project-dir", str(project), "--target-path", "elsewhere", cwd=tmp_path)
    assert [p.relative_to(tmp_path) for p in tmp_path.rglob(PARSED)] == [Path("project/elsewhere") / PARSED]


def test_a_project_without_our_settings_is_left_alone(project: Path) -> None:
    (project / "dbt_ask.yml").unlink()
    dbt(project, "parse")
    assert not list(project.rglob(PARSED))
    assert not (project / ".dbt_ask").exists()


def test_a_place_that_cannot_be_written_to_and_no_log_either(project: Path) -> None:
    (project / "target" / PARSED).mkdir(parents=True)
    (project / ".dbt_ask").write_text("a file where the log's folder should be")
    assert "dbt_ask" not in dbt(project, "parse").replace(PARSED, "")


def test_packages_of_ours_that_cannot_be_imported(project: Path, tmp_path: Path) -> None:
    """Half an installation: the module that dbt finds, and behind it something that fails."""
    site = tmp_path / "site"
    (site / "plugin").mkdir(parents=True)
    shutil.copy(ROOT / "dbt_ask.py", site)
    (site / "plugin" / "__init__.py").touch()
    (site / "plugin" / "dbt_hook.py").write_text("import module_that_is_not_there")
    dbt(project, "parse", path=site)
    assert not list(project.rglob(PARSED))


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"nodes": {"model.a.b": {"unique_id": "model.a.b", "resource_type": "model", "name": "b",
                                  "meta": {"dbt_ask": {"view": "monthly"}}}}}, "MetaInvalid: model.a.b: meta.dbt_ask"),
        ({"nodes": {"model.a.b": {"resource_type": "model"}}}, "KeyError: 'unique_id'"),
        ([], "ArtifactUnreadable"),
        (None, "ArtifactMissing"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_line_in_our_log(
    tmp_path: Path, kept_logging: None, manifest: object, said: str
) -> None:
    from plugin.dbt_hook import ParsedCatalog

    if manifest is not None:
        (tmp_path / "target").mkdir()
        (tmp_path / "target" / "manifest.json").write_text(json.dumps(manifest))
    ParsedCatalog(DbtArtifacts(tmp_path)).write(str(tmp_path / "target" / PARSED))
    assert not (tmp_path / "target" / PARSED).exists()
    (line,) = (tmp_path / LOG).read_text().splitlines()
    assert f"WARNING plugin.dbt_hook after dbt parse: {said}" in line


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    """dbt has its own modules loaded by then; ours must not add to the wait."""
    code = (
        "import sys, json; from dbt.plugins.manager import dbtPlugin; before = set(sys.modules);"
        "import dbt_ask; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    added = json.loads(done.stdout)
    assert set(added) <= {
        "dbt_ask",
        "plugin",
        "plugin.dbt_hook",
        "backends",
        "backends.errors",
        "backends.warehouse",
        "backends.warehouse.base",
        "backends.warehouse.open",
        "backends.warehouse.dbt_bridge",
    }
