"""Korean questions about a small school that is called in Korean: what was not done yet, values that are nouns, a row
for each of several values, names that follow from others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from tests.plugin.generator.generate.phrases.korean.test_korean import read
from tests.support.catalogs import table

COUNT = "SELECT COUNT(*) AS count FROM main."


def _called(one: CatalogTable, name: str, columns: dict[str, str], open_: str = "") -> CatalogTable:
    """`open_`: the column that not every row has."""
    named = tuple(
        replace(
            c, synonyms=tuple(columns.get(c.name, "").split("|")) if c.name in columns else (), gaps=c.name == open_
        )
        for c in one.columns
    )
    return replace(one, synonyms=(name,), columns=named)


def school() -> Catalog:
    pupils = _called(
        table("pupils", "pupil_id int, pupil_name varchar, status varchar, gender varchar, grade int, entry_year int, "
            "is_exchange boolean, tutor_id int", key="pupil_id", refs={"tutor_id": "tutors.tutor_id"},
             values={"status": ("재학", "휴학"), "gender": ("F", "M")}),
        "학생",
        {"pupil_name": "학생 이름", "status": "학적 상태", "entry_year": "입학 연도", "grade": "학년",
            "is_exchange": "교환 학생 여부", "tutor_id": "담임"},
    )  # fmt: skip
    tutors = _called(
        table("tutors", "tutor_id int, tutor_name varchar, rank varchar", key="tutor_id",
            values={"rank": ("시간강사", "정교수")}),
        "강사",
        {"tutor_name": "교수 이름|교수", "rank": "직급"},
    )  # fmt: skip
    loans = _called(
        table("loans", "loan_id int, pupil_id int, out_on date, due_on date, returned_on date, fine int, "
            "state varchar, is_extended boolean", key="loan_id", refs={"pupil_id": "pupils.pupil_id"},
            values={"state": ("연체", "정상")}),
        "대출",
        {"out_on": "대출일", "due_on": "반납 예정일", "returned_on": "반납일", "fine": "연체료",
            "is_extended": "예약 연장 여부"},
        open_="returned_on",
    )  # fmt: skip
    bills = _called(
        table("bills", "bill_id int, pupil_id int, school_year int, term varchar, amount int, refund int, "
            "state varchar", key="bill_id", refs={"pupil_id": "pupils.pupil_id"},
            values={"term": ("1", "2", "SUMMER"), "state": ("납부", "환불")}),
        "고지서",
        {"school_year": "학년도", "term": "학기", "amount": "등록금 금액", "refund": "환급액"},
    )  # fmt: skip
    halls = _called(
        table("halls", "hall_id int, hall_name varchar, kind varchar", key="hall_id",
            values={"kind": ("남학생", "여학생")}),
        "기숙사",
        {"hall_name": "기숙사 이름", "kind": "입사 대상"},
    )  # fmt: skip
    return Catalog("school", "duckdb", (pupils, tutors, loans, bills, halls))


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("아직 반납하지 않은 대출은 몇 건이지?", COUNT + "loans WHERE loans.returned_on IS NULL"),
        ("반납된 대출은 몇 건이야?", COUNT + "loans WHERE NOT loans.returned_on IS NULL"),
        ("연체된 대출이 몇 건인지 궁금합니다", COUNT + "loans WHERE loans.state = '연체'"),
        ("연체되지 않은 대출 수", COUNT + "loans WHERE NOT (loans.state = '연체')"),
        ("재학생이 몇 명이야?", COUNT + "pupils WHERE pupils.status = '재학'"),
        ("시간강사는 모두 몇 명인가요", COUNT + "tutors WHERE tutors.rank = '시간강사'"),
        ("교수는 모두 몇 명인가요", COUNT + "tutors"),
        ("미반납 대출은 몇 건이야?", COUNT + "loans WHERE loans.returned_on IS NULL"),
        ("예약을 연장한 대출은 몇 건이야?", COUNT + "loans WHERE loans.is_extended"),
        ("예약을 연장하지 않은 대출 수", COUNT + "loans WHERE NOT loans.is_extended"),
        ("교환 학생이 아닌 학생은 몇 명이야?", COUNT + "pupils WHERE NOT pupils.is_exchange"),
        ("휴학 여학생 수", COUNT + "pupils WHERE pupils.status = '휴학' AND pupils.gender = 'F'"),
        ("반납일이 없는 대출은 몇 건이야?", COUNT + "loans WHERE loans.returned_on IS NULL"),
        ("담임이 배정되지 않은 학생 수", COUNT + "pupils WHERE pupils.tutor_id IS NULL"),
        ("담임이 있는 학생은 몇 명이야?", COUNT + "pupils WHERE NOT pupils.tutor_id IS NULL"),
        ("여학생 수", COUNT + "pupils WHERE pupils.gender = 'F'"),
        ("휴학생 중 여자는 몇 명?", COUNT + "pupils WHERE pupils.status = '휴학' AND pupils.gender = 'F'"),
        (
            "2025년 2학기에 환불된 고지서는 몇 장이야?",
            COUNT + "bills WHERE (bills.school_year = 2025 AND bills.term = '2') AND bills.state = '환불'",
        ),
        (
            "연체료를 가장 많이 낸 학생 3명",
            "SELECT pupils.pupil_name FROM main.loans JOIN main.pupils ON loans.pupil_id = pupils.pupil_id "
            "GROUP BY pupils.pupil_name, pupils.pupil_id ORDER BY SUM(loans.fine) DESC LIMIT 3",
        ),
        ("2025년에 입학한 학생 수는?", COUNT + "pupils WHERE pupils.entry_year = 2025"),
        (
            "남학생과 여학생은 각각 몇 명?",
            "SELECT pupils.gender, COUNT(*) AS count FROM main.pupils WHERE pupils.gender IN ('M', 'F') "
            "GROUP BY pupils.gender",
        ),
        (
            "재학생과 휴학생은 각각 몇 명이야?",
            "SELECT pupils.status, COUNT(*) AS count FROM main.pupils WHERE pupils.status IN ('재학', '휴학') "
            "GROUP BY pupils.status",
        ),
        (
            "재학생과 휴학생 수를 비교해 줘",
            "SELECT pupils.status, COUNT(*) AS count FROM main.pupils WHERE pupils.status IN ('재학', '휴학') "
            "GROUP BY pupils.status",
        ),
        (
            "연체와 정상 대출의 평균 연체료를 비교해 줘",
            "SELECT loans.state, AVG(loans.fine) AS avg_fine FROM main.loans WHERE loans.state IN ('연체', '정상') "
            "GROUP BY loans.state",
        ),
        (
            "2024년과 2025년의 등록금 총액을 비교해 줘",
            "SELECT bills.school_year, SUM(bills.amount) AS sum_amount FROM main.bills WHERE bills.school_year IN "
            "(2024, 2025) GROUP BY bills.school_year",
        ),
        (
            "1학년과 2학년 학생은 각각 몇 명이야?",
            "SELECT pupils.grade, COUNT(*) AS count FROM main.pupils WHERE pupils.grade IN (1, 2) "
            "GROUP BY pupils.grade",
        ),
        ("반납 예정일보다 늦게 반납된 대출 건수는?", COUNT + "loans WHERE loans.returned_on > loans.due_on"),
        ("반납 예정일을 넘겨 반납한 대출은 몇 건이야?", COUNT + "loans WHERE loans.returned_on > loans.due_on"),
        (
            "평균보다 연체료를 많이 낸 대출 건수는?",
            COUNT + "loans WHERE loans.fine > (SELECT AVG(loans.fine) FROM main.loans)",
        ),
        (
            "2025학년도 등록금 총액이 얼마인가요?",
            "SELECT SUM(bills.amount) AS sum_amount FROM main.bills WHERE bills.school_year = 2025",
        ),
        (
            "2025학년도에 환급된 금액은 모두 얼마야?",
            "SELECT SUM(bills.refund) AS sum_refund FROM main.bills WHERE bills.school_year = 2025",
        ),
        ("학생 수", f"{COUNT}pupils"),
        (
            "학생별 대출 수, 많은 사람부터",
            "SELECT pupils.pupil_name, COUNT(*) AS count FROM main.loans JOIN main.pupils ON loans.pupil_id = "
            "pupils.pupil_id GROUP BY pupils.pupil_name, pupils.pupil_id ORDER BY COUNT(*) DESC",
        ),
    ],
)
def test_what_is_read(question: str, sql: str) -> None:
    assert read(question, school()) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "대출하지 않은 대출은 몇 건이야?",  # every loan has the day of it
        "재학원은 몇 명이야?",  # pupils are no 원
        "졸업생은 몇 명이야?",  # no such value
        "재학생과 정교수는 각각 몇 명이야?",  # of two columns
        "환급은 모두 얼마야?",  # a deed is no figure
        "반납 예정일보다 늦게 빌린 대출은 몇 건이야?",  # of which day?
        "대출일이 없는 대출은 몇 건이야?",  # every loan has one
        "예약을 취소한 대출은 몇 건이야?",  # extended or not
        "재학생과 휴학생 수",  # together, or of each?
        "평균보다 연체료를 빨리 낸 대출 건수는?",
        "2024년에 분실한 대출은 몇 건이야?",  # not those that were lent then
        "2024년에 끝난 대출은 몇 건이야?",
        "중단된 대출이 있는 학생은 몇 명이야?",  # not all who have one
    ],
)
def test_what_is_not_read(question: str) -> None:
    assert read(question, school()) == []
