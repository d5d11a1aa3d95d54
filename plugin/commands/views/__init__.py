"""`dbt-ask views`: from the log of queries to views that are built, proved and kept fresh."""

from __future__ import annotations

import click

from plugin.commands.group import Group
from plugin.commands.views import build, decide, mine, report, show, verify


@click.group("views", cls=Group, help="Views for the questions: recommend, try, build, refresh, prove.")
def command() -> None:
    pass


for _each in (
    mine.mine, mine.recommend, mine.explain, decide.try_, decide.approve, decide.retire, build.build, build.refresh,
    verify.verify, show.list_, show.show, report.report,
):  # fmt: skip
    command.add_command(_each)
