"""`views build`, `views refresh`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from materialized_views.refresh import Refreshed


@click.command("build", help="Build approved views: aside, tested, compared with their tables, then put in place.")
@click.argument("names", nargs=-1)
@click.option("--allow-shrink", is_flag=True, help="Even if a view loses many of its rows.")
@click.option("--dry-run", is_flag=True, help="Only say what would be built.")
@with_format
@for_project
def build(project: Project, names: tuple[str, ...], allow_shrink: bool, dry_run: bool, form: str) -> int:
    return _refresh(project, names, ("approved", "quarantined"), True, allow_shrink, dry_run, form)


@click.command("refresh", help="Bring views up to date whose tables have changed.")
@click.argument("names", nargs=-1)
@click.option("--force", is_flag=True, help="Also views that are as new as their tables.")
@click.option("--allow-shrink", is_flag=True, help="Even if a view loses many of its rows.")
@click.option("--dry-run", is_flag=True, help="Only say which are due, and why.")
@with_format
@for_project
def refresh(project: Project, names: tuple[str, ...], force: bool, allow_shrink: bool, dry_run: bool, form: str) -> int:
    from plugin.commands.views.parts import REFRESHED

    return _refresh(project, names, REFRESHED, force, allow_shrink, dry_run, form)


def _refresh(
    project: Project,
    names: tuple[str, ...],
    states: tuple[str, ...],
    force: bool,
    allow_shrink: bool,
    dry_run: bool,
    form: str,
) -> int:
    from materialized_views import watermarks
    from materialized_views.refresh import Refreshed
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench, console.progress(form == "text") as report:
        records = parts.chosen(bench, names, *states)
        refresher = parts.refresher_of(bench, records, report, force=force, allow_shrink=allow_shrink)
        if dry_run:
            done = []
            for record in records:
                tables = parts.definition_of(record).tables
                marks = watermarks.marks(tables, bench.catalog, bench.warehouse, refresher.rules.limits)
                why = refresher.due(record, marks)
                done.append(Refreshed(record.name, "due" if why else "fresh", why))
        else:
            done = refresher.refresh(record.name for record in records) if records else []
    _show(done, form, new="ready" not in states)
    return 1 if any(item.status == "failed" for item in done) else 0


def _show(done: list[Refreshed], form: str, *, new: bool) -> None:
    from dataclasses import asdict

    from plugin.commands import console

    if form == "json":
        console.put_json([asdict(item) for item in done])
        return
    colours = {"failed": "red", "built": "green", "due": "yellow"}
    for item in done:
        colour = colours.get(item.status, "dim")
        part = f" Made anew: {', '.join(item.buckets)}." if item.buckets else ""
        console.out.print(
            f"[{colour}]{item.status}[/] [bold]{item.view}[/] {item.rows:,} rows, {item.seconds:.1f} s. "
            f"{item.why}{part}",
            soft_wrap=True,
        )
    if not done:
        none = "no view is approved; `dbt-ask views approve` takes a proposed one" if new else "no view is built yet"
        console.out.print(f"nothing to do: {none}")
    if new and any(item.status == "built" for item in done):
        console.err.print("[dim]questions know a new view after `dbt parse` and `dbt-ask sync`[/]")
