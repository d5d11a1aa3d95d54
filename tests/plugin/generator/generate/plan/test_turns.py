"""Turns of Korean speech, over repairs that only their descriptions give Korean names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.spoken import with_spoken
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.generate.plan.absence import split, write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.words.weekdays import with_weekdays
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import table

STATUS = {"OPEN": ("접수",), "DONE": ("완료",), "GONE": ("해지",)}
DESCRIPTIONS = {
    "request_id": "접수 번호",
    "received_at": "접수 일시",
    "channel": "접수 채널",
    "state": "처리 상태",
    "is_urgent": "긴급 여부",
    "agreed": "수신 동의 여부",
    "contract_id": "계약 번호",
    "signed_date": "계약일",
    "ended_date": "해지일",
    "grade": "계약 등급",
    "paid_amount": "납부 금액",
    "level": "수위",
}


def _table(found: CatalogTable, description: str) -> CatalogTable:
    columns = (
        replace(
            c,
            description=DESCRIPTIONS.get(c.name, ""),
            value_synonyms=STATUS if c.name == "state" else {},
            values=tuple(STATUS) if c.name == "state" else c.values,
        )
        for c in found.columns
    )
    return replace(found, columns=tuple(columns), description=description)


CONTRACTS = _table(
    table(
        "contracts",
        "contract_id int, signed_date date, ended_date date, grade varchar, agreed boolean",
        key="contract_id",
        values={"grade": ("VIP", "골드")},
    ),
    "렌탈 계약",
)
REQUESTS = _table(
    table(
        "requests",
        "request_id int, contract_id int, received_at timestamp, channel varchar, state varchar, is_urgent boolean,"
        " paid_amount int, level int",
        key="request_id",
        refs={"contract_id": "contracts.contract_id"},
        values={"channel": ("앱", "전화")},
        ranges={"received_at": ("2024-01-02 09:00:00", "2025-10-26 18:00:00")},
    ),
    "고객이 접수한 AS 요청",
)
CATALOG = Catalog("repairs", "duckdb", (CONTRACTS, REQUESTS))
CATALOG = with_spoken(CATALOG, {t.name for t in CATALOG})
TABLES = {t.name.name: t for t in CATALOG}


def _hits(question: str) -> Iterator[ValueHit]:
    for found in CATALOG:
        for column in found.columns:
            for value in column.values:
                for spoken in (value, *column.value_synonyms.get(value, ())):
                    if spoken.casefold() in question.casefold():
                        yield ValueHit(spoken.casefold(), str(found.name), column.name, value, 1.0)


def planned(question: str, name: str, dialect: str = "duckdb") -> str:
    ask = Ask(question, "ko", periods=dates.find(question), groupings=dates.groupings(question))
    ask = ask.add(values=tuple(_hits(question)))
    where = TABLES[name]
    if any(True for _ in split(question)):
        with suppress(Unread):
            return write_absence(ask, where, CATALOG, dialect)[0]
    try:
        wide = narrow(where, CATALOG)
        return write(read(ask, with_weekdays(wide, question)), CATALOG, dialect)
    except Unread:
        wide = widened(where, CATALOG, question)
        return write(read(ask, with_weekdays(wide, question)), CATALOG, dialect)


SINCE = "received_at >= CAST('2025-09-01' AS DATE) AND received_at < CAST('2025-10-01' AS DATE)"
COUNT = "SELECT COUNT(*) AS request_count FROM main.requests"
DAY = "STRFTIME(CAST(received_at AS TIMESTAMP), '%A')"


@pytest.mark.parametrize(
    ("name", "question", "sql"),
    [
        ("requests", "앱으로 접수된 AS는 몇 건이야?", f"{COUNT} WHERE channel = '앱'"),
        ("requests", "완료 건수", f"{COUNT} WHERE state = 'DONE'"),
        ("requests", "지난달 접수 건수", f"{COUNT} WHERE {SINCE}"),
        ("requests", "완료되지 않은 접수 건수", f"{COUNT} WHERE state <> 'DONE'"),
        ("requests", "주말에 접수된 AS는 몇 건이야", f"{COUNT} WHERE EXTRACT(ISODOW FROM received_at) >= 6"),
        ("requests", "월요일 접수 건수", f"{COUNT} WHERE {DAY} = 'Monday'"),
        (
            "requests",
            "요일별 접수 건수",
            f"SELECT {DAY} AS weekday, COUNT(*) AS request_count FROM main.requests GROUP BY {DAY}",
        ),
        (
            "requests",
            "접수 채널별 완료율",
            "SELECT channel, COUNT(CASE WHEN state = 'DONE' THEN 1 END) * 1.0 / NULLIF(COUNT(*), 0) AS request_share"
            " FROM main.requests GROUP BY channel",
        ),
        (
            "requests",
            "긴급률은?",
            "SELECT COUNT(CASE WHEN is_urgent THEN 1 END) * 1.0 / NULLIF(COUNT(*), 0) AS urgent_rate"
            " FROM main.requests",
        ),
        (
            "requests",
            "접수 채널별 비중(%)",
            "SELECT channel, request_count * 100.0 / NULLIF(SUM(request_count) OVER (), 0) AS request_count_share FROM"
            " (SELECT channel, COUNT(*) AS request_count FROM main.requests GROUP BY channel) AS figures",
        ),
        (
            "requests",
            "채널별 건수",
            "SELECT channel, COUNT(*) AS request_count FROM main.requests GROUP BY channel",
        ),
        (
            "requests",
            "월별 납부 금액",
            "SELECT DATE_TRUNC('MONTH', received_at) AS month, SUM(paid_amount) AS paid_amount FROM main.requests"
            " GROUP BY DATE_TRUNC('MONTH', received_at) ORDER BY DATE_TRUNC('MONTH', received_at)",
        ),
        ("contracts", "수신에 동의한 계약 수", "SELECT COUNT(*) AS contract_count FROM main.contracts WHERE agreed"),
        (
            "contracts",
            "AS를 한 번도 접수하지 않은 계약은 몇 건인가요?",
            "SELECT COUNT(*) AS contract_count FROM main.contracts WHERE NOT EXISTS(SELECT 1 FROM main.requests WHERE"
            " requests.contract_id = contracts.contract_id)",
        ),
        (
            "contracts",
            "접수 이력이 없는 계약 수",
            "SELECT COUNT(*) AS contract_count FROM main.contracts WHERE NOT EXISTS(SELECT 1 FROM main.requests WHERE"
            " requests.contract_id = contracts.contract_id)",
        ),
    ],
)
def test_read(name: str, question: str, sql: str) -> None:
    assert planned(question, name) == sql


@pytest.mark.parametrize(
    ("name", "question", "why"),
    [
        ("contracts", "가장 오래된 계약은?", "a negation"),
        ("contracts", "새로 온 계약 수", "new since when"),
        ("requests", "월별 수위", "level of a period"),
        ("requests", "접수 점수", "nothing here is called 점수"),
        ("requests", "여름별 접수 건수", "nothing here is called 여름"),
    ],
)
def test_left_to_the_model(name: str, question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, name)


def test_days_of_the_week_are_written_where_the_engine_has_the_words() -> None:
    assert "TO_CHAR" in planned("요일별 접수 건수", "requests", "postgres")
    with pytest.raises(Unread, match="days of the week"):
        planned("요일별 접수 건수", "requests", "sqlite")


@pytest.mark.parametrize(
    "question", ["How many requests were received in September 2025?", "requests per contract grade"]
)
def test_an_english_question_loads_no_dictionary_for_the_korean_names(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes 200 MB and a second."""

    def load(text: str) -> list[tuple[int, str]]:
        raise AssertionError(f"read the morphemes of {text}")

    monkeypatch.setattr("backends.vectors.korean.morphemes", load)
    ask = Ask(question, "en", periods=dates.find(question), groupings=dates.groupings(question))
    for name in TABLES:
        for wide in (narrow(TABLES[name], CATALOG), widened(TABLES[name], CATALOG, question)):
            with suppress(Unread):
                assert read(ask, wide)
