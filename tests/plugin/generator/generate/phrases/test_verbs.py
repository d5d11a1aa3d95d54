"""Columns that verbs speak of, things that lack both, and names of two words, about a lab."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.generate.phrases.schema import schema_of
from tests.support.catalogs import table
from tests.support.clinic import clinic, lab, read

ROOMS = "SELECT rooms.room_name FROM main.rooms WHERE "
NURSES = "SELECT nurses.nurse_name FROM main.nurses "


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Which nurses earn less than 2000?", f"{NURSES}WHERE nurses.salary < 2000"),
        ("Which nurses earn more than the average?",
            f"{NURSES}WHERE nurses.salary > (SELECT AVG(nurses.salary) FROM main.nurses)"),
        ("Which nurses earn more than the average of their own room?", f"{NURSES}WHERE nurses.salary > (SELECT "
            "AVG(peers.salary) FROM main.nurses AS peers WHERE peers.room_id = nurses.room_id)"),
        ("Which nurse earns the most?", f"{NURSES}ORDER BY nurses.salary DESC LIMIT 1"),
        ("Which rooms cost more rent than the average?",
            f"{ROOMS}rooms.rent > (SELECT AVG(rooms.rent) FROM main.rooms)"),
    ],
)  # fmt: skip
def test_what_a_verb_speaks_of(question: str, sql: str) -> None:
    assert read(question, lab()) == [sql]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Which rooms have neither a sink nor a lamp?", f"{ROOMS}NOT rooms.has_sink AND NOT rooms.has_lamp"),
        ("Which rooms have both a sink and a lamp?", f"{ROOMS}rooms.has_sink AND rooms.has_lamp"),
        ("How many check-ups are there?", "SELECT COUNT(*) AS count FROM main.check_ups"),
        ("How many check-ups are not in use?",
            "SELECT COUNT(*) AS count FROM main.check_ups WHERE NOT (check_ups.status = 'in use')"),
        ("How many non-paid check-ups are there?",
            "SELECT COUNT(*) AS count FROM main.check_ups WHERE NOT check_ups.is_paid"),
        ("List the check-ups made by Hooli",
            "SELECT check_ups.check_up_id FROM main.check_ups WHERE check_ups.maker = 'Hooli'"),
        ("Which makers have done more than 3 check-ups?", "SELECT check_ups.maker FROM main.check_ups WHERE NOT "
            "check_ups.done_on IS NULL GROUP BY check_ups.maker HAVING COUNT(*) > 3"),
        ("Which maker did the most check-ups?",
            "SELECT check_ups.maker FROM main.check_ups GROUP BY check_ups.maker ORDER BY COUNT(*) DESC LIMIT 1"),
        ("Which makers do we buy check-ups from?", "SELECT DISTINCT check_ups.maker FROM main.check_ups"),
        ("Each maker and how many check-ups of each are retired", "SELECT check_ups.maker, COUNT(*) AS count FROM "
            "main.check_ups WHERE check_ups.status = 'retired' GROUP BY check_ups.maker"),
    ],
)  # fmt: skip
def test_what_is_there_and_what_is_not(question: str, sql: str) -> None:
    assert read(question, lab()) == [sql]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many bills were billed?", "SELECT COUNT(*) AS count FROM main.bills WHERE NOT bills.billed_on IS NULL"),
        ("How many visits did each client have in 2024?", "SELECT clients.client_name, COUNT(*) AS visits_count FROM "
            "main.clients JOIN main.visits ON clients.client_id = visits.client_id WHERE "
            "visits.scheduled_at >= CAST('2024-01-01' AS DATE) AND visits.scheduled_at < CAST('2025-01-01' AS DATE) "
            "GROUP BY clients.client_id, clients.client_name"),
    ],
)  # fmt: skip
def test_what_was_done_to_all(question: str, sql: str) -> None:
    assert read(question, clinic()) == [sql]


def test_what_is_at_the_same_place_is_not_theirs() -> None:
    """A room has check-ups and nurses; whose check-ups they are says a key of theirs alone."""
    check_ups, rooms, nurses = lab()
    named = [replace(c, values=("Ida",)) if c.name == "nurse_name" else c for c in nurses.columns]
    nurses = replace(nurses, columns=tuple(named))
    question = "How many check-ups did Ida make?"
    assert len(read(question, replace(lab(), tables=(check_ups, rooms, nurses)))) == 1
    apart = replace(check_ups, foreign_keys=check_ups.foreign_keys[:1])
    assert read(question, replace(lab(), tables=(apart, rooms, nurses))) == []


def test_a_preposition_is_no_name_of_rows() -> None:
    refs = {"client_id": "clients.client_id"}
    visits = table("check_ins", "check_in_id int, client_id int, done_on date", key="check_in_id", refs=refs)
    assert ("in",) not in schema_of((visits,)).nouns["main.check_ins"]
    assert ("check", "in") in schema_of((visits,)).nouns["main.check_ins"]


def test_not_done_is_not_said_of_what_all_have() -> None:
    assert read("How many bills have not been billed?", clinic()) == []
