"""`dbt-ask eval compare | report | gate | instances`: what to make of runs, and test suites to run on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plugin.commands.options import with_format

if TYPE_CHECKING:
    from feedback.evaluation.gate import Outcome
    from feedback.evaluation.statistics import Paired
    from feedback.evaluation.suite import Item

_RUN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("compare", help="Two runs on the same questions: what one of them gets right that the other does not.")
@click.argument("before")
@click.argument("after")
@with_format
def compare(before: str, after: str, form: str) -> int:
    from feedback.errors import EvaluationError
    from feedback.evaluation.run_file import choose
    from feedback.evaluation.statistics import paired
    from plugin.commands import console

    (old_name, old), (new_name, new) = choose(before), choose(after)
    if old.header.fingerprint != new.header.fingerprint and not set(old.right) & set(new.right):
        raise EvaluationError(f"{before} and {after} have no question in common", hint="run both on the same suite")
    due = {r.id for way in (old, new) for r in way.results if r.answerable}
    found = paired(*({k: v for k, v in way.right.items() if k in due} for way in (old, new)))
    if form == "json":
        console.put_json({"before": old_name, "after": new_name, **found.attrs()})
        return 0
    _show_pair(old_name, new_name, found, {r.id: r.question for r in (*old.results, *new.results)})
    return 0


@click.command("report", help="One HTML page of one or more runs, with plots; it needs no other file.")
@click.argument("runs", nargs=-1, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default="evaluation.html", show_default=True)
@with_format
def report(runs: tuple[str, ...], out: Path, form: str) -> int:
    from feedback.evaluation.report import page
    from feedback.evaluation.run_file import load
    from plugin.commands import console

    found = {}
    for named in runs:
        ways = load(Path(named))
        for way, made in ways.items():
            label = way if len(runs) == 1 else f"{Path(named).stem}: {way}"
            found[label] = made
    out.write_text(page(found), encoding="utf-8")
    if form == "json":
        console.put_json({"report": str(out), "ways": list(found)})
    else:
        console.out.print(f"[green]{out}[/] with {', '.join(found)}")
    return 0


@click.command("gate", help="Compare a run with a baseline in git; exit code 1 where it got worse.")
@click.argument("run", type=_RUN)
@click.option("--baseline", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tolerance", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="A share may fall by so much (0.01 is one point).")  # fmt: skip
@click.option("--update", is_flag=True, help="Write this run as the new baseline.")
@with_format
def gate(run: Path, baseline: Path, tolerance: float, update: bool, form: str) -> int:
    from feedback.evaluation import gate as gates
    from feedback.evaluation.run_file import load
    from plugin.commands import console

    ways = load(run)
    if update:
        gates.write(ways, baseline)
        if form == "json":
            console.put_json({"updated": str(baseline), "ways": list(ways)})
        else:
            console.out.print(f"[green]{baseline}[/] now holds {', '.join(ways)}")
        return 0
    found = gates.gate(ways, baseline, tolerance)
    if form == "json":
        console.put_json(found.attrs())
    else:
        _show_gate(found, {r.id: r.question for way in ways.values() for r in way.results})
    return 0 if found.holds else 1


@click.command("instances", help="Make small databases on which near misses of each verified SQL show.")
@click.option("--suite", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--databases", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of SQLite files."
)
@click.option("--to", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write them to.")
@click.option("--most", type=click.IntRange(1, 50), default=6, show_default=True, help="So many for a question.")
@click.option("--public", is_flag=True, help="The databases hold no personal data: any real value may go into them.")
@with_format
def instances(suite: Path, databases: Path | None, to: Path, most: int, public: bool, form: str) -> int:
    from feedback.errors import EvaluationError
    from feedback.evaluation.instances.suites import make
    from feedback.evaluation.suite import open_suite
    from plugin.commands import console

    whole = open_suite(suite, databases)
    items: list[Item] = [i for i in whole.items if i.database and i.answerable]
    if not items:
        raise EvaluationError(
            "no question of the suite names a database", hint="see docs/evaluation.md for the layouts"
        )
    with console.progress(form == "text") as report:
        counts = make(whole, items, to, most, report, public=public)
    if form == "json":
        console.put_json({"instances": str(to), "databases": counts})
    else:
        without = sum(not n for n in counts.values())
        console.out.print(f"[green]{to}[/]: {sum(counts.values())} databases for {len(counts)} questions")
        if without:
            console.out.print(f"[dim]{without} questions have none: no near miss showed[/]")
    return 0


def _show_pair(old: str, new: str, found: Paired, questions: dict[str, str]) -> None:
    from plugin.commands.console import out

    low, high = found.interval
    out.print(f"{found.questions} answerable questions: {old} {found.before:.1%}, {new} {found.after:.1%}")
    out.print(
        f"difference {found.difference:+.1%} (95 % interval {low:+.1%} to {high:+.1%}), McNemar p = {found.p:.3g}"
    )
    _show_changes(found, questions)


def _show_changes(found: Paired, questions: dict[str, str]) -> None:
    from rich.markup import escape

    from plugin.commands.console import out

    for title, colour, names in (("fixed", "green", found.fixed), ("regressed", "red", found.regressed)):
        out.print(f"[{colour}]{title}: {len(names)}[/]")
        for name in names:
            out.print(f"  {name} {escape(questions.get(name, ''))}")


def _show_gate(found: Outcome, questions: dict[str, str]) -> None:
    from rich.table import Table

    from plugin.commands.console import out

    table = Table("way", "measure", "baseline", "now", "", header_style="bold", border_style="dim")
    for check in found.checks:
        mark = "[green]holds[/]" if check.holds else "[red]worse[/]"
        table.add_row(check.way, check.measure.replace("_", " "), f"{check.baseline:.1%}", f"{check.now:.1%}", mark)
    out.print(table)
    for way, change in found.changes.items():
        if change.fixed or change.regressed:
            out.print(f"[bold]{way}[/]")
            _show_changes(change, questions)
