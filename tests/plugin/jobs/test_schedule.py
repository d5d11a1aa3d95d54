"""The real scheduler over the real job store; what a run says is waited for, never slept for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore

from plugin.assemble import Workbench
from plugin.jobs import schedule
from plugin.jobs.history import History
from plugin.jobs.job_store import JobStore
from plugin.jobs.leases import Leases
from plugin.jobs.model import JobRun
from plugin.jobs.pokes import poke
from plugin.jobs.schedule import next_runs, run_now, run_schedule
from plugin.project import Project
from tests.plugin.jobs.probe import ran

PATIENCE = 120
ROOT = Path(__file__).parents[3]


@contextmanager
def running(project: Project) -> Iterator[list[str]]:
    """A scheduler in a thread; yields what it tells once it leads or stands by."""
    stop, ready, told = Event(), Event(), []

    def tell(text: str) -> None:
        told.append(text)
        ready.set()

    thread = Thread(target=run_schedule, args=(project, stop, tell))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield told
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def runs(project: Project) -> list[JobRun]:
    with Workbench(project) as bench:
        return list(History(bench.state).recent())


def test_an_interval_begins_with_a_run(project: Project) -> None:
    with running(project) as told:
        ran.get(timeout=PATIENCE)
    assert told == ["running probe"]
    (run,) = runs(project)
    assert (run.job, run.outcome, run.cause, run.result) == ("probe", "done", "schedule", {"seen": 1})
    with Workbench(project) as bench:
        assert set(next_runs(bench.state)) == {"probe"}


def test_a_restart_keeps_the_next_run(project: Project) -> None:
    with running(project):
        ran.get(timeout=PATIENCE)
    with Workbench(project) as bench:
        before = next_runs(bench.state)
    with running(project):
        pass
    with Workbench(project) as bench:
        assert next_runs(bench.state) == before
    assert ran.empty()


def test_another_time_is_taken_over_and_what_is_not_wanted_goes(project: Project) -> None:
    with running(project):
        ran.get(timeout=PATIENCE)
    (project.directory / "dbt_ask.yml").write_text(
        "schedule: {jobs: {probe: never, other: every 2h}}\n", encoding="utf-8"
    )
    with running(project):
        ran.get(timeout=PATIENCE)
    with Workbench(project) as bench:
        assert set(next_runs(bench.state)) == {"other"}


def test_what_was_to_run_soon_outlives_a_restart(project: Project) -> None:
    with Workbench(project) as bench:
        with schedule._started(bench) as scheduler:
            scheduler.pause()
            schedule._soon(scheduler, bench, "probe", "build")
        assert "probe:build" in next_runs(bench.state)
        with schedule._started(bench) as scheduler:
            ran.get(timeout=PATIENCE)
    assert "build" in {run.cause for run in runs(project)}


def test_a_job_that_another_took_away_ends_nothing(project: Project) -> None:
    from apscheduler.jobstores.base import JobLookupError

    with Workbench(project) as bench, schedule._started(bench) as scheduler:
        scheduler.pause()
        job = scheduler.get_job("probe")
        store = JobStore(engine=bench.state, tablename=schedule.TABLE)
        store.start(scheduler, "other")
        store.remove_job("probe")
        scheduler.remove_job("probe")
        store.update_job(job)
        with pytest.raises(JobLookupError):
            SQLAlchemyJobStore.remove_job(store, "probe")


def test_jobs_run_when_dbt_has_built(project: Project) -> None:
    target = project.directory / "target"
    target.mkdir()
    with running(project):
        ran.get(timeout=PATIENCE)
        (target / "run_results.json").write_text("{}", encoding="utf-8")
        ran.get(timeout=PATIENCE)
    assert [(run.job, run.cause) for run in runs(project)] == [("other", "build"), ("probe", "schedule")]


def test_a_poke_of_the_catalogue_runs_its_sync(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "POKED", "other")
    with running(project):
        ran.get(timeout=PATIENCE)
        poke(project)
        ran.get(timeout=PATIENCE)
    assert [(run.job, run.cause) for run in runs(project)] == [("other", "catalog"), ("probe", "schedule")]


def test_a_paused_job_is_passed_over(project: Project) -> None:
    target = project.directory / "target"
    target.mkdir()
    with Workbench(project) as bench:
        History(bench.state).pause("probe")
    with running(project):
        (target / "sources.json").write_text("{}", encoding="utf-8")
        ran.get(timeout=PATIENCE)  # one thread runs all, and the probe was due first
    assert [run.job for run in runs(project)] == ["other"]


def test_others_stand_by(project: Project) -> None:
    with Workbench(project) as bench:
        leases = Leases(bench.state, "another", 3600)
        assert leases.take("scheduler")
        with running(project) as told:
            assert told[0] == "standing by: another runs the jobs"
        assert ran.empty()
        leases.give("scheduler")
    with running(project):
        ran.get(timeout=PATIENCE)


def test_one_run_by_hand(project: Project) -> None:
    assert run_now(project, "probe", "by hand").outcome == "done"
    assert ran.get(timeout=PATIENCE) == project.directory.name


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_signal_ends_it_in_peace(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    rare = "catalog-sync: 0 0 1 1 *, values-refresh: never, retention: never, view-checks: never, examples-check: never"
    (tmp_path / "dbt_ask.yml").write_text(f"schedule: {{jobs: {{{rare}}}}}\n", encoding="utf-8")
    code = "from plugin.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "schedule", "run", "--project-dir", str(tmp_path)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        assert process.stderr.readline().strip() == "running catalog-sync"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_what_a_dead_worker_was_running_runs_again_once(project: Project) -> None:
    with Workbench(project) as bench:
        History(bench.state).begin("other", "dead:1", "schedule")
    with running(project):
        ran.get(timeout=PATIENCE)
        ran.get(timeout=PATIENCE)
    other = [(run.outcome, run.cause) for run in runs(project) if run.job == "other"]
    assert other == [("done", "takeover"), ("lost", "schedule")]
    assert ran.empty()


def test_what_a_living_worker_runs_is_left_to_it(project: Project) -> None:
    with Workbench(project) as bench:
        history, another = History(bench.state), Leases(bench.state, "another", 3600)
        history.begin("other", "another", "by hand")
        assert another.take("job:other")
        assert schedule._broken_off(bench, another) == []
        another.give("job:other")
        assert schedule._broken_off(bench, another) == ["other"]
