"""`views list`, `views show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project
from plugin.texts import t, told

if TYPE_CHECKING:
    from materialized_views.registry import ViewRecord
    from plugin.commands.views.parts import OwnView

_COLOURS = {"ready": "green", "proposed": "yellow", "approved": "yellow", "dropped": "dim", "retired": "dim"}


@click.command("list", help="All views: state, rows, when built, as of when.")
@click.option("--all", "everything", is_flag=True, help="Also those that were dropped or retired.")
@with_format
@for_project
def list_(project: Project, everything: bool, form: str) -> int:
    from rich.table import Table

    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        records = [r for r in bench.views.all() if everything or r.state not in ("dropped", "retired")]
        own = parts.own_views(bench)
    if form == "json":
        console.put_json([*map(attrs, records), *map(own_attrs, own)])
        return 0
    heads = map(t, ("view", "state", "rows", "built", "as of", "problem"))
    table = Table(*heads, header_style="bold", border_style="dim")
    for record in records:
        known = attrs(record)
        state = f"[{_COLOURS.get(record.state, 'red')}]{t(record.state)}[/]"
        built = f"{record.built_at:%Y-%m-%d %H:%M}" if record.built_at else ""
        rows = f"{known['rows']:,}" if known["rows"] is not None else ""
        table.add_row(record.name, state, rows, built, known["as_of"], told(record.problem))
    for view in own:
        known, until = own_attrs(view), view.standing.complete_until
        state = f"[green]{t('of the project')}[/]" if known["usable"] else f"[red]{t(known['state'])}[/]"
        built = f"{until:%Y-%m-%d %H:%M}" if until else ""
        table.add_row(known["view"], state, "", built, "", told(known["problem"]))
    console.put_list(
        table, t("none yet: `dbt-ask views mine` reads what is asked, `views recommend` proposes views for it")
    )
    return 0


@click.command("show", help="One view: definition, evidence, version in use, history.")
@click.argument("name")
@with_format
@for_project
def show(project: Project, name: str, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.commands.views import parts

    with Workbench(project) as bench:
        record, events = bench.views.get(name), bench.views.events(name)
    definition = parts.definition_of(record)
    if form == "json":
        history = [{"at": e.at.isoformat(), "kind": e.kind, "detail": e.detail} for e in events]
        more = {"definition": record.definition, "reason": record.reason, "evidence": record.evidence}
        console.put_json({**attrs(record), **more, "version": record.version, "history": history})
        return 0
    console.out.print(f"[bold]{name}[/] {t(record.state)}{': ' + told(record.problem) if record.problem else ''}")
    console.out.print(definition.sql(), markup=False)
    console.out.print(t("why: {}", told(record.reason.get("reason", ""))), soft_wrap=True)
    if record.evidence:
        console.out.print(t("trial: {}", told(record.evidence.get("reason", ""))), soft_wrap=True)
    for event in events:
        console.out.print(f"[dim]{event.at:%Y-%m-%d %H:%M:%S}[/] {t(event.kind)}")
    return 0


def own_attrs(view: OwnView) -> dict[str, Any]:
    standing = view.standing
    built = standing.complete_until.isoformat() if standing.complete_until else None
    return {
        "view": view.table.name.name,
        "state": "project" if standing.verified else "quarantined",
        "usable": standing.verified,
        "relation": str(view.table.name),
        "rows": None,
        "built_at": built,
        "verified_at": None,
        "as_of": "",
        "problem": standing.problem,
    }


def attrs(record: ViewRecord) -> dict[str, Any]:
    from materialized_views import watermarks

    version = record.version or {}
    return {
        "view": record.name,
        "state": record.state,
        "usable": record.usable,
        "relation": str(record.table) if record.table else None,
        "rows": version.get("rows"),
        "built_at": record.built_at.isoformat() if record.built_at else None,
        "verified_at": record.verified_at.isoformat() if record.verified_at else None,
        "as_of": watermarks.as_of(version.get("marks", {})),
        "problem": record.problem,
    }
