"""Kinds of things that are called by two words, over several keys: class types of sessions that are booked."""

from __future__ import annotations

import pytest

from catalog_sync.model import Catalog
from tests.support.catalogs import table
from tests.support.clinic import read

SCHOOL = Catalog(
    "school",
    "duckdb",
    (
        table("class_types", "class_type_id int, class_name varchar, category varchar", key="class_type_id"),
        table("class_sessions", "session_id int, class_type_id int", key="session_id",
            refs={"class_type_id": "class_types.class_type_id"}),
        table("bookings", "booking_id int, session_id int, member_id int, status varchar", key="booking_id",
            refs={"session_id": "class_sessions.session_id", "member_id": "members.member_id"},
            values={"status": ("kept", "cancelled")}),
        table("members", "member_id int, member_name varchar", key="member_id"),
        table("contracts", "contract_id int, member_id int, cancel_reason varchar", key="contract_id",
            refs={"member_id": "members.member_id"}, values={"cancel_reason": ("too dear", "health")}),
    ),
)  # fmt: skip
TO_TYPES = (
    "FROM main.bookings JOIN main.class_sessions ON bookings.session_id = class_sessions.session_id "
    "JOIN main.class_types ON class_sessions.class_type_id = class_types.class_type_id "
)


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Which class category is booked most often?", f"SELECT class_types.category {TO_TYPES}WHERE NOT "
            "class_types.category IS NULL GROUP BY class_types.category ORDER BY COUNT(*) DESC LIMIT 1"),
        ("What is the cancelled rate for each class category?", "SELECT class_types.category, COUNT(CASE WHEN "
            "bookings.status = 'cancelled' THEN 1 END) * 1.0 / NULLIF(COUNT(*), 0) AS share "
            f"{TO_TYPES}GROUP BY class_types.category"),
        ("How many members cancelled because it was too dear?", "SELECT COUNT(*) AS count FROM main.members WHERE "
            "members.member_id IN (SELECT contracts.member_id FROM main.contracts WHERE "
            "contracts.cancel_reason = 'too dear')"),
    ],
)  # fmt: skip
def test_what_is_read(question: str, sql: str) -> None:
    assert read(question, SCHOOL) == [sql]
