"""Leases: of several workers one at a time holds a name, and only as long as it says so again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from threading import Event, Thread

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError

from backends.database import session
from backends.errors import DatabaseError
from plugin.jobs.model import JobLease
from plugin.jobs.workers import is_gone

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Leases:
    """One worker's. Workers' clocks must agree to within a fraction of `seconds`."""

    def __init__(self, engine: Engine, worker: str, seconds: float = 60.0, clock: Clock = utc_now) -> None:
        self._engine = engine
        self.worker = worker
        self.seconds = seconds
        self._clock = clock

    def take(self, name: str) -> bool:
        """Takes or renews. False while another worker holds it."""
        now = self._clock()
        until = now + timedelta(seconds=self.seconds)
        try:
            with session(self._engine, exclusive=True) as opened:
                lease = opened.get(JobLease, name, with_for_update=True)
                if lease is None:
                    opened.add(JobLease(name=name, worker=self.worker, until=until))
                elif lease.worker == self.worker or lease.until <= now or is_gone(lease.worker):
                    lease.worker, lease.until = self.worker, until
                else:
                    return False
        except IntegrityError:  # another worker added it in between
            return False
        return True

    def give(self, name: str) -> None:
        with session(self._engine) as opened:
            opened.execute(delete(JobLease).where(JobLease.name == name, JobLease.worker == self.worker))

    def alive(self, prefix: str) -> set[str]:
        """Who holds a lease whose name begins so."""
        held = select(JobLease.worker).where(JobLease.name.startswith(prefix, autoescape=True))
        with session(self._engine) as opened:
            found = set(opened.scalars(held.where(JobLease.until > self._clock())))
        return {worker for worker in found if not is_gone(worker)}

    def holder(self, name: str) -> str | None:
        with session(self._engine) as opened:
            lease = opened.get(JobLease, name)
            return lease.worker if lease and lease.until > self._clock() and not is_gone(lease.worker) else None

    @contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """Yields whether it was taken; renews it in the background until the end."""
        if not self.take(name):
            yield False
            return
        ended = Event()
        renewing = Thread(target=self._renew, args=(name, ended), name=f"lease {name}", daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            ended.set()
            renewing.join()
            self.give(name)

    def _renew(self, name: str, ended: Event) -> None:
        while not ended.wait(self.seconds / 3):
            try:
                self.take(name)
            except DatabaseError:  # it may be back before the lease runs out
                continue
