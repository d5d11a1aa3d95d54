"""A hospital whose rows have several days, whose keys may lead nowhere, and whose doctors are reached in two ways."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_SPOKEN = {
    "is_specialist": ("specialist",), "doctor_nm": ("doctor name",), "patient_nm": ("patient name",),
    "dept_name": ("department name",), "wait_min": ("wait",), "amt": ("amount",),
}  # fmt: skip
_KOREAN = {"patients": ("환자",), "doctors": ("의사",), "appointments": ("외래 예약",), "admissions": ("입원",)}


def ward() -> Catalog:
    departments = table("departments", "dept_cd varchar, dept_name varchar", key="dept_cd")
    doctors = table(
        "doctors", "doctor_id int, doctor_nm varchar, dept_cd varchar, is_specialist boolean, salary decimal",
        key="doctor_id", refs={"dept_cd": "departments.dept_cd"},
    )  # fmt: skip
    patients = table(
        "patients", "patient_id int, patient_nm varchar, reg_dt date, city varchar, primary_doctor_id int",
        key="patient_id", refs={"primary_doctor_id": "doctors.doctor_id"}, values={"city": ("Busan", "Daegu")},
    )  # fmt: skip
    appointments = table(
        "appointments", "appt_id int, patient_id int, doctor_id int, appt_at timestamp, appt_dt date, booked_at "
        "timestamp, status varchar, wait_min int, fee decimal, weekday varchar", key="appt_id",
        refs={"patient_id": "patients.patient_id", "doctor_id": "doctors.doctor_id"},
        values={"status": ("cancelled", "completed")},
    )  # fmt: skip
    admissions = table(
        "admissions", "adm_id int, patient_id int, attending_doctor_id int, admitted_at timestamp, "
        "is_readmission boolean", key="adm_id",
        refs={"patient_id": "patients.patient_id", "attending_doctor_id": "doctors.doctor_id"},
    )  # fmt: skip
    invoices = table(
        "invoices", "inv_no varchar, patient_id int, appt_id int, inv_dt date, amt int, patient_amt int", key="inv_no",
        refs={"patient_id": "patients.patient_id", "appt_id": "appointments.appt_id"},
    )  # fmt: skip
    given = table(
        "prescriptions", "rx_id int, appt_id int, patient_id int, doctor_id int, rx_dt date", key="rx_id",
        refs={"appt_id": "appointments.appt_id", "patient_id": "patients.patient_id",
            "doctor_id": "doctors.doctor_id"},
    )  # fmt: skip
    contracts = table("contracts", "contract_id int, start_date date, end_date date, mrr decimal", key="contract_id")
    known = (departments, doctors, patients, appointments, admissions, invoices, given, contracts)
    return Catalog("ward", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = tuple(replace(c, synonyms=_SPOKEN.get(c.name, ())) for c in known.columns)
    return replace(known, columns=columns, synonyms=_KOREAN.get(known.name.name, ()))
