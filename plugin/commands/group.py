"""A command with commands below it: click's own, but what it says is whole."""

from __future__ import annotations

import difflib

import click

from plugin.texts import t


class Group(click.Group):
    """Click cuts the help of a command below to one line, and does not say which one a misspelt name may mean."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(t("Commands")):
            formatter.write_dl([(name, below.help or "") for name, below in found if below and not below.hidden])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if near := difflib.get_close_matches(args[0], self.names(ctx), n=1):
                error.message = t("there is no command '{}': did you mean '{}'?", args[0], near[0])
            raise

    def names(self, ctx: click.Context) -> list[str]:
        """Of which the nearest is named."""
        return self.list_commands(ctx)
