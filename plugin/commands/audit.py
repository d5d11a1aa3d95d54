"""`dbt-ask audit`: the record of who did what, for an archive or a security team's own system."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project
from plugin.project import Project

if TYPE_CHECKING:
    from feedback.model import AuditRecord


@click.group("audit", cls=Group, help="Who did what: write it out.")
def command() -> None:
    pass


@command.command("export", help="Oldest first, one JSON object a line; `id` of the last one is the next --after.")
@click.option("--after", default=0, show_default=True, type=click.IntRange(0), help="Only what came after this id.")
@click.option("--to", "file", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file.")
@for_project
def export(project: Project, after: int, file: Any) -> int:
    from feedback import audit
    from plugin.assemble import Workbench

    with Workbench(project) as bench:
        for row in audit.since(bench.state, after):
            file.write(json.dumps(_attrs(row), ensure_ascii=False) + "\n")
    return 0


def _attrs(row: AuditRecord) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "person": row.person,
        "action": row.action,
        "kind": row.kind,
        "key": row.key,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "via": row.via,
        "request": row.request,
    }
