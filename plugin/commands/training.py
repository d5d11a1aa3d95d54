"""`dbt-ask training`: what was reviewed, as data to train a model with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from backends.llm.base import Message
    from feedback.training.export import Prompt
    from feedback.training.rows import Row
    from plugin.assemble import Workbench

_DISTRACTORS = 2


@click.group("training", cls=Group, help="Write training data from what was reviewed.")
def command() -> None:
    pass


@command.command("export", help="Chat examples and preference pairs as JSON lines, with a data card.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@click.option(
    "--synthetic",
    default=0,
    type=click.IntRange(0),
    help="So many questions for the schema, made by rules, run, and worded by the model.",
)
@click.option(
    "--invented",
    default=0,
    type=click.IntRange(0),
    help="So many questions that the model thinks up and the generator answers.",
)
@click.option("--language", default="en", type=click.Choice(["en", "ko"]), help="Of the questions that are made.")
@click.option("--seed", default=0, show_default=True, help="Of the questions that are made.")
@click.option("--dry-run", is_flag=True, help="Only count the rows.")
@with_format
@for_project
def export(
    project: Project, out: Path, synthetic: int, invented: int, language: str, seed: int, dry_run: bool, form: str
) -> int:
    from dataclasses import asdict

    from feedback.rules import now
    from feedback.training import export as exporting
    from feedback.training import rows as collecting
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        rows = collecting.collect(bench.feedback.examples, bench.catalog)
        if dry_run:
            pairs = sum(bool(row.rejected) for row in rows)
            data = {"sft": len(rows) - pairs, "preference": pairs, "synthetic": synthetic, "invented": invented}
            _show_counts(form, data)
            return 0
        if synthetic:
            rows += _synthetic(bench, synthetic, language, seed, form == "text")
        if invented:
            rows += _invented(bench, rows, invented, language, seed, form == "text")
        done = exporting.write(rows, _prompt(bench), bench.catalog, out, now())
    if form == "json":
        console.put_json(asdict(done))
    else:
        for name, count in done.files.items():
            console.out.print(f"[green]{count:>6}[/] {name}")
        for why, count in done.dropped.items():
            console.out.print(f"[yellow]{count:>6}[/] left out: {why}")
        console.out.print(f"[dim]{out}/README.md says what is in it[/]")
    return 0 if done.files else 1


def _show_counts(form: str, data: dict[str, int]) -> None:
    from plugin.commands import console

    if form == "json":
        console.put_json(data)
        return
    for name, count in data.items():
        console.out.print(f"{count:>6} {name}")
    if not any(data.values()):
        console.out.print("[dim]nothing was reviewed yet: dbt-ask feedback; or make some: --synthetic, --invented[/]")


def _synthetic(bench: Workbench, count: int, language: str, seed: int, show: bool) -> list[Row]:
    from feedback.training.rows import held_out
    from feedback.training.synthesis import synthesise
    from feedback.wording import question_of
    from plugin.commands import console

    def word(sql: str, tables: Sequence[str]) -> str:
        return question_of(sql, tables, bench.catalog, bench.llm, language)

    with console.progress(show) as report:
        held = held_out(bench.feedback.examples)
        return list(synthesise(bench.catalog, bench.feedback.examiner, word, count, held, seed, report))


def _invented(bench: Workbench, rows: Sequence[Row], count: int, language: str, seed: int, show: bool) -> list[Row]:
    from catalog_sync.model import CatalogTable
    from feedback.training.invention import invent
    from feedback.training.rows import held_out
    from feedback.wording import thought_up
    from plugin.asking import asked
    from plugin.commands import console

    services, pipeline, loop = bench.services(), bench.pipeline(), bench.feedback
    known = list(dict.fromkeys(row.question for row in rows if row.provenance["source"] != "synthetic"))

    def think(tables: Sequence[CatalogTable], like: Sequence[str], number: int) -> Sequence[str]:
        return thought_up(tables, like, bench.llm, language, seed=number)

    def answer(question: str) -> str:
        done = asked(question, pipeline, services)
        return done.sql or "" if done.status == "answered" else ""

    with console.progress(show) as report:
        held = held_out(loop.examples)
        return list(invent(bench.catalog, loop.examiner, known, think, answer, count, held, seed, report))


def _prompt(bench: Workbench) -> Prompt:
    """The question as the generator puts it, with its tables among a few others (CodeS pads likewise): what is trained
    is also not to use what does not belong."""
    import random

    from backends.llm.scripted import ScriptedLLM
    from catalog_sync.index import stamp_of
    from plugin.generator.ask import Ask, TableSlice
    from plugin.generator.compose.ddl import Ddl
    from plugin.generator.retrieve.values import Values
    from plugin.generator.stage import Services
    from plugin.generator.understand.rules import Rules

    bench.index.begin(stamp_of(bench.embedder))
    counter = ScriptedLLM([])  # only counts words: no model is needed to write a prompt
    catalog = bench.catalog
    services = Services(catalog, bench.feedback.examiner.warehouse, counter, bench.embedder, bench.index, bench.limits)
    compose = Ddl(budget=bench.settings.generator.prompt_tokens)

    def prompt(question: str, tables: Sequence[str]) -> Sequence[Message]:
        dice = random.Random(question)
        needed = [t for t in catalog if str(t.name) in tables]
        others = [t for t in catalog if t not in needed]
        mixed = [*needed, *dice.sample(others, min(_DISTRACTORS, len(others)))]
        dice.shuffle(mixed)
        ask = Values()(Rules()(Ask(question), services), services)
        for shown in (mixed, needed):
            slices = tuple(TableSlice(t, tuple(c.name for c in t.columns), 1.0) for t in shown)
            composed = compose(ask.add(slices=slices), services)
            if {s.table.name for s in composed.slices} >= {t.name for t in needed}:
                break  # else the budget cost a table that the answer needs
        return composed.prompts[-1].messages

    return prompt
