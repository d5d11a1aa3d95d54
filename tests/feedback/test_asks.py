from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, inspect

from feedback.asks import AskLog, AskRecord


@pytest.fixture
def log(state: Engine) -> AskLog:
    return AskLog(state)


def test_what_was_recorded_comes_back(log: AskLog) -> None:
    at = datetime(2024, 3, 1, 12, tzinfo=timezone.utc)
    ask = log.record(
        question="지난달 매장별 매출은?",
        language="ko",
        status="answered",
        sql="select 1",
        dialect="duckdb",
        tables=("main.orders", "main.stores"),
        views=(),
        confidence=0.75,
        model="qwen",
        receipt={"routes": [{"table": "main.orders", "score": 0.5}], "dropped": ()},
        timings={"route": 1.5, "total": 20.0},
        rows_returned=12,
        user="kim",
        asked_at=at,
    )
    found = log.get(ask)
    assert found is not None
    assert {name: getattr(found, name) for name in list(AskRecord.__table__.c.keys())} == {
        "id": ask,
        "asked_at": at,
        "question": "지난달 매장별 매출은?",
        "language": "ko",
        "status": "answered",
        "sql": "select 1",
        "dialect": "duckdb",
        "tables": ["main.orders", "main.stores"],
        "views": [],
        "confidence": 0.75,
        "model": "qwen",
        "receipt": {"routes": [{"table": "main.orders", "score": 0.5}], "dropped": []},
        "timings": {"route": 1.5, "total": 20.0},
        "rows_returned": 12,
        "error": None,
        "user": "kim",
    }


def test_a_question_that_failed_needs_little(log: AskLog) -> None:
    ask = log.record(question="?", language="en", status="failed", error="no table fits")
    found = log.get(ask)
    assert found is not None
    assert (found.error, found.sql, found.confidence, found.receipt) == ("no table fits", "", None, {})


def test_the_time_is_now_unless_it_is_given(log: AskLog) -> None:
    before = datetime.now(timezone.utc)
    found = log.get(log.record(question="?", language="en", status="failed"))
    assert found is not None
    assert before <= found.asked_at <= datetime.now(timezone.utc)


def test_recent_asks_come_newest_first(log: AskLog) -> None:
    noon = datetime(2024, 3, 1, 12, tzinfo=timezone.utc)
    for minutes in (5, 1, 9, 3):
        at = noon + timedelta(minutes=minutes)
        log.record(question=str(minutes), language="en", status="answered", asked_at=at)
    assert [ask.question for ask in log.recent()] == ["9", "5", "3", "1"]
    assert [ask.question for ask in log.recent(2)] == ["9", "5"]


def test_an_unknown_id_is_none(log: AskLog) -> None:
    assert log.get("nothing") is None


def test_there_is_no_place_for_rows(state: Engine) -> None:
    columns = {column["name"] for column in inspect(state).get_columns("asks")}
    assert {name for name in columns if "row" in name or "result" in name} == {"rows_returned"}
