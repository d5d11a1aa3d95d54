"""What is asked of people at work, by both readers: who is there, who came and who left, and by which key."""

from __future__ import annotations

import pytest

from catalog_sync.times import event_time
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.absence import write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.understand import dates
from plugin.generator.understand.korean_turns import plainly
from tests.support.readers import Readers
from tests.support.staff import staff

STAFF = Readers(staff())
BY_DEPARTMENT = "GROUP BY dim_department.department_name, dim_department.department_id"


@pytest.mark.parametrize(
    ("table", "column"),
    [("fct_attendance", "work_date"), ("fct_payroll", "pay_month"), ("fct_leave_requests", "requested_at")],
)
def test_the_day_of_rows(table: str, column: str) -> None:
    found = event_time(STAFF.tables[table])
    assert found is not None
    assert found.name == column


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("Number of employees by division", "dim_employee", "GROUP BY dim_department.division"),
        ("Headcount by department", "dim_employee", BY_DEPARTMENT),
        ("Average score by department", "fct_performance_reviews", BY_DEPARTMENT),
        ("Total bonus by reviewer department", "fct_payroll", ""),
        ("Bonus by department last year", "fct_payroll", "WHERE fct_payroll.pay_month >="),
        ("Total bonus paid in 2024", "fct_payroll", "WHERE paid_on >="),
        ("Average net pay per employee by month", "fct_payroll", "GROUP BY pay_month ORDER BY pay_month"),
        ("Average score per employee", "fct_performance_reviews", ""),
        ("Leave requests by type", "fct_leave_requests", "GROUP BY leave_type"),
        ("Total leave days in 2024", "fct_leave_requests", "WHERE leave_start_date >="),
        ("Number of leave requests in 2024", "fct_leave_requests", "WHERE requested_at >="),
        ("Enrolments by quarter", "fct_training_enrolments", "DATE_TRUNC('QUARTER', enrolled_on)"),
        ("Oldest job opening still open", "dim_job_opening", ""),
        ("How many current employees are there?", "dim_employee", ""),
        ("평균 연봉보다 많이 받는 직원은 몇 명이야?", "dim_employee", ""),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    if sql:
        assert STAFF.planned(question, of).find(sql) > 0
    else:
        with pytest.raises(Unread):
            STAFF.planned(question, of)


def test_a_column_that_only_means_the_same_tells_no_things_apart() -> None:
    assert STAFF.planned("Number of employees by division", "dim_employee").endswith("dim_department.division")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Average score by department", BY_DEPARTMENT),
        ("부서별 직원 수", BY_DEPARTMENT),
        ("How many employees left last quarter?", "dim_employee.terminated_on >="),
        ("How many employees joined last month?", "dim_employee.hired_on >="),
        ("퇴사한 직원은 몇 명이야?", "NOT dim_employee.terminated_on IS NULL"),
        ("Employees without a manager", "SELECT dim_employee.employee_no FROM"),
        ("성별별 평균 연봉", "GROUP BY dim_employee.gender"),
    ],
)
def test_phrases(question: str, sql: str) -> None:
    found = STAFF.phrased(question)
    assert found
    assert all(sql in one for one in found), found


@pytest.mark.parametrize(
    "question",
    [
        "How many managers do we have?",
        "Average score by reviewer",
        "How many current employees are there?",
        "현재 직원은 몇 명이야?",
        "Average bonus per employee",
        "Employees without reviews last month",
        "Which department's bonus grew the most?",
        "보너스가 가장 많이 늘어난 부서는?",
    ],
)
def test_what_is_hardly_meant(question: str) -> None:
    for sql in STAFF.phrased(question):
        assert "hired_on" not in sql
        assert sql.count("GROUP BY") == 0
        assert sql != "SELECT COUNT(*) AS count FROM main.dim_employee"


def test_without_a_word_is_said_of_no_table_behind_by() -> None:
    assert not any(
        "NOT IN" in sql or "NOT dim" in sql for sql in STAFF.phrased("Attendance without check out by department")
    )


@pytest.mark.parametrize(
    ("question", "inner"),
    [
        ("Which employees have not taken any leave this year?", "FROM main.fct_leave_requests WHERE ("),
        ("Employees who have never taken a training", "FROM main.fct_training_enrolments WHERE"),
        ("Employees without reviews", "fct_performance_reviews.employee_id = dim_employee.employee_id"),
    ],
)
def test_rows_that_are_said_in_short(question: str, inner: str) -> None:
    ask = Ask(question, language="en", periods=dates.find(question))
    assert inner in write_absence(ask, STAFF.tables["dim_employee"], STAFF.catalog, "duckdb")[0]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("올해 퇴사자 수는?", "올해 퇴사한 직원 수는?"),
        ("재직자의 평균 연봉", "재직 중인 직원의 평균 연봉"),
        ("퇴사자료 목록", "퇴사자료 목록"),
    ],
)
def test_who_left_and_who_stayed(question: str, plain: str) -> None:
    assert plainly(question) == plain
