from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import Engine

from backends.warehouse.base import TableName
from materialized_views.registry import Registry, Version
from materialized_views.standing import standings

TABLE = TableName(None, "supply", "monthly")
AT = datetime(2026, 3, 1, tzinfo=timezone.utc)


def test_a_view_counts_only_while_it_is_usable(state: Engine) -> None:
    registry = Registry(state)
    registry.propose("monthly", {}, "aaa", {})
    registry.approve("monthly", "ann")
    assert standings(registry.all()) == {}
    version = Version("aaa", {}, 36, "c1", marked_at=AT.isoformat(), compiled="ddd")
    registry.begin("monthly", TABLE, version)
    registry.commit("monthly")
    found = standings(registry.all())[TABLE]
    assert (found.definition, found.complete_until, found.verified, found.rows) == ("ddd", AT, True, 36)
    registry.quarantine("monthly", "two rows differ")
    assert not standings(registry.all())[TABLE].verified
