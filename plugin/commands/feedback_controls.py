"""`dbt-ask feedback controls`: cards that are known to be wrong, to see whether reviewers look."""

from __future__ import annotations

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("controls", help="Put cards that are known to be wrong among those that wait: do reviewers look?")
@click.option("--count", default=2, show_default=True, type=click.IntRange(1, 100), help="So many wait at once.")
@click.option("--seed", default=0, show_default=True, help="Another one picks other examples.")
@with_format
@for_project
def controls(project: Project, count: int, seed: int, form: str) -> int:
    """Exit code 1 where none could be made: it takes published questions that name a listed value."""
    from feedback import controls as making
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import person

    with Workbench(project) as bench:
        loop = bench.feedback
        made = making.make(loop.examples, loop.intake, person(), count, seed)
    if form == "json":
        console.put_json({"made": [example.id for example in made]})
    else:
        waits = f"{len(made)} made; they wait among the others, and whoever approves one is told"
        none = "none made: it takes published examples whose question names a value that is listed"
        console.out.print(waits if made else none)
    return 0 if made else 1
