"""The command `dbt-ask`: our own commands, and all of dbt's own behind them, passed through as they are.

Modules of commands are imported when they are used, so that `--help` costs no more than click.
"""

from __future__ import annotations

import errno
import itertools
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from backends.errors import AskError
from plugin.commands.group import Group
from plugin.texts import helped, language_for, speak, t, told

COMMANDS = {
    "init": ("plugin.commands.init", "Write dbt_ask.yml for this project, and look what is there."),
    "doctor": ("plugin.commands.doctor", "Check each part, and say how to mend it."),
    "sync": ("plugin.commands.sync", "Bring the catalogue and its index up to date."),
    "catalog": ("plugin.commands.catalog", "What is known of a table, from where; what a sync would change."),
    "jobs": ("plugin.commands.jobs", "Scheduled jobs: list, run, history, pause, resume."),
    "schedule": ("plugin.commands.schedule", "Run jobs when they are due."),
    "ask": ("plugin.commands.ask", "Ask a question; get SQL, rows, a sentence and a receipt."),
    "feedback": ("plugin.commands.feedback", "Say what was wrong, review what others said, publish what is right."),
    "training": ("plugin.commands.training", "Write training data from what was reviewed."),
    "views": ("plugin.commands.views", "Views for the questions: recommend, try, build, refresh, prove."),
    "model": ("plugin.commands.model", "The embedded language model."),
    "serve": ("plugin.commands.serve", "The web UI and the API."),
    "mcp": ("plugin.commands.mcp", "A server for agents, on standard input and output."),
    "presets": ("plugin.commands.presets", "The ways to answer: list, show side by side, run one."),
    "backup": ("plugin.commands.backup", "State, catalogue and embedded index into one file."),
    "restore": ("plugin.commands.restore", "What a backup holds in place of what is there."),
    "upgrade": ("plugin.commands.upgrade", "The state database to the revision of this version, or back."),
    "audit": ("plugin.commands.audit", "Who did what: write it out."),
    "eval": ("plugin.commands.evaluate", "Measure the answers on a suite of questions."),
}
DBT_COMMANDS = frozenset(
    (
        "build", "clean", "clone", "compile", "debug", "deps", "docs", "list", "ls", "parse", "retry", "run",
        "run-operation", "seed", "show", "snapshot", "source", "test",
    )
)  # fmt: skip
USAGE_ERROR = 2
_FULL, _RIGHTS = "make room on that disk, then try again", "give this user the right to write there, then try again"
_DISK_HINTS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _RIGHTS),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST, errno.EISDIR), "move away what stands in its place, then try again"),
}


class _Lazy(Group):
    """Knows names and one-line helps; imports a command when it is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            command: click.Command = import_module(COMMANDS[name][0]).command
            return helped(command)
        return super().get_command(ctx, name)

    def names(self, _ctx: click.Context) -> list[str]:
        return [*COMMANDS, *DBT_COMMANDS]

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(t("Commands")):
            formatter.write_dl([(name, told(text)) for name, (_, text) in COMMANDS.items()])
        with formatter.section(t("dbt's own, passed through with all their flags")):
            formatter.write_text(", ".join(sorted(DBT_COMMANDS)))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dbt-ask")
def cli() -> None:
    """Ask a dbt project questions in plain language."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Exit codes: 0 done; 1 the answer is no (refused, a gate failed); 2 wrong use or failure; dbt's own for dbt."""
    words = list(sys.argv[1:] if args is None else args)
    speak(language_for(words))
    if _is_for_dbt(words):
        from backends.warehouse.dbt_bridge import run_dbt

        code = run_dbt(words)
        if code == 0 and _rebuilds(words):
            _settle_views(words)
        sys.exit(code)
    try:
        result = cli.main(args=words, prog_name="dbt-ask", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(t("stopped"), err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.message = told(error.message)
        error.show()
        sys.exit(USAGE_ERROR)
    except AskError as error:
        _show(error, as_json=_wants_json(words))
        sys.exit(USAGE_ERROR)
    except OSError as error:
        _show(_of_the_disk(error), as_json=_wants_json(words))
        sys.exit(USAGE_ERROR)
    sys.exit(result if isinstance(result, int) else 0)


def _of_the_disk(error: OSError) -> AskError:
    """Raises what is no fault of a disk again."""
    from plugin.errors import FileUnusable

    hint = _DISK_HINTS.get(error.errno or 0)
    if hint is None:
        raise error
    where = f": {error.filename}" if error.filename else ""
    return FileUnusable(f"{error.strerror}{where}", hint=hint, path=str(error.filename or ""))


def _is_for_dbt(words: Sequence[str]) -> bool:
    """dbt takes global flags before its command: the first word that names a command decides."""
    for word in words:
        if word in COMMANDS or word in ("-h", "--help", "--version"):
            return False
        if word in DBT_COMMANDS:
            return True
    return False


def _rebuilds(words: Sequence[str]) -> bool:
    return next((word for word in words if word in DBT_COMMANDS), "") in ("build", "run")


def _settle_views(words: Sequence[str]) -> None:
    """dbt may have rebuilt tables below our views, or the views. dbt has done its work: a failure of ours is said
    and changes nothing of its exit code."""
    from plugin.after_build import settle

    try:
        settle(words)
    except AskError as error:
        _show(error, as_json=False)


def _wants_json(words: Sequence[str]) -> bool:
    return "--format=json" in words or any(a == "--format" and b == "json" for a, b in itertools.pairwise(words))


def _show(error: AskError, *, as_json: bool) -> None:
    if as_json:
        body: dict[str, Any] = {"error": error.attrs()}
        click.echo(json.dumps(body, ensure_ascii=False, default=str))
        return
    click.secho(t("error: {}", told(error.message)), fg="red", err=True)
    if error.hint:
        click.secho(f"  -> {told(error.hint)}", fg="yellow", err=True)
