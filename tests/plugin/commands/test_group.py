"""Commands with commands below them: what they say of these is whole, and a misspelt one is understood."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from plugin import texts
from plugin.main import COMMANDS, cli


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if isinstance(cli.get_command(click.Context(cli), name), click.Group)]
)
def test_the_help_of_a_command_below_is_not_cut(name: str) -> None:
    said = CliRunner().invoke(cli, [name, "--help"]).output
    group = cli.get_command(click.Context(cli), name)
    assert isinstance(group, click.Group)
    for below in group.commands.values():
        if not below.hidden:
            assert below.help in " ".join(said.split())


@pytest.mark.parametrize(("words", "means"), [
    (["askk", "x"], "ask"), (["biuld"], "build"), (["catalog", "shw"], "show"), (["views", "recomend"], "recommend"),
])  # fmt: skip
def test_a_misspelt_command_names_the_nearest(words: list[str], means: str) -> None:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert f"did you mean '{means}'?" in done.output
    with texts.speaking("ko"):
        assert f"혹시 '{means}'인가요?" in CliRunner().invoke(cli, words).output


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    assert "did you mean" not in CliRunner().invoke(cli, ["qqqqqqqq"]).output
