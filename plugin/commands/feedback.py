"""`dbt-ask feedback`: thumbs and corrections, the review, publishing, and imports of what is there already."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from feedback.lifecycle import REASONS, STATES
from plugin.commands.feedback_controls import controls
from plugin.commands.feedback_import import import_
from plugin.commands.feedback_shown import print_example, print_taken, row
from plugin.commands.group import Group
from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from feedback.given import Kind
    from feedback.intake import Taken

MOVES = (
    "claim", "release", "approve", "reject", "ask_back", "reply", "edit", "merge", "discard", "reopen", "unpublish",
    "doubt", "retire", "undo",
)  # fmt: skip


@click.group("feedback", cls=Group, help="Say what was wrong, review what others said, publish what is right.")
def command() -> None:
    pass


command.add_command(import_)
command.add_command(controls)


@command.command(
    "add", help="Say what an answer was: up, down with a reason, or the right SQL. ASK is an id or `last`."
)
@click.argument("ask", default="last")
@click.option("--up", is_flag=True, help="It was right.")
@click.option(
    "--down", "reason", type=click.Choice(REASONS), metavar="REASON", help=f"It was wrong: {', '.join(REASONS)}."
)
@click.option("--sql", help="The right SQL; @file reads it from a file.")
@click.option("--comment", default="", help="Anything else.")
@click.option("--question", help="With --sql and without an ask: a question of your own.")
@with_format
@for_project
def add(
    project: Project,
    ask: str,
    up: bool,
    reason: str | None,
    sql: str | None,
    comment: str,
    question: str | None,
    form: str,
) -> int:
    from feedback.intake import Proposal
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import attrs, person

    given = [kind for kind, value in (("up", up), ("down", reason), ("edit", sql)) if value]
    if len(given) > 1 or not (given or comment) or (question and not sql):
        raise click.UsageError("say one of --up, --down REASON, --sql SQL, or a --comment; --question needs --sql")
    text = _text(sql) if sql else ""
    with Workbench(project) as bench:
        loop = bench.feedback
        if question:
            taken: Taken | None = loop.intake.propose(Proposal(question, text), person())
        else:
            kind = cast("Kind", given[0] if given else "comment")
            heard = loop.give(ask, kind, person(), reason=reason or "", sql=text, comment=comment)
            if heard.refused:
                raise heard.refused
            taken = heard.taken
    if taken is None:
        _say(form, {"example": None}, "noted")
    elif form == "json":
        console.put_json(attrs(taken.example, how=taken.how, checks=[c.attrs() for c in taken.checks]))
    else:
        print_taken(taken)
    return 0


@command.command("list", help="Examples, the most asked first.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), metavar="STATE", help=f"{', '.join(STATES)}."
)
@click.option("--mine", is_flag=True, help="Only what waits for my review.")
@click.option("--search", default="", help="Words of the question or the SQL.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@with_format
@for_project
def list_(project: Project, states: tuple[str, ...], mine: bool, search: str, limit: int, form: str) -> int:
    from rich.markup import escape
    from rich.table import Table

    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import attrs, person

    with Workbench(project) as bench:
        examples = bench.feedback.examples
        if mine:
            found = bench.feedback.desk.queue(person(), limit)
        else:
            found = examples.find(states=states, text=search, limit=limit)
        counts = examples.counts()
    if form == "json":
        console.put_json({"counts": counts, "examples": [attrs(e) for e in found]})
        return 0
    table = Table("id", "state", "asked", "question", "by", header_style="bold", border_style="dim")
    for e in found:
        state = f"{e.state}{' (held out)' if e.role == 'benchmark' else ''}"
        table.add_row(e.id[:8], state, str(e.seen), escape(e.question), escape(e.created_by))
    none = "none of these" if counts else "none yet: say what an answer was with `dbt-ask feedback add`"
    console.put_list(table, none)
    if counts:
        console.out.print(f"[dim]{', '.join(f'{n} {s}' for s, n in sorted(counts.items()))}[/]")
    return 0


@command.command("show", help="One example: its versions, the evidence, what was decided.")
@click.argument("example")
@with_format
@for_project
def show(project: Project, example: str, form: str) -> int:
    from feedback import audit
    from feedback.lifecycle import possible
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import attrs, person

    with Workbench(project) as bench:
        examples = bench.feedback.examples
        found = examples.get(example)
        versions = examples.versions(found.id)
        history = list(reversed(audit.read(bench.state, key=found.id)))
    moves = possible(found.state, person(), frozenset(found.domains))  # type: ignore[arg-type]
    if form == "json":
        data = {"versions": [row(v) for v in versions], "history": [row(a) for a in history], "moves": moves}
        console.put_json(attrs(found, **data))
        return 0
    print_example(found, versions, history, moves)
    return 0


@command.command("review", help="Decide on an example: " + ", ".join(MOVES) + ".")
@click.argument("example")
@click.argument("move", type=click.Choice(MOVES))
@click.option("--reason", default="", help="Of a rejection one of those of `feedback add --down`; else any text.")
@click.option("--comment", default="", help="For whoever proposed it.")
@click.option("--sql", help="With edit: the new SQL; @file reads it from a file.")
@click.option("--into", default="", help="With merge: the example that stays.")
@click.option("--override", is_flag=True, help="Approve although a check failed; needs a reason.")
@with_format
@for_project
def review(
    project: Project,
    example: str,
    move: str,
    reason: str,
    comment: str,
    sql: str | None,
    into: str,
    override: bool,
    form: str,
) -> int:
    from feedback.desk import Decision
    from plugin.assemble import Workbench
    from plugin.feedback_loop import attrs, person

    if (move == "edit") != bool(sql):
        raise click.UsageError("edit needs --sql, and nothing else takes it")
    with Workbench(project) as bench:
        loop, actor = bench.feedback, person()
        found = loop.examples.get(example)
        if move == "undo":
            done = loop.desk.undo(found.id, actor)
        elif move == "edit":
            text = loop.intake.examine(found.question, _text(str(sql)), but=found.id).text
            done = loop.desk.edit(found.id, text, actor, lock=found.lock, note=comment)
        else:
            target = loop.examples.get(into).id if into else ""
            decision = Decision(reason, comment, target, override)
            done = loop.desk.decide(move, found.id, actor, decision, lock=found.lock)
        if done.live != found.live:
            loop.shelf.deliver()
    _say(form, attrs(done), f"[bold]{done.id[:8]}[/] is {done.state}")
    return 0


@command.command(
    "publish", help="Let answers learn from verified examples, if the held-out questions do not get worse."
)
@click.argument("examples", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are verified and not held out.")
@click.option("--override", "reason", default="", help="Publish although a published example differs: the reason why.")
@click.option("--dry-run", is_flag=True, help="Only run the gate.")
@with_format
@for_project
def publish(
    project: Project, examples: tuple[str, ...], everything: bool, reason: str, dry_run: bool, form: str
) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import person

    if bool(examples) == everything:
        raise click.UsageError("name examples, or say --all")
    with Workbench(project) as bench:
        loop = bench.feedback
        if everything:
            wanted = [e for e in loop.examples.find(states=("verified",), limit=10_000) if e.role == "retrieval"]
        else:
            wanted = [loop.examples.get(e) for e in examples]
        gate = None
        if loop.rules.gate and wanted:
            with console.progress(form == "text") as report:
                gate = loop.gate(wanted, report)
        passed = gate is None or gate.passed
        if passed and not dry_run:
            loop.publish(wanted, person(), gate, reason)
    ids = [e.id for e in wanted]
    data = {"published": ids if passed and not dry_run else [], "gate": gate.attrs() if gate else None}
    says = f"{len(ids)} {'would be ' if dry_run else ''}published" if passed else "[red]not published[/]"
    _say(form, data, f"{says}{f' · {gate.says}' if gate else ''}")
    return 0 if passed else 1


@command.command("upkeep", help="Set aside what the schema no longer supports; bring the index up to date.")
@click.option("--rerun", is_flag=True, help="Run every published example again, too.")
@with_format
@for_project
def upkeep(project: Project, rerun: bool, form: str) -> int:
    from rich.markup import escape

    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench, console.progress(form == "text") as report:
        doubts = bench.feedback.upkeep(rerun=rerun, progress=report)
        repaired = bench.feedback.shelf.repair()
    _say(
        form,
        {"stale": [asdict(d) for d in doubts], "put_in": repaired[0], "taken_out": repaired[1]},
        f"{len(doubts)} became stale; the index: {repaired[0]} put in, {repaired[1]} taken out",
    )
    for doubt in doubts if form == "text" else ():
        console.out.print(
            f"[yellow]{doubt.example[:8]}[/] {escape(doubt.question)}: {escape('; '.join(doubt.reasons))}"
        )
    return 0


def _text(sql: str) -> str:
    """As it stands, or what is in the file after an @."""
    if not sql.startswith("@"):
        return sql
    try:
        return Path(sql[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{sql[1:]} can't be read: {error.strerror}", param_hint="--sql") from error


def _say(form: str, data: dict[str, Any], text: str) -> None:
    from plugin.commands import console

    if form == "json":
        console.put_json(data)
    else:
        console.out.print(text)
