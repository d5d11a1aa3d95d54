"""A copy of a dbt project in a temporary folder that costs nothing: links to all of it, and a few files more.

The project itself is not touched: a view that is tried or refreshed is a model of the copy alone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

_NEVER = frozenset({"target", "logs", ".dbt_ask", ".git", ".venv"})


@dataclass(frozen=True)
class Model:
    """A model's SQL, and its entry under `models:` of a YAML file. `folder` of the project, whose configuration in
    dbt_project.yml holds for it."""

    name: str
    sql: str
    properties: Mapping[str, Any]
    folder: Path = Path("models")

    def aside(self, name: str, *, schema: str | None = None) -> Model:
        """The same model under another name, and in a schema of its own if one is given."""
        config = dict(self.properties.get("config") or {})
        if schema is not None:
            config["schema"] = schema
        config.pop("alias", None)
        return replace(self, name=name, properties={**self.properties, "name": name, "config": config})


class Overlay:
    """Use it as a context: the folder is gone afterwards."""

    def __init__(self, project_dir: Path, models: list[Model], macros: Mapping[str, str]) -> None:
        self._project, self._models, self._macros = project_dir.resolve(), models, macros

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="dbt-ask-overlay-"))
        written = yaml.safe_load((self._project / "dbt_project.yml").read_text(encoding="utf-8")) or {}
        models = Path((written.get("model-paths") or ["models"])[0])
        macros = Path((written.get("macro-paths") or ["macros"])[0])
        _mirror(self._project, self.path, {models, macros}, Path())
        for folder in (models, macros):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        for model in self._models:
            place = self.path / model.folder
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{model.name}.sql").write_text(model.sql, encoding="utf-8")
            text = yaml.safe_dump({"models": [dict(model.properties)]}, sort_keys=False, allow_unicode=True)
            (place / f"{model.name}.yml").write_text(text, encoding="utf-8")
        for name, text in self._macros.items():
            if not (self.path / macros / name).exists():
                (self.path / macros / name).write_text(text, encoding="utf-8")
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _mirror(source: Path, to: Path, opened: set[Path], below: Path) -> None:
    """Links, but for the opened folders, what is on the way to them and all below: dbt follows no link to a folder
    there."""
    for child in source.iterdir():
        path = below / child.name
        if not below.parts and child.name in _NEVER:
            continue
        if child.is_dir() and any(path == f or path in f.parents or f in path.parents for f in opened):
            (to / child.name).mkdir()
            _mirror(child, to / child.name, opened, path)
        else:
            (to / child.name).symlink_to(child)
