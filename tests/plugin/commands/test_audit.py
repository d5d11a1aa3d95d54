from __future__ import annotations

import json

from click.testing import CliRunner

from feedback.given import Feedback
from feedback.people import Actor
from plugin.assemble import Workbench
from plugin.commands.audit import command


def exported(bench: Workbench, *args: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(command, ["export", "--project-dir", str(bench.project.directory), *args])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_all_of_it_oldest_first_and_on_from_an_id(little: Workbench) -> None:
    asks = [little.asks.record(question=f"{i}", language="en", status="answered") for i in range(3)]
    for ask in asks:
        Feedback(little.state).give(ask, "down", Actor.of("kim", "asker"), reason="wrong_grain")
    rows = exported(little)
    assert [row["after"] for row in rows] == [{"ask": ask} for ask in asks]
    assert {(row["person"], row["action"], row["reason"]) for row in rows} == {("kim", "down", "wrong_grain")}
    assert exported(little, "--after", str(rows[1]["id"])) == rows[2:]
    assert exported(little, "--after", "999999") == []
