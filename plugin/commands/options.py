"""Options that commands share, named as dbt names them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from plugin import logs, project
from plugin.errors import SettingsError

F = TypeVar("F", bound=Callable[..., Any])


def for_project(command: F) -> F:
    """Adds dbt's project flags; the command gets one `project` argument."""
    return _with_project(command, needed=True)


def for_project_if_any(command: F) -> F:
    """The same, but `project` is None outside of a dbt project, unless one was named."""
    return _with_project(command, needed=False)


def _with_project(command: F, *, needed: bool) -> F:
    @click.option(
        "--project-dir", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The dbt project."
    )
    @click.option("--profiles-dir", type=click.Path(path_type=Path), help="Where profiles.yml is.")
    @click.option("--target", "-t", help="Target of the dbt profile.")
    @click.option("--vars", "variables", help="Variables for dbt, as YAML.")
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        project_dir: Path | None,
        profiles_dir: Path | None,
        target: str | None,
        variables: str | None,
        **kwargs: Any,
    ) -> Any:
        found = None
        try:
            found = project.find(project_dir, profiles_dir, target, _mapping(variables))
        except SettingsError:
            if needed or project_dir is not None:
                raise
        if found is not None:
            logs.to_file(found.log)
        return command(*args, project=found, **kwargs)

    return wrapped  # type: ignore[return-value]


def _mapping(text: str | None) -> dict[str, Any] | None:
    import yaml

    if text is None:
        return None
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise click.BadParameter("must be a YAML mapping, as for dbt: '{name: value}'", param_hint="--vars")
    return found


def with_format(command: F) -> F:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="For people or for programs.",
    )(command)


def rows_option(command: F) -> F:
    return click.option(
        "--rows",
        "shown",
        default=20,
        show_default=True,
        type=click.IntRange(0),
        help="Rows shown on the terminal.",
    )(command)
