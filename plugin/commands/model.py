"""`dbt-ask model`: the embedded language model's file."""

from __future__ import annotations

import click

from plugin.commands.group import Group


@click.group("model", cls=Group, help="The embedded language model.")
def command() -> None:
    pass


@command.command("pull", help="Fetch and verify the model file; goes on where an earlier pull stopped.")
@click.option("--model", "name", default="default", show_default=True, help="default or small.")
@click.option("--dry-run", is_flag=True, help="Only say how much would be fetched.")
def pull(name: str, dry_run: bool) -> int:
    from backends.llm.pull import pull as fetch
    from backends.llm.pull import remaining
    from plugin.commands import console

    if dry_run:
        left = remaining(name)
        console.out.print(f"{left / 1e6:,.0f} MB to fetch" if left else "the model is there: nothing to fetch")
        return 0
    with console.progress() as report:
        path = fetch(name, lambda done, total, text: report(f"model: {text}", done, total))
    console.out.print(f"[green]verified[/] {path}")
    return 0


@command.command("path", help="Print where the model file is.")
@click.option("--model", "name", default="default", show_default=True, help="default or small.")
def path(name: str) -> int:
    from backends.llm.models import path as path_of

    click.echo(path_of(name))
    return 0
