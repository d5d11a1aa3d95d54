"""`dbt-ask eval`: what part of a suite is answered right, and how fast."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from feedback.evaluation.run import Report

WAYS: dict[str, tuple[str, bool | None]] = {
    "settings": ("", None),
    "views": ("default", True),
    "base": ("default", False),
    "plain": ("plain", None),
}


@click.group("eval", help="Measure the answers on a suite of questions.")
def command() -> None:
    pass


@command.command("run", help="Ask every question of a suite and compare the rows with those of its verified SQL.")
@click.option("--suite", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--way",
    "ways",
    multiple=True,
    type=click.Choice(list(WAYS)),
    help="views, base (no views), plain (one prompt with all DDL); several make one table. Default: the settings'.",
)
@click.option("--limit", type=int, help="Only the first so many questions.")
@click.option("--only", help="Only questions whose id starts so.")
@with_format
@for_project
def run(project: Project, suite: Path, ways: tuple[str, ...], limit: int | None, only: str | None, form: str) -> int:
    from feedback.errors import EvaluationError
    from feedback.evaluation import run as evaluation
    from feedback.evaluation.suite import load
    from plugin.answer import Answer, answer
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.generator.ask import Ask

    items = [i for i in load(suite) if i.id.startswith(only or "")][:limit]
    if not items:
        raise EvaluationError("no question of the suite is left to ask", hint="look at --only and --limit")
    reports: dict[str, Report] = {}
    with Workbench(project) as bench:
        services = bench.services()
        for way in ways or ("settings",):
            preset, use_views = WAYS[way]
            pipeline = bench.pipeline(preset or None, use_views)

            def ask(question: str) -> Answer:
                started = time.perf_counter()
                done = pipeline(Ask(question), services)  # noqa: B023
                return answer(done, services, time.perf_counter() - started)

            with console.progress(form == "text") as report:
                reports[way] = evaluation.run(items, ask, services.warehouse, report)
    if form == "json":
        several = {way: r.attrs() for way, r in reports.items()}
        console.put_json(several if len(several) > 1 else next(iter(several.values())))
    else:
        show(reports)
    return 0


def show(reports: dict[str, Report]) -> None:
    """One column a way; below it the questions that were missed."""
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import out

    table = Table("measure", *reports, header_style="bold", border_style="dim")
    for name, *cells in zip(
        *([name for name, _ in _figures(r)] for r in list(reports.values())[:1]),
        *([value for _, value in _figures(r)] for r in reports.values()),
        strict=True,
    ):
        table.add_row(name, *cells)
    out.print(table)
    for way, report in reports.items():
        for missed in (r for r in report.results if not r.right):
            out.print(f"[red]{way}[/] {missed.id} {escape(missed.question)}\n   [dim]{escape(missed.note)}[/]")
            out.print(f"   [dim]{escape(missed.sql or '-')}[/]")


def _figures(report: Report) -> list[tuple[str, str]]:
    groups = [
        (f"  {kind} {value} ({figures['questions']:.0f})", f"{figures['execution_accuracy']:.1%}")
        for kind, values in report.by_group.items()
        for value, figures in values.items()
    ]
    return [
        ("questions", str(report.questions)),
        ("execution accuracy", f"{report.execution_accuracy:.1%}"),
        *groups,
        ("refusals right", f"{report.refusals_right:.1%}"),
        ("wrong refusals", f"{report.wrong_refusals:.1%}"),
        ("failed", f"{report.failed:.1%}"),
        ("seconds p50", f"{report.seconds_p50:.1f}"),
        ("seconds p95", f"{report.seconds_p95:.1f}"),
        ("prompt tokens, mean", f"{report.prompt_tokens_mean:.0f}"),
    ]
