from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Event

from sqlalchemy import Engine

from plugin.jobs.leases import Leases


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


def test_one_holds_it_until_it_gives_it(state: Engine) -> None:
    one, other = Leases(state, "one"), Leases(state, "other")
    assert one.take("job:a")
    assert one.take("job:a")
    assert not other.take("job:a")
    assert other.take("job:b")
    assert other.holder("job:a") == "one"
    other.give("job:a")
    assert not other.take("job:a")
    one.give("job:a")
    assert other.take("job:a")


def test_a_worker_that_died_loses_it(state: Engine) -> None:
    clock = Clock()
    one, other = Leases(state, "one", 60, clock), Leases(state, "other", 60, clock)
    assert one.take("x")
    clock.now += timedelta(seconds=59)
    assert not other.take("x")
    assert one.take("x")
    clock.now += timedelta(seconds=60)
    assert one.holder("x") is None
    assert other.take("x")
    assert not one.take("x")


def test_of_many_at_once_one_gets_it(state: Engine) -> None:
    workers = [Leases(state, f"w{i}") for i in range(8)]
    with ThreadPoolExecutor(len(workers)) as pool:
        taken = list(pool.map(lambda worker: worker.take("x"), workers))
    assert taken.count(True) == 1


def test_held_gives_back(state: Engine) -> None:
    one, other = Leases(state, "one"), Leases(state, "other")
    with one.held("x") as taken, other.held("x") as second:
        assert (taken, second) == (True, False)
    assert one.holder("x") is None
    with other.held("x") as third:
        assert third


def test_held_renews(state: Engine) -> None:
    renewed = Event()

    class Counting(Leases):
        takes = 0

        def take(self, name: str) -> bool:
            self.takes += 1
            if self.takes == 3:
                renewed.set()
            return super().take(name)

    with Counting(state, "one", seconds=0.03).held("x") as taken:
        assert taken
        assert renewed.wait(120)
