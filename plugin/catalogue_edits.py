"""Approved edits from a YAML file to where the catalogue comes from, with a line for each in an audit that only grows.

- table: main.orders
  description: One row for each order.
  was: The orders.              # the text that it replaces; without it only an empty place is filled
  tags: [finance]
  synonyms: [sales, 주문]
  columns:
    amount: Net of tax.
    status: {description: Where it stands., synonyms: [state], values: {P: [paid, 결제]}}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from catalog_sync.curated import FIELDS
from catalog_sync.dbt_meta import literal
from catalog_sync.edits import Edit, Written
from catalog_sync.pii import as_list
from plugin.errors import SettingsError

if TYPE_CHECKING:
    from catalog_sync.model import Catalog
    from feedback.model import SuggestionRecord
    from plugin.assemble import Workbench

AUDIT = "writes.jsonl"
Target = Literal["dbt", "openmetadata"]
_HINT = "a list of {table: main.orders, description: ..., columns: {amount: ...}, tags: [...], synonyms: [...]}"
_KEYS = frozenset({"description", "was", "tags", "synonyms", "values"})


@dataclass(frozen=True)
class Report:
    """`diff` is that of the project's files, unified."""

    written: tuple[Written, ...]
    diff: str = ""


def write_file(bench: Workbench, path: Path, *, to: Target | None = None, dry_run: bool = False) -> Report:
    return write_edits(bench, read_edits(path), to=to, dry_run=dry_run)


def write_edits(bench: Workbench, edits: Sequence[Edit], *, to: Target | None = None, dry_run: bool = False) -> Report:
    """Where nothing else is said (`to`), what dbt knows goes to dbt, as dbt writes it to OpenMetadata again, and words
    for what only another catalogue knows are kept here."""
    target = to or bench.settings.catalog.source
    ours = _of_dbt(bench, edits, target)
    here = [edit for edit in edits if edit not in ours and edit.field in FIELDS and to is None]
    others = [edit for edit in edits if edit not in ours and edit not in here]
    if others and target == "datahub":
        raise SettingsError("nothing is written to DataHub", hint="--to dbt writes into the project's YAML")
    report = _to_dbt(bench, ours, dry_run) if ours else Report(())
    if here:
        report = Report((*report.written, *_kept_here(bench, here, dry_run)), report.diff)
    if others:
        report = Report((*report.written, *_to_openmetadata(bench, others, dry_run)), report.diff)
    if not dry_run:
        _audit(bench.project.make_state() / AUDIT, report.written)
    return report


def read_edits(path: Path) -> list[Edit]:
    """Raises SettingsError."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} can't be read: {error}", hint=_HINT) from error
    if not isinstance(found, list) or not all(isinstance(item, dict) and item.get("table") for item in found):
        raise SettingsError(f"{path} holds no edits", hint=_HINT)
    return [edit for item in found for edit in _of_table(item, path)]


def _of_table(item: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    table = str(item["table"])
    yield from _of(table, "", {k: v for k, v in item.items() if k not in ("table", "columns")}, path)
    for name, said in (item.get("columns") or {}).items():
        yield from _of(table, str(name), said if isinstance(said, dict) else {"description": said}, path)


def _of(table: str, column: str, said: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    if unknown := sorted(str(key) for key in said if key not in _KEYS):
        raise SettingsError(f"{path}: {table} has an unknown key {unknown[0]!r}", hint=_HINT)
    if said.get("description"):
        was = str(said["was"]) if said.get("was") else None
        yield Edit(table, column, "description", str(said["description"]), was)
    yield from (Edit(table, column, "tag", str(tag)) for tag in said.get("tags") or ())
    yield from (Edit(table, column, "synonym", str(word)) for word in said.get("synonyms") or ())
    for value, names in (said.get("values") or {}).items():
        yield from (Edit(table, column, "value", str(name), value=literal(value)) for name in as_list(names))


def goes_to_dbt(bench: Workbench, edit: Edit) -> bool:
    """Where nothing else is said."""
    return bool(_of_dbt(bench, [edit], bench.settings.catalog.source))


def _of_dbt(bench: Workbench, edits: Sequence[Edit], target: str) -> list[Edit]:
    if target in ("dbt", "dbt+datahub"):
        return list(edits)
    if target != "both":
        return []
    from catalog_sync.dbt_artifacts import DbtArtifacts

    known = [f".{table.name}".casefold() for table in DbtArtifacts(bench.project.directory).parsed()]
    return [edit for edit in edits if any(name.endswith(f".{edit.table}".casefold()) for name in known)]


def goes_here(bench: Workbench, edit: Edit) -> bool:
    """A word that the catalogue's own system has no place for, where nothing else is said."""
    return edit.field in FIELDS and not goes_to_dbt(bench, edit)


def _kept_here(bench: Workbench, edits: Sequence[Edit], dry_run: bool) -> list[Written]:
    """The next sync has them: it is told that there is something new."""
    from feedback.suggestions import HERE
    from plugin.feedback_loop import person
    from plugin.jobs.pokes import poke

    if not dry_run:
        for edit in edits:
            bench.feedback.suggestions.keep(edit, person())
        poke(bench.project)
    return [Written(edit, "written", why="dbt-ask keeps it; the next sync indexes it", to=HERE) for edit in edits]


def taken_back(bench: Workbench, word: str) -> SuggestionRecord:
    """A word that is kept here, by its id. Raises NotFound, MoveRefused."""
    from plugin.feedback_loop import person
    from plugin.jobs.pokes import poke

    found = bench.feedback.suggestions.forget(word, person())
    poke(bench.project)
    return found


def _to_dbt(bench: Workbench, edits: Sequence[Edit], dry_run: bool) -> Report:
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.dbt_yaml.writer import write

    done = write(DbtArtifacts(bench.project.directory), edits, _columns(bench), dry_run=dry_run)
    return Report(done.written, done.diff)


def _columns(bench: Workbench) -> dict[str, list[str]]:
    """As the warehouse has them, as far as they were synced."""
    from backends.errors import IndexMissing

    try:
        return {table.unique_id: [column.name for column in table.columns] for table in bench.catalog}
    except IndexMissing:
        return {}


def _to_openmetadata(bench: Workbench, edits: Sequence[Edit], dry_run: bool) -> list[Written]:
    from catalog_sync.openmetadata.connection import connect
    from catalog_sync.openmetadata.rest import Rest
    from catalog_sync.openmetadata.writer import write
    from plugin.sources import openmetadata

    source = openmetadata(bench.project, bench.settings, bench.policy)
    names = replace(source, selection=replace(source.selection, details=())).read()
    named = [replace(edit, table=_fqn(edit.table, names)) for edit in edits]
    fill = bench.settings.openmetadata.write == "fill"
    return write(Rest(connect(source.server, source.token)), named, fill=fill, dry_run=dry_run)


def _fqn(wanted: str, catalog: Catalog) -> str:
    """By the end of its name, as far as that is clear; else as it stands, and OpenMetadata will say so."""
    fits = [t.unique_id for t in catalog if f".{t.name}".casefold().endswith(f".{wanted}".casefold())]
    return fits[0] if len(fits) == 1 else wanted


def _audit(path: Path, done: Sequence[Written]) -> None:
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as file:
        for written in done:
            file.write(json.dumps({"at": at, **written.attrs()}, ensure_ascii=False) + "\n")
