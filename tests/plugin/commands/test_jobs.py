from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backends.errors import AskError
from plugin.assemble import Workbench
from plugin.jobs.leases import Leases
from plugin.main import cli
from plugin.project import Project
from tests.catalog_sync.conftest import Tiny, built, tiny

__all__ = ["built", "tiny"]


def run(project: Path, *words: str, form: str = "json") -> tuple[int, Any]:
    formatted = [] if words[1] in ("pause", "resume") or words[0] == "schedule" else ["--format", form]
    done = CliRunner().invoke(cli, [*words, *formatted, "--project-dir", str(project)], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.return_value, json.loads(done.stdout) if formatted and form == "json" else done.output


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    return tmp_path


def test_list_pause_and_resume(project: Path) -> None:
    _, listed = run(project, "jobs", "list")
    assert {row["job"]: row["when"] for row in listed} == {
        "catalog-sync": "every 15m", "view-checks": "every 5m", "values-refresh": "0 3 * * *",
        "catalog-events": "never", "retention": "0 4 * * *", "examples-check": "0 5 * * *",
        "log-harvest": "never", "view-refresh": "never",
    }  # fmt: skip
    assert run(project, "jobs", "pause", "catalog-sync")[0] == 0
    assert {row["job"]: row["paused"] for row in run(project, "jobs", "list")[1]}["catalog-sync"]
    run(project, "jobs", "resume", "catalog-sync")
    assert not any(row["paused"] for row in run(project, "jobs", "list")[1])
    assert "catalog-sync" in run(project, "jobs", "list", form="text")[1]


def test_a_run_that_fails_says_so(project: Path) -> None:
    """There is no profile: that does not pass, so it is not tried again."""
    code, told = run(project, "jobs", "run", "catalog-sync")
    assert (code, told["outcome"], told["tries"]) == (2, "failed", 1)
    assert told["result"]["code"] == "WarehouseUnavailable"
    (kept,) = run(project, "jobs", "history", "catalog-sync")[1]
    assert kept == told
    assert "failed" in run(project, "jobs", "history", form="text")[1]


def test_a_run_that_another_worker_has(project: Path) -> None:
    with Workbench(Project(project)) as bench:
        assert Leases(bench.state, "another").take("job:catalog-sync")
    code, told = run(project, "jobs", "run", "catalog-sync")
    assert (code, told["outcome"]) == (1, "skipped")


def test_no_such_job(project: Path) -> None:
    for words in (["run", "x"], ["history", "x"], ["pause", "x"]):
        with pytest.raises(AskError, match="there is no job 'x'"):
            run(project, "jobs", *words)


def test_a_schedule_that_makes_no_sense_is_refused(project: Path) -> None:
    assert "catalog-sync: every 15m" in run(project, "schedule", "run", "--dry-run")[1]
    (project / "dbt_ask.yml").write_text("schedule: {jobs: {catalog-sync: soon}}\n", encoding="utf-8")
    with pytest.raises(AskError, match="is no time"):
        run(project, "schedule", "run", "--dry-run")


def test_the_catalogue_job_syncs(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_DUCKDB", str(tiny.root / "tiny.duckdb"))
    code, told = run(tiny.root, "jobs", "run", "catalog-sync")
    assert (code, told["result"]["tables"], told["result"]["values"]) == (0, 3, 10)
    assert len(tiny.saved().tables) == 3
    code, told = run(tiny.root, "jobs", "run", "values-refresh")
    assert (code, told["result"]["asked"], told["result"]["embedded"]) == (0, 6, 0)
