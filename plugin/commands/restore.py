"""`dbt-ask restore`: what a backup holds in place of what is there."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("restore", help="What a backup holds in place of what is there. Stop serve and schedule before.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check the backup.")
@with_format
@for_project
def command(project: Project, file: Path, dry_run: bool, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.operate.backup import restore

    started = time.perf_counter()
    with Workbench(project) as bench, console.progress(form == "text") as report:
        found = restore(bench, file, dry_run=dry_run, progress=report)
        rebuild = found.index != "embedded" or bool(bench.settings.index.url)
    seconds = round(time.perf_counter() - started, 2)
    if form == "json":
        console.put_json({"restored": not dry_run, "seconds": seconds, **asdict(found)})
        return 0
    did = "is whole" if dry_run else "restored"
    console.out.print(f"[green]{did}[/]: {file}, made {found.made_at}, revision {found.revision}, in {seconds:.1f} s")
    if rebuild and not dry_run:
        console.out.print("[yellow]next:[/] the index is not in it: `dbt-ask sync --rebuild`")
    return 0
