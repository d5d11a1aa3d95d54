"""`dbt-ask schedule`: the process that runs the jobs when they are due."""

from __future__ import annotations

import signal
from types import FrameType

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project
from plugin.project import Project


@click.group("schedule", cls=Group, help="Run jobs when they are due.")
def command() -> None:
    pass


@command.command("run", help="Run the jobs until stopped; start several, and one runs them while the others stand by.")
@click.option("--dry-run", is_flag=True, help="Only say when each job would run.")
@for_project
def run(project: Project, dry_run: bool) -> int:
    from plugin import logs, settings
    from plugin.commands import console
    from plugin.jobs.kinds import schedules
    from plugin.jobs.schedule import run_schedule, stopping
    from plugin.jobs.triggers import trigger_of

    loaded = settings.load(project.directory)
    chosen = loaded.schedule
    for job, when in schedules(chosen.jobs).items():
        trigger_of(when, chosen.timezone)
        if dry_run:
            console.out.print(f"{job}: {when}")
    if dry_run:
        return 0

    logs.as_set(loaded.logs, project.log)

    def stop(number: int, _frame: FrameType | None) -> None:
        """Once: end when what runs has finished. Twice: at once."""
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    run_schedule(project, told=lambda text: console.err.print(f"[dim]{text}[/]"))
    return 0
