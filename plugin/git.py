"""Files that dbt-ask writes, as a commit on a branch of their own, so that people can review them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backends.errors import AskError

Commit = Callable[[Sequence[Path], str], None]


class GitFailed(AskError):
    """git said no, or is not there; the working tree is as it was."""


@contextmanager
def on_branch(directory: Path, branch: str | None) -> Iterator[Commit]:
    """Without a branch nothing is committed. With one: it is made, gets the commit and stays checked out; what else
    is changed in the working tree is left alone. Raises GitFailed."""
    if branch is None:
        yield lambda _paths, _message: None
        return
    _git(directory, "rev-parse", "--is-inside-work-tree")
    _git(directory, "switch", "--create", branch)

    def commit(paths: Sequence[Path], message: str) -> None:
        names = [str(path) for path in paths]
        _git(directory, "add", "--", *names)
        _git(directory, "commit", "--quiet", "--message", message, "--", *names)

    yield commit


def _git(directory: Path, *args: str) -> str:
    try:
        done = subprocess.run(["git", *args], cwd=directory, capture_output=True, text=True, check=False)
    except OSError as error:
        raise GitFailed(f"git can't be run: {error.strerror}", hint="leave --branch out") from error
    if done.returncode != 0:
        raise GitFailed(
            f"git {args[0]} failed: {done.stderr.strip() or done.stdout.strip()}",
            hint="leave --branch out to write the files without a commit",
        )
    return done.stdout
