"""Backed up while it is used, wiped, restored: it answers as before."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backends.llm.scripted import ScriptedLLM
from catalog_sync.index import stamp_of
from plugin.asking import asked
from plugin.assemble import Workbench
from plugin.commands import backup as backup_command
from plugin.commands import restore as restore_command
from plugin.commands import upgrade as upgrade_command
from plugin.errors import BackupUnreadable
from plugin.operate.backup import backup, restore
from plugin.project import find
from tests.plugin.web.conftest import AMOUNTS

QUESTION = "What is the approximate total amount of each store?"


def answer(directory: Path) -> tuple[list[list[Any]], int]:
    with Workbench(find(directory)) as bench:
        bench.__dict__["llm"] = ScriptedLLM(lambda *_: AMOUNTS)
        done = asked(QUESTION, bench.pipeline(), bench.services())
        bench.index.begin(stamp_of(bench.embedder))
        return done.rows, bench.index.count("tables")


def run(command: Any, *args: str, code: int = 0) -> Any:
    done = CliRunner().invoke(command, [*args, "--format", "json"], standalone_mode=False)
    assert done.exception is None, done.output
    assert done.return_value == code
    return json.loads(done.output)


def test_a_wiped_project_is_as_it_was(little: Workbench, tmp_path: Path) -> None:
    home = little.project.directory
    ask = little.asks.record(question=QUESTION, language="en", status="answered", user="kim")
    before = answer(home)
    made = run(backup_command.command, "--project-dir", str(home), "--to", str(tmp_path / "b.tar.gz"))
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0
    assert made["index"] == "embedded"
    assert made["bytes"] < 5_000_000

    little.__exit__(None, None, None)
    shutil.rmtree(home / ".dbt_ask")
    checked = run(restore_command.command, str(tmp_path / "b.tar.gz"), "--project-dir", str(home), "--dry-run")
    assert checked["restored"] is False
    assert not (home / ".dbt_ask" / "catalog.db").exists()
    run(restore_command.command, str(tmp_path / "b.tar.gz"), "--project-dir", str(home))
    assert answer(home) == before
    with Workbench(find(home)) as bench:
        assert [a.id for a in bench.asks.recent()] == [ask]


def test_a_restore_replaces_what_came_later(little: Workbench, tmp_path: Path) -> None:
    before = little.asks.record(question="before", language="en", status="answered")
    backup(little, tmp_path / "b.tar.gz")
    little.asks.record(question="after", language="en", status="answered")
    restore(little, tmp_path / "b.tar.gz")
    assert [a.id for a in little.asks.recent()] == [before]
    assert len(list(little.project.index.glob("g-*"))) == 1
    assert not list(little.project.state.glob(".restore-*"))


def damaged(source: Path, to: Path, name: str) -> Path:
    """The same archive with one byte of that file changed."""
    with tarfile.open(source) as packed:
        packed.extractall(to, filter="data")
    content = bytearray((to / name).read_bytes())
    content[len(content) // 2] ^= 1
    (to / name).write_bytes(content)
    with tarfile.open(to.with_suffix(".tar.gz"), "w:gz") as again:
        again.add(to, ".")
    return to.with_suffix(".tar.gz")


@pytest.mark.parametrize("name", ["state.db", "catalog.db"])
def test_one_that_is_damaged_changes_nothing(little: Workbench, tmp_path: Path, name: str) -> None:
    backup(little, tmp_path / "b.tar.gz") if little.asks.record(question="a", language="en", status="x") else None
    little.asks.record(question="later", language="en", status="answered")
    with pytest.raises(BackupUnreadable, match=name):
        restore(little, damaged(tmp_path / "b.tar.gz", tmp_path / "d", name))
    assert len(little.asks.recent()) == 2


def test_what_is_no_backup_is_refused(little: Workbench, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_bytes(b"no archive")
    with pytest.raises(BackupUnreadable, match="can't be read"):
        restore(little, tmp_path / "b.tar.gz")


def test_upgrade_goes_back_and_forward_and_says_so(little: Workbench) -> None:
    project = str(little.project.directory)
    little.asks.record(question="a", language="en", status="answered")
    newest = run(upgrade_command.command, "--project-dir", project)
    assert newest["from"] == newest["to"]
    planned = run(upgrade_command.command, "--project-dir", project, "--to", "0005", "--dry-run")
    assert (planned["from"], planned["done"]) == (newest["to"], False)
    assert run(upgrade_command.command, "--project-dir", project, "--to", "0005")["done"]
    back = run(upgrade_command.command, "--project-dir", project)
    assert (back["from"], back["to"]) == ("0005", newest["to"])
    assert [a.question for a in little.asks.recent()] == ["a"]
