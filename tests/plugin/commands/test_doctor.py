"""What `dbt-ask doctor` shows: a long text goes on below itself, whatever the width of the part's name."""

from __future__ import annotations

import pytest

from plugin import texts
from plugin.commands.console import Terminal
from plugin.commands.doctor import Finding, _line


@pytest.mark.parametrize("language", ["en", "ko"])
def test_texts_stand_in_one_column(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    long = Finding("warehouse", False, "a [file] " * 20, "build it " * 20, 1.0)
    with texts.speaking(language):
        terminal = Terminal(width=60)
        for finding in (long, Finding("dbt", True, "nine relations", seconds=0.1)):
            terminal.print(_line(finding))
    lines = capsys.readouterr().out.splitlines()
    assert "[file]" in lines[0]
    beginning = lines[-1].index("nine")
    assert len(lines) > 6
    assert {line[:beginning].strip() for line in lines[1:-1]} == {""}
