"""One question on its way, and what its watchers see of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from plugin.web.accounts.viewer import Viewer

if TYPE_CHECKING:
    from plugin.answer import Answer

State = Literal["waiting", "running", "done", "cancelled", "failed"]
ENDED: frozenset[State] = frozenset(("done", "cancelled", "failed"))


@dataclass(frozen=True)
class Event:
    """`number` counts from 1, so that a watcher who comes back says what it has seen."""

    number: int
    name: str
    data: Any


class Job:
    """Written by the model's thread, read by any number of watchers on the event loop. `policy` is that of its asker
    when the answer was begun: rows are kept for it alone."""

    def __init__(self, ask: str, viewer: Viewer, question: str) -> None:
        self.ask = ask
        self.viewer = viewer
        self.question = question
        self.state: State = "waiting"
        self.answer: Answer | None = None
        self.policy = ""
        self.error: dict[str, Any] = {}
        self.cancelled = threading.Event()
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._watchers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._finished = threading.Event()
        self._ahead = 0

    @property
    def watched(self) -> bool:
        with self._lock:
            return bool(self._watchers)

    def emit(self, name: str, data: Any) -> None:
        with self._lock:
            self._events.append(Event(len(self._events) + 1, name, data))
            watchers = list(self._watchers)
        for loop, woken in watchers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

    def place(self, ahead: int) -> None:
        """How many come before it; said when it is not as before."""
        if ahead != self._ahead:
            self._ahead = ahead
            self.emit("ahead", ahead)

    def end(self, state: State) -> None:
        self.state = state
        self._finished.set()
        self.emit("end", {"state": state, **self.error})

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time."""
        return self._finished.wait(seconds)

    def events(self, after: int = 0) -> list[Event]:
        with self._lock:
            return self._events[after:]

    async def ended(self, seconds: float) -> bool:
        """Whether it ended in time, without holding a thread."""

        async def end() -> None:
            async for _ in self.watch():
                pass

        try:
            await asyncio.wait_for(end(), seconds)
        except asyncio.TimeoutError:
            return False
        return True

    async def watch(self, after: int = 0) -> AsyncIterator[Event]:
        """Everything after that number, to the end; who has seen more than there is hears of the end again."""
        woken = asyncio.Event()
        watcher = (asyncio.get_running_loop(), woken)
        with self._lock:
            self._watchers.add(watcher)
            told = len(self._events)
            ended = bool(told) and self._events[-1].name == "end"
        after = min(after, told - 1 if ended else told)
        try:
            while True:
                woken.clear()
                for event in self.events(after):
                    yield event
                    after = event.number
                    if event.name == "end":
                        return
                await woken.wait()
        finally:
            with self._lock:
                self._watchers.discard(watcher)
