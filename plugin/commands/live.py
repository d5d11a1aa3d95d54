"""What is shown while a question is answered: the stage at work, and the SQL as it is written."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from rich.live import Live as RichLive
from rich.text import Text

from plugin.commands.console import err
from plugin.texts import t

_SAYS = {
    "understand": "reading the question",
    "route": "choosing tables",
    "retrieve": "looking up values",
    "link": "choosing columns",
    "compose": "writing the prompt",
    "generate": "writing SQL",
    "check": "checking and running",
    "choose": "choosing the answer",
    "deliver": "wording the answer",
}


class Live:
    """Draws on standard error, and only where that is a terminal."""

    def __init__(self, show: bool = True) -> None:
        self._live = RichLive(console=err, transient=True, refresh_per_second=8) if show and err.is_terminal else None
        self._stage = "opening the catalogue"
        self._sql = ""
        self._is_whole = False

    def __enter__(self) -> Live:
        if self._live:
            self._live.start()
            self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def event(self, name: str, data: Any) -> None:
        """`stage`: its name; `token`: a piece of SQL; `sql`: the whole of it."""
        if name == "stage":
            self._stage = _SAYS.get(str(data).split(".")[0], str(data))
        elif name == "token":
            self._sql = str(data) if self._is_whole else self._sql + str(data)
            self._is_whole = False
        elif name == "sql":
            self._sql, self._is_whole = str(data), True
        self._draw()

    def _draw(self) -> None:
        if self._live:
            self._live.update(Text.assemble((f"… {t(self._stage)}\n", "bold cyan"), (self._sql, "dim")))
