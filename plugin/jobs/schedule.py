"""The scheduler: APScheduler over a job store in the state database, run by one process at a time.

Several may be started: one holds the lease and runs the jobs, the others stand by and take over when it dies. A job
that is late, because a machine slept or another job took long, runs once, however often it was due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from plugin.jobs.kinds import run_of, schedules
from plugin.jobs.leases import Leases
from plugin.jobs.pokes import Pokes
from plugin.jobs.triggers import trigger_of
from plugin.project import Project

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from plugin.assemble import Workbench
    from plugin.jobs.model import JobRun
    from plugin.jobs.worker import Worker

TABLE = "apscheduler_jobs"
LEASE = "scheduler"
POKED = "catalog-sync"
_LOOK_SECONDS = 5.0
_SOON = ":"  # in the id of a run that was asked for, between the job and the cause
_log = logging.getLogger(__name__)
# APScheduler calls by name, with plain arguments: what a run needs of the process stands here.
stopping = Event()


def run_now(project: Project, job: str, cause: str, stop: Event = stopping) -> JobRun:
    """Runs a job in this process. A run has a workbench of its own, opened anew for each try."""
    from plugin.assemble import Workbench

    run = run_of(job)

    def action() -> Mapping[str, Any]:
        with Workbench(project) as own:
            return run(own)

    with Workbench(project) as bench:
        return _worker(bench, stop).run(job, action, cause)


def run_due(where: Mapping[str, Any], job: str, cause: str) -> None:
    """What the job store calls."""
    from plugin.assemble import Workbench
    from plugin.jobs.history import History

    project = _project(where)
    with Workbench(project) as bench:
        if job in History(bench.state).paused():
            return
    done = run_now(project, job, cause)
    _log.info("%s: %s after %d tries", job, done.outcome, done.tries)


def run_schedule(project: Project, stop: Event = stopping, told: Callable[[str], None] = lambda _: None) -> None:
    """Until `stop` is set; what runs then is let finish."""
    from plugin.assemble import Workbench

    with Workbench(project) as bench:
        leases = _leases(bench)
        while not stop.is_set():
            with leases.held(LEASE) as leading:
                if leading:
                    _lead(bench, leases, stop, told)
                    continue
            told(f"standing by: {leases.holder(LEASE)} runs the jobs")
            stop.wait(leases.seconds / 3)


def next_runs(engine: Engine) -> dict[str, datetime]:
    """As the job store has them."""
    from sqlalchemy import column, inspect, select, table

    if not inspect(engine).has_table(TABLE):
        return {}
    stored = table(TABLE, column("id"), column("next_run_time"))
    with engine.connect() as connection:
        rows = connection.execute(select(stored.c.id, stored.c.next_run_time)).all()
    return {job: datetime.fromtimestamp(due, timezone.utc) for job, due in rows if due is not None}


def _lead(bench: Workbench, leases: Leases, stop: Event, told: Callable[[str], None]) -> None:
    pokes, on = Pokes(bench.project), {"build": bench.settings.schedule.on_build, "catalog": (POKED,)}
    with _started(bench) as scheduler:
        told(f"running {', '.join(sorted(schedules(bench.settings.schedule.jobs)))}")
        while not stop.wait(_LOOK_SECONDS):
            if leases.holder(LEASE) != leases.worker:
                told("another worker has taken over")
                return
            for cause in pokes.new():
                for job in on[cause]:
                    _soon(scheduler, bench, job, cause)
            for job in _broken_off(bench, leases):
                _soon(scheduler, bench, job, "takeover")


@contextmanager
def _started(bench: Workbench) -> Iterator[Any]:
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    from plugin.jobs.job_store import JobStore

    chosen = bench.settings.schedule
    triggers = {job: trigger_of(when, chosen.timezone) for job, when in schedules(chosen.jobs).items()}
    scheduler = BackgroundScheduler(
        jobstores={"default": JobStore(engine=bench.state, tablename=TABLE)},
        executors={"default": ThreadPoolExecutor(1)},  # they share the warehouse and the index
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        timezone=timezone.utc,
    )
    scheduler.start(paused=True)
    try:
        _agree(scheduler, bench, triggers)
        scheduler.resume()
        yield scheduler
    finally:
        scheduler.pause()
        scheduler.get_jobs()  # waits for the look that is under way: one that a shutdown meets loses what is due
        scheduler.shutdown(wait=True)


def _agree(scheduler: Any, bench: Workbench, triggers: Mapping[str, Any]) -> None:
    """A job whose time is unchanged keeps its next run over a restart, and so does what was to run soon; an interval
    begins with a run."""
    for job in scheduler.get_jobs():
        if job.id not in triggers and _SOON not in job.id:
            job.remove()
    for name, trigger in triggers.items():
        known = scheduler.get_job(name)
        if known is None or str(known.trigger) != str(trigger):
            first = {"next_run_time": datetime.now(timezone.utc)} if type(trigger).__name__ == "IntervalTrigger" else {}
            arguments = (_where(bench.project), name, "schedule")
            scheduler.add_job(run_due, trigger, arguments, id=name, name=name, replace_existing=True, **first)


def _soon(scheduler: Any, bench: Workbench, job: str, cause: str) -> None:
    """At most one run waits for each cause, however often it was poked."""
    arguments = (_where(bench.project), job, cause)
    scheduler.add_job(run_due, args=arguments, id=f"{job}{_SOON}{cause}", name=job, replace_existing=True)


def _broken_off(bench: Workbench, leases: Leases) -> list[str]:
    """What a worker that has died was running."""
    from plugin.jobs.history import History
    from plugin.jobs.kinds import KINDS

    found = History(bench.state).broken_off() & KINDS.keys()
    return sorted(job for job in found if leases.holder(f"job:{job}") is None)


def _worker(bench: Workbench, stop: Event) -> Worker:
    from plugin.jobs.history import History
    from plugin.jobs.worker import Retries, Worker

    chosen = bench.settings.schedule
    return Worker(History(bench.state), _leases(bench), Retries(chosen.tries, chosen.backoff_seconds), stop)


def _leases(bench: Workbench) -> Leases:
    from plugin.jobs.workers import worker_name

    return Leases(bench.state, worker_name(), bench.settings.schedule.lease_seconds)


def _where(project: Project) -> dict[str, Any]:
    return {
        "directory": str(project.directory),
        "profiles_dir": str(project.profiles_dir) if project.profiles_dir else None,
        "target": project.target,
        "variables": dict(project.variables) if project.variables else None,
    }


def _project(where: Mapping[str, Any]) -> Project:
    profiles = where["profiles_dir"]
    return Project(Path(where["directory"]), Path(profiles) if profiles else None, where["target"], where["variables"])
