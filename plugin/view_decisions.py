"""What people decide about proposed views, at a terminal or on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from materialized_views.definition import ViewDefinition
from materialized_views.emit import files_of, plan, write
from materialized_views.errors import MaterializedViewsError
from plugin import git

if TYPE_CHECKING:
    from catalog_sync.model import Catalog
    from materialized_views.emit import Written
    from materialized_views.registry import ViewRecord
    from plugin.assemble import Workbench


def files(bench: Workbench, catalog: Catalog, records: Sequence[ViewRecord]) -> dict[Path, str]:
    """Path below the project -> text: what an approval writes."""
    definitions = [ViewDefinition.of(record.definition) for record in records]
    return files_of(definitions, catalog, Path(bench.settings.views.folder))


def approve(
    bench: Workbench,
    catalog: Catalog,
    records: Sequence[ViewRecord],
    by: str,
    *,
    branch: str | None = None,
    untried: bool = False,
    dry_run: bool = False,
) -> list[Written]:
    """Their models are written into the project; a view in use stays in use. Raises MaterializedViewsError."""
    for record in records:
        if not untried and not record.evidence.get("passed"):
            raise MaterializedViewsError(
                f"{record.name} passed no trial", hint=f"run `dbt-ask views try {record.name}`, or give --untried"
            )
    directory, wanted = bench.project.directory, files(bench, catalog, records)
    if dry_run:
        return plan(directory, wanted)
    with git.on_branch(directory, branch) as commit:
        done = write(directory, wanted)
        names = ", ".join(record.name for record in records)
        commit([item.path for item in done], f"Add views for the questions: {names}")
    for record in records:
        if record.state != "ready":
            bench.views.approve(record.name, by)
    return done
