"""`views report`."""

from __future__ import annotations

from pathlib import Path

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("report", help="Write an HTML page: what each view serves, how much faster, how fresh.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("views.html"), show_default=True)
@with_format
@for_project
def report(project: Project, out: Path, form: str) -> int:
    from catalog_sync.files import write_atomically
    from materialized_views.report import html
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        write_atomically(out, html(bench.views.all(), bench.catalog.project))
    if form == "json":
        console.put_json({"path": str(out)})
    else:
        console.out.print(f"{out}", soft_wrap=True)
    return 0
