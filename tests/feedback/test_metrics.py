from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine

from feedback import metrics
from feedback.asks import AskLog
from feedback.given import Feedback
from feedback.metrics import Asked, Share
from feedback.people import Actor

NOW = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
SINCE = NOW - timedelta(days=6)


def asked(name: str, *words: str, status: str = "answered", day: int = 0, **more: object) -> Asked:
    fields: dict[str, object] = {
        "id": name, "at": NOW - timedelta(days=day), "question": name, "status": status, "user": "kim",
        "tables": ("main.orders",), "seconds": 1.0, "words": words,
    }  # fmt: skip
    return Asked(**{**fields, **more})  # type: ignore[arg-type]


def test_words_signs_and_silence_are_counted_apart() -> None:
    asks = [
        asked("a", "up"),
        asked("b", "up", "down"),
        asked("c", "edit"),
        asked("d", signs=frozenset({"exported"})),
        asked("e", signs=frozenset({"exported", "edited"})),
        asked("f"),
        asked("g", "up", signs=frozenset({"edited"})),
        asked("h", status="refused", reason="pii"),
    ]
    found = metrics.measure(asks, SINCE, NOW)
    assert found.said == Share(2, 4)  # a and g; one no outweighs a yes
    assert found.did == Share(1, 2)  # of those that nobody said anything of
    assert found.silent == Share(1, 7)
    assert found.answered == Share(7, 8)
    assert found.declined == Share(1, 8)
    assert [ask.id for ask in found.misses] == ["b", "c", "h"]
    assert found.reasons == (("pii", 1),)


def test_each_day_is_there_and_latency_is_by_rank() -> None:
    asks = [asked(str(n), day=2, seconds=float(n)) for n in range(1, 101)] + [asked("x", status="failed", seconds=None)]
    found = metrics.measure(asks, SINCE, NOW)
    assert [day.day.day for day in found.days] == [4, 5, 6, 7, 8, 9, 10]
    assert (found.half, found.most) == (50.0, 95.0)
    assert (found.days[4].half, found.days[4].most, found.days[4].statuses) == (50.0, 95.0, {"answered": 100})
    assert found.days[-1].statuses == {"failed": 1}
    assert found.days[-1].half == 0.0


def test_tables_and_what_may_be_seen() -> None:
    asks = [asked("a", "up"), asked("b", tables=("main.orders", "main.pay")), asked("c", tables=(), status="refused")]
    found = metrics.measure(asks, SINCE, NOW)
    assert found.tables == (("main.orders", 2, Share(1, 1)), ("main.pay", 1, Share(0, 0)))
    assert [ask.id for ask in metrics.visible(asks, {"main.orders"})] == ["a"]


def test_what_the_database_holds(state: Engine) -> None:
    log, given, kim, lee = AskLog(state), Feedback(state), Actor.of("kim", "asker"), Actor.of("lee", "asker")
    now = datetime.now(timezone.utc)

    def record(name: str, status: str = "answered", model: str = "m", **more: object) -> str:
        return log.record(
            question=name, language="en", status=status, model=model, ask=name, tables=["t"], views=["v"],
            timings={"total": 1500.0}, user="kim", **more,  # type: ignore[arg-type]
        )  # fmt: skip

    record("old", asked_at=now - timedelta(days=40))
    record("waits", "waiting")
    record("own", model="person")
    record("no", "refused", receipt={"reason": "pii"})
    ask = record("yes")
    given.give(ask, "down", kim, reason="wrong_join")
    given.give(ask, "up", kim)
    given.give(ask, "comment", lee, comment="hm")
    given.signal(ask, "exported", lee)
    found = {a.id: a for a in metrics.load(state, now - timedelta(days=30))}
    assert set(found) == {"no", "yes"}
    assert (found["no"].reason, found["no"].seconds, found["no"].tables) == ("pii", 1.5, ("v", "t"))
    assert (found["yes"].words, found["yes"].why, found["yes"].signs) == (("up",), "", {"exported"})
    assert found["yes"].accepted is True
