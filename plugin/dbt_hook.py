"""Our dbt plugin: after each parse, what the project files say of the tables lands beside manifest.json.

Every dbt command imports this module, and whatever a plugin raises ends the command. So nothing is imported
before it is needed, nothing happens in a project without dbt_ask.yml, and nothing gets out of here but a line in
our log file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from backends.warehouse.dbt_bridge import dbtPlugin

if TYPE_CHECKING:
    from catalog_sync.dbt_artifacts import DbtArtifacts

T = TypeVar("T")


class AskPlugin(dbtPlugin):
    """`get_manifest_artifacts` is the only hook of dbt's that is safe to use."""

    def get_manifest_artifacts(self, manifest: object) -> dict[str, Any]:
        return _quietly(_artifacts, {}, Path.cwd())

    get_manifest_artifacts.is_dbt_hook = True  # type: ignore[attr-defined]


class ParsedCatalog:
    """What dbt asks of an artifact: `write`. dbt has written manifest.json by then."""

    def __init__(self, source: DbtArtifacts) -> None:
        self._source = source

    def write(self, path: str) -> None:
        _quietly(lambda: _save(self._source, Path(path)), None, self._source.project_dir)


plugins = [AskPlugin]


def _artifacts() -> dict[str, ParsedCatalog]:
    from backends.warehouse.dbt_bridge import running_project

    project_dir, target = running_project()
    project_dir = project_dir.resolve()
    if not (project_dir / "dbt_ask.yml").is_file():
        return {}
    return _quietly(lambda: _beside_manifest(project_dir, target), {}, project_dir)


def _beside_manifest(project_dir: Path, target: Path | None) -> dict[str, ParsedCatalog]:
    """dbt takes the key as a path as it stands: a relative one would be relative to the working directory."""
    from catalog_sync.dbt_artifacts import PARSED, DbtArtifacts

    source = DbtArtifacts(project_dir, target)
    return {str(source.target / PARSED): ParsedCatalog(source)}


def _save(source: DbtArtifacts, path: Path) -> None:
    """Without the values of columns whose values may not be seen, which tests may hold."""
    from catalog_sync import records
    from catalog_sync.policy import withhold

    catalog = source.from_manifest()
    records.write(catalog.with_tables(tuple(withhold(table, catalog) for table in catalog)), path)


def _quietly(action: Callable[[], T], otherwise: T, project_dir: Path) -> T:
    try:
        return action()
    except Exception as error:  # noqa: BLE001  the user's dbt command goes on, whatever happens to us
        _log(error, project_dir)
        return otherwise


def _log(error: Exception, project_dir: Path) -> None:
    from contextlib import suppress

    with suppress(Exception):
        import logging

        from plugin import logs
        from plugin.project import Project

        logs.to_file(Project(project_dir).log)
        text = " ".join(str(error).split())
        logging.getLogger(__name__).warning("after dbt parse: %s: %s", type(error).__name__, text)


__all__ = ["AskPlugin", "plugins"]
