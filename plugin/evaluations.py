"""Runs of `dbt-ask eval run --out` that lie in the project's state folder, as the screens show them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from feedback.errors import EvaluationError
from feedback.evaluation.run import Report
from feedback.evaluation.run_file import Header, Way, load
from feedback.evaluation.statistics import Paired, paired
from plugin.project import STATE, Project

FOLDER = Path(STATE) / "eval"


@dataclass(frozen=True)
class Run:
    """One way of one file. `id` names both."""

    id: str
    at: datetime
    header: Header
    report: Report
    way: Way

    @property
    def whole(self) -> bool:
        """A run that was stopped has fewer results than questions."""
        return len(self.way.results) >= self.header.questions


class Runs:
    """Files are read again when they changed; nothing but what lies in the folder can be named."""

    def __init__(self, project: Project) -> None:
        self._folder = project.directory / FOLDER
        self._lock = threading.Lock()
        self._read: dict[str, tuple[tuple[int, int], list[Run] | str]] = {}

    def all(self) -> list[Run]:
        """Newest first."""
        found = [run for read in self._files().values() if not isinstance(read, str) for run in read]
        return sorted(found, key=lambda run: (-run.at.timestamp(), run.id))

    def unreadable(self) -> dict[str, str]:
        """File -> what is wrong with it."""
        return {name: read for name, read in self._files().items() if isinstance(read, str)}

    def find(self, run: str) -> Run | None:
        return next((found for found in self.all() if found.id == run), None)

    def _files(self) -> Mapping[str, list[Run] | str]:
        with self._lock:
            known, self._read = self._read, {}
            for path in sorted(self._folder.glob("*.jsonl")):
                stat = path.stat()
                stamp = (stat.st_mtime_ns, stat.st_size)
                old = known.get(path.name)
                self._read[path.name] = old if old and old[0] == stamp else (stamp, _runs(path, stat.st_mtime))
            return {name: read for name, (_, read) in self._read.items()}


def compare(before: Run, after: Run) -> Paired:
    """On the answerable questions that both have. Raises EvaluationError where there is none."""
    due = {r.id for run in (before, after) for r in run.way.results if r.answerable}
    found = paired(*({k: v for k, v in run.way.right.items() if k in due} for run in (before, after)))
    if not found.questions:
        raise EvaluationError(f"{before.id} and {after.id} have no question in common", hint="run both on one suite")
    return found


def _runs(path: Path, modified: float) -> list[Run] | str:
    try:
        ways = load(path)
    except EvaluationError as error:
        return error.message
    at = datetime.fromtimestamp(modified, timezone.utc)
    return [Run(f"{path.stem}:{name}", at, way.header, way.report, way) for name, way in ways.items() if way.results]


def groups(run: Run) -> Sequence[str]:
    """The kinds of groups with more than one value."""
    return [kind for kind, values in run.report.by_group.items() if len(values) > 1]
