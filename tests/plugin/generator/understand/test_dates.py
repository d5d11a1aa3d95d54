from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.generator.understand.dates import course, ends, find, groupings
from plugin.generator.understand.periods import Period, Unit, shift, start_of

TODAY = date(1998, 8, 2)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("revenue last quarter by region", "1998-04-01", "1998-07-01"),
        ("orders last month", "1998-07-01", "1998-08-01"),
        ("this year so far", "1998-01-01", "1999-01-01"),
        ("year to date sales", "1998-01-01", "1998-08-03"),
        ("the last 30 days", "1998-07-04", "1998-08-03"),
        ("past three months", "1998-05-03", "1998-08-03"),
        ("orders in March 1997", "1997-03-01", "1997-04-01"),
        ("orders in March", "1998-03-01", "1998-04-01"),
        ("orders in December", "1997-12-01", "1998-01-01"),
        ("on March 5, 1997", "1997-03-05", "1997-03-06"),
        ("between January and March 1998", "1998-01-01", "1998-04-01"),
        ("from January to March", "1998-01-01", "1998-04-01"),
        ("March through May 1997", "1997-03-01", "1997-06-01"),
        ("from July 10 to 16, 1997", "1997-07-10", "1997-07-17"),
        ("on July 10", "1998-07-10", "1998-07-11"),
        ("7월 10일부터 16일까지 매출", "1998-07-10", "1998-07-17"),
        ("1997년 12월 30일부터 1998년 1월 2일까지", "1997-12-30", "1998-01-03"),
        ("1997년 1월부터 3월까지", "1997-01-01", "1997-04-01"),
        ("1~3월 매출", "1998-01-01", "1998-04-01"),
        ("12월 25일 주문", "1997-12-25", "1997-12-26"),
        ("5월 이후 주문", "1998-05-01", None),
        ("on 1997-03-05", "1997-03-05", "1997-03-06"),
        ("Q3 1997", "1997-07-01", "1997-10-01"),
        ("second half of 1996", "1996-07-01", "1997-01-01"),
        ("between 1995 and 1996", "1995-01-01", "1997-01-01"),
        ("from January 1997 to March 1997", "1997-01-01", "1997-04-01"),
        ("since 1997", "1997-01-01", None),
        ("before 1995-03-15", None, "1995-03-15"),
        ("지난 분기 유럽 매출", "1998-04-01", "1998-07-01"),
        ("지난달 주문 수", "1998-07-01", "1998-08-01"),
        ("작년 매출", "1997-01-01", "1998-01-01"),
        ("작년 상반기 매출", "1997-01-01", "1997-07-01"),
        ("최근 3개월 매출", "1998-05-03", "1998-08-03"),
        ("1997년 3월 매출", "1997-03-01", "1997-04-01"),
        ("1997년 3월 5일 매출", "1997-03-05", "1997-03-06"),
        ("1997년 1분기 주문 수", "1997-01-01", "1997-04-01"),
        ("1997년 3월부터 1997년 5월까지", "1997-03-01", "1997-06-01"),
        ("1995년 이후", "1995-01-01", None),
        ("3월 매출", "1998-03-01", "1998-04-01"),
    ],
)
def test_one_period(text: str, start: str | None, end: str | None) -> None:
    (phrase,) = find(text)
    period = phrase.resolve(TODAY)
    assert [d and d.isoformat() for d in (period.start, period.end)] == [start, end]


@pytest.mark.parametrize(
    "text",
    [
        "more than 2000 units",
        "분기별 매출",
        "top 1995 customers",
        "$1999 orders",
        "3개월",
        "today's patrons",
        "10일부터 16일까지",
    ],
)
def test_no_period(text: str) -> None:
    assert find(text) == ()


def test_two_periods_stay_two() -> None:
    assert [p.text for p in find("compare 1996 and 1997")] == ["1996", "1997"]
    assert [p.text for p in find("1996년과 1997년 매출 비교")] == ["1996년", "1997년"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("1996년 6월과 7월 매출 비교", ["1996-06-01", "1996-07-01"]),
        ("1996년 상반기와 하반기", ["1996-01-01", "1996-07-01"]),
        ("Q1 and Q2 1996", ["1996-01-01", "1996-04-01"]),
    ],
)
def test_a_year_beside_is_of_both(text: str, starts: list[str]) -> None:
    assert [str(p.resolve(TODAY).start) for p in find(text)] == starts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("from June to July 1997", ["1997-06-01", "1997-07-01"]),
        ("1997년 6월부터 7월까지", ["1997-06-01", "1997-07-01"]),
        ("from 1995 to 1996", ["1995-01-01", "1996-01-01"]),
        ("since 1995", []),
    ],
)
def test_both_ends_of_a_range(text: str, starts: list[str]) -> None:
    (phrase,) = find(text)
    assert [str(p.resolve(TODAY).start) for p in ends(phrase)] == starts


def test_an_impossible_day_is_no_day() -> None:
    assert [p.text for p in find("on 1997-02-30")] == []


UNITS: st.SearchStrategy[Unit] = st.sampled_from(["day", "week", "month", "quarter", "half", "year"])
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(UNITS, DAYS)
def test_a_unit_starts_on_or_before_its_day_and_ends_after_it(unit: Unit, day: date) -> None:
    start = start_of(unit, day)
    assert start <= day < shift(unit, start, 1)
    assert start_of(unit, start) == start


@given(UNITS, DAYS, st.integers(-30, 30))
def test_shifting_starts_there_and_back(unit: Unit, day: date, count: int) -> None:
    start = start_of(unit, day)
    assert shift(unit, shift(unit, start, count), -count) == start


@given(st.text(max_size=60))
def test_any_text_is_searched_without_error(text: str) -> None:
    for phrase in find(text):
        period = phrase.resolve(TODAY)
        assert period.start is None or period.end is None or period.start < period.end


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("월평균 매출", (("월", "month"),)),
        ("하루 평균 주문 수", (("하루", "day"),)),
        ("7월 평균 매출", ()),
    ],
)
def test_averages_of_periods(text: str, found: tuple[tuple[str, Unit], ...]) -> None:
    assert groupings(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("loans in each month of 2023", (("each month", "month"),)),
        ("revenue for each quarter of the last year", (("each quarter", "quarter"),)),
        ("sales last year by month", (("by month", "month"),)),
        ("sales year by month", (("year by month", "month"),)),
        ("orders by day of the week", ()),
        ("stores by year of opening", ()),
    ],
)
def test_units_of_a_period(text: str, found: tuple[tuple[str, Unit], ...]) -> None:
    assert groupings(text) == found


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("due before 30 June 2025", None, date(2025, 6, 30)),
        ("prior to 30 June 2025", None, date(2025, 6, 30)),
        ("until the 3rd of May 2024", None, date(2024, 5, 4)),
        ("on or after 1 May 2024", date(2024, 5, 1), None),
        ("after 5 May 2024", date(2024, 5, 6), None),
    ],
)
def test_one_side_of_a_day_that_is_written_before_its_month(text: str, start: date | None, end: date | None) -> None:
    (phrase,) = find(text)
    assert phrase.resolve(date(2025, 6, 30)) == Period(start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Q1 this year", "1998-01-01", "1998-04-01"),
        ("in Q1 of last year", "1997-01-01", "1997-04-01"),
        ("March of last year", "1997-03-01", "1997-04-01"),
        ("H2 of last year", "1997-07-01", "1998-01-01"),
        ("the second quarter last year", "1997-04-01", "1997-07-01"),
        ("this year's second quarter", "1998-04-01", "1998-07-01"),
        ("last year's March", "1997-03-01", "1997-04-01"),
        ("last year's Q4", "1997-10-01", "1998-01-01"),
        ("H1 1997", "1997-01-01", "1997-07-01"),
        ("H2 of 1997", "1997-07-01", "1998-01-01"),
        ("last month's orders", "1998-07-01", "1998-08-01"),
        ("this year's revenue", "1998-01-01", "1999-01-01"),
        ("last year's best store", "1997-01-01", "1998-01-01"),
        ("since October", "1997-10-01", None),
        ("until March", None, "1998-04-01"),
        ("since March last year", "1997-03-01", None),
        ("before Q3 this year", None, "1998-07-01"),
        ("since H2 1997", "1997-07-01", None),
        ("between March last year and May last year", "1997-03-01", "1997-06-01"),
        ("since the start of 1997", "1997-01-01", None),
        ("from the beginning of this year on", "1998-01-01", None),
        ("1997 or later", "1997-01-01", None),
        ("born 1990 or later", "1990-01-01", None),
        ("orders in 1997 and later", "1997-01-01", None),
        ("May 1997 or earlier", None, "1997-06-01"),
        ("orders placed in 1997 and later cancelled", "1997-01-01", "1998-01-01"),
        ("third half of 1997", "1997-01-01", "1998-01-01"),
    ],
)
def test_parts_of_a_year_and_open_ends(text: str, start: str | None, end: str | None) -> None:
    (phrase,) = find(text)
    period = phrase.resolve(TODAY)
    assert [d and d.isoformat() for d in (period.start, period.end)] == [start, end]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Q1 and Q2 last year", ["1997-01-01", "1997-04-01"]),
        ("Q3 last year and Q4", ["1997-07-01", "1997-10-01"]),
        ("Q1 last year vs Q1 this year", ["1997-01-01", "1998-01-01"]),
        ("compare last year and in March", ["1997-01-01", "1998-03-01"]),
    ],
)
def test_last_year_beside_is_of_both(text: str, starts: list[str]) -> None:
    assert [str(p.resolve(TODAY).start) for p in find(text)] == starts


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("revenue trend in 1997", "month"),
        ("how did revenue develop in May 1997?", "day"),
        ("trend of orders last week", "day"),
        ("orders trend over the last 6 weeks", "week"),
        ("revenue trend over the last 12 months", "month"),
        ("revenue trend since 2025", "month"),  # however far from today
        ("1997년 매출 추이", "month"),
        ("최근 8주 매출 추이", "week"),
        ("지난달 매출 추이", "day"),
        ("revenue trend", "month"),
        ("매출 추이", "month"),
    ],
)
def test_the_unit_of_a_trend(text: str, unit: Unit) -> None:
    assert [u for _, u in course(text, find(text))] == [unit]


@pytest.mark.parametrize(
    "text",
    [
        "revenue trend in 1996 and in 1997",
        "작년과 올해 매출 추이",
        "revenue trend until 1997",
        "revenue trend yesterday",
        "trendy products in 1997",
        "product development in 1997",
        "revenue in 1997",
    ],
)
def test_no_unit_of_a_trend(text: str) -> None:
    assert course(text, find(text)) == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("매장별 월 매출", "month"),
        ("2020년 월매출", "month"),
        ("일매출 평균", "day"),
        ("월간 주문 건수", "month"),
        ("주 판매량", "week"),
    ],
)
def test_the_unit_right_before_what_adds_up(text: str, unit: Unit) -> None:
    assert [u for _, u in groupings(text)] == [unit]


@pytest.mark.parametrize(
    "text", ["5월 매출", "5 월 매출", "지난 월 매출", "3개월 매출", "생일 주문", "월 임대료", "월 매출채권"]
)
def test_no_unit_before_it(text: str) -> None:
    assert groupings(text) == ()
