"""The figures of reviewing: from real moves on both databases, and the pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from feedback import reviewing
from feedback.desk import Decision
from feedback.metrics import Share
from feedback.model import ExampleRecord
from feedback.reviewing import Decided
from tests.feedback.conftest import ASKER, OTHER, PUBLISHER, REVIEWER, Loop, draft

NOW = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)


def test_what_was_decided_what_fell_and_what_was_taken_back(loop: Loop) -> None:
    made = [loop.examples.create(draft(f"q{n}", f"select {n}"), ASKER).id for n in range(5)]
    began = loop.clock()
    loop.clock.later(hours=1)
    loop.desk.decide("approve", made[0], REVIEWER, Decision(seconds=10))
    loop.desk.decide("approve", made[1], OTHER, Decision(seconds=900))
    loop.desk.decide("reject", made[2], REVIEWER, Decision("wrong_join", seconds=20))
    loop.desk.decide("approve", made[3], REVIEWER)
    loop.desk.undo(made[3], REVIEWER)
    loop.desk.move("doubt", made[1], PUBLISHER, Decision("the table is gone"))

    def figures(since: datetime, but: str = "") -> reviewing.Reviewing:
        def sees(example: ExampleRecord) -> bool:
            return example.id != but

        return reviewing.measure(*reviewing.load(loop.engine, "shop", since, sees))

    found = figures(began)
    assert (found.decided, found.people) == (4, 2)
    assert dict(found.by) == {"approve": 3, "reject": 1}
    assert (found.half, found.most) == (10, 20)
    assert (found.timed, found.idle) == (Share(3, 4), Share(1, 3))
    assert (found.fell, found.taken_back) == (Share(1, 3), Share(1, 4))
    assert (found.waiting, found.oldest) == (3, began)
    assert figures(began, but=made[1]).fell == Share(0, 2)
    assert figures(began + timedelta(hours=2)).decided == 0


def test_of_nothing_there_are_no_figures() -> None:
    found = reviewing.measure([], 0, [])
    assert (found.decided, found.half, found.oldest, found.fell) == (0, 0.0, None, Share(0, 0))
    assert reviewing.measure([Decided("approve", "kim", None)], 0, [NOW]).oldest == NOW
