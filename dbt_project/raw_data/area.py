"""One subject area: which tables it has and how their files are made."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

Columns = Mapping[str, str]


@dataclass(frozen=True)
class Area:
    schema: str
    tables: Mapping[str, Columns]
    settings: Mapping[str, Any]
    tools: tuple[str, ...]
    write: Callable[[Path], None]
    """Writes `<table>.csv` with a header line for every table into the given folder."""

    @property
    def summary(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.settings.items())

    @cached_property
    def stamp(self) -> str:
        """The same stamp means the same rows: settings, tool versions and columns are all in it."""
        facts = {
            "tables": {name: dict(columns) for name, columns in self.tables.items()},
            "settings": dict(self.settings),
            "tools": {tool: version(tool) for tool in self.tools},
        }
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
