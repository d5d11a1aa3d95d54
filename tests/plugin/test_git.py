from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from plugin.git import GitFailed, on_branch


def git(directory: Path, *args: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(["git", *identity, *args], cwd=directory, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{kind}_NAME", "t")
        monkeypatch.setenv(f"GIT_{kind}_EMAIL", "t@example.org")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "old.sql").write_text("select 1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    return tmp_path


def test_the_files_alone_are_committed_to_a_new_branch(repository: Path) -> None:
    (repository / "old.sql").write_text("select 2")  # work of somebody, not ours
    with on_branch(repository, "views") as commit:
        (repository / "new.sql").write_text("select 3")
        commit([Path("new.sql")], "Add a view")
    assert git(repository, "branch", "--show-current").strip() == "views"
    assert git(repository, "show", "--name-only", "--format=%s").split() == ["Add", "a", "view", "new.sql"]
    assert git(repository, "status", "--short") == " M old.sql\n"


def test_a_branch_that_exists_is_not_overwritten(repository: Path) -> None:
    git(repository, "branch", "views")
    with pytest.raises(GitFailed, match="already exists"), on_branch(repository, "views"):
        pass


def test_without_a_branch_git_is_not_needed(tmp_path: Path) -> None:
    with on_branch(tmp_path, None) as commit:
        commit([Path("x")], "nothing")


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(GitFailed), on_branch(tmp_path, "views"):
        pass
