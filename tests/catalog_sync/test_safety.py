"""What a sync must not do by accident, and what it must do at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends.warehouse.base import TableName
from catalog_sync import prepare as preparing
from catalog_sync import revoke, store
from catalog_sync.errors import SourceIncomplete, SyncRunning, TooManyGone
from catalog_sync.guard import Guard, check
from catalog_sync.model import Catalog
from catalog_sync.openmetadata import OpenMetadataSource
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata, payloads
from catalog_sync.policy import Decision, Policy, apply
from tests.catalog_sync.build import catalog, column, name, table
from tests.catalog_sync.conftest import Tiny

__all__ = ["openmetadata"]


def many(count: int) -> Catalog:
    return catalog(*(table(f"t{i}", "a") for i in range(count)))


@pytest.mark.parametrize(("there", "left", "stops"), [(100, 80, False), (100, 79, True), (12, 2, False), (12, 1, True)])
def test_how_many_may_be_gone(there: int, left: int, stops: bool) -> None:
    saved, read = many(there), many(left)
    if stops:
        with pytest.raises(TooManyGone, match=f"{there - left} of {there} tables"):
            check(Guard(), saved, read, read, ())
    else:
        check(Guard(), saved, read, read, ())


def test_tables_that_the_warehouse_lost_count_and_those_of_the_policy_do_not() -> None:
    saved = read = many(100)
    lost = [Decision(t.name, "not_built") for t in saved.tables[:30]]
    with pytest.raises(TooManyGone):
        check(Guard(), saved, read, many(70), lost)
    check(Guard(), saved, read, many(70), [Decision(t.name, "no_tier") for t in saved.tables[:30]])


def test_another_spelling_is_not_gone() -> None:
    loud = catalog(*(replace(t, name=TableName("DB", "MAIN", t.name.name.upper())) for t in many(50)))
    check(Guard(), loud, many(50), many(50), ())


def test_what_is_revoked() -> None:
    saved = apply(
        Policy(),
        catalog(
            table("orders", column("status", values=("open",)), "id"),
            table("customers", column("city", values=("Seoul",))),
            table("vanished", "a"),
        ),
    ).catalog
    read = catalog(
        table("ORDERS", column("STATUS", pii=True, provenance={"pii": "x"}), "ID"),
        table("customers", "city", tier="Tier.Tier3"),
    )
    what = revoke.revoked(saved, read, apply(Policy(), read).catalog)
    assert [t.name for t in what.before] == [name("orders"), name("customers")]
    assert [t.name for t in what.catalog] == [name("orders"), name("vanished")]
    status = what.catalog.tables[0].column("status")
    assert status is not None
    assert (status.pii, status.values, status.withheld) == (True, (), "PII")


def test_nothing_is_revoked_twice() -> None:
    read = catalog(table("orders", column("mail", pii=True)), table("stores", "a"))
    saved = apply(Policy(), read).catalog
    assert revoke.revoked(saved, read, apply(Policy(), read).catalog).before.names() == []


def test_a_type_that_only_the_warehouse_knows_revokes_nothing() -> None:
    """mobile: a flag, not a number. Without the type its name would look personal, sync after sync."""
    saved = apply(Policy(), catalog(table("orders", column("mobile", "BOOLEAN")))).catalog
    read = catalog(table("ORDERS", column("MOBILE", "")))
    assert not saved.tables[0].columns[0].withheld
    cleared = apply(Policy(), revoke.typed(read, saved)).catalog
    assert revoke.revoked(saved, read, cleared).before.names() == []
    assert revoke.revoked(saved, read, apply(Policy(), read).catalog).before.names()


def om(server: FakeOpenMetadata) -> OpenMetadataSource:
    return OpenMetadataSource(server.block, Policy(tiers_required=True), "tiny")


@pytest.fixture
def mirrored(tiny: Tiny, openmetadata: FakeOpenMetadata) -> Tiny:
    """The project's tables in OpenMetadata, and a sync from there."""
    for found in tiny.read():
        openmetadata.add(payloads.from_catalog(found, "tiny"))
    tiny.sync(source=om(openmetadata))
    return tiny


def edit(server: FakeOpenMetadata, fqn: str, change: Callable[[dict[str, Any]], None]) -> None:
    row = server.store.named("tables", fqn)
    change(row)


def state(tiny: Tiny) -> tuple[Catalog, dict[str, Any]]:
    return tiny.saved(), tiny.points()


def test_openmetadata_alone_describes_the_project(mirrored: Tiny) -> None:
    assert [t.name.name for t in mirrored.saved()] == ["customers", "orders", "sales_by_country_month"]
    assert {c.name for t in mirrored.saved() for c in t.columns if c.pii} >= {"email", "national_number"}


def test_a_list_that_does_not_come_whole_changes_nothing(mirrored: Tiny, openmetadata: FakeOpenMetadata) -> None:
    before = state(mirrored)
    edit(openmetadata, "tiny.tiny.main.orders", lambda row: row.update(tags=[]))
    openmetadata.quirks.wrong_total = 4
    with pytest.raises(SourceIncomplete, match="nothing was changed"):
        mirrored.sync(source=om(openmetadata))
    assert state(mirrored) == before


def test_a_source_that_lost_its_tables_deletes_nothing(mirrored: Tiny, openmetadata: FakeOpenMetadata) -> None:
    before = state(mirrored)
    for fqn in ("tiny.tiny.main.orders", "tiny.tiny.main.customers"):
        openmetadata.remove(openmetadata.store.named("tables", fqn))
    with pytest.raises(TooManyGone, match="2 of 3 tables"):
        mirrored.sync(source=om(openmetadata), guard=Guard(few=1))
    assert state(mirrored) == before
    assert mirrored.sync(source=om(openmetadata), guard=Guard(few=1), force=True).tables == 1


def test_no_tier_at_all_lets_nothing_in(mirrored: Tiny, openmetadata: FakeOpenMetadata) -> None:
    """As when an admin renames the classification: nothing may be asked, rather than everything."""
    for row in list(openmetadata.store.entities["tables"].values()):
        row["tags"] = []
    report = mirrored.sync(source=om(openmetadata), policy=Policy(tiers_required=True))
    assert report.tables == 0
    assert mirrored.points() == {}


class Stopped(Exception):
    pass


def suspect_country(row: dict[str, Any]) -> None:
    for found in row["columns"]:
        if found["name"] == "country":
            found["tags"] = [payloads.tag("PII.Sensitive", state="Suggested", label="Automated")]


def test_what_is_revoked_goes_before_the_warehouse_is_asked(
    mirrored: Tiny, openmetadata: FakeOpenMetadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens after it."""
    assert [p for p in mirrored.points().values() if p.get("value") == "KR"]
    edit(openmetadata, "tiny.tiny.main.customers", suspect_country)
    edit(openmetadata, "tiny.tiny.main.orders", lambda row: row.update(tags=[]))

    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(preparing, "as_built", stop)
    with pytest.raises(Stopped):
        mirrored.sync(source=om(openmetadata))
    country = next(t for t in mirrored.saved() if t.name.name == "customers").column("country")
    assert country is not None
    assert (country.pii, country.values) == (True, ())
    assert "orders" not in [t.name.name for t in mirrored.saved()]
    left = mirrored.points().values()
    assert not [p for p in left if p["table"].endswith(".orders")]
    assert not [p for p in left if p["table"].endswith(".customers") and p.get("value")]
    with store.opened(mirrored.state / store.CATALOG) as opened:
        assert not {"tiny.main.orders", "tiny.main.customers"} & set(opened.tables_read())


def test_a_dry_run_revokes_nothing(mirrored: Tiny, openmetadata: FakeOpenMetadata) -> None:
    before = state(mirrored)
    edit(openmetadata, "tiny.tiny.main.orders", lambda row: row.update(tags=[]))
    mirrored.sync(source=om(openmetadata), dry_run=True)
    assert state(mirrored) == before


def test_a_failing_save_leaves_what_was_revoked_out(
    mirrored: Tiny, openmetadata: FakeOpenMetadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue decides what can be read, so it is written first; the next sync does the rest."""
    edit(openmetadata, "tiny.tiny.main.orders", lambda row: row.update(tags=[]))

    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(revoke, "_points", stop)
    with pytest.raises(Stopped):
        mirrored.sync(source=om(openmetadata))
    assert "orders" not in [t.name.name for t in mirrored.saved()]
    monkeypatch.undo()
    mirrored.sync(source=om(openmetadata))
    assert not [p for p in mirrored.points().values() if p["table"].endswith(".orders")]


_HOLDING = """
import sys, portalocker
with portalocker.Lock(sys.argv[1], "a"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_processes_at_once(tiny: Tiny) -> None:
    tiny.state.mkdir()
    lock: Path = tiny.state / "sync.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDING, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SyncRunning, match="another sync") as caught:
            tiny.sync()
        assert caught.value.transient
        other.kill()
    assert tiny.sync().tables == 3
