"""The time expressions of Korean."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.generator.understand import dates

TODAY = date(2025, 10, 26)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("작년 4분기 해지 건수", "2024-10-01", "2025-01-01"),
        ("지난해 12월", "2024-12-01", "2025-01-01"),
        ("전년도 3분기", "2024-07-01", "2024-10-01"),
        ("올 상반기", "2025-01-01", "2025-07-01"),
        ("올해 1~3월", "2025-01-01", "2025-04-01"),
        ("재작년 매출", "2023-01-01", "2024-01-01"),
        ("24년 9월", "2024-09-01", "2024-10-01"),
        ("24년도 주문", "2024-01-01", "2025-01-01"),
        ("2024년도 하반기", "2024-07-01", "2025-01-01"),
        ("2025.09 기준", "2025-09-01", "2025-10-01"),
        ("2025.9.15", "2025-09-15", "2025-09-16"),
        ("최근 한 달", "2025-09-27", "2025-10-27"),
        ("지난 일주일간", "2025-10-20", "2025-10-27"),
        ("지지난달", "2025-08-01", "2025-09-01"),
        ("그제", "2025-10-24", "2025-10-25"),
        ("연초부터", "2025-01-01", "2025-10-27"),
        ("다음 달에 만료되는", "2025-11-01", "2025-12-01"),
        ("작년 10월부터 올해 3월까지", "2024-10-01", "2025-04-01"),
        ("작년 9월 15일", "2024-09-15", "2024-09-16"),
    ],
)
def test_what_they_mean(text: str, start: str, end: str) -> None:
    (phrase,) = dates.find(text)
    period = phrase.resolve(TODAY)
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize("text", ["9월 한 달간", "지난 3월", "올해 들어", "작년 한 해 동안", "최근 6개월 동안"])
def test_what_stands_behind_them_is_theirs(text: str) -> None:
    assert dates.find(text)[0].text == text


@pytest.mark.parametrize("text", ["24년 된 기계", "3개월 약정", "한 달 평균", "전년 동기 대비", "4분기별"])
def test_what_is_no_time(text: str) -> None:
    assert not dates.find(text)


def test_a_month_beside_one_of_another_year_is_of_that_year() -> None:
    found = [str(p.resolve(TODAY).start) for p in dates.find("작년 11월과 12월")]
    assert found == ["2024-11-01", "2024-12-01"]


@pytest.mark.parametrize(("text", "unit"), [("달마다 매출", "month"), ("분기 단위로", "quarter"), ("날마다", "day")])
def test_groupings(text: str, unit: str) -> None:
    assert [found for _, found in dates.groupings(text)] == [unit]
