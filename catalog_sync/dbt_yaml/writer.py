"""Approved descriptions, tags, synonyms and names of values into the YAML of a dbt project.

A description goes where there is none, or where the one stands that its editor saw. The others are added, none is
taken away. A tag with a dot is one of the catalogue's classifications (`meta.openmetadata`), others are dbt's own.
The next `dbt parse` puts it all into the manifest, and the next sync into the index: nothing is poked here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.dbt_yaml.places import Place, Places
from catalog_sync.dbt_yaml.splice import Named, Step, Value, load, look, put
from catalog_sync.edits import Edit, Written, described
from catalog_sync.errors import SourceStale, YamlNotEditable
from catalog_sync.files import write_atomically
from catalog_sync.pii import as_list

_JINJA = ("{{", "{%", "{#")
_BOM = "\ufeff"
Columns = Mapping[str, Sequence[str]]


@dataclass
class _File:
    """A YAML file as it is and as it will be; `new` has plain line ends, and no mark at its beginning."""

    path: PurePosixPath
    read: bytes
    new: str = field(init=False)

    def __post_init__(self) -> None:
        try:
            self._old = self.read.decode("utf-8")
        except UnicodeDecodeError as error:
            raise YamlNotEditable(f"{self.path} is not UTF-8") from error
        self.new = self._old.removeprefix(_BOM).replace("\r\n", "\n")

    @property
    def text(self) -> str:
        """In the file's own line ends."""
        new = self.new.replace("\n", "\r\n") if "\r\n" in self._old else self.new
        return _BOM + new if self._old.startswith(_BOM) else new

    def diff(self) -> str:
        name = f"a/{self.path}" if self.read else "/dev/null"
        lines = self._old.splitlines(), self.text.splitlines()
        return "\n".join(difflib.unified_diff(*lines, name, f"b/{self.path}", lineterm=""))


@dataclass(frozen=True)
class Done:
    """`diff` is unified, over all files."""

    written: tuple[Written, ...]
    diff: str


def write(source: DbtArtifacts, edits: Sequence[Edit], columns: Columns, *, dry_run: bool = False) -> Done:
    """`columns` are those that the warehouse has, by dbt's unique id: what the project says nothing of gets an entry
    only if it is one of them.

    Each file is replaced as a whole. Raises ArtifactMissing, SourceStale (somebody is editing the same file).
    """
    manifest = source.manifest()
    places = Places(source.project_dir, manifest, source.project_of(manifest))
    work = _Work(source.project_dir, places, columns)
    written = tuple(work.edited(edit) for edit in edits)
    changed = [file for _, file in sorted(work.files.items()) if file.text.encode() != file.read]
    if not dry_run:
        for file in changed:
            _save(source.project_dir, file)
    return Done(written, "\n".join(file.diff() for file in changed))


@dataclass
class _Work:
    root: Path
    places: Places
    columns: Columns
    files: dict[PurePosixPath, _File] = field(default_factory=dict)

    def edited(self, edit: Edit) -> Written:
        found = self.places.find(edit.table)
        if len(found) != 1:
            why = f"it may be any of {', '.join(str(p.table) for p in found)}" if found else "no such table"
            return Written(edit, "missing", why=why)
        place = found[0]
        if any(mark in edit.text + edit.value for mark in _JINJA):
            return Written(edit, "kept", why="dbt would take the braces for Jinja", to=str(place.file))
        if place.foreign:
            return Written(edit, "kept", why=f"it belongs to the package {place.foreign}", to=str(place.file))
        try:
            return self._edited(edit, place, self._file(place.file))
        except YamlNotEditable as error:
            return Written(edit, "kept", why=error.message, to=str(place.file))

    def _edited(self, edit: Edit, place: Place, file: _File) -> Written:
        data, path = load(file.new) if file.new.strip() else None, place.path
        if edit.column:
            within = _columns(data, place)
            spelled = self._spelled(edit.column, look(data, within), place)
            if spelled is None:
                return Written(edit, "missing", why="no such column", to=str(place.file))
            path = (*within, Named(spelled))
            if place.contract and look(data, path) is None:
                return Written(edit, "kept", why="its contract does not have the column", to=str(place.file))
        done, at, value = _change(edit, look(data, path), str(place.file))
        if done.outcome == "written":
            file.new = put(file.new or _HEAD, (*path, *at), value)
        return done

    def _spelled(self, column: str, entries: Any, place: Place) -> str | None:
        names = [str(entry.get("name")) for entry in as_list(entries) if isinstance(entry, dict)]
        for unique_id in place.ids:
            names += self.columns.get(unique_id, ())
        return next((name for name in names if name.casefold() == column.casefold()), None)

    def _file(self, path: PurePosixPath) -> _File:
        if path not in self.files:
            whole = self.root / path
            if not whole.resolve().is_relative_to(self.root.resolve()):
                raise YamlNotEditable(f"{path} is not in the project")
            self.files[path] = _File(path, whole.read_bytes() if whole.is_file() else b"")
        return self.files[path]


_HEAD = "version: 2\n"


def _columns(data: Any, place: Place) -> tuple[Step, ...]:
    """Of the table; of its version, where that says more of its columns than to take the model's."""
    version = (*place.path, "versions", Named(place.version, key="v"), "columns")
    return version if place.version and look(data, version) else (*place.path, "columns")


def _change(edit: Edit, entry: Any, to: str) -> tuple[Written, tuple[Step, ...], Value]:
    entry = entry if isinstance(entry, dict) else {}
    if edit.field == "description":
        old = str(entry.get("description") or "")
        if any(mark in old for mark in _JINJA):
            return Written(edit, "kept", old, "a doc block stands there", to), (), ""
        return described(edit, old, to), ("description",), edit.text.strip()
    if edit.field == "synonym":
        at = _meta(entry, "dbt_ask", "synonyms")
    elif edit.field == "value":
        at = (*_meta(entry, "dbt_ask", "value_synonyms"), edit.value)
    elif edit.text.casefold().startswith("tier.") and not edit.column:
        at = _meta(entry, "openmetadata", "tier")
        old = str(look(entry, at) or "")
        return described(edit, old, to), at, edit.text
    elif "." in edit.text:
        at = _meta(entry, "openmetadata", "tags")
    else:
        at = ("tags",) if "tags" in entry else ("config", "tags")
    there = [str(item) for item in as_list(look(entry, at))]
    same = edit.text.casefold() in {item.casefold() for item in there}
    one = look(entry, at)
    if isinstance(one, str) and not same:
        what = "an expression of Jinja" if any(mark in one for mark in _JINJA) else "one text"
        return Written(edit, "kept", one, f"{what} stands there, not a list", to), at, ""
    return Written(edit, "same" if same else "written", ", ".join(there), to=to), at, [edit.text]


def _meta(entry: Mapping[str, Any], section: str, key: str) -> tuple[str, ...]:
    """`config.meta`, unless the entry has the older `meta` and no newer one."""
    older = "meta" in entry and look(entry, ("config", "meta")) is None
    return ("meta", section, key) if older else ("config", "meta", section, key)


def _save(root: Path, file: _File) -> None:
    path = root / file.path
    now = path.read_bytes() if path.is_file() else b""
    if now != file.read:
        raise SourceStale(f"{file.path} was changed in between; it was left alone", hint="look at it, and write again")
    mode = path.stat().st_mode & 0o777 if path.is_file() else None
    write_atomically(path.resolve(), file.text)
    if mode is not None:
        path.chmod(mode)
