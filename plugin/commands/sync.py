"""`dbt-ask sync`: catalogue -> policy -> values -> documents -> index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project
from plugin.texts import t, told

if TYPE_CHECKING:
    from catalog_sync.sync import SyncReport
    from feedback.upkeep import Doubt


@click.command("sync", help="Bring the catalogue and its index up to date.")
@click.option("--rebuild", is_flag=True, help="Make the whole index again, beside the old one.")
@click.option("--refresh-values", is_flag=True, help="Ask the warehouse for all values again.")
@click.option("--force", is_flag=True, help="Go on even if most tables are gone.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@with_format
@for_project
def command(project: Project, rebuild: bool, refresh_values: bool, force: bool, dry_run: bool, form: str) -> int:
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
    _show(done, doubts, dry_run)
    return 0


def _show(done: SyncReport, doubts: Sequence[Doubt], dry_run: bool) -> None:
    from rich.markup import escape

    from plugin.commands import console

    counts = (done.project, done.tables, done.columns, done.values)
    if dry_run:
        console.out.print(t("[bold]{}[/]: {} tables, {} columns, {} values would be indexed", *counts))
    else:
        console.out.print(t("[bold]{}[/]: {} tables, {} columns, {} values are indexed", *counts))
    documents = (done.added, done.changed, done.unchanged, done.removed, done.embedded, f"{done.seconds:.1f}")
    console.out.print(
        t("documents: [green]{} added[/], {} changed, {} unchanged, {} removed; {} embedded in {} s", *documents)
    )
    if done.rebuilt:
        console.out.print(t("the index was made anew: {}", told(done.rebuilt)))
    reasons = Counter((decision.reason, decision.detail) for decision in done.dropped)
    for (reason, detail), count in sorted(reasons.items()):
        why = f"{t(reason)}: {escape(told(detail))}" if detail else t(reason)
        console.out.print(t("[dim]left out: {} ({})[/]", count, why))
    for doubt in doubts:
        console.out.print(t("[yellow]stale:[/] {}: {}", escape(doubt.question), escape("; ".join(doubt.reasons))))
    for note in done.notes:
        console.out.print(t("[yellow]note:[/] {}", told(note)))
