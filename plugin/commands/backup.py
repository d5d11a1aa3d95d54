"""`dbt-ask backup`: what dbt-ask keeps, in one file, while everything runs."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("backup", help="State, catalogue and embedded index into one file, while everything runs.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The file; default .dbt_ask/backups/...")
@with_format
@for_project
def command(project: Project, to: Path | None, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.operate.backup import backup

    started = time.perf_counter()
    name = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.tar.gz"
    path = to or project.make_state() / "backups" / name
    with Workbench(project) as bench, console.progress(form == "text") as report:
        made = backup(bench, path, report)
    seconds, size = round(time.perf_counter() - started, 2), path.stat().st_size
    if form == "json":
        console.put_json({"path": str(path), "bytes": size, "seconds": seconds, **asdict(made)})
        return 0
    console.out.print(f"[green]wrote[/] {path}: {size / 1e6:.1f} MB, revision {made.revision}, in {seconds:.1f} s")
    if made.index == "server":
        console.out.print("[dim]the index is on a Qdrant server: it has snapshots of its own, or can be made again[/]")
    return 0
