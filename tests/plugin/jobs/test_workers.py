from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from plugin.jobs.leases import Leases
from plugin.jobs.workers import is_gone, worker_name

ROOT = Path(__file__).parents[3]
SAY = "from plugin.jobs.workers import worker_name; print(worker_name(), flush=True); input()"


@pytest.fixture
def other() -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SAY], cwd=ROOT, stdin=-1, stdout=-1, text=True)


def name_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the lease alone says it")
def test_who_has_died_here_is_gone_at_once(other: subprocess.Popen[str], state: Engine) -> None:
    with other:
        name = name_of(other)
        assert Leases(state, name).take("job:a")
        assert not is_gone(name)
        assert not Leases(state, "another").take("job:a")
        assert Leases(state, "another").alive("job:") == {name}
        other.kill()
        other.wait()
    assert is_gone(name)
    mine = Leases(state, worker_name())
    assert (mine.holder("job:a"), mine.alive("job:")) == (None, set())
    assert mine.take("job:a")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the lease alone says it")
def test_who_had_this_number_before_is_gone() -> None:
    """A container that starts again has the same name, and its processes the same numbers."""
    mine = worker_name()
    assert not is_gone(mine)
    before = mine[:-6] + ("000000" if not mine.endswith("000000") else "111111")
    assert is_gone(before)


def test_of_other_machines_nobody_can_say() -> None:
    assert not is_gone("host:1:01234567-abcdef")
    assert not is_gone("dead:1")
