from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backends.errors import ModelError
from plugin.web.accounts import Grant, Viewer
from plugin.web.answers.desk import Desk
from plugin.web.answers.job import Job
from plugin.web.errors import TooMany

PATIENCE = 60
VIEWER = Viewer("1", "kim", "Kim", (Grant("asker"),))


class Model:
    """Generates until it is stopped, as a model does that evaluates a long prompt."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.stop = threading.Event()
        self.desk: Desk | None = None

    def __call__(self, job: Job) -> Any:
        assert self.desk is not None
        self.desk.on_cancel(job, self.stop.set)
        self.begun.set()
        assert self.stop.wait(PATIENCE)
        raise ModelError("the generation was stopped")


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def desk(model: Model) -> Iterator[Desk]:
    made = Desk(model, lambda job: None, 10, leave_seconds=0.05)
    model.desk = made
    made.start()
    yield made
    model.stop.set()
    made.stop()


def begun(desk: Desk, model: Model) -> Job:
    job = Job("a", VIEWER, "how many?")
    desk.submit(job)
    assert model.begun.wait(PATIENCE)
    return job


def run(life: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser test before may have left an event loop here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, life).result(PATIENCE)


async def watch_until(job: Job, name: str) -> None:
    async for event in job.watch():
        if event.name == name:
            return


def test_stop_stops_the_generation(desk: Desk, model: Model) -> None:
    job = begun(desk, model)
    desk.cancel(job)
    assert job.wait(PATIENCE)
    assert job.state == "cancelled"


def test_an_asker_who_left_is_not_waited_for(desk: Desk, model: Model) -> None:
    job = begun(desk, model)
    run(watch_until(job, "state"))
    assert not job.watched
    desk.left(job)
    assert job.wait(PATIENCE)
    assert job.state == "cancelled"


def test_who_comes_back_in_time_is_waited_for(desk: Desk, model: Model) -> None:
    """A page that is loaded again leaves and comes back."""
    job = begun(desk, model)

    async def again() -> None:
        watching = asyncio.create_task(watch_until(job, "end"))
        await asyncio.sleep(0)
        assert job.watched
        desk._abandon(job)
        assert not model.stop.is_set()
        watching.cancel()

    run(again())


@pytest.mark.parametrize("seen", [0, 2, 3, 99])
def test_a_watcher_hears_of_the_end_whatever_it_says_it_has_seen(seen: int) -> None:
    job = Job("c", VIEWER, "how many?")
    job.emit("stage", "understand")
    job.end("done")

    async def names() -> None:
        heard = [event.name async for event in job.watch(seen)]
        assert heard[-1] == "end"

    run(names())


def test_one_that_nobody_watches_from_the_start_goes_on(model: Model) -> None:
    """A program that asks and looks later never watched, so it never left."""
    desk = Desk(model, lambda job: None, 10, leave_seconds=0)
    desk.left(Job("b", VIEWER, "how many?"))
    assert threading.active_count() < 50
    assert not model.stop.is_set()


def test_people_take_turns_and_hear_of_their_place(desk: Desk, model: Model) -> None:
    begun(desk, model)
    mine = [Job(f"m{number}", VIEWER, "how many?") for number in range(2)]
    other = Job("o", Viewer("2", "lee", "Lee", (Grant("asker"),)), "how many?")
    for job in (*mine, other):
        desk.submit(job)
    assert [desk.ahead(job) for job in (other, *mine)] == [1, 2, 3]
    assert [event.data for event in mine[1].events() if event.name == "ahead"] == [2, 3]
    desk.cancel(other)
    assert [event.data for event in mine[1].events() if event.name == "ahead"] == [2, 3, 2]


def test_one_person_may_not_fill_the_queue(desk: Desk, model: Model) -> None:
    begun(desk, model)
    for number in range(5):
        desk.submit(Job(f"m{number}", VIEWER, "how many?"))
    with pytest.raises(TooMany, match="5 of your questions are waiting") as raised:
        desk.submit(Job("m5", VIEWER, "how many?"))
    assert "cancel one" in raised.value.hint
    desk.submit(Job("o", Viewer("2", "lee", "Lee", (Grant("asker"),)), "how many?"))


def test_several_are_answered_at_once_and_each_is_stopped_by_itself() -> None:
    stops, both = {name: threading.Event() for name in "ab"}, threading.Barrier(3)

    def answer(job: Job) -> Any:
        desk.on_cancel(job, stops[job.ask].set)
        both.wait(PATIENCE)
        assert stops[job.ask].wait(PATIENCE)
        raise ModelError("the generation was stopped")

    desk = Desk(answer, lambda job: None, 10, at_once=2)
    desk.start()
    try:
        first, second, third = (Job(name, VIEWER, "how many?") for name in "abc")
        desk.submit(first)
        desk.submit(second)
        both.wait(PATIENCE)
        desk.submit(third)
        assert desk.ahead(third) == 2
        desk.cancel(third)
        desk.cancel(second)
        assert second.wait(PATIENCE)
        assert (first.state, second.state) == ("running", "cancelled")
        assert not stops["a"].is_set()
    finally:
        stops["a"].set()
        desk.stop()


def test_who_cancels_does_not_wait_for_a_model_that_hangs() -> None:
    begun, hangs, ended = threading.Event(), threading.Event(), []

    def answer(job: Job) -> Any:
        begun.set()
        assert hangs.wait(PATIENCE)
        return "too late"

    desk = Desk(answer, lambda job: ended.append((job.state, job.answer)), 10)
    desk.start()
    job = Job("a", VIEWER, "how many?")
    desk.submit(job)
    assert begun.wait(PATIENCE)
    desk.cancel(job)
    assert job.wait(PATIENCE)
    hangs.set()
    desk.stop()
    assert ended == [("cancelled", None)]
    assert [event.data["state"] for event in job.events() if event.name == "end"] == ["cancelled"]
