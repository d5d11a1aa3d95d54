"""What people have approved for a catalogue, on its way back to where the catalogue comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["description", "tag", "synonym", "value"]
# proposed: it waits there for its owner; kept: somebody's own text stands there, or the place can't take it; lost: it
# was written and is not there.
Outcome = Literal["written", "same", "proposed", "kept", "missing", "lost"]
DONE = frozenset({"written", "same", "proposed"})


@dataclass(frozen=True)
class Edit:
    """One text for a table, or for one of its columns. `was` is the description that the editor saw and means to
    replace, None where there was none: any other text that stands there is somebody's newer one. The field `value` is
    what people call a stored `value` of the column."""

    table: str
    column: str
    field: Field
    text: str
    was: str | None = None
    value: str = ""

    @property
    def where(self) -> str:
        return f"{self.table}.{self.column}" if self.column else self.table


@dataclass(frozen=True)
class Written:
    """What came of an edit; `old` is the text that was there, `why` says what keeps it out, `to` is the place."""

    edit: Edit
    outcome: Outcome
    old: str = ""
    why: str = ""
    to: str = ""

    def attrs(self) -> dict[str, str]:
        """For JSON, and for the audit."""
        edit = self.edit
        what = {"table": edit.table, "column": edit.column, "field": edit.field, "new": edit.text}
        if edit.value:
            what["value"] = edit.value
        return {**what, "old": self.old, "outcome": self.outcome, "why": self.why, "to": self.to}


def described(edit: Edit, old: str, to: str = "") -> Written:
    """Three ways: what stands there, what the editor saw, what is to stand there."""
    if old.strip() == edit.text.strip():
        return Written(edit, "same", old, to=to)
    if not old.strip() or (edit.was is not None and _flat(old) == _flat(edit.was)):
        return Written(edit, "written", old, to=to)
    why = "another text stands there" if edit.was is None else "the text was changed since it was looked at"
    return Written(edit, "kept", old, why, to)


def _flat(text: str) -> str:
    return " ".join(text.split())
