"""`dbt-ask jobs`: what there is to run, what came of it, run one now, hold one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from plugin.jobs.model import JobRun

_COLOURS = {"done": "green", "failed": "red", "lost": "red", "running": "cyan"}
_EXIT = {"done": 0, "skipped": 1}


@click.group("jobs", cls=Group, help="Scheduled jobs: list, run, history, pause, resume.")
def command() -> None:
    pass


@command.command("list", help="All jobs: when they run, how the last run went.")
@with_format
@for_project
def list_(project: Project, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.jobs.history import History
    from plugin.jobs.kinds import KINDS, schedules
    from plugin.jobs.schedule import next_runs

    with Workbench(project) as bench:
        history, due = History(bench.state), next_runs(bench.state)
        when, paused = schedules(bench.settings.schedule.jobs), history.paused()
        last = {job: next(iter(history.recent(job, 1)), None) for job in KINDS}
    rows = [
        {
            "job": job,
            "does": does,
            "when": when.get(job, "never"),
            "paused": job in paused,
            "next": due[job].isoformat(timespec="seconds") if job in due else None,
            "last": _attrs(found) if (found := last[job]) else None,
        }
        for job, (_, does, _) in KINDS.items()
    ]
    if form == "json":
        console.put_json(rows)
    else:
        _print_list(rows)
        if not due:
            console.out.print("[dim]nothing is due: no schedule ran here yet; `dbt-ask schedule run` starts one[/]")
    return 0


@command.command("run", help="Run a job now, in this process; exit code 1 if another worker is running it.")
@click.argument("job")
@click.option("--by", default="", help="Who wants it; it is in the history.")
@with_format
@for_project
def run(project: Project, job: str, by: str, form: str) -> int:
    from plugin.commands import console
    from plugin.jobs.schedule import run_now

    done = run_now(project, job, f"by {by}" if by else "by hand")
    if form == "json":
        console.put_json(_attrs(done))
    else:
        _print_runs([done])
    return _EXIT.get(done.outcome, 2)


@command.command("history", help="The last runs, of one job or of all.")
@click.argument("job", required=False)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="At most so many.")
@with_format
@for_project
def history(project: Project, job: str | None, limit: int, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.jobs.history import History
    from plugin.jobs.kinds import KINDS, checked

    if job:
        checked(job, KINDS)
    with Workbench(project) as bench:
        runs = list(History(bench.state).recent(job, limit))
    if form == "json":
        console.put_json([_attrs(found) for found in runs])
    else:
        _print_runs(runs)
    return 0


@command.command("pause", help="The schedule passes the job over until it is resumed.")
@click.argument("job")
@for_project
def pause(project: Project, job: str) -> int:
    return _hold(project, job, back=True)


@command.command("resume", help="The schedule runs the job again.")
@click.argument("job")
@for_project
def resume(project: Project, job: str) -> int:
    return _hold(project, job, back=False)


def _hold(project: Project, job: str, *, back: bool) -> int:
    from plugin.assemble import Workbench
    from plugin.jobs.history import History
    from plugin.jobs.kinds import KINDS, checked

    checked(job, KINDS)
    with Workbench(project) as bench:
        kept = History(bench.state)
        kept.pause(job) if back else kept.resume(job)
    click.echo(f"{job} is {'paused' if back else 'resumed'}")
    return 0


def _attrs(run: JobRun) -> dict[str, Any]:
    return {
        "job": run.job,
        "outcome": run.outcome,
        "cause": run.cause,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
        "tries": run.tries,
        "worker": run.worker,
        "error": run.error,
        "result": run.result,
    }


def _print_list(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from plugin.commands.console import out

    table = Table("job", "when", "next", "last", "does", header_style="bold", border_style="dim")
    for row in rows:
        last = f"{row['last']['outcome']} {row['last']['started_at']}" if row["last"] else ""
        table.add_row(row["job"], row["when"], "paused" if row["paused"] else row["next"] or "", last, row["does"])
    out.print(table)


def _print_runs(runs: list[JobRun]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import put_list

    table = Table("job", "started", "outcome", "tries", "cause", "result", header_style="bold", border_style="dim")
    for found in runs:
        told = found.error or ", ".join(f"{k} {v}" for k, v in found.result.items() if v and not isinstance(v, list))
        outcome = f"[{_COLOURS.get(found.outcome, 'yellow')}]{found.outcome}[/]"
        started = found.started_at.isoformat(sep=" ", timespec="seconds")
        table.add_row(found.job, started, outcome, str(found.tries), found.cause, escape(told))
    put_list(table, "no job has run yet")
