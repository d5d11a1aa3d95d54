"""The catalogue from what dbt leaves in its target directory, read as JSON: dbt itself is not imported."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from catalog_sync import records
from catalog_sync.dbt_nodes import catalog_of
from catalog_sync.dbt_runs import with_outcomes, with_types
from catalog_sync.errors import ArtifactMissing, ArtifactUnreadable, CatalogUnreadable
from catalog_sync.model import Catalog
from catalog_sync.pii import as_list

PARSED = "dbt_ask_catalog.json"


class DbtArtifacts:
    """A `CatalogSource` over one dbt project.

    manifest.json is needed, or the catalogue that our dbt hook wrote after the last parse (`PARSED`), whichever
    is newer; catalog.json and run_results.json add to it when they are there.
    """

    id = "dbt"

    def __init__(self, project_dir: Path | str, target_path: Path | str | None = None) -> None:
        self.project_dir = Path(project_dir)
        self.target = target_dir(self.project_dir, target_path)

    def read(self) -> Catalog:
        catalog = self.parsed()
        docs, results = self._optional("catalog.json"), self._optional("run_results.json")
        if docs:
            catalog = with_types(catalog, docs)
        if results:
            catalog = with_outcomes(catalog, results)
        return replace(catalog, notes=(*catalog.notes, *self._unparsed(catalog)))

    def parsed(self) -> Catalog:
        """What the project files alone say."""
        manifest, ours = self.target / "manifest.json", self.target / PARSED
        if not manifest.exists():
            if ours.exists():
                return records.read(ours)
            raise _never_parsed(manifest, self.project_dir)
        if ours.exists() and _modified(ours) >= _modified(manifest):
            with suppress(CatalogUnreadable):  # by another version: the manifest says the same
                return records.read(ours)
        return self.from_manifest()

    def from_manifest(self) -> Catalog:
        manifest = self.manifest()
        return catalog_of(manifest, self.project_of(manifest))

    def manifest(self) -> dict[str, Any]:
        """As dbt wrote it. Raises ArtifactMissing, ArtifactUnreadable."""
        if not (self.target / "manifest.json").exists():
            raise _never_parsed(self.target / "manifest.json", self.project_dir)
        manifest = _read(self.target / "manifest.json")
        if not isinstance(manifest.get("nodes"), Mapping):
            raise ArtifactUnreadable(
                f"{self.target / 'manifest.json'} is no dbt manifest: it has no nodes",
                hint="run `dbt parse` again",
            )
        return manifest

    def _unparsed(self, catalog: Catalog) -> Iterator[str]:
        """Models whose files came after dbt last read the project."""
        known = {table.unique_id.rpartition(".")[2] for table in catalog}
        read = max(_modified(path) for name in ("manifest.json", PARSED) if (path := self.target / name).exists())
        folders = as_list(_settings(self.project_dir).get("model-paths", "models"))
        files = (file for folder in folders for file in (self.project_dir / str(folder)).rglob("*.sql"))
        new = sorted(file.stem for file in files if file.stem not in known and _modified(file) > read)
        if new:
            more = f" and {len(new) - 1} more" if len(new) > 1 else ""
            yield f"dbt has not read the model {new[0]}{more} yet: run `dbt parse`, then sync again"

    def _optional(self, name: str) -> dict[str, Any] | None:
        path = self.target / name
        return _read(path) if path.exists() else None

    def project_of(self, manifest: Mapping[str, Any]) -> str:
        """Manifests before dbt 1.7 don't name their project."""
        written = (manifest.get("metadata") or {}).get("project_name") or _settings(self.project_dir).get("name")
        packages = Counter(str(node.get("package_name")) for node in manifest["nodes"].values())
        return str(written or next((name for name, _ in packages.most_common(1)), ""))


def target_dir(project_dir: Path, target_path: Path | str | None = None) -> Path:
    """As dbt finds it: the flag, the environment, dbt_project.yml, `target`; relative to the project."""
    written = str(_settings(project_dir).get("target-path") or "")
    found = target_path or os.environ.get("DBT_TARGET_PATH") or ("" if "{{" in written else written)
    return project_dir / (found or "target")


def _settings(project_dir: Path) -> dict[str, Any]:
    path = project_dir / "dbt_project.yml"
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ArtifactUnreadable(f"{path} can't be read: {error}", hint="run `dbt parse` to see why") from error
    return found if isinstance(found, dict) else {}


def _never_parsed(manifest: Path, project_dir: Path) -> ArtifactMissing:
    return ArtifactMissing(
        f"{manifest} is not there: the dbt project was never parsed",
        hint=f"run `dbt build` (or dbt parse) in {project_dir}",
    )


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ArtifactUnreadable(
            f"{path} can't be read: {error}",
            hint="another dbt command may be writing it; run `dbt parse` and try again",
        ) from error
    if not isinstance(found, dict):
        raise ArtifactUnreadable(f"{path} is no dbt artifact", hint="run `dbt parse` again")
    return found
