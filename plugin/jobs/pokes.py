"""Pokes: signs that something has changed, which the scheduler looks for every few seconds and answers with a run.

dbt leaves its own, the files that it writes when a command ends. Whoever hears of a change in the catalogue leaves
one in `.dbt_ask/poke`. A poke says nothing of what has changed, and several are one: the sync looks for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog_sync.dbt_artifacts import target_dir
from catalog_sync.files import write_atomically
from plugin.project import Project

_FILE = "poke"
# dbt writes these when it ends: what they stand for has happened.
_OF_DBT = ("run_results.json", "sources.json")


def poke(project: Project, newest: int = 0) -> None:
    """`newest` is the time of the event behind it, in milliseconds of whoever sent it; the latest is kept."""
    project.make_state()
    write_atomically(project.state / _FILE, f"{max(newest, newest_of(project))}\n")


def newest_of(project: Project) -> int:
    """The time of the newest event that a poke was left for, 0 if there was none."""
    try:
        return int((project.state / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0


class Pokes:
    """What was left since the last look: `build` by dbt, `catalog` by the catalogue."""

    def __init__(self, project: Project) -> None:
        target = target_dir(project.directory)
        self._files = {"build": [target / name for name in _OF_DBT], "catalog": [project.state / _FILE]}
        self._seen = self._look()

    def new(self) -> Iterator[str]:
        before, self._seen = self._seen, self._look()
        return (cause for cause, files in self._seen.items() if files != before[cause])

    def _look(self) -> dict[str, list[int]]:
        return {cause: [_changed_at(path) for path in paths] for cause, paths in self._files.items()}


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
