"""Suggestions that were approved, on their way to where the catalogue comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_sync.edits import Edit
from feedback.suggestions import edit_of
from plugin.catalogue_edits import Report, goes_here, goes_to_dbt, write_edits

if TYPE_CHECKING:
    from feedback.model import SuggestionRecord
    from feedback.people import Actor
    from plugin.assemble import Workbench


def write_approved(bench: Workbench, actor: Actor, *, dry_run: bool = False) -> Report:
    """All that wait, the oldest first; each is written or in conflict afterwards."""
    waiting = bench.feedback.suggestions.find("approved")[::-1]
    done = [write_back(bench, found, actor, dry_run=dry_run) for found in waiting]
    return Report(tuple(w for report in done for w in report.written), "\n".join(r.diff for r in done if r.diff))


def write_back(bench: Workbench, found: SuggestionRecord, actor: Actor, *, dry_run: bool = False) -> Report:
    report = write_edits(bench, [edit_of(found)], dry_run=dry_run)
    if not dry_run:
        bench.feedback.suggestions.settle(found.id, report.written[0], actor)
    return report


def at_once(bench: Workbench, edit: Edit) -> bool:
    """Whether it is written when it is approved, as `catalog.write_back` says."""
    wanted = bench.settings.catalog.write_back
    ours = goes_to_dbt(bench, edit) or goes_here(bench, edit)
    return wanted == "all" or (wanted == "dbt" and ours)


def preview(bench: Workbench, edit: Edit) -> Report | None:
    """What would become of it, with the diff of the dbt project's files; None where it goes elsewhere."""
    return write_edits(bench, [edit], dry_run=True) if goes_to_dbt(bench, edit) else None
