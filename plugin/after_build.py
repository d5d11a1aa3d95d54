"""After a `dbt-ask build`: the registry learns what dbt has rebuilt, and views that are behind are refreshed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from plugin import project as projects
from plugin.project import Project


def settle(words: Sequence[str]) -> None:
    """Does nothing, and opens nothing, where no view is in use. Raises AskError."""
    project = _project(words)
    if not (project.state / "state.db").is_file() and not _has_shared_state(project):
        return
    from plugin.assemble import Workbench
    from plugin.commands.views.parts import refresher_of

    with Workbench(project) as bench:
        records = bench.views.all("ready")
        if not records:
            return
        refresher = refresher_of(bench, records, lambda *_: None, force=False, allow_shrink=False)
        for done in refresher.refresh(record.name for record in records):
            if done.status != "fresh":
                click.echo(f"view {done.view}: {done.status}{': ' + done.why if done.why else ''}", err=True)


def _has_shared_state(project: Project) -> bool:
    from plugin import settings

    return bool(settings.load(project.directory).state.url)


def _project(words: Sequence[str]) -> Project:
    """By dbt's own flags, as they were given to dbt. Raises SettingsError."""
    directory, profiles = _flag(words, "--project-dir"), _flag(words, "--profiles-dir")
    target = _flag(words, "--target") or _flag(words, "-t")
    return projects.find(Path(directory) if directory else None, Path(profiles) if profiles else None, target)


def _flag(words: Sequence[str], name: str) -> str | None:
    for position, word in enumerate(words):
        if word == name and position + 1 < len(words):
            return words[position + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None
