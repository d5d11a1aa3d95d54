"""What every word of a question explains and is still not what was asked, and what is asked of a hospital."""

from __future__ import annotations

import pytest

from catalog_sync.times import event_time
from plugin.generator.ask import Ask, Language
from plugin.generator.generate.plan.absence import write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import widened
from plugin.generator.understand import dates
from plugin.generator.understand.english_turns import plainly
from tests.support.clinic import read
from tests.support.parcels import planned
from tests.support.ward import ward

CATALOG = ward()
TABLES = {t.name.name: t for t in CATALOG}


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("How many appointments were there in 2023?", "appointments",
            "SELECT COUNT(*) AS appointment_count FROM main.appointments WHERE appt_dt >="),
        ("The highest salary in each department", "doctors", "SELECT departments.dept_name, MAX(doctors.salary)"),
        ("Average fee per weekday", "appointments",
            "SELECT weekday, AVG(fee) AS average_fee FROM (SELECT appt_dt, weekday, SUM(fee) AS fee FROM"),
        ("Average appointment fee per weekday", "appointments", "SELECT weekday, AVG(fee) AS average_fee FROM main."),
        ("How many different patients by doctor?", "appointments", "COUNT(DISTINCT appointments.patient_id)"),
        ("What is the total appointment value?", "appointments", ""),
        ("The median invoice value", "invoices", "SELECT MEDIAN(amt) AS median_amt FROM main.invoices"),
        ("What share of fees came from the top 10 doctors?", "appointments", "SELECT SUM(CASE WHEN place <= 10 THEN"),
    ],
)  # fmt: skip
def test_what_is_asked(question: str, of: str, sql: str) -> None:
    if sql:
        assert sql in planned(question, of, CATALOG)
    else:
        with pytest.raises(Unread):
            planned(question, of, CATALOG)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("The average and the highest fee by doctor", "appointments", "an average, and an extreme"),
        ("Which doctor has the longest wait?", "appointments", "the longest of sums"),
        ("How many patients were there in 2023?", "patients", "nothing says that they began then"),
        ("How many admissions and readmissions were there in 2023?", "admissions", "how many, and how many of them"),
        ("How many appointments were there, and how much?", "appointments", "two figures"),
        ("When were the appointments of each doctor and how many appointments?", "appointments", "when is not shown"),
        ("Number of appointments in both Busan and Daegu", "appointments", "of both"),
    ],
)  # fmt: skip
def test_what_is_not_what_was_asked(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, of, CATALOG)


def test_the_day_that_is_called_after_the_key() -> None:
    found = event_time(TABLES["appointments"])
    assert found is not None
    assert found.name == "appt_dt"


def test_of_two_ways_to_a_parent_the_shorter_has_the_name() -> None:
    wide = widened(TABLES["prescriptions"], CATALOG)
    assert wide.columns["dept_name"][0] != wide.columns["primary_doctor_dept_name"][0]
    assert wide.path(wide.columns["dept_name"][0])[0].alias == "doctors"
    assert "doctor_dept_name" not in wide.columns  # of the appointment's doctor, as if it were the prescription's


def absent(question: str, of: str) -> str:
    language: Language = "en" if question.isascii() else "ko"
    ask = Ask(question, language=language, periods=dates.find(question))
    return write_absence(ask, TABLES[of], CATALOG, "duckdb")[0]


@pytest.mark.parametrize(
    "question",
    [
        "How many patients had appointments in both 2022 and 2023?",
        "2022년과 2023년에 모두 예약한 환자는 몇 명?",
    ],
)
def test_in_both(question: str) -> None:
    sql = absent(question, "patients")
    assert sql.count("EXISTS") == 2
    assert "NOT EXISTS" not in sql
    assert sql.startswith("SELECT COUNT(*)")


def test_only_ever_is_no_at_least_once() -> None:
    with pytest.raises(Unread):
        absent("How many patients only ever had appointments?", "patients")


def test_another_thing_of_a_child_is_not_the_child() -> None:
    assert "FROM main.patients WHERE patients.primary_doctor_id" in absent("Doctors without patients", "doctors")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many patients have no primary doctor?",
            "patients.primary_doctor_id IS NULL OR NOT patients.primary_doctor_id IN (SELECT doctors.doctor_id"),
        ("Patients with fewer than 2 appointments", "WHERE NOT patients.patient_id IN (SELECT appointments.patient_id "
            "FROM main.appointments WHERE NOT appointments.patient_id IS NULL GROUP BY appointments.patient_id HAVING "
            "COUNT(*) >= 2)"),
        ("Number of invoices per patient", "GROUP BY patients.patient_nm, patients.patient_id"),
    ],
)  # fmt: skip
def test_those_that_have_none_are_among_them(question: str, sql: str) -> None:
    assert any(sql in found for found in read(question, CATALOG))


def test_a_thing_is_not_of_both_kinds() -> None:
    assert not read("How many specialists and non-specialists are there?", CATALOG)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Which stores have revenue above the average store?", "Which stores have revenue above the average?"),
        ("Which suppliers are above the average of all suppliers?", "Which suppliers are above the average?"),
        ("The top 10 customers make up what percent of revenue?", "what percent of revenue came from The top 10 "
            "customers?"),
    ],
)  # fmt: skip
def test_plainer_words(question: str, plain: str) -> None:
    assert plainly(question) == plain


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("How many active users were there?", "patients", "called"),
        ("Number of churned patients", "patients", "called"),
        ("재방문 환자 수", "patients", "called 재방문"),
        ("외래 예약 합계", "appointments", "a sum of what|neither"),
        ("How many weekly appointments are there?", "appointments", "a kind, or each unit of time"),
        ("Doctors with fewer than 3 appointments", "appointments", "those that have none"),
    ],
)
def test_what_is_left_out_or_not_so(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, of, CATALOG, verbs=False)


def test_what_became_of_rows_ties_nothing() -> None:
    assert not read("Patients who have cancelled invoices", CATALOG)
    assert not read("Doctors without suspended patients", CATALOG)


def test_a_rate_is_of_all_rows_of_its_time() -> None:
    sql = planned("What share of the appointments of 2023 were cancelled?", "appointments", CATALOG)
    assert "appt_dt >=" in sql


def test_what_lasts_is_not_of_the_day_on_which_it_began() -> None:
    with pytest.raises(Unread, match="what lasts"):
        planned("mrr by month in 2024", "contracts", CATALOG)
