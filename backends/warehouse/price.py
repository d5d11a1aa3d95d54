"""Part of layer 6: what the warehouse expects a query to cost. An engine that estimates nothing bounds nothing."""

from __future__ import annotations

from backends.errors import QueryRefused
from backends.warehouse.base import Limits, Plan

_HINT = "ask for less (a shorter period, fewer tables) or raise limits.{} in dbt_ask.yml"


def check_price(plan: Plan, limits: Limits) -> None:
    """Raises QueryRefused."""
    if limits.scanned and plan.scanned is not None and plan.scanned > limits.scanned:
        expected, most = (f"{size / 1024**3:,.3g} GiB" for size in (plan.scanned, limits.scanned))
        _refuse(f"the warehouse expects to read {expected} for this query, of at most {most}", "scanned_bytes")
    if limits.cost and plan.cost is not None and plan.cost > limits.cost:
        _refuse(f"the warehouse expects this query to cost {plan.cost:,.0f}, of at most {limits.cost:,.0f}", "cost")


def _refuse(message: str, key: str) -> None:
    raise QueryRefused("too_costly", message, hint=_HINT.format(key))
