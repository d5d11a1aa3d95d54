"""`views mine`, `views recommend`, `views explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project
from plugin.texts import t, told

if TYPE_CHECKING:
    from materialized_views.proposals import Recommendation
    from materialized_views.workload.mine import Workload

_SHOWN = 10
_WIDTH = 160


@click.command("mine", help="Read logs of queries: what is asked, how often, how long it takes.")
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with a column sql or query (pg_stat_statements, a query history), csvlog, JSON lines, a DuckDB file.",
)
@click.option("--asks/--no-asks", default=True, show_default=True, help="Also the questions that were answered here.")
@with_format
@for_project
def mine(project: Project, logs: tuple[Path, ...], asks: bool, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench, console.progress(form == "text") as report:
        workload = parts.mined(bench, logs, asks=asks, progress=report)
        parts.save_workload(project, workload)
    if form == "json":
        console.put_json(workload.attrs())
    else:
        _show_workload(workload)
    return 0 if workload.shapes else 1


@click.command("recommend", help="Propose views for what was mined, with the reason for each.")
@click.option("--wide", is_flag=True, help="Also views with every row of a fact, which make SQL simpler.")
@click.option("--all", "everything", is_flag=True, help="Show also the candidates that were not chosen.")
@click.option("--dry-run", is_flag=True, help="Only show; propose nothing.")
@with_format
@for_project
def recommend(project: Project, wide: bool, everything: bool, dry_run: bool, form: str) -> int:
    from materialized_views.recommend import Rules
    from materialized_views.recommend import recommend as recommended
    from materialized_views.selection import Budget
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        settings = bench.settings.views
        rules = Rules(
            min_executions=settings.min_executions,
            max_ratio=settings.max_ratio,
            room=settings.room,
            general=settings.general,
            wide=wide,
            refreshes_a_day=settings.refreshes_a_day,
            budget=Budget(views=settings.views, rows=settings.rows),
        )
        in_use = [parts.definition_of(record) for record in bench.views.all("approved", "ready", "quarantined")]
        with console.progress(form == "text") as report:
            found = recommended(parts.load_workload(project), bench.catalog, bench.warehouse, rules, in_use, report)
        if not dry_run:
            for proposal in found.chosen:
                definition = proposal.definition
                bench.views.propose(definition.name, definition.attrs(), definition.hash, proposal.attrs())
            bench.views.withdraw({proposal.definition.name for proposal in found.chosen})
        chosen = {proposal.definition.hash for proposal in found.chosen}
        superseded = [definition.name for definition in in_use if definition.hash not in chosen]
    if form == "json":
        console.put_json({**found.attrs(), "superseded": superseded})
    else:
        _show_recommendation(found, everything)
        for name in superseded:
            no_more = t("[yellow]{}[/] is not worth it any more: dbt-ask views retire {}", name, name)
            console.out.print(no_more, soft_wrap=True)
    return 0 if found.chosen else 1


@click.command("explain", help="Why a view is proposed, what it is, and which queries it is for.")
@click.argument("name")
@with_format
@for_project
def explain(project: Project, name: str, form: str) -> int:
    from materialized_views.emit import model_sql
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        record = bench.views.get(name)
        definition = parts.definition_of(record)
        sql = model_sql(definition, bench.catalog)
    if form == "json":
        console.put_json({"view": name, "state": record.state, "reason": record.reason, "sql": sql})
        return 0
    console.out.print(t("[bold]{}[/] is {}: {}", name, t(record.state), told(record.reason.get("reason", ""))))
    console.out.print(sql, markup=False)
    examples = record.reason.get("examples", ())
    console.out.print(t("for {} shapes, such as", len(examples)))
    for example in examples[:_SHOWN]:
        console.out.print(f"  {example[:_WIDTH]}", markup=False, soft_wrap=True)
    return 0


def _show_workload(workload: Workload) -> None:
    from plugin.commands.console import out

    counts = (
        workload.statements,
        round(workload.days),
        len(workload.shapes),
        workload.unparsed,
        workload.problem_count,
    )
    out.print(
        t(
            "[bold]{} statements[/] over {} days: {} shapes; {} could not be read, {} entries have problems",
            *(f"{count:,}" for count in counts),
        )
    )
    for shape in workload.shapes[:_SHOWN]:
        ms = f"{shape.milliseconds:,.0f} ms" if shape.milliseconds is not None else t("not timed")
        example = shape.examples[0][:_WIDTH]
        users = t("{} users", shape.users) if shape.users != 1 else t("1 user")
        out.print(f"  {shape.executions:>6,} x  {ms:>9}  {users}  {example}", markup=False, soft_wrap=True)
    for miss in workload.misses:
        told_of = (f"{miss.count:,}", miss.example, t(miss.check), miss.code)
        out.print(t("[dim]asked {} times, no view can serve it: {} ({}, {})[/]", *told_of), soft_wrap=True)
    for problem in workload.problems[:3]:
        out.print(f"[yellow]{problem.where}[/]: {problem.reason}", soft_wrap=True)


def _show_recommendation(found: Recommendation, everything: bool) -> None:
    from plugin.commands.console import out

    part = found.saved_ms / found.base_ms if found.base_ms else 0.0
    saved, whole = f"{found.saved_ms / 1000:,.1f}", f"{found.base_ms / 1000:,.1f}"
    counts = (len(found.chosen), saved, whole, f"{part:.0%}", len(found.proposals), len(found.unserved))
    out.print(t("[bold]{} views[/] save {} of {} s a day ({}); {} candidates, {} shapes without a view", *counts))
    for proposal in found.proposals if everything else found.chosen:
        colour = "green" if proposal.verdict == "chosen" else "dim"
        out.print(f"  [{colour}]{proposal.definition.name}[/]: {told(proposal.reason)}", soft_wrap=True)
    if not found.chosen and not everything:
        out.print(t("[dim]nothing is worth a view yet; --all says why, and `dbt-ask views mine` reads more[/]"))
    if everything:
        for shape in found.unserved:
            out.print(f"  [dim]{shape.reason}: {shape.executions:,} x[/] ", end="")
            out.print(shape.example, markup=False, soft_wrap=True)
