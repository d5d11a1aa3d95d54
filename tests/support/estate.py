"""A property manager and a game studio: what goes on today, what is sold, figures that bound others."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_ROWS = {"items": ("아이템",), "purchases": ("구매",), "support_tickets": ("문의",)}
_SYNONYMS = {"rarity": ("희귀도",)}


def estate() -> Catalog:
    buildings = table("buildings", "building_id int, building_name varchar, year_built int", key="building_id")
    units = table(
        "units", "unit_id int, building_id int, unit_number varchar, bedrooms int", key="unit_id",
        refs={"building_id": "buildings.building_id"},
    )  # fmt: skip
    leases = table(
        "leases", "lease_id int, unit_id int, start_date date, end_date date, lease_status varchar, deposit_amount int",
        key="lease_id", refs={"unit_id": "units.unit_id"}, values={"lease_status": ("active", "ended")},
    )  # fmt: skip
    vendors = table("vendors", "vendor_id int, vendor_name varchar", key="vendor_id")
    requests = table(
        "maintenance_requests", "request_id int, unit_id int, vendor_id int, category varchar, request_status varchar,"
        " reported_at timestamp", key="request_id", refs={"unit_id": "units.unit_id", "vendor_id": "vendors.vendor_id"},
        values={"request_status": ("completed", "open"), "category": ("plumbing", "heating")},
    )  # fmt: skip
    guilds = table("guilds", "guild_id int, guild_name varchar, max_members int", key="guild_id")
    players = table(
        "players", "player_id int, guild_id int, is_vip boolean, signed_up_on date", key="player_id",
        refs={"guild_id": "guilds.guild_id"},
    )  # fmt: skip
    items = table(
        "items", "item_id int, item_name varchar, rarity varchar, price int, is_limited boolean", key="item_id",
        values={"rarity": ("common", "legendary")},
    )  # fmt: skip
    purchases = table(
        "purchases", "purchase_id int, player_id int, item_id int, amount int, purchased_at timestamp",
        key="purchase_id", refs={"player_id": "players.player_id", "item_id": "items.item_id"},
    )  # fmt: skip
    tickets = table(
        "support_tickets", "ticket_id int, player_id int, topic varchar, opened_at timestamp", key="ticket_id",
        refs={"player_id": "players.player_id"}, values={"topic": ("payment", "bug")},
    )  # fmt: skip
    known = (buildings, units, leases, vendors, requests, guilds, players, items, purchases, tickets)
    return Catalog("estate", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=_SYNONYMS.get(c.name, ())) for c in known.columns)
    return replace(known, columns=tuple(columns), workspace="estate", synonyms=_ROWS.get(known.name.name, ()))
