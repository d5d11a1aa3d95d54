from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine

from feedback.asks import AskLog
from plugin.jobs.leases import Leases
from plugin.web.answers.presence import Presence


def test_only_the_questions_of_servers_that_have_died_are_given_up(state: Engine) -> None:
    asks, later = AskLog(state), datetime.now(timezone.utc) + timedelta(hours=1)
    with Presence(Leases(state, "a:1"), asks) as one:
        taken = asks.record(question="q", language="", status="waiting", receipt={"server": one.server})
        with Presence(Leases(state, "b:1"), asks) as other:
            assert other.elsewhere(one.server)
            assert not one.elsewhere(one.server)
            assert [a.status for a in asks.recent()] == ["waiting"]
            late = Presence(Leases(state, "b:1", clock=lambda: later), asks)
            assert not late.elsewhere(one.server)
            late._look()
    found = asks.get(taken)
    assert found is not None
    assert (found.status, found.error) == ("failed", "the server stopped before it was answered")
