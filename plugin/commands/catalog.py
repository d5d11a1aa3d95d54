"""`dbt-ask catalog`: what is known of a table and from where, what a sync would change, where sources disagree."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from plugin.commands.group import Group
from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from catalog_sync.diff import Change
    from catalog_sync.model import CatalogTable
    from catalog_sync.one_record import Conflict
    from feedback.model import SuggestionRecord
    from plugin.assemble import Workbench
    from plugin.catalogue_edits import Report

_SHOWN_VALUES = 8
_SHOWN_NAMES = 20


@click.group("catalog", cls=Group, help="What is known of a table, from where; what a sync would change.")
def command() -> None:
    pass


@command.command("show", help="The record of one table, with the source of each field.")
@click.argument("table")
@with_format
@for_project
def show(project: Project, table: str, form: str) -> int:
    from catalog_sync import records
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        found, why = _found(bench, table)
    if form == "json":
        console.put_json({"indexed": not why, "why_not": why, "table": records.dump_table(found)})
    else:
        _print(found, why)
    return 0 if not why else 1


@command.command("diff", help="What the next sync would change, without asking the warehouse for values.")
@with_format
@for_project
def diff(project: Project, form: str) -> int:
    from catalog_sync.diff import changes
    from catalog_sync.sync import preview
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        state = project.make_state()
        options, policy = bench.sync_options, bench.policy
        with preview(bench.catalog_source, bench.warehouse, policy, state, options=options) as (saved, ready):
            found = changes(saved, ready.catalog)
    if form == "json":
        console.put_json({"changes": [change.attrs() for change in found], "notes": list(ready.notes)})
        return 0
    for change in found:
        console.out.print(_line(change))
    console.out.print(f"changes: {len(found)}" if found else "nothing would change")
    return 0


@command.command("conflicts", help="Where dbt and the catalogue say different things; exit code 1 if they do.")
@with_format
@for_project
def conflicts(project: Project, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.sources import both

    with Workbench(project) as bench:
        done = both(project, bench.settings, bench.policy).reconciled()
    if form == "json":
        console.put_json({"conflicts": [_attrs(c) for c in done.conflicts], "notes": list(done.catalog.notes)})
        return 1 if done.conflicts else 0
    _print_conflicts(done.conflicts)
    for note in done.catalog.notes:
        console.err.print(f"[yellow]note:[/] {note}")
    return 1 if done.conflicts else 0


@command.command("write", help="Descriptions, tags, synonyms and names of values to where the catalogue comes from.")
@click.argument("edits", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--approved", is_flag=True, help="Not from a file: what was approved in the web UI and waits.")
@click.option("--to", type=click.Choice(["dbt", "openmetadata"]), help="Only there; else as catalog.source says.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written, with the diff of the project's files.")
@with_format
@for_project
def write(
    project: Project,
    edits: Path | None,
    approved: bool,
    to: Literal["dbt", "openmetadata"] | None,
    dry_run: bool,
    form: str,
) -> int:
    """Exit code 1 if anything was not written: somebody's own text stands there, or there is no such table."""
    from catalog_sync.edits import DONE
    from plugin.assemble import Workbench
    from plugin.catalogue_edits import write_file
    from plugin.catalogue_suggestions import write_approved
    from plugin.commands import console
    from plugin.feedback_loop import person

    if bool(edits) == approved or (approved and to):
        raise click.UsageError("name a file, or say --approved (which knows where each text goes)")
    with Workbench(project) as bench:
        if edits:
            report = write_file(bench, edits, to=to, dry_run=dry_run)
        else:
            report = write_approved(bench, person(), dry_run=dry_run)
    if form == "json":
        told = [written.attrs() for written in report.written]
        console.put_json({"dry_run": dry_run, "edits": told, "diff": report.diff})
    elif not report.written:
        console.out.print("nothing waits: what people suggest in the web UI is approved there first")
    else:
        _print_written(report)
    return 0 if all(written.outcome in DONE for written in report.written) else 1


@command.command("kept", help="Words for tables, columns and values that their catalogue has no place for.")
@click.option("--forget", metavar="ID", help="Take one back: the next sync is without it.")
@with_format
@for_project
def kept(project: Project, forget: str | None, form: str) -> int:
    from plugin.assemble import Workbench
    from plugin.catalogue_edits import taken_back
    from plugin.commands import console

    with Workbench(project) as bench:
        gone = [taken_back(bench, forget)] if forget else []
        found = gone or bench.feedback.suggestions.kept_here()
    if form == "json":
        console.put_json({"forgotten" if forget else "kept": [_attrs_of_word(word) for word in found]})
    elif forget:
        console.err.print(f"forgotten: {gone[0].text}; the next sync is without it", markup=False)
    elif found:
        _print_words(found)
    else:
        console.out.print("no word is kept here")
    return 0


def _attrs_of_word(word: SuggestionRecord) -> dict[str, str]:
    from feedback.suggestions import snapshot

    return {"id": word.id, "by": word.decided_by, **snapshot(word)}


def _print_words(found: Sequence[SuggestionRecord]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from feedback.suggestions import edit_of
    from plugin.commands import console

    shown = Table("id", "word", "of", "by", box=None, pad_edge=False)
    for word in found:
        of = f"{word.value} in {edit_of(word).where}" if word.value else edit_of(word).where
        shown.add_row(word.id, escape(word.text), escape(of), escape(word.decided_by))
    console.out.print(shown)


def _print_written(report: Report) -> None:
    from plugin.commands import console

    if report.diff:
        click.echo(report.diff)
    for done in report.written:
        why = f" ({done.why})" if done.why else ""
        console.err.print(f"{done.outcome}: {done.edit.field} of {done.edit.where}{why}", markup=False, soft_wrap=True)


def _found(bench: Workbench, wanted: str) -> tuple[CatalogTable, str]:
    """The table as it is indexed; else as the source has it, and why it is not indexed. Raises TableUnknown."""
    from backends.errors import IndexMissing
    from catalog_sync import policy as policies
    from catalog_sync.errors import TableUnknown
    from catalog_sync.policy import withhold

    try:
        indexed = _named(wanted, list(bench.catalog))
    except IndexMissing:
        indexed = None
    if indexed:
        return indexed, ""
    read = bench.catalog_source.read()
    found = _named(wanted, list(read))
    if found is None:
        raise TableUnknown(f"no table is called {wanted}", hint=_near(wanted, list(read)))
    decisions, _ = policies.decide(bench.policy, read)
    decision = next(d for d in decisions if d.table == found.name)
    why = "not synced yet: run dbt-ask sync" if decision.kept else f"{decision.reason}: {decision.detail}"
    return withhold(found, read), why


def _near(wanted: str, tables: list[CatalogTable]) -> str:
    names = [table.name.name for table in tables]
    if near := difflib.get_close_matches(wanted, [*names, *(str(table.name) for table in tables)], n=3):
        return f"did you mean {', '.join(near)}?"
    shown = ", ".join(sorted(names)[:_SHOWN_NAMES])
    return f"tables: {shown}" + (f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else "")


def _named(wanted: str, tables: list[CatalogTable]) -> CatalogTable | None:
    """By its whole name or the end of it; none where several fit. Without regard to case."""
    from catalog_sync.errors import TableUnknown

    folded = wanted.casefold()
    fits = [t for t in tables if f".{t.name}".casefold().endswith(f".{folded}")]
    exact = [t for t in fits if str(t.name).casefold() == folded]
    if len(fits) > 1 and len(exact) != 1:
        several = ", ".join(str(t.name) for t in fits)
        raise TableUnknown(f"{wanted} may be any of {several}", hint="give more of the name")
    return next(iter(exact or fits), None)


def _print(table: CatalogTable, why: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import out

    out.print(
        f"[bold]{escape(str(table.name))}[/] {table.kind}" + (f"  [yellow]not indexed: {escape(why)}[/]" if why else "")
    )
    fields = Table("field", "value", "from", header_style="bold", border_style="dim")
    for name, value, source in _fields(table):
        fields.add_row(name, escape(value), source)
    out.print(fields)
    columns = Table("column", "type", "description", "values", "from", header_style="bold", border_style="dim")
    for column in table.columns:
        shown = f"withheld: {column.withheld}" if column.withheld else ", ".join(column.values[:_SHOWN_VALUES])
        sources = _sources(column.provenance)
        columns.add_row(*(escape(text) for text in (column.name, column.type, column.description, shown, sources)))
    out.print(columns)


def _sources(provenance: Mapping[str, str]) -> str:
    """The source alone where all fields have the same."""
    if len(set(provenance.values())) == 1:
        return next(iter(provenance.values()))
    return ", ".join(f"{name}: {source}" for name, source in sorted(provenance.items()))


def _fields(table: CatalogTable) -> list[tuple[str, str, str]]:
    found: dict[str, Any] = {
        "description": table.description,
        "tier": table.tier,
        "certification": table.certification,
        "owner": table.owner,
        "domain": table.domain,
        "data_products": ", ".join(table.data_products),
        "terms": ", ".join(table.terms),
        "tags": ", ".join(table.tags),
        "synonyms": ", ".join(table.synonyms),
        "knowledge": "\n".join(table.knowledge),
        "primary_key": ", ".join(table.primary_key),
        "foreign_keys": "\n".join(
            f"{', '.join(k.columns)} -> {k.to_table} ({k.provenance})" for k in table.foreign_keys
        ),
        "upstream": ", ".join(map(str, table.upstream)),
        "usage": f"{table.usage.count} queries a month" if table.usage else "",
        "built_at": table.built_at,
    }
    return [(name, str(value), table.provenance.get(name, "")) for name, value in found.items() if value]


def _line(change: Change) -> str:
    from rich.markup import escape

    where = escape(f"{change.table}{'.' + change.column if change.column else ''}")
    sign = {"added": "[green]+[/]", "removed": "[red]-[/]", "changed": "[yellow]~[/]"}[change.what]
    what = escape(f" {change.field}: {change.old or '-'} -> {change.new or '-'}") if change.field else ""
    return f"{sign} {where}{what}"


def _print_conflicts(found: tuple[Conflict, ...]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import out

    if not found:
        out.print("the sources agree")
        return
    other = next(source for source in found[0].said if source != "dbt")
    table = Table("where", "field", "dbt", other, "taken", header_style="bold", border_style="dim")
    for c in found:
        where = f"{c.table}{'.' + c.column if c.column else ''}"
        table.add_row(*(escape(text) for text in (where, c.field, c.said["dbt"], c.said[other], c.taken)))
    out.print(table)


def _attrs(conflict: Conflict) -> dict[str, Any]:
    return {
        "table": str(conflict.table),
        "column": conflict.column,
        "field": conflict.field,
        "said": dict(conflict.said),
        "taken": conflict.taken,
    }
