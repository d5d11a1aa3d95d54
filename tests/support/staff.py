"""People at work: two keys to employees from one table, months that are paid for, days and moments of one day."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_TOLD = {
    "terminated_on": "Last working day. Empty if still employed.",
    "manager_id": "The line manager, empty for the head.",
    "is_active": "True while employed",
}
_RANGES = {"work_date": ("2023-06-01", "2025-06-18"), "check_in_at": ("2023-06-01 08:31:00", "2025-06-18 09:40:00")}


def staff() -> Catalog:
    departments = table(
        "dim_department", "department_id int, department_name varchar, division varchar", key="department_id"
    )
    employees = table(
        "dim_employee", "employee_id int, employee_no varchar, job_title varchar, gender varchar, department_id int, "
        "manager_id int, hired_on date, terminated_on date, annual_salary int, is_active boolean", key="employee_id",
        refs={"department_id": "dim_department.department_id", "manager_id": "dim_employee.employee_id"},
        values={"gender": ("female", "male")},
    )  # fmt: skip
    attendance = table(
        "fct_attendance", "attendance_id int, employee_id int, work_date date, check_in_at timestamp, overtime_hours "
        "double", key="attendance_id", refs={"employee_id": "dim_employee.employee_id"}, ranges=_RANGES,
    )  # fmt: skip
    payroll = table(
        "fct_payroll", "payroll_id int, employee_id int, pay_month date, bonus double, net_pay double, paid_on date",
        key="payroll_id", refs={"employee_id": "dim_employee.employee_id"},
        ranges={"pay_month": ("2023-06-01", "2025-05-01"), "paid_on": ("2023-06-25", "2025-05-25")},
    )  # fmt: skip
    leave = table(
        "fct_leave_requests", "leave_request_id int, employee_id int, leave_type varchar, requested_at timestamp, "
        "leave_start_date date, leave_days int", key="leave_request_id",
        refs={"employee_id": "dim_employee.employee_id"}, values={"leave_type": ("annual", "sick")},
    )  # fmt: skip
    reviews = table(
        "fct_performance_reviews", "review_id int, employee_id int, reviewer_id int, reviewed_on date, score int",
        key="review_id",
        refs={"employee_id": "dim_employee.employee_id", "reviewer_id": "dim_employee.employee_id"},
    )  # fmt: skip
    training = table(
        "fct_training_enrolments", "enrolment_id int, employee_id int, enrolled_on date, exam_score int",
        key="enrolment_id", refs={"employee_id": "dim_employee.employee_id"},
    )  # fmt: skip
    openings = table(
        "dim_job_opening", "job_opening_id int, opening_title varchar, opened_on date, closed_on date",
        key="job_opening_id",
    )  # fmt: skip
    known = (departments, employees, attendance, payroll, leave, reviews, training, openings)
    return Catalog("staff", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (
        replace(c, description=_TOLD.get(c.name, ""), gaps=c.name in _TOLD and c.name != "is_active")
        for c in known.columns
    )
    return replace(known, columns=tuple(columns), workspace="staff")
