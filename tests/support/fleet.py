"""A haulier and a delivery service: figures that brackets name, customers by their company, rows without a name."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.described import of_column
from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_TOLD = {
    "total_amount": "Amount paid in EUR (fuel cost)",
    "freight_charge": "Freight charge invoiced to the customer in EUR (revenue)",
}


def fleet() -> Catalog:
    depots = table(
        "depots", "depot_id int, depot_name varchar, city varchar", key="depot_id", values={"city": ("Berlin",)}
    )
    drivers = table(
        "drivers", "driver_id int, full_name varchar, home_depot_id int, hired_on date, employment_status varchar",
        key="driver_id", refs={"home_depot_id": "depots.depot_id"},
        values={"employment_status": ("active", "on_leave")},
    )  # fmt: skip
    vehicles = table(
        "vehicles", "vehicle_id int, vehicle_type varchar, model_year int, odometer_km int, purchase_price int,"
        " purchased_on date", key="vehicle_id", values={"vehicle_type": ("van", "tractor")},
    )  # fmt: skip
    customers = table(
        "customers",
        "customer_id int, company_name varchar, city varchar",
        key="customer_id",
        values={"city": ("Berlin",)},
    )
    routes = table(
        "routes", "route_id int, route_name varchar, origin_depot_id int", key="route_id",
        refs={"origin_depot_id": "depots.depot_id"},
    )  # fmt: skip
    trips = table(
        "trips", "trip_id int, route_id int, driver_id int, vehicle_id int, departed_at timestamp, status varchar,"
        " distance_km int, duration_minutes int", key="trip_id", values={"status": ("completed", "cancelled")},
        refs={"route_id": "routes.route_id", "driver_id": "drivers.driver_id", "vehicle_id": "vehicles.vehicle_id"},
    )  # fmt: skip
    fuel = table(
        "fuel_purchases", "fuel_purchase_id int, vehicle_id int, purchased_at timestamp, station_brand varchar, liters"
        " decimal, total_amount decimal", key="fuel_purchase_id", refs={"vehicle_id": "vehicles.vehicle_id"},
        values={"station_brand": ("Shell", "Aral", "Total")},
    )  # fmt: skip
    maintenance = table(
        "maintenance_orders", "maintenance_order_id int, vehicle_id int, opened_on date, closed_on date, labor_cost"
        " decimal", key="maintenance_order_id", refs={"vehicle_id": "vehicles.vehicle_id"},
    )  # fmt: skip
    shipments = table(
        "shipments", "shipment_id int, customer_id int, trip_id int, booked_at timestamp, delivered_at timestamp,"
        " weight_kg decimal, freight_charge decimal, insured_value decimal, comment varchar", key="shipment_id",
        refs={"customer_id": "customers.customer_id", "trip_id": "trips.trip_id"},
    )  # fmt: skip
    known = (depots, drivers, vehicles, customers, routes, trips, fuel, maintenance, shipments)
    return Catalog("fleet", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, description=_TOLD.get(c.name, "")) for c in known.columns)
    columns = (replace(c, synonyms=tuple(of_column(c)), gaps=c.name in ("delivered_at", "closed_on")) for c in columns)
    return replace(known, columns=tuple(columns), workspace="fleet")
