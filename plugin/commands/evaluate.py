"""`dbt-ask eval`: what part of a suite is answered right, and how fast; and what to make of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plugin.commands import eval_runs
from plugin.commands.group import Group
from plugin.commands.options import for_project_if_any, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from feedback.evaluation.run import Report


@click.group("eval", cls=Group, help="Measure the answers on a suite of questions.")
def command() -> None:
    pass


for _more in (eval_runs.compare, eval_runs.report, eval_runs.gate, eval_runs.instances, eval_runs.judge):
    command.add_command(_more)


@command.command("run", help="Ask every question of a suite and compare the rows with those of its verified SQL.")
@click.option("--suite", required=True, type=click.Path(exists=True, path_type=Path), help="A file, or a folder.")
@click.option(
    "--way",
    "ways",
    multiple=True,
    help="views, base (no views), plain (one prompt with all DDL), settings, or a preset; several make one table. "
    "Default: the settings'.",
)
@click.option("--without", "left_out", multiple=True, metavar="STAGE", help="Leave a stage out (an ablation).")
@click.option("--limit", type=int, help="Only the first so many questions.")
@click.option("--only", help="Only questions whose id starts so.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Keep results here; a rerun goes on.")
@click.option(
    "--databases", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of SQLite files."
)
@click.option("--instances", "more", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of further instances: eval instances makes them.")  # fmt: skip
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Where databases are prepared.")
@click.option("--public", is_flag=True, help="The databases hold no personal data: read values of every column.")
@click.option("--no-evidence", is_flag=True, help="Don't add a question's evidence to it.")
@click.option("--ves", "repeats", type=click.IntRange(0, 1000), default=0, help="Time each right answer so often.")
@with_format
@for_project_if_any
def run(
    project: Project | None, suite: Path, databases: Path | None, limit: int | None, only: str | None,
    no_evidence: bool, form: str, **options: Any,
) -> int:  # fmt: skip
    from feedback.errors import EvaluationError
    from feedback.evaluation.suite import open_suite
    from plugin.commands import console
    from plugin.evaluating import Options, evaluate

    whole = open_suite(suite, databases)
    items = tuple(i for i in whole.items if i.id.startswith(only or ""))[:limit]
    if not items:
        raise EvaluationError("no question of the suite is left to ask", hint="look at --only and --limit")
    chosen = Options(evidence=not no_evidence, **{**options, "ways": options["ways"] or ("settings",)})
    with console.progress(form == "text") as report:
        reports = evaluate(project, replace(whole, items=items), chosen, report)
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

    rows: dict[str, dict[str, str]] = {}
    for way, report in reports.items():
        for name, value in figures(report):
            rows.setdefault(name, {})[way] = value
    table = Table("measure", *reports, header_style="bold", border_style="dim")
    for name, cells in rows.items():
        table.add_row(name, *(cells.get(way, "") for way in reports))
    out.print(table)
    for way, report in reports.items():
        for missed in (r for r in report.results if not r.right):
            out.print(f"[red]{way}[/] {missed.id} {escape(missed.question)}\n   [dim]{escape(missed.note)}[/]")
            out.print(f"   [dim]{escape(missed.sql or '-')}[/]")


def figures(report: Report) -> list[tuple[str, str]]:
    groups = [
        (f"  {kind} {value} ({figures['questions']:.0f})", f"{figures['execution_accuracy']:.1%}")
        for kind, values in report.by_group.items()
        for value, figures in values.items()
    ]
    low, high = report.interval
    return [
        ("questions", str(report.questions)),
        ("execution accuracy", f"{report.execution_accuracy:.1%}"),
        ("  95 % interval", f"{low:.1%} to {high:.1%}"),
        *groups,
        *((name.replace("_", " "), f"{value:.1%}") for name, value in report.metrics.items()),
        ("refusals right", f"{report.refusals_right:.1%}" if report.has_unanswerable else "–"),
        ("wrong refusals", f"{report.wrong_refusals:.1%}"),
        ("failed", f"{report.failed:.1%}"),
        ("seconds p50", f"{report.seconds_p50:.1f}"),
        ("seconds p95", f"{report.seconds_p95:.1f}"),
        ("prompt tokens, mean", f"{report.prompt_tokens_mean:.0f}"),
        ("tokens written, mean", f"{report.completion_tokens_mean:.0f}"),
        ("model calls, mean", f"{report.calls_mean:.2f}"),
    ]
