"""`views verify`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from materialized_views.refresh import Progress
    from materialized_views.verify import Verified
    from plugin.assemble import Workbench


@click.command(
    "verify", help="Compare views with their tables: one that differs goes out of use, an equal one returns."
)
@click.argument("names", nargs=-1)
@with_format
@for_project
def verify(project: Project, names: tuple[str, ...], form: str) -> int:
    """Exit code 1 where one differs."""
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench, console.progress(form == "text") as report:
        results = _verified(bench, names, report)
    if form == "json":
        console.put_json([asdict(result) for result in results])
    else:
        for result in results:
            _show(result)
        if not results:
            console.out.print("nothing to compare: no view is built")
    return 1 if any(result.differences for result in results) else 0


def _verified(bench: Workbench, names: tuple[str, ...], report: Progress) -> list[Verified]:
    """Views of the registry, then those of the project."""
    from materialized_views import watermarks
    from materialized_views.refresh import Rules
    from materialized_views.verify import Verified, Verifier
    from plugin.commands.views import parts

    limits, guard = Rules().limits, bench.views_in_use.guard
    verifier = Verifier(bench.views, guard, bench.warehouse, limits)
    own = {view.table.name.name: view for view in parts.own_views(bench)}
    registered = [name for name in names if name not in own]
    chosen = parts.chosen(bench, registered, "ready", "quarantined") if registered or not names else []
    records = [record for record in chosen if record.table is not None]
    wanted = [view for name, view in own.items() if not names or name in names]
    total, results = len(records) + len(wanted), list[Verified]()
    for record in records:
        report("comparing", len(results), total)
        marks = watermarks.marks(parts.definition_of(record).tables, bench.catalog, bench.warehouse, limits)
        results.append(verifier.registered(record, marks))
    for view in wanted:
        report("comparing", len(results), total)
        router = bench.views_in_use.router(bench.catalog)
        made_by = router.made_by(view.table) if router is not None else ""
        results.append(verifier.of_project(view.table.name, view.standing, made_by))
    return results


def _show(result: Verified) -> None:
    from plugin.commands.console import out

    state = "[red]differs[/]" if result.differences else "[green]equal[/]"
    if result.differences and result.moved:
        state = "[yellow]behind[/]"
    back = " and in use again" if result.released else ""
    out.print(f"{state}{back} [bold]{result.view}[/] {'; '.join(result.differences[:3])}", soft_wrap=True)
