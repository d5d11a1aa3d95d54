"""Which figures of rows can be added up, by what they are called: an amount, a quantity, and not that of one unit."""

from __future__ import annotations

from catalog_sync.names import words

_ADDED = frozenset((
    "value", "amount", "quantity", "revenue", "sales", "total", "units", "volume", "profit", "cost", "costs",
    "fee", "fees", "refund", "refunds", "charge", "charges", "tax", "expense", "expenses", "spend", "income",
    "mrr", "arr", "gmv", "bookings", "payout", "payouts", "hours", "minutes", "count", "sold", "shipped", "delivered",
    "produced", "budget", "bonus", "bonuses", "pay", "deduction", "commission", "commissions", "wages", "spending",
    "earnings", "kwh", "mwh", "gwh", "mb", "gb", "litres", "liters", "gallons", "tonnes",
    "ordered", "flown", "offered", "qty", "amt", "rev", "cnt", "hrs", "mins",
))  # fmt: skip
_QUANTITIES = frozenset((
    "quantity", "units", "volume", "hours", "minutes", "count", "sold", "shipped", "delivered", "produced", "ordered",
    "flown", "offered", "qty", "cnt", "hrs", "mins", "kwh", "mwh", "gwh", "mb", "gb", "litres", "liters", "gallons",
    "tonnes", "kg", "km", "days", "nights", "points", "bookings", "total",
))  # fmt: skip
_MONEY = frozenset((
    "amount", "amt", "revenue", "rev", "sales", "value", "profit", "cost", "costs", "fee", "fees", "refund", "refunds",
    "charge", "charges", "tax", "expense", "expenses", "spend", "income", "discount", "price", "rating", "score",
))  # fmt: skip
_OF_ONE = frozenset((
    "opening", "closing", "unit", "average", "avg", "mean", "per", "rate", "percent", "ratio",
    "share", "pct", "prct", "percentage",
    "max", "min", "limit", "score", "age", "balance", "year", "rank", "level", "size", "latitude", "longitude",
    "rating", "temperature",
))  # fmt: skip
_AGAIN = frozenset(("active", "unique", "distinct", "users", "visitors", "customers", "members", "open"))
_BOUNDED = frozenset(("price", "temp", "temperature", "salary", "score", "level", "length", "size"))
_MEASURED = frozenset(("duration", "length", "capacity", "nights", "distance", "weight", "area", "rooms", "seats"))
_LASTING = frozenset(("days", "weeks", "months", "years", "seconds", "points", "meters", "metres", "grams", "degrees"))


def adds_up(column: str) -> bool:
    """By its name: a value, an amount, a quantity, a number of things (clicks, seats), and not that of one unit."""
    spelled = _spelled(column)
    return (bool(set(spelled) & _ADDED) or _is_number_of(spelled[-1])) and not is_of_one(column)


def _is_number_of(word: str) -> bool:
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return plural and word not in _LASTING and len(word) > 4


def is_quantity(column: str) -> bool:
    """How many of something, and not how much money."""
    spelled = _spelled(column)
    return (bool(set(spelled) & _QUANTITIES) or _is_number_of(spelled[-1])) and not set(spelled) & _MONEY


def counts_again(column: str) -> bool:
    """Users of a day are among those of the next."""
    return bool(_AGAIN & set(words(column).split()))


def is_mean(column: str) -> bool:
    """Its own average over rows is none of what it is the average of."""
    return _spelled(column)[0] in ("avg", "average", "mean")


def is_of_one(column: str) -> bool:
    return bool(set(_spelled(column)) & _OF_ONE)


def is_of_a_row(column: str) -> bool:
    """What nobody adds up, though a sum could be made: how long, how many places."""
    return not adds_up(column) or bool(set(_spelled(column)) & _MEASURED)


def _spelled(column: str) -> list[str]:
    """The min of `downtime_min` are minutes, that of `price_min` is a bound."""
    *before, last = words(column).split()
    is_lasting = last == "min" and bool(before) and not _ADDED & set(before) and not _BOUNDED & set(before)
    return [*before, "minutes" if is_lasting else last]
