"""Approved descriptions from a YAML file into OpenMetadata, with a line for each in an audit that only grows.

- table: main.orders
  description: One row for each order.
  columns:
    amount: Net of tax.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from plugin.errors import SettingsError

if TYPE_CHECKING:
    from catalog_sync.model import Catalog
    from catalog_sync.openmetadata.writer import Edit, Written
    from plugin.assemble import Workbench

AUDIT = "writes.jsonl"
_HINT = "a list of {table: main.orders, description: ..., columns: {amount: ...}}"


def write_edits(bench: Workbench, path: Path, *, dry_run: bool) -> list[Written]:
    from catalog_sync.openmetadata.connection import connect
    from catalog_sync.openmetadata.rest import Rest
    from catalog_sync.openmetadata.writer import write
    from plugin.sources import openmetadata

    source = openmetadata(bench.project, bench.settings, bench.policy)
    names = replace(source, selection=replace(source.selection, details=()))
    edits = _edits(_read(path), names.read())
    done = write(Rest(connect(source.server, source.token)), edits, dry_run=dry_run)
    if not dry_run:
        _audit(bench.project.make_state() / AUDIT, done)
    return done


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} can't be read: {error}", hint=_HINT) from error
    if not isinstance(found, list) or not all(isinstance(item, dict) and item.get("table") for item in found):
        raise SettingsError(f"{path} holds no edits", hint=_HINT)
    return found


def _edits(items: list[dict[str, Any]], catalog: Catalog) -> list[Edit]:
    """A table by the end of its name, as far as that is clear; else as it stands, and OpenMetadata will say so."""
    from catalog_sync.openmetadata.writer import Edit

    edits = []
    for item in items:
        wanted = str(item["table"])
        fits = [t.unique_id for t in catalog if f".{t.name}".casefold().endswith(f".{wanted}".casefold())]
        fqn = fits[0] if len(fits) == 1 else wanted
        if item.get("description"):
            edits.append(Edit(fqn, "", str(item["description"])))
        edits += [Edit(fqn, str(name), str(text)) for name, text in (item.get("columns") or {}).items() if text]
    return edits


def _audit(path: Path, done: list[Written]) -> None:
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as file:
        for written in done:
            file.write(json.dumps({"at": at, **written.attrs()}, ensure_ascii=False) + "\n")
