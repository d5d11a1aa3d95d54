"""The job `log-harvest`: what people ask of the warehouse by hand. Views are recommended from it, and what is asked
often becomes candidates for examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedback.importing import Report
    from feedback.sources.found import Found, Skipped
    from plugin.assemble import Workbench


def run(bench: Workbench) -> Mapping[str, Any]:
    """Raises WorkloadUnreadable."""
    from plugin.commands.views import parts

    logs = _logs(bench)
    workload = parts.mined(bench, logs)
    parts.save_workload(bench.project, workload)
    told = {"logs": len(logs), "statements": workload.statements, "shapes": len(workload.shapes)}
    taken = _candidates(bench, logs)
    return {**told, "created": len(taken.created), "known": len(taken.known), "skipped": len(taken.skipped)}


def _logs(bench: Workbench) -> list[Path]:
    """`schedule.logs` are patterns, from the project's folder."""
    folder = bench.project.directory
    found = {path for pattern in bench.settings.schedule.logs for path in _matching(folder, pattern)}
    return sorted(path for path in found if path.is_file())


def _matching(folder: Path, pattern: str) -> Iterable[Path]:
    """An absolute pattern stands for itself."""
    rooted = Path(pattern)
    return Path(rooted.anchor).glob(str(rooted.relative_to(rooted.anchor))) if rooted.anchor else folder.glob(pattern)


def _candidates(bench: Workbench, logs: list[Path]) -> Report:
    from feedback import importing, wording
    from feedback.drafts import Text
    from feedback.people import SERVICE
    from feedback.sources import query_log

    def write(text: Text) -> str:
        return wording.question_of(text.sql, text.tables, bench.catalog, bench.llm, bench.settings.schedule.language)

    examples = bench.feedback.examples
    got = query_log.harvest(_found(logs), bench.catalog, but=lambda text: bool(examples.by_template(text)))
    words = write if bench.settings.schedule.write_questions else None
    return importing.take(got.kept, bench.feedback.intake, SERVICE, "query_log", write=words)


def _found(logs: list[Path]) -> Iterator[Found | Skipped]:
    from feedback.sources.found import Found, Skipped
    from materialized_views.workload import Problem, read

    for path in logs:
        for entry in read(path):
            if isinstance(entry, Problem):
                yield Skipped(entry.where, entry.reason)
            else:
                yield Found(entry.sql, entry.question, path.name, entry.user, entry.calls)
