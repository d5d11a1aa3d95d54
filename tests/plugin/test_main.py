"""The command as a user starts it: a process, its streams, its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from plugin.main import COMMANDS, DBT_COMMANDS

PROGRAM = str(Path(sys.executable).parent / "dbt-ask")


def run(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *args], cwd=cwd, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = "import sys\nfrom plugin.main import cli\ncli.main(['--help'], standalone_mode=False)\n"
    code += "print('HEAVY', sorted({'dbt', 'duckdb', 'numpy', 'sqlglot', 'rich', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert all(name in done.stdout.replace("\n", " ") for name in DBT_COMMANDS)


def test_outside_a_project_says_what_to_do(tmp_path: Path) -> None:
    done = run("ask", "how many", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no dbt_project.yml" in done.stderr
    assert "--project-dir" in done.stderr


def test_errors_are_json_where_json_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    done = run("ask", "--format", "json", "how many", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["hint"] == "run `dbt-ask sync`"


def test_unknown_command_and_unknown_setting(tmp_path: Path) -> None:
    assert run("frobnicate").returncode == 2
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    (tmp_path / "dbt_ask.yml").write_text("llm: {modle: a}\n", encoding="utf-8")
    done = run("sync", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'llm.model'?" in done.stderr


def test_init_writes_once(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    assert run("init", "--dry-run", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "dbt_ask.yml").exists()
    assert run("init", cwd=tmp_path).returncode == 0
    assert "tiers: [Tier.Tier1]" in (tmp_path / "dbt_ask.yml").read_text(encoding="utf-8")
    again = run("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "--force" in again.stderr


@pytest.mark.slow
def test_dbt_commands_keep_their_exit_codes(tmp_path: Path) -> None:
    done = run("ls", "--no-such-flag", cwd=tmp_path)
    assert done.returncode == 2
