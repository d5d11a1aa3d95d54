from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine

from backends.errors import AskError, WarehouseBusy
from plugin.jobs.history import History
from plugin.jobs.leases import Leases
from plugin.jobs.worker import Retries, Worker


class Waits(Event):
    """Remembers the waits and does not wait; `until` ends the one of that number as a signal would."""

    def __init__(self, until: int = 0) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._until = until

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0)
        return len(self.seconds) == self._until


class Terminal(AskError):
    pass


def failing(*errors: Exception) -> Callable[[], Mapping[str, Any]]:
    left = list(errors)

    def action() -> Mapping[str, Any]:
        if left:
            raise left.pop(0)
        return {"tables": 3}

    return action


def worker(state: Engine, waits: Event | None = None, name: str = "one") -> Worker:
    return Worker(History(state), Leases(state, name), Retries(4, 5.0, 15.0), waits or Waits())


def test_a_run(state: Engine) -> None:
    done = worker(state).run("sync", failing(), "schedule")
    (kept,) = History(state).recent("sync")
    assert (kept.outcome, kept.tries, kept.result, kept.cause) == ("done", 1, {"tables": 3}, "schedule")
    assert kept.finished_at is not None
    assert kept.id == done.id


def test_what_passes_is_tried_again_with_patience(state: Engine) -> None:
    waits = Waits()
    done = worker(state, waits).run("sync", failing(*(WarehouseBusy("busy") for _ in range(3))), "schedule")
    assert (done.outcome, done.tries) == ("done", 4)
    assert waits.seconds == [5.0, 10.0, 15.0]


def test_patience_ends(state: Engine) -> None:
    done = worker(state).run("sync", failing(*(WarehouseBusy("busy", hint="wait") for _ in range(9))), "schedule")
    assert (done.outcome, done.tries) == ("failed", 4)
    assert done.error == "busy\n  -> wait"
    assert done.result["code"] == "WarehouseBusy"


@pytest.mark.parametrize("error", [Terminal("wrong"), ValueError("broken")])
def test_what_does_not_pass_is_not_tried_again(state: Engine, error: Exception) -> None:
    done = worker(state).run("sync", failing(error), "schedule")
    assert (done.outcome, done.tries) == ("failed", 1)
    assert str(error) in str(done.error)


def test_a_signal_ends_the_waiting(state: Engine) -> None:
    done = worker(state, Waits(until=2)).run("sync", failing(*(WarehouseBusy("busy") for _ in range(9))), "schedule")
    assert (done.outcome, done.tries) == ("stopped", 2)


def test_a_job_runs_once_at_a_time(state: Engine) -> None:
    other = Leases(state, "other")
    assert other.take("job:sync")
    done = worker(state).run("sync", failing(), "schedule")
    assert (done.outcome, done.error) == ("skipped", "other is running it")
    assert worker(state).run("values", failing(), "schedule").outcome == "done"
    other.give("job:sync")
    assert worker(state).run("sync", failing(), "schedule").outcome == "done"


def test_the_run_of_a_worker_that_died_is_lost(state: Engine) -> None:
    History(state).begin("sync", "dead", "schedule")
    worker(state).run("sync", failing(), "schedule")
    assert [run.outcome for run in History(state).recent("sync")] == ["done", "lost"]


def test_pauses(state: Engine) -> None:
    history = History(state)
    history.pause("sync")
    history.pause("sync")
    assert history.paused() == {"sync"}
    history.resume("sync")
    history.resume("sync")
    assert history.paused() == set()
