"""Flags, what was done or not yet, times, and how long things take, in English questions about a clinic."""

from __future__ import annotations

import pytest

from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
from tests.support.clinic import clinic, hits

CATALOG = clinic()
SCHEMA = schema_of(tuple(CATALOG))


def read(question: str) -> list[str]:
    found = tokens(question)
    when = times(dates.find(question), found, SCHEMA, CATALOG)
    return written(readings(question_of(found, SCHEMA, hits(CATALOG, question, {}), when)), SCHEMA, "duckdb")


YEAR = "{0} >= CAST('2024-01-01' AS DATE) AND {0} < CAST('2025-01-01' AS DATE)"
COUNT = "SELECT COUNT(*) AS count FROM main."


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many active clients do we have?", COUNT + "clients WHERE clients.is_active"),
        ("How many actives do we have?", COUNT + "clients WHERE clients.is_active"),
        ("How many clients are not active?", COUNT + "clients WHERE NOT clients.is_active"),
        ("How many inactive clients are there?", COUNT + "clients WHERE NOT clients.is_active"),
        ("Which sites are open all night?", "SELECT sites.site_name FROM main.sites WHERE sites.is_open_all_night"),
        ("Which clients were never billed?", "SELECT clients.client_name FROM main.clients WHERE NOT "
            "clients.client_id IN (SELECT visits.client_id FROM main.visits WHERE NOT visits.client_id IS NULL)"),
        ("How many bills are still unpaid?", COUNT + "bills WHERE bills.paid_on IS NULL"),
        ("How many bills have not been paid yet?", COUNT + "bills WHERE bills.paid_on IS NULL"),
        ("How many paid bills are there?", COUNT + "bills WHERE NOT bills.paid_on IS NULL"),
        ("How many visits were there in 2024?", COUNT + "visits WHERE " + YEAR.format("visits.scheduled_at")),
        ("How many bills were paid in 2024?", COUNT + "bills WHERE " + YEAR.format("bills.paid_on")),
        ("sites opened after 2015", "SELECT sites.site_name FROM main.sites WHERE "
            "sites.opened_on >= CAST('2016-01-01' AS DATE)"),
        ("list the sites, newest first", "SELECT sites.site_name FROM main.sites ORDER BY sites.opened_on DESC"),
        ("How many new clients in 2024?", COUNT + "clients WHERE " + YEAR.format("clients.joined_on")),
        ("Which drug is prescribed most often?", "SELECT prescriptions.drug_name FROM main.prescriptions "
            "WHERE NOT prescriptions.drug_name IS NULL GROUP BY prescriptions.drug_name "
            "ORDER BY COUNT(*) DESC LIMIT 1"),
        ("Which two kinds occurred most often in 2024?", "SELECT visits.kind, COUNT(*) AS count FROM main.visits WHERE "
            "NOT visits.kind IS NULL AND (" + YEAR.format("visits.scheduled_at") + ") GROUP BY visits.kind "
            "ORDER BY COUNT(*) DESC LIMIT 2"),
        ("What is the average number of days between billing and payment of a bill?",
            "SELECT AVG(DATE_DIFF('DAY', bills.billed_on, bills.paid_on)) AS avg_days FROM main.bills"),
    ],
)  # fmt: skip
def test_what_is_read(question: str, sql: str) -> None:
    assert read(question) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "How many sites in 2024?",  # those that opened then, or that were there?
        "How many billed bills are there?",  # every bill is
        "How many closed sites are there?",
        "Which drug is returned most often?",  # not what prescriptions tell
        "What is the average time between scheduling and checking in?",  # in days, hours or minutes?
        "sites opened after lunch",
        "Which visits were never repeated?",  # bills and prescriptions lead there
        "How many bills were sent by site?",  # for each site?
        "How many visits were paid in 2024?",
    ],
)
def test_what_is_not_read(question: str) -> None:
    assert read(question) == []
