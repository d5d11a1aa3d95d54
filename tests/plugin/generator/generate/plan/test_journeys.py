"""What rules read over flights: whence and whither, sums by their names, names of people, flags of other tables."""

from __future__ import annotations

import pytest

from catalog_sync.model import Catalog
from plugin.generator import tables
from plugin.generator.ask import Ask, Route, ValueHit
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.plan.absence import write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import table

CITIES = ("Oslo", "Bergen")
ROUTES = table(
    "route_months",
    "flight_month date, origin_city varchar, destination_city varchar, passengers_flown int, fuel_cost double,"
    "mean_score double",
    values={"origin_city": CITIES, "destination_city": CITIES},
)
PASSENGERS = table("passengers", "passenger_id int, full_name varchar, city varchar", key="passenger_id")
BOOKINGS = table(
    "bookings",
    "booking_id int, passenger_id int, booked_at timestamp, booked_on date, fee double, channel varchar",
    key="booking_id",
    refs={"passenger_id": "passengers.passenger_id"},
)
SURVEYS = table("surveys", "survey_id int, booking_id int, would_recommend boolean", key="survey_id")
CATALOG = Catalog("air", "duckdb", (ROUTES, PASSENGERS, BOOKINGS, SURVEYS))
TABLES = {t.name.name: t for t in CATALOG}


def ask_of(question: str) -> Ask:
    values = (
        ValueHit(city.casefold(), str(ROUTES.name), column, city, 1.0)
        for city in CITIES
        for column in ("origin_city", "destination_city")
        if city in question
    )
    language = "en" if question.isascii() else "ko"
    ask = Ask(question, language, periods=dates.find(question), groupings=dates.groupings(question))
    return ask.add(values=tuple(values), routes=tuple(Route(t, 1.0) for t in CATALOG))


def planned(question: str, name: str, *, verbs: bool = True) -> str:
    ask, where = ask_of(question), TABLES[name]
    wide = narrow(where, CATALOG) if not where.foreign_keys else widened(where, CATALOG, question)
    return write(read(ask, wide, verbs=verbs), CATALOG, "duckdb")


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("total fuel cost to Oslo", "WHERE destination_city = 'Oslo'"),
        ("total fuel cost from Oslo", "WHERE origin_city = 'Oslo'"),
        ("total passengers flown from Oslo to Bergen", "WHERE destination_city = 'Bergen' AND origin_city = 'Oslo'"),
        ("fuel cost by destination city", "SUM(fuel_cost) AS fuel_cost"),
    ],
)
def test_whence_and_whither(question: str, part: str) -> None:
    assert part in planned(question, "route_months")


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("total fuel cost in Oslo", "Oslo may be of"),  # either
        ("mean score by destination city", "may not be added up"),
    ],
)
def test_what_is_not_clear(question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, "route_months")


def test_the_noun_of_the_rows_before_a_figure_says_whose_it_is() -> None:
    assert "SUM(fee) AS fee" in planned("booking fee by month in 2024", "bookings")


def test_two_passengers_of_one_name_are_two() -> None:
    ask = ask_of("Which passengers never booked?")
    sql, _ = write_absence(ask, PASSENGERS, CATALOG, "duckdb")
    assert sql.startswith("SELECT full_name FROM main.passengers WHERE NOT EXISTS")


def test_a_flag_of_another_table_is_not_passed_over() -> None:
    assert "COUNT(*)" in planned("How many passengers came?", "passengers", verbs=False)
    with pytest.raises(Unread, match="a column is called recommend"):
        planned("How many passengers would recommend us?", "passengers", verbs=False)


def test_the_day_that_is_called_after_the_rows_is_theirs() -> None:
    known = tables.event_time(BOOKINGS)
    assert known is not None
    assert known.name == "booked_on"
    other = table("orders", "order_id int, placed_at timestamp, shipped_on date", key="order_id")
    assert tables.event_time(other) is None


def test_a_word_of_the_same_meaning_is_that_of_no_other_table() -> None:
    nouns = schema_of(tuple(CATALOG)).nouns
    assert stems("customer") in nouns[str(PASSENGERS.name)]
    customers = table("customers", "customer_id int, city varchar", key="customer_id")
    nouns = schema_of((*CATALOG, customers)).nouns
    assert stems("customer") not in nouns[str(PASSENGERS.name)]


def test_the_own_word_of_a_column_is_not_that_of_another_which_means_the_same() -> None:
    parts = table("parts", "part_id int, unit_price double, parts_cost double, delay_reason varchar", key="part_id")
    called = schema_of((parts,)).attributes[str(parts.name)]
    assert called[stems("cost")] == {"parts_cost"}
    assert called[stems("price")] == {"unit_price"}
    assert called[stems("delay cause")] == {"delay_reason"}
