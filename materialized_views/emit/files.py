"""Files that dbt-ask writes into the project: written again only while nobody else has changed them.

The first line of such a file says so and carries a hash of the rest. A file whose hash does not fit was edited by
hand; one without the line belongs to somebody. Neither is ever overwritten or removed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from catalog_sync.files import write_atomically
from materialized_views.errors import EditedByHand

Action = Literal["created", "changed", "unchanged", "removed"]
_COMMENTS = {".sql": ("-- ", ""), ".yml": ("# ", "")}
_SAYS = "written by dbt-ask views; to keep an edit of yours, delete this line."
_FIRST = re.compile(r"^(?:--|#) written by dbt-ask views; .* ([0-9a-f]{16})$")


@dataclass(frozen=True)
class Written:
    path: Path
    action: Action


def plan(root: Path, files: Mapping[Path, str]) -> list[Written]:
    """What `write` would do. Paths are relative to the root. Raises EditedByHand."""
    return [Written(path, _action(root / path, text)) for path, text in sorted(files.items())]


def write(root: Path, files: Mapping[Path, str]) -> list[Written]:
    """All are looked at before the first is written."""
    todo = plan(root, files)
    for item in todo:
        if item.action != "unchanged":
            write_atomically(root / item.path, stamped(files[item.path], item.path.suffix))
    return todo


def remove(root: Path, paths: list[Path]) -> list[Written]:
    """Files that are not there are passed over. Raises EditedByHand before anything is removed."""
    there = [path for path in paths if (root / path).exists()]
    for path in there:
        _check_ours(root / path)
    for path in there:
        (root / path).unlink()
    return [Written(path, "removed") for path in there]


def stamped(text: str, suffix: str) -> str:
    before, after = _COMMENTS[suffix]
    return f"{before}{_SAYS} {_digest(text)}{after}\n{text}"


def _action(path: Path, text: str) -> Action:
    if not path.exists():
        return "created"
    _check_ours(path)
    return "unchanged" if path.read_text(encoding="utf-8") == stamped(text, path.suffix) else "changed"


def _check_ours(path: Path) -> None:
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    match = _FIRST.match(first)
    if match is None:
        raise EditedByHand(f"{path} was not written by dbt-ask", hint="rename that model, or retire the proposal")
    if match.group(1) != _digest(rest):
        raise EditedByHand(
            f"{path} was edited after dbt-ask wrote it",
            hint="take the edit back, or delete the first line of the file to keep it as your own model",
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
