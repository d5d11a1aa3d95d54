"""Approved descriptions and tags back to OpenMetadata: over nobody's text, and checked afterwards. Tags are suggested,
descriptions are proposed to the table's owner, or, where that is wished, fill what is empty.

A PATCH carries what was read as `test` steps and the version as a weak lock. Servers were seen to answer 200 and lose
edits of columns under that lock, so what was written is read back; if it is not there it is tried once more with
the `test` steps alone. Whoever wrote in between wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from catalog_sync.edits import Edit, Written, described
from catalog_sync.errors import SourceStale
from catalog_sync.openmetadata.columns import tag_names
from catalog_sync.openmetadata.names import decoded
from catalog_sync.openmetadata.proposals import propose
from catalog_sync.openmetadata.rest import Json, Rest

_TRIES = 3
_TO = "openmetadata"


def write(rest: Rest, edits: Sequence[Edit], *, fill: bool = False, dry_run: bool = False) -> list[Written]:
    """Table by table; `fill`: descriptions at once. Raises SourceUnavailable, SourceRefused, SourceStale (it
    changed again and again)."""
    done: list[Written] = []
    for table in dict.fromkeys(edit.table for edit in edits):
        these = [edit for edit in edits if edit.table == table]
        texts = [] if fill else [edit for edit in these if edit.field == "description"]
        proposed = {edit: _proposed(rest, edit, dry_run) for edit in texts}
        written = iter(_write(rest, table, [edit for edit in these if edit not in proposed], dry_run))
        done += [proposed[edit] if edit in proposed else next(written) for edit in these]
    return done


def _proposed(rest: Rest, edit: Edit, dry_run: bool) -> Written:
    entity = _read(rest, edit.table)
    decided = _decided(edit, entity)
    if decided.outcome != "written" or entity is None:
        return decided
    found = _place(edit, entity)
    assert found is not None
    why = "its owner decides on it in OpenMetadata"
    if not dry_run and not propose(rest, edit, entity, found[1]):
        why = "it waits there already"
    return Written(edit, "proposed", decided.old, why, _TO)


def _write(rest: Rest, table: str, edits: list[Edit], dry_run: bool) -> list[Written]:
    for attempt in range(1, _TRIES + 1):
        entity = _read(rest, table)
        outcomes = [_decided(edit, entity) for edit in edits]
        todo = [found.edit for found in outcomes if found.outcome == "written"]
        if dry_run or not todo or entity is None:
            return outcomes
        steps = [step for edit in todo for step in _steps(edit, entity)]
        try:
            rest.patch(f"/tables/{entity['id']}", steps, lock=_version(entity))
            lost = _lost(todo, _read(rest, table))
            if lost:
                rest.patch(f"/tables/{entity['id']}", [step for edit in lost for step in _steps(edit, entity)])
                lost = _lost(lost, _read(rest, table))
        except SourceStale:
            if attempt == _TRIES:
                raise
            continue  # somebody wrote in between: look again, and decide anew
        return [Written(w.edit, "lost", w.old, to=_TO) if w.edit in lost else w for w in outcomes]
    raise AssertionError("a table is tried once at least")


def _read(rest: Rest, table: str) -> Json | None:
    return rest.get(f"/tables/name/{rest.name(table)}", {"fields": "columns,tags"})


def _decided(edit: Edit, entity: Json | None) -> Written:
    found = _place(edit, entity)
    if found is None:
        return Written(edit, "missing", to=_TO)
    if edit.field == "description":
        return described(edit, str(found[1].get("description") or ""), _TO)
    if edit.field in ("synonym", "value"):
        return Written(edit, "kept", why="OpenMetadata has synonyms of glossary terms alone", to=_TO)
    tags = tag_names(found[1])
    if edit.text in tags:
        return Written(edit, "same", ", ".join(tags), to=_TO)
    tier = next((tag for tag in tags if tag.startswith("Tier.")), "")
    if tier and edit.text.startswith("Tier."):
        return Written(edit, "kept", tier, "it has a tier already", _TO)
    return Written(edit, "written", ", ".join(tags), to=_TO)


def _place(edit: Edit, entity: Json | None) -> tuple[str, dict[str, Any]] | None:
    """The path of what is described, and what is there."""
    if entity is None or not edit.column:
        return None if entity is None else ("", entity)
    for number, column in enumerate(entity.get("columns") or []):
        if decoded(str(column.get("name"))).casefold() == edit.column.casefold():
            return f"/columns/{number}", column
    return None


def _steps(edit: Edit, entity: Json) -> Iterator[dict[str, Any]]:
    """Columns have numbers only: the name is tested first, for they may have moved."""
    found = _place(edit, entity)
    assert found is not None
    path, there = found
    if path:
        yield {"op": "test", "path": f"{path}/name", "value": there["name"]}
    if edit.field == "description":
        if "description" in there:
            yield {"op": "test", "path": f"{path}/description", "value": there["description"]}
        yield {"op": "add", "path": f"{path}/description", "value": edit.text}
        return
    if "tags" not in there:
        there["tags"] = []
        yield {"op": "add", "path": f"{path}/tags", "value": []}
    yield {"op": "add", "path": f"{path}/tags/-", "value": _suggested(edit.text)}


def _suggested(tag: str) -> Json:
    return {"tagFQN": tag, "source": "Classification", "labelType": "Generated", "state": "Suggested"}


def _lost(edits: Sequence[Edit], entity: Json | None) -> list[Edit]:
    return [edit for edit in edits if _decided(edit, entity).outcome != "same"]


def _version(entity: Json) -> str:
    """As Java writes a Double."""
    return f'W/"{float(entity.get("version") or 0.1)}"'
