"""`dbt-ask sync`: catalogue -> policy -> values -> documents -> index."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("sync", help="Bring the catalogue and its index up to date.")
@click.option("--rebuild", is_flag=True, help="Make the whole index again, beside the old one.")
@click.option("--refresh-values", is_flag=True, help="Ask the warehouse for all values again.")
@click.option("--force", is_flag=True, help="Go on even if most tables are gone.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@with_format
@for_project
def command(project: Project, rebuild: bool, refresh_values: bool, force: bool, dry_run: bool, form: str) -> int:
    from rich.markup import escape

    from catalog_sync.sync import sync
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        options = bench.sync_options
        rules = replace(options.rules, refresh=refresh_values)
        options = replace(options, rules=rules, rebuild=rebuild, force=force, dry_run=dry_run)
        with console.progress(form == "text") as report:
            done = sync(
                bench.catalog_source,
                bench.warehouse,
                bench.embedder,
                bench.index,
                bench.policy,
                project.make_state(),
                options=options,
                progress=report,
            )
        doubts = [] if dry_run else bench.feedback.upkeep()
    if form == "json":
        console.put_json({**done.attrs(), "stale": [asdict(d) for d in doubts]})
        return 0
    verb = "would be" if dry_run else "are"
    console.out.print(
        f"[bold]{done.project}[/]: {done.tables} tables, {done.columns} columns, {done.values} values {verb} indexed"
    )
    console.out.print(
        f"documents: [green]{done.added} added[/], {done.changed} changed, {done.unchanged} unchanged, "
        f"{done.removed} removed; {done.embedded} embedded in {done.seconds:.1f} s"
    )
    if done.rebuilt:
        console.out.print(f"the index was made anew: {done.rebuilt}")
    reasons = Counter((decision.reason, decision.detail) for decision in done.dropped)
    for (reason, detail), count in sorted(reasons.items()):
        console.out.print(f"[dim]left out: {count} ({reason}{f': {escape(detail)}' if detail else ''})[/]")
    for doubt in doubts:
        console.out.print(f"[yellow]stale:[/] {escape(doubt.question)}: {escape('; '.join(doubt.reasons))}")
    for note in done.notes:
        console.out.print(f"[yellow]note:[/] {note}")
    return 0
