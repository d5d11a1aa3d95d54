"""Every command and every settings file in the documentation is one; those of the how-tos are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
import yaml

from plugin import settings
from plugin.main import DBT_COMMANDS, cli
from tests.docs import blocks
from tests.docs.blocks import DOCS, Block, Step

PAGES = blocks.pages()
RUN = [page for page in PAGES if any(block.kind == "console" for block in blocks.blocks(page))]
OUTSIDE = [page for part in (".", "docker", "dbt_project") for page in sorted((DOCS.parent / part).glob("*.md"))]
FROM_THE_START = {"quickstart.md"}
PATIENCE = 240  # seconds for one command: a page that hangs says at which
NOBODY_LISTENS = "http://127.0.0.1:9/v1"


def name(page: Path) -> str:
    return str(page.relative_to(DOCS.parent))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_is_one(page: Path) -> None:
    for words in blocks.commands(page):
        if words and words[0] not in DBT_COMMANDS:
            parsed(cli, words)


def test_a_command_that_is_none_is_noticed() -> None:
    for words in (["frobnicate"], ["sync", "--frobnicate"], ["jobs", "frobnicate"]):
        with pytest.raises(click.UsageError):
            parsed(cli, words)


@pytest.mark.parametrize(
    ("english", "korean"), [("../README.md", "../README.ko.md"), ("quickstart.md", "ko/quickstart.md")]
)
def test_a_page_in_korean_has_the_commands_and_the_links_of_the_english(english: str, korean: str) -> None:
    def held(page: Path) -> tuple[list[list[str]], set[str]]:
        commands = sorted(words[:1] for words in blocks.commands(page))
        found = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        return commands, {Path(link).name for link in found} - {"README.md", "README.ko.md"}

    (commands, links), (theirs, linked) = held(DOCS / english), held(DOCS / korean)
    assert theirs == commands
    assert links <= linked


def parsed(command: click.Command, words: Sequence[str]) -> None:
    """Down to the last command and its options, without running it. Files need not be there."""
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith(("-", "[")):
        context = click.Context(command, info_name=command.name)
        found = command.get_command(context, rest[0])
        if found is None:
            raise click.UsageError(f"there is no command {rest[0]!r}", context)
        command, rest = found, rest[1:]
    options = (option for given in command.params for option in (*given.opts, *given.secondary_opts))
    known = {"-h", "--help", *options}
    for word in rest:
        option = word.split("=")[0]
        if re.match(r"--?[a-z]", word) and option not in known:
            raise click.UsageError(f"{command.name} has no option {option}")


def test_what_a_service_starts_is_a_command() -> None:
    units = [block for page in PAGES for block in blocks.blocks(page) if block.title.endswith(".service")]
    started = [line for unit in units for line in re.findall(r"^ExecStart=\S*/dbt-ask (.+)$", unit.body, re.MULTILINE)]
    assert started == ["serve", "schedule run"]
    for words in started:
        parsed(cli, words.split())
    for unit in units:
        assert re.findall(r"^\[(\w+)\]$", unit.body, re.MULTILINE) == ["Unit", "Service", "Install"]


@pytest.mark.parametrize("page", OUTSIDE, ids=name)
def test_links_of_pages_outside_the_site_lead_somewhere(page: Path) -> None:
    """Those of the site are looked at when it is built."""
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert ":" in link or (page.parent / link).exists(), f"{link} leads nowhere"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_settings_file_is_one(page: Path, tmp_path: Path) -> None:
    for block in blocks.blocks(page):
        if block.kind == "yaml" and ("dbt_ask.yml" in (block.title, block.body.split("\n")[0].removeprefix("# "))):
            (tmp_path / settings.FILE_NAME).write_text(block.body, encoding="utf-8")
            settings.load(tmp_path, env={})


def test_expected_output_that_differs_is_noticed() -> None:
    assert blocks.matches(("a", "...", "b ... c"), "a\nx\ny\nb 1 c\n")
    assert not blocks.matches(("a", "b ... c"), "a\nx\nb 1 c\n")
    assert not blocks.matches((), "a\n")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built and synced: copy it."""
    project = tmp_path_factory.mktemp("example") / "project"
    shutil.copytree(DOCS / "example", project)
    for command in ("dbt-ask init", "dbt-ask build --quiet", "dbt-ask sync"):
        code, printed = run(command, project)
        assert code == 0, printed
    return project


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", RUN, ids=name)
def test_what_a_page_runs_prints_what_it_shows(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    source = DOCS / "example" if page.name in FROM_THE_START else request.getfixturevalue("example")
    project = Path(shutil.copytree(source, tmp_path / "project"))
    locale = "ko_KR.UTF-8" if page.parent.name == "ko" else "C.UTF-8"
    for block in blocks.blocks(page):
        take(block, project, locale)


def take(block: Block, project: Path, locale: str) -> None:
    if block.kind == "yaml" and block.title:
        (project / block.title).write_text(block.body, encoding="utf-8")
        assert yaml.safe_load(block.body)
    if block.kind == "console":
        for step in blocks.steps(block):
            try_(step, project, locale)


def try_(step: Step, project: Path, locale: str) -> None:
    code, printed = run(step.command, project, locale)
    assert code == 0, f"{step.command} ended with {code}:\n{printed}"
    assert blocks.matches(step.expected, printed), f"{step.command} printed:\n{printed}"


def run(command: str, project: Path, locale: str = "C.UTF-8") -> tuple[int, str]:
    """No model: an endpoint is set at which nobody listens."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("DBT_", "PYTEST_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    without_model = {"DBT_ASK_LLM__KIND": "openai", "DBT_ASK_LLM__BASE_URL": NOBODY_LISTENS}
    environment = {**ours, **without_model, "PATH": path, "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", "COLUMNS": "200"}
    environment |= {"LC_ALL": locale, "LANGUAGE": ""}
    done = subprocess.run(
        command,
        shell=True,
        cwd=project,
        env=environment,
        stdout=-1,
        stderr=-2,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout
