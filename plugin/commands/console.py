"""The terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from plugin.texts import told

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Terminal(Console):
    """Rich's, but no value, name or text of a model or a warehouse can steer the terminal: control characters are
    shown and not sent."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=_CONTROL.sub("�", segment.text))


out = Terminal(highlight=False)
err = Terminal(stderr=True, highlight=False)


def put_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def put_sql(sql: str) -> None:
    """As it can be copied: no line is broken, none ends in blanks."""
    highlighted = Syntax("", "sql", theme="ansi_dark", background_color="default").highlight(sql)
    for line in highlighted.split("\n"):
        out.print(Text("  ").append_text(line), soft_wrap=True)


def joined(parts: Iterable[str], width: int = 0) -> Text:
    """The parts in a row; a line breaks between two of them and not within one, if it is no longer than a line."""
    room, lines = width or out.width, [""]
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines[-1] else part
        if lines[-1] and cell_len(longer) > room:
            lines.append(part)
        else:
            lines[-1] = longer
    return Text("\n".join(lines))


def put_list(table: Table, empty: str) -> None:
    """A table that has rows; else what that means."""
    out.print(table if table.row_count else f"[dim]{empty}[/]")


@contextmanager
def progress(show: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """Yields report(what, done, total): one bar for each `what`. Draws nothing without a terminal."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not show or not err.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(told(what), total=total or None)
        bars.update(tasks[what], completed=done, total=total or None)

    with bars:
        yield report
