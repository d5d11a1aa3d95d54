"""Where things are: the dbt project, and `.dbt_ask/` in it for all local state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugin.errors import SettingsError

STATE = ".dbt_ask"


@dataclass(frozen=True)
class Project:
    """`profiles_dir` and `target` are as dbt's flags of these names; None leaves them to dbt."""

    directory: Path
    profiles_dir: Path | None = None
    target: str | None = None
    variables: Mapping[str, Any] | None = None

    @property
    def state(self) -> Path:
        """`.dbt_ask/` for the default target; other targets hold other data and have a folder of their own."""
        home = self.directory / STATE
        return home / "targets" / self.target if self.target else home

    @property
    def name(self) -> str:
        """As dbt_project.yml says."""
        import yaml

        try:
            found = yaml.safe_load((self.directory / "dbt_project.yml").read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise SettingsError(f"dbt_project.yml can't be read: {error}", hint="run `dbt parse` to see why") from error
        return str(found.get("name") or "") if isinstance(found, dict) else ""

    @property
    def index(self) -> Path:
        return self.state / "index"

    @property
    def log(self) -> Path:
        return self.directory / STATE / "logs" / "dbt_ask.log"

    def make_state(self) -> Path:
        """The state folder, made and hidden from git."""
        self.state.mkdir(parents=True, exist_ok=True)
        ignore = self.directory / STATE / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        return self.state


def find(
    start: Path | None = None,
    profiles_dir: Path | None = None,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Project:
    """The dbt project in `start`, or the nearest one above it. Raises SettingsError."""
    here = (start or Path.cwd()).resolve()
    for directory in (here,) if start else (here, *here.parents):
        if (directory / "dbt_project.yml").is_file():
            own = directory / "profiles.yml"
            return Project(directory, profiles_dir or (directory if own.is_file() else None), target, variables)
    raise SettingsError(
        f"there is no dbt_project.yml in {here}" + ("" if start else " or above it"),
        hint="go to the dbt project, or name it with --project-dir",
    )
