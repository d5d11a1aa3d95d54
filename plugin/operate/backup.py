"""Backup and restore of what dbt-ask keeps: state database, catalogue, embedded index, in one file.

A Qdrant server has snapshots of its own, and its index can be made again; so can everything of dbt.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from plugin.errors import BackupUnreadable

if TYPE_CHECKING:
    from plugin.assemble import Workbench

FORMAT = 1
_MANIFEST, _STATE, _INDEX = "manifest.json", "state.db", "index"
_SECONDS = 60.0  # that a sync may write the embedded index
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Manifest:
    """`index`: embedded, server (not in the file) or none. `files`: name -> SHA-256."""

    version: str
    revision: str
    made_at: str
    project: str
    index: str
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def backup(bench: Workbench, to: Path, progress: Progress = lambda *_: None) -> Manifest:
    """Consistent while everything runs. Raises VectorError, DatabaseError."""
    from backends.database import copies
    from backends.vectors import edge_copy
    from catalog_sync import store

    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=bench.project.make_state()) as work:
        folder = Path(work)
        progress("index", 0, 3)
        index = (
            "server"
            if bench.settings.index.url
            else "embedded"
            if edge_copy.save(bench.project.index, folder / _INDEX)
            else "none"
        )
        progress("state", 1, 3)
        revision = copies.save(bench.open_state(), folder / _STATE)
        catalog = bench.project.state / store.CATALOG
        if store.is_there(catalog):
            store.copy(catalog, folder / store.CATALOG)
        progress("file", 2, 3)
        files = {str(path.relative_to(folder)): _hash(path) for path in _files(folder)}
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        manifest = Manifest(version("dbt-ask"), revision, now, bench.project.name, index, files)
        (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        _pack(folder, to)
        progress("file", 3, 3)
    return manifest


def restore(bench: Workbench, path: Path, *, dry_run: bool = False, progress: Progress = lambda *_: None) -> Manifest:
    """All of it is checked before anything is replaced. The state is replaced in one transaction, then the index in one
    step, then the catalogue: after a crash in between, restore again. Raises BackupUnreadable, IndexLocked,
    DatabaseError."""
    from backends.database import copies
    from backends.vectors import edge_copy
    from catalog_sync import store

    with tempfile.TemporaryDirectory(prefix=".restore-", dir=bench.project.make_state()) as work:
        folder = Path(work)
        progress("check", 0, 3)
        manifest = _unpack(path, folder)
        _check(manifest, folder, path)
        if dry_run:
            return manifest
        progress("state", 1, 3)
        copies.restore(bench.open_state(), folder / _STATE)
        progress("index", 2, 3)
        if manifest.index == "embedded" and not bench.settings.index.url:
            edge_copy.restore(bench.project.index, folder / _INDEX, _SECONDS)
        if store.is_there(folder / store.CATALOG):
            store.copy(folder / store.CATALOG, bench.project.state / store.CATALOG)
        progress("index", 3, 3)
    return manifest


def _pack(folder: Path, to: Path) -> None:
    """Readable by its owner alone: it holds questions, and hashes of passwords."""
    partial = to.with_name(f"{to.name}.partial")
    partial.touch(mode=0o600)
    try:
        with tarfile.open(partial, "w:gz", compresslevel=1) as packed:
            packed.add(folder / _MANIFEST, _MANIFEST)
            for path in _files(folder):
                if path.name != _MANIFEST:
                    packed.add(path, str(path.relative_to(folder)))
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)


def _unpack(path: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(path, "r:gz") as packed:
            packed.extractall(folder, filter="data")
        raw = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if raw.get("format") != FORMAT:
            raise BackupUnreadable(f"{path} was written by another version of dbt-ask", hint="restore it with that one")
        return Manifest(**raw)
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError, AttributeError) as error:
        raise BackupUnreadable(f"{path} can't be read as a backup: {error}", hint="take an earlier one") from error


def _check(manifest: Manifest, folder: Path, path: Path) -> None:
    found = {str(file.relative_to(folder)): _hash(file) for file in _files(folder) if file.name != _MANIFEST}
    if found != manifest.files:
        names = {*found, *manifest.files}
        wrong = sorted(name for name in names if found.get(name) != manifest.files.get(name))
        raise BackupUnreadable(f"{path} is damaged at {', '.join(wrong)}", hint="take an earlier one")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
