from __future__ import annotations

import pytest
from sqlalchemy import Engine

from backends.warehouse.base import TableName
from materialized_views.errors import RefreshRunning, ViewUnknown
from materialized_views.registry import Registry, Version

RELATION = TableName("db", "supply", "monthly")


@pytest.fixture
def registry(state: Engine) -> Registry:
    found = Registry(state)
    found.propose("monthly", {"name": "monthly"}, "aaa", {"benefit": 1})
    return found


def built(registry: Registry, digest: str = "aaa") -> None:
    registry.approve("monthly", "ann")
    registry.begin("monthly", RELATION, Version(digest, {"orders": {"rows": 3}}, 2, "c1"))
    registry.commit("monthly")


def test_a_view_becomes_usable_when_a_build_is_committed(registry: Registry) -> None:
    assert not registry.get("monthly").usable
    registry.approve("monthly", "ann")
    registry.begin("monthly", RELATION, Version("aaa", {}, 2, "c1"))
    assert not registry.get("monthly").usable
    registry.commit("monthly")
    found = registry.get("monthly")
    assert found.usable
    assert found.table == RELATION
    assert found.version is not None
    assert found.version["rows"] == 2
    assert [e.kind for e in registry.events("monthly")] == ["proposed", "approved", "begun", "built"]


def test_a_failed_build_leaves_the_last_version_in_use(registry: Registry) -> None:
    built(registry)
    registry.begin("monthly", RELATION, Version("aaa", {}, 9, "c2"))
    registry.abandon("monthly", "a test failed")
    found = registry.get("monthly")
    assert found.usable
    assert found.version is not None
    assert found.version["checksum"] == "c1"
    assert found.problem == "a test failed"


def test_a_changed_definition_takes_the_old_build_out_of_use(registry: Registry) -> None:
    built(registry)
    assert registry.propose("monthly", {"name": "monthly"}, "bbb", {}) == "proposed"
    assert not registry.get("monthly").usable
    registry.approve("monthly", "ann")
    built(registry, "aaa")
    assert not registry.get("monthly").usable
    built(registry, "bbb")
    assert registry.get("monthly").usable


def test_the_same_proposal_again_changes_no_decision(registry: Registry) -> None:
    built(registry)
    assert registry.propose("monthly", {"name": "monthly"}, "aaa", {"benefit": 2}) == "ready"
    assert registry.get("monthly").reason == {"benefit": 2}
    assert registry.get("monthly").usable


def test_quarantine_ends_with_the_next_build(registry: Registry) -> None:
    built(registry)
    registry.quarantine("monthly", "two rows differ")
    assert not registry.get("monthly").usable
    built(registry)
    assert registry.get("monthly").usable


def test_what_a_trial_refused_is_dropped_and_can_be_withdrawn(registry: Registry) -> None:
    registry.tried("monthly", {"equal": False}, passed=False)
    assert registry.get("monthly").state == "dropped"
    assert registry.withdraw(keep=set()) == ["monthly"]
    assert registry.get("monthly").state == "retired"


def test_one_refresh_at_a_time(registry: Registry) -> None:
    registry.lock("monthly", "one", 60)
    registry.lock("monthly", "one", 60)
    with pytest.raises(RefreshRunning):
        registry.lock("monthly", "two", 60)
    registry.unlock("monthly", "two")
    with pytest.raises(RefreshRunning):
        registry.lock("monthly", "two", 60)
    registry.unlock("monthly", "one")
    registry.lock("monthly", "two", 0)
    registry.lock("monthly", "three", 60)


def test_an_unknown_view_is_said(registry: Registry) -> None:
    with pytest.raises(ViewUnknown):
        registry.approve("weekly", "ann")
