from __future__ import annotations

import io

import pytest
from rich.table import Table

from plugin.commands.console import Terminal, joined, put_list, put_sql


@pytest.mark.parametrize("what", ["\x1b]52;c;cm0gLXJm\x07", "\x1b[2J", "\x9b31m", "a\rb", "\x08\x08\x7f"])
def test_no_value_steers_the_terminal(what: str) -> None:
    """Writing the clipboard, clearing the screen, writing over what stands there."""
    file = io.StringIO()
    terminal = Terminal(file=file, force_terminal=True, color_system=None, width=60)
    table = Table(box=None)
    table.add_column(f"x{what}y")
    table.add_row(f"x{what}y")
    terminal.print(table)
    terminal.print(f"one line: x{what}y", markup=False)
    assert not {c for c in file.getvalue() if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n"}
    assert file.getvalue().count("x") == 3


def test_colours_and_lines_stay() -> None:
    file = io.StringIO()
    Terminal(file=file, force_terminal=True, color_system="standard").print("[red]one[/]\ntwo\n한국어 ✓")
    assert file.getvalue() == "\x1b[31mone\x1b[0m\ntwo\n한국어 ✓\n"


def test_parts_are_not_broken_where_there_is_room_for_them() -> None:
    parts = ["main.visits", "기준 2026-11-29 13:00", "confidence 0.90", "6.0 s"]
    assert joined(parts, 200).plain == " · ".join(parts)
    lines = joined(parts, 36).plain.split("\n")
    assert lines == ["main.visits · 기준 2026-11-29 13:00", "confidence 0.90 · 6.0 s"]
    assert joined(["a" * 50, "b"], 20).plain == f"{'a' * 50}\nb"


def test_sql_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT\n  COUNT(*) AS n\nFROM " + "a_long_name_" * 20
    put_sql(sql)
    assert capsys.readouterr().out.splitlines() == [f"  {line}" for line in sql.splitlines()]


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    put_list(Table("id", "state"), "none yet")
    assert capsys.readouterr().out == "none yet\n"
