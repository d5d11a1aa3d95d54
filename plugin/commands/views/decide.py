"""`views try`, `views approve`, `views retire`."""

from __future__ import annotations

import getpass

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("try", help="Build proposed views in a sandbox, test them, and replay their queries.")
@click.argument("names", nargs=-1)
@with_format
@for_project
def try_(project: Project, names: tuple[str, ...], form: str) -> int:
    """Exit code 1 where a view was dropped."""
    from pathlib import Path

    from materialized_views.trial import Rules, try_views
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        records = parts.chosen(bench, names, "proposed")
        rules = Rules(bench.settings.views.min_speedup, folder=Path(bench.settings.views.folder))
        with console.progress(form == "text") as report:
            trials = try_views(records, bench.catalog, bench.warehouse, parts.dbt_of(project), rules, report)
        for trial in trials:
            bench.views.tried(trial.view, trial.attrs(), passed=trial.passed)
    if form == "json":
        console.put_json([trial.attrs() for trial in trials])
    else:
        for trial in trials:
            verdict = "[green]passed[/]" if trial.passed else "[red]dropped[/]"
            console.out.print(f"{verdict} [bold]{trial.view}[/]: {trial.reason}", soft_wrap=True)
        if not trials:
            console.out.print("nothing to try: no view is proposed; `dbt-ask views recommend` proposes some")
    return 0 if all(trial.passed for trial in trials) else 1


@click.command("approve", help="Write the models of proposed views into the project.")
@click.argument("names", nargs=-1, required=True)
@click.option("--by", default=getpass.getuser, help="Who approves; the user of this machine if not given.")
@click.option("--branch", help="In a git repository: commit the files to this new branch.")
@click.option("--untried", is_flag=True, help="Also views that passed no trial.")
@click.option("--dry-run", is_flag=True, help="Only say which files would be written.")
@with_format
@for_project
def approve(
    project: Project, names: tuple[str, ...], by: str, branch: str | None, untried: bool, dry_run: bool, form: str
) -> int:
    from plugin import view_decisions
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        records = parts.chosen(bench, names)
        decide = view_decisions.approve
        done = decide(bench, bench.catalog, records, by, branch=branch, untried=untried, dry_run=dry_run)
    if form == "json":
        console.put_json([{"path": str(item.path), "action": item.action} for item in done])
    else:
        for item in done:
            console.out.print(f"{item.action:<9} {item.path}", soft_wrap=True)
    return 0


@click.command("retire", help="Take a view out of use, and its model out of the project.")
@click.argument("names", nargs=-1, required=True)
@click.option("--why", default="retired by hand", show_default=True)
@click.option("--dry-run", is_flag=True, help="Only say which files would go.")
@with_format
@for_project
def retire(project: Project, names: tuple[str, ...], why: str, dry_run: bool, form: str) -> int:
    from pathlib import Path

    from materialized_views.emit import project as places
    from materialized_views.emit import remove
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    gone: list[str] = []
    with Workbench(project) as bench:
        for record in parts.chosen(bench, names):
            paths = list(places.paths(parts.definition_of(record), bench.catalog, Path(bench.settings.views.folder)))
            gone += [str(path) for path in paths if (project.directory / path).exists()]
            if dry_run:
                continue
            remove(project.directory, paths)
            bench.views.retire(record.name, why)  # out of use before its table goes
            if record.table is not None:
                table = record.table
                parts.dbt_of(project).operation("dbt_ask_drop", names=[[table.database, table.schema, table.name]])
    if form == "json":
        console.put_json({"retired": list(names), "removed": gone})
    else:
        for path in gone:
            console.out.print(f"{'would go' if dry_run else 'removed'}  {path}", soft_wrap=True)
    return 0
