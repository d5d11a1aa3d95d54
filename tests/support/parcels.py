"""Orders that are shipped and delivered, and tickets that are resolved: rows with two days or more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Language, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.words.lasting import speaks_of_two, with_lasting
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import table
from tests.support.clinic import hits

_GAPS = {"order_date": False, "shipped_on": True, "delivered_on": True, "opened_at": False, "resolved_at": True}
_KOREAN = {
    "order_date": ("주문일",), "shipped_on": ("출고일",), "delivered_on": ("배송완료일",), "opened_at": ("접수 일시",),
    "resolved_at": ("처리 일시",), "channel": ("채널",), "amount": ("주문 금액",),
}  # fmt: skip


def parcels() -> Catalog:
    customers = table(
        "customers", "customer_id int, customer_name varchar, signup_date date, city varchar", key="customer_id",
        values={"city": ("Paris", "Rome")},
    )  # fmt: skip
    orders = table(
        "orders", "order_id int, customer_id int, channel varchar, order_date date, shipped_on date, delivered_on "
        "date, promised_delivery_date date, amount decimal, is_gift boolean", key="order_id",
        refs={"customer_id": "customers.customer_id"}, values={"channel": ("app", "web")},
    )  # fmt: skip
    tickets = table("tickets", "ticket_id int, priority varchar, opened_at timestamp, resolved_at timestamp",
        key="ticket_id", values={"priority": ("high", "low")})  # fmt: skip
    return Catalog("parcels", "duckdb", tuple(map(_told, (customers, orders, tickets))))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, gaps=_GAPS.get(c.name), synonyms=_KOREAN.get(c.name, ())) for c in known.columns)
    return replace(known, columns=tuple(columns))


def planned(
    question: str, of: str, catalog: Catalog, spoken: dict[str, str] | None = None, *, verbs: bool = True
) -> str:
    """What rules write over the table itself, or else over it with its parents. Raises Unread."""
    base = next(t for t in catalog if t.name.name == of)
    periods = dates.find(question)
    grouped = dates.groupings(question) or dates.course(question, periods)
    language: Language = "en" if question.isascii() else "ko"
    ask = Ask(question, language=language, periods=periods, groupings=grouped)
    values = tuple(hits(catalog, question, spoken or {}))
    ask = ask.add(values=values, routes=tuple(Route(t, 1.0) for t in catalog))
    whole = widened(base, catalog, question, two_days=speaks_of_two(question))
    with suppress(Unread):
        return write(read(*with_lasting(ask, narrow(base, catalog)), verbs=verbs), catalog, "duckdb")
    return write(read(*with_lasting(ask, whole), verbs=verbs), catalog, "duckdb")
