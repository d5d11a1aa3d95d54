"""`dbt-ask ask`: one question, or a conversation of single questions on a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from plugin.commands.options import for_project, rows_option, with_format
from plugin.project import Project
from plugin.texts import language_for, speaking, t, told

if TYPE_CHECKING:
    from plugin.answer import Answer
    from plugin.assemble import Workbench
    from plugin.generator.ask import Ask


@click.command("ask", help="Ask a question; get SQL, rows, a sentence and a receipt.")
@click.argument("question", nargs=-1)
@click.option("--preset", help="Another composition of stages than the settings'.")
@click.option("--no-views", is_flag=True, help="Answer from base tables.")
@click.option("--receipt", is_flag=True, help="Show where the answer came from.")
@rows_option
@with_format
@for_project
def command(
    project: Project,
    question: tuple[str, ...],
    preset: str | None,
    no_views: bool,
    receipt: bool,
    shown: int,
    form: str,
) -> int:
    from plugin.assemble import Workbench

    asked = " ".join(question).strip()
    if not asked and (question or form == "json"):
        raise click.UsageError("there is no question: write it after `dbt-ask ask`, in quotes")
    with Workbench(project) as bench:
        if asked:
            return ask_once(bench, asked, preset, no_views, receipt, shown, form)
        for asked in _conversation():
            with speaking(language_for([asked])):
                ask_once(bench, asked, preset, no_views, receipt, shown, form)
    return 0


def _conversation() -> Iterator[str]:
    """Questions until an empty line, the end of the input or Ctrl-C: the ways in which people leave a prompt."""
    while True:
        try:
            asked = click.prompt(t("ask"), default="", show_default=False, prompt_suffix="> ")
        except click.Abort:
            click.echo()
            return
        if not asked.strip():
            return
        yield asked


def ask_once(
    bench: Workbench, asked: str, preset: str | None, no_views: bool, receipt: bool, shown: int, form: str
) -> int:
    from plugin.asking import asked as answer_of
    from plugin.commands import console
    from plugin.commands.live import Live
    from plugin.operate.budget import size_of

    user = getpass.getuser()
    bench.budget.enter(user)
    with Live(show=form == "text") as live:
        services = bench.services(live.event)
        pipeline = bench.pipeline(preset, use_views=False if no_views else None)
        finished: list[Ask] = []
        done = answer_of(asked, pipeline, services, seen=finished.append)
        due = bench.views_in_use.note(finished[0])
    bench.budget.spend(user, done.receipt["tokens"], size_of(done.rows))
    ask = bench.asks.record(**_record(done), user=user)
    if form == "json":
        console.put_json({"id": ask, **done.attrs()})
    else:
        show(done, receipt, shown, ask)
    for check in bench.views_in_use.compare(due):  # the answer is out; what was wrong is said at least
        console.err.print(
            t(
                "[bold red]This answer is wrong:[/] {} does not equal its tables ({}). It is out of use: ask again.",
                check.view,
                told(check.problem),
            ),
            soft_wrap=True,
        )
    return {"answered": 0, "failed": 2}.get(done.status, 1)


def _record(done: Answer) -> dict[str, Any]:
    return {
        "question": done.question,
        "language": done.language,
        "status": done.status,
        "sql": done.sql or "",
        "dialect": done.dialect,
        "tables": done.tables,
        "views": done.views,
        "confidence": done.confidence,
        "model": done.model,
        "receipt": done.receipt,
        "timings": done.timings_ms,
        "rows_returned": len(done.rows),
        "error": done.receipt["error"] or None,
    }


def show(done: Answer, receipt: bool, shown: int, ask: str = "") -> None:
    from rich.json import JSON
    from rich.markup import escape

    from plugin.answer import pretty
    from plugin.commands.console import joined, out, put_sql

    if done.sql:
        put_sql(pretty(done.sql, done.dialect))
    if done.status == "answered" and done.columns:
        _show_rows(done, shown)
    colour = {"answered": "bold green", "refused": "bold yellow", "clarify": "bold yellow"}.get(done.status, "bold red")
    out.print(f"[{colour}]{escape(done.answer)}[/]")
    out.print(joined(_where_from(done, ask)), style="dim")
    if done.status == "answered" and done.confidence < 0.5:
        out.print(f"[yellow]{t('fewer than half of such answers are right: read the SQL before you rely on it')}[/]")
    if read_as := _read_as(done):
        out.print(f"[dim]{escape(read_as)}[/]")
    if done.status == "answered" and (proof := _proved(done.receipt["proof"] or {})):
        out.print(proof, soft_wrap=True)
    if receipt:
        out.print(JSON.from_data(done.receipt, default=str), soft_wrap=True)  # a line break would end a string


def _show_rows(done: Answer, shown: int) -> None:
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import out
    from plugin.generator.deliver.sentence import show as cell

    table = Table(header_style="bold", border_style="dim")
    for place, name in enumerate(done.columns):
        numeric = all(isinstance(row[place], (int, float)) for row in done.rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in done.rows[:shown]:
        table.add_row(*(escape(cell(v).removesuffix("T00:00:00")) for v in row))
    out.print(table)
    if len(done.rows) > shown:
        out.print(t("[dim]{} more rows; --rows shows more[/]", f"{len(done.rows) - shown:,}"))


def _where_from(done: Answer, ask: str) -> list[str]:
    """What a question without a statement has no part in is left out: nobody is sure of it, and nobody wrote it."""
    said = [", ".join([*(t("{} (view)", v) for v in done.views), *done.tables])]
    if until := _as_of(done.receipt["data_as_of"].values()):
        said.append(t("as of {}", until))
    if done.sql:
        said.append(t("confidence {}", f"{done.confidence:.2f}"))
        said.append(t("rules") if done.model == "rules" else done.model)
    said.append(t("{} s", f"{done.timings_ms['total'] / 1000:.1f}"))
    said.append(t("ask {}", ask[:8]) if ask else "")
    return [part for part in said if part]


def _read_as(done: Answer) -> str:
    """Which words of the question were read as which names; "" where all stand as they were asked."""
    words = ", ".join(f"{said} → {name}" for said, name in dict(done.receipt["glosses"]).items())
    return t("read as: {}", words) if words else ""


def _as_of(moments: Iterable[str]) -> str:
    """The earliest, to the minute: the answer knows nothing that came later."""
    known = [moment for moment in moments if moment[:4].isdigit()]
    return min(known)[:16].replace("T", " ") if known else ""


def _proved(proof: Mapping[str, Any]) -> str:
    """By which proof a view answered, or why it did not; "" for what was asked of base tables."""
    from rich.markup import escape

    if proof.get("kind", "base") == "base":
        return ""
    refused = proof["refused"] or {}
    why = escape(_why(refused) if refused else t("nothing is known of it"))
    if proof["kind"] == "unproved":
        return t("[bold yellow]rests on a view that is not proved to answer it[/] [yellow]({})[/]", why)
    if proof["kind"] == "expanded":
        return t("[yellow]the view was not used: asked of base tables ({})[/]", why)
    said = proof["proof"]
    for needed in {how for _, needs in proof.get("because") or () for how in needs}:
        said = said.replace(needed, t(needed))
    return t("[dim]proof: {}[/]", escape(told(said)))


def _why(refused: Mapping[str, Any]) -> str:
    """The check that a view failed, in words."""
    check, detail = refused.get("check", ""), refused.get("detail", "")
    return f"{check}: {detail}" if t(check) == check else t(check)
