"""What `dbt-ask feedback` shows on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedback.importing import Report
    from feedback.intake import Taken
    from feedback.model import ExampleRecord


def show_import(form: str, done: Report, notes: dict[str, Any]) -> None:
    from rich.markup import escape

    from plugin.commands import console

    if form == "json":
        console.put_json({**done.attrs(), **notes})
        return
    verb = "would be proposed" if done.dry_run else "proposed"
    console.out.print(
        f"[green]{len(done.created)}[/] {verb}, {len(done.known)} proposed before, {len(done.flagged)} flagged, "
        f"{len(done.skipped)} skipped"
    )
    for skipped in done.skipped:
        console.out.print(f"[dim]{escape(skipped.where)}: {escape(skipped.reason)}[/]")
    if notes:
        rules = ", ".join(f"{count} {rule}" for rule, count in sorted(notes["refused"].items()))
        console.out.print(f"[dim]of {notes['read']} entries: {notes['rare']} too rare; refused: {rules or 'none'}[/]")


def print_taken(taken: Taken) -> None:
    """What was made of a correction: the example, what its checks found, whether it is held out."""
    from rich.markup import escape

    from plugin.commands.console import out

    made = taken.example
    out.print(f"{'proposed' if taken.how == 'created' else 'proposed before'}: example [bold]{made.id[:8]}[/]")
    for check in taken.checks:
        if check.outcome != "ok":
            out.print(f"[yellow]{check.name}:[/] {escape(check.says)}")
    if made.role == "benchmark":
        out.print("[dim]its question is among those that are held out to measure with[/]")


def print_example(found: ExampleRecord, versions: list[Any], history: list[Any], moves: tuple[str, ...]) -> None:
    from rich.markup import escape

    from feedback.in_words import in_words
    from plugin.commands.console import out

    out.print(f"[bold]{escape(found.question)}[/]  [dim]asked {found.seen}x · {found.state} · {found.role}[/]")
    for version in versions:
        marks = [m for m, n in (("current", found.current), ("live", found.live)) if n == version.number]
        out.print(f"\n[bold]version {version.number}[/] {escape(version.edited_by)} [green]{', '.join(marks)}[/]")
        out.print(escape(version.sql))
        out.print(f"[dim]{escape(in_words(version.sql, version.dialect))}[/]")
        for check in version.checks:
            mark = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}[check["outcome"]]
            out.print(f"  {mark} {check['name']} [dim]{escape(check['says'])}[/]")
    out.print()
    for entry in history:
        out.print(f"[dim]{entry.at:%Y-%m-%d %H:%M} {escape(entry.person)} {entry.action} {escape(entry.reason)}[/]")
    out.print(f"[dim]moves: {', '.join(moves) or 'none'}[/]")


def row(record: Any) -> dict[str, Any]:
    return {column.key: getattr(record, column.key) for column in type(record).__mapper__.column_attrs}
