"""The terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment

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
