"""A hotel chain with its gyms: two kinds of bookings, ratings of hotels and of stays, flags, days."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_ROWS = {"class_bookings": ("수업 예약",), "memberships": ("회원권",), "fct_bookings": ("reservation",)}


def hotel() -> Catalog:
    hotels = table(
        "dim_hotels", "hotel_id int, hotel_name varchar, city varchar, star_rating int, opened_on date, "
        "has_pool boolean, has_spa boolean", key="hotel_id",
    )  # fmt: skip
    reviews = table(
        "fct_reviews", "review_id int, hotel_id int, rating int, reviewed_on date", key="review_id",
        refs={"hotel_id": "dim_hotels.hotel_id"},
    )  # fmt: skip
    bookings = table(
        "fct_bookings", "booking_id int, hotel_id int, channel varchar, booked_at timestamp, nights int, "
        "booking_status varchar, cancelled_at timestamp, total_amount decimal", key="booking_id",
        refs={"hotel_id": "dim_hotels.hotel_id"},
        values={"channel": ("booking_com", "expedia"), "booking_status": ("confirmed", "cancelled")},
    )  # fmt: skip
    stays = table(
        "fct_stays", "stay_id int, booking_id int, hotel_id int, breakfast_included boolean, checked_in_at timestamp",
        key="stay_id", refs={"booking_id": "fct_bookings.booking_id", "hotel_id": "dim_hotels.hotel_id"},
    )  # fmt: skip
    clubs = table("clubs", "club_id int, club_name varchar, opened_on date", key="club_id")
    members = table(
        "members", "member_id int, club_id int, member_status varchar, joined_on date", key="member_id",
        refs={"club_id": "clubs.club_id"}, values={"member_status": ("active", "cancelled")},
    )  # fmt: skip
    memberships = table(
        "memberships", "membership_id int, member_id int, started_on date, ended_on date, auto_renew boolean",
        key="membership_id", refs={"member_id": "members.member_id"},
    )  # fmt: skip
    classes = table(
        "classes", "class_id int, club_id int, category varchar, duration_minutes int", key="class_id",
        refs={"club_id": "clubs.club_id"}, values={"category": ("yoga", "spinning")},
    )  # fmt: skip
    held = table(
        "class_bookings", "class_id int, member_id int, booked_at timestamp, booking_status varchar",
        refs={"class_id": "classes.class_id", "member_id": "members.member_id"},
        values={"booking_status": ("attended", "no_show")},
    )  # fmt: skip
    invoices = table(
        "invoices", "invoice_id int, member_id int, issued_on date, due_on date, paid_on date, amount int",
        key="invoice_id", refs={"member_id": "members.member_id"},
    )  # fmt: skip
    known = (hotels, reviews, bookings, stays, clubs, members, memberships, classes, held, invoices)
    return Catalog("hotel", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    renewed = {"auto_renew": ("자동 갱신",)}
    columns = (replace(c, synonyms=renewed.get(c.name, ())) for c in known.columns)
    return replace(known, columns=tuple(columns), workspace="hotel", synonyms=_ROWS.get(known.name.name, ()))
