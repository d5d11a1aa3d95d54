"""`dbt-ask presets`: the ways to answer, side by side; and one of them, run on a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project, rows_option, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from plugin.generator.about import About

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "presets.json"
NOT_MEASURED = "not measured"
_PAGE_HEAD = """# Presets

Made from the code by `dbt-ask presets page > docs/presets.md`.

A preset is a composition of the generator's stages. `dbt-ask presets list` names them, `dbt-ask presets show NAME`
shows one, `dbt-ask presets run NAME QUESTION` answers a question by it, and `generator.preset` in `dbt_ask.yml` chooses
the one for all questions. The published ones stand in `plugin/generator/published.py`, the project's own in
`plugin/generator/presets.py`.

What a paper trained is asked of the model that is set. Where something that a preset wants is not there (samples,
examples, further models, a person to confirm), what stands in for it is declared, and the receipt of each answer lists
it under `substituted`.
"""
_PAGE_MEASURED = """
Published figures are those of the papers, with their models. Ours are execution accuracy of `benchmarks/presets.py`
with the embedded model: {setup}.
"""
_MEASURED = ("preset", "questions", "right", "95 % interval", "fail to run", "s mean", "s p95", "requests", "tokens in",
             "tokens out")  # fmt: skip
_COLUMNS = {"preset": "preset", "title": "what", "requests": "requests", "published": "published", "ours": "ours"}
_ONLY_WIDE = ("requests", "published")
_WIDE = 120
"""Columns of a terminal that hold the whole table in a line or two for each preset."""


@click.group("presets", cls=Group, help="The ways to answer: list, show side by side, run one.")
def command() -> None:
    pass


@command.command("list", help="All presets: where they come from, what they cost, published and own figures.")
@with_format
def list_(form: str) -> int:
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands import console

    if form == "json":
        console.put_json([record(name) for name in _names()])
        return 0
    shown = _COLUMNS if console.out.width >= _WIDE else {k: v for k, v in _COLUMNS.items() if k not in _ONLY_WIDE}
    table = Table(*shown.values(), header_style="bold", border_style="dim")
    for said in map(record, _names()):
        table.add_row(*(escape(str(said[key])) for key in shown))
    console.out.print(table)
    if len(shown) < len(_COLUMNS):
        console.out.print("[dim]requests and published figures: presets show NAME, or a wider terminal[/]")
    return 0


@command.command("show", help="One preset, room by room; what differs from its paper, what stands in for what.")
@click.argument("name")
@with_format
def show(name: str, form: str) -> int:
    from rich.markup import escape

    from plugin.commands import console

    said = record(name)
    if form == "json":
        console.put_json(said)
        return 0
    console.out.print(f"[bold]{name}[/]  {escape(said['title'])}\n[dim]{escape(said['source'])}[/]\n")
    for room, stages in said["rooms"].items():
        console.out.print(f"{room:>11}  {escape(', '.join(stages)) or '[dim]–[/]'}")
    for head in ("requests", "published", "ours"):
        console.out.print(f"{head:>11}  {escape(said[head] or '–')}")
    for head, lines in (("Differs", said["differs"]), ("Where something is not there", said["substitutes"])):
        if lines:
            console.out.print(f"\n[bold]{head}[/]")
            for line in lines:
                console.out.print(f"- {escape(line)}")
    return 0


@command.command("run", help="Ask a question by this preset, with its receipt.")
@click.argument("name")
@click.argument("question", nargs=-1, required=True)
@rows_option
@with_format
@for_project
def run(project: Project, name: str, question: tuple[str, ...], shown: int, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands.ask import ask_once

    record(name)
    with Workbench(project) as bench:
        return ask_once(bench, " ".join(question), name, no_views=False, receipt=True, shown=shown, form=form)


@command.command("page", help="The page docs/presets.md.", hidden=True)
def page() -> int:
    click.echo(markdown(), nl=False)
    return 0


def record(name: str) -> dict[str, Any]:
    """Raises PipelineError for a name that no preset has."""
    from plugin.generator.about import rooms, substitutes
    from plugin.generator.presets import Options, build

    pipeline, about = build(name, Options()), _about(name)
    return {
        "preset": name,
        "title": about.title,
        "source": about.source,
        "requests": about.requests,
        "published": about.figure,
        "ours": _ours(name),
        "rooms": rooms(pipeline),
        "differs": list(about.differs),
        "substitutes": substitutes(pipeline),
        "needs": sorted(pipeline.needs),
    }


def markdown() -> str:
    """The whole of docs/presets.md."""
    from plugin.generator.about import ROOMS

    records = [record(name) for name in _names()]
    lines = [_PAGE_HEAD, _table(("preset", "what", "requests to the model", "published", "ours"), [
        (f"`{r['preset']}`", f"{r['title']} ({r['source']})", r["requests"], r["published"] or "–", r["ours"])
        for r in records
    ])]  # fmt: skip
    how = [_results().get("setup", NOT_MEASURED), _results().get("note", "")]
    lines.append(_PAGE_MEASURED.format(setup="; ".join(filter(None, how))))
    if measured := _results().get("presets"):
        lines.append(
            _table(_MEASURED, [_figures(name, measured[name]) for name in _names() if name in measured]) + "\n"
        )
    lines.append("## Side by side\n")
    lines.append(_table(("preset", *ROOMS), [
        (f"`{r['preset']}`", *(", ".join(r["rooms"][room]) or "–" for room in ROOMS)) for r in records
    ]))  # fmt: skip
    lines.append("\n## What differs from the paper, and what stands in\n")
    for r in records:
        notes = [*r["differs"], *(f"With {note}." for note in r["substitutes"])]
        if notes:
            lines.append(f"**`{r['preset']}`**\n\n" + "\n".join(f"- {note}" for note in notes) + "\n")
    return "\n".join(lines).rstrip() + "\n"


def _figures(name: str, found: dict[str, Any]) -> tuple[str, ...]:
    low, high = found["interval"]
    return (
        f"`{name}`", str(found["questions"]), f"{found['execution_accuracy']:.0%}", f"{low:.0%} to {high:.0%}",
        f"{found['failed']:.0%}", f"{found['seconds_mean']:.1f}", f"{found['seconds_p95']:.1f}",
        f"{found['calls_mean']:.1f}", str(found["prompt_tokens_mean"]), str(found["completion_tokens_mean"]),
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows))


def _names() -> list[str]:
    """Ours first; other names of a preset are not listed."""
    from plugin.generator.about import ABOUT

    return list(ABOUT)


def _about(name: str) -> About:
    from plugin.generator.about import ABOUT, SAME

    return ABOUT[SAME.get(name, name)]


def _results() -> dict[str, Any]:
    if not RESULTS.is_file():
        return {}
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def _ours(name: str) -> str:
    from plugin.generator.about import SAME

    found = _results().get("presets", {}).get(SAME.get(name, name))
    if not found:
        return NOT_MEASURED
    return (
        f"{found['execution_accuracy']:.1%} of {found['questions']}, {found['seconds_mean']:.1f} s, "
        f"{found['calls_mean']:.1f} requests"
    )
