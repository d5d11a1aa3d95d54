"""Whether anything has changed, by events as servers give them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from catalog_sync.errors import SourceRefused
from catalog_sync.openmetadata.events import LONGEST, OVERLAP, Seen, news
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.openmetadata.testing import FakeOpenMetadata
from catalog_sync.openmetadata.testing.payloads import column, table


def now() -> int:
    return int(time.time() * 1000)


@pytest.fixture
def quiet(rest: Rest, openmetadata: FakeOpenMetadata) -> Seen:
    """Somebody has just looked, and there was nothing."""
    found = news(rest, Seen(now()), now())
    assert not found.changed
    return found.seen


def test_the_first_look_is_a_sync(rest: Rest) -> None:
    assert news(rest, Seen(), now()).changed
    late = news(rest, Seen(now() - LONGEST), now())
    assert (late.changed, late.why) == (True, "nobody has looked for a while")


def test_an_event_counts_once(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.add(table("pg.shop.main.t", [column("id")]))
    found = news(rest, quiet, now())
    assert (found.changed, found.events) == (True, 1)
    again = news(rest, found.seen, now())
    assert (again.changed, again.events) == (False, 0)
    openmetadata.remove(openmetadata.store.named("tables", "pg.shop.main.t"))
    assert news(rest, again.seen, now()).changed


def test_an_event_that_was_committed_late_is_seen(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.add(table("pg.shop.main.t", [column("id")]))
    openmetadata.store.events[-1]["timestamp"] = quiet.until - OVERLAP + 1000
    assert news(rest, quiet, now()).changed


def test_what_our_bots_do_is_no_news(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.add(table("pg.shop.main.t", [column("id")]))
    openmetadata.store.events[-1]["userName"] = "dbt-ask-bot"
    found = news(rest, quiet, now(), ["dbt-ask-bot"])
    assert (found.changed, found.own) == (False, 1)
    assert not news(rest, found.seen, now(), ["dbt-ask-bot"]).changed
    assert news(rest, quiet, now()).changed


def test_a_server_that_dies_of_its_events(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.add(*(table(f"pg.shop.main.t{i}", [column("id")]) for i in range(3)))
    openmetadata.quirks.events_limit = 2
    found = news(rest, quiet, now())
    assert (found.changed, "can't be read" in found.why) == (True, True)
    openmetadata.quirks.events_limit, openmetadata.quirks.missing = 0, ("/events",)
    assert news(rest, quiet, now()).changed


def test_servers_that_give_pages(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.quirks.events_page = 2
    openmetadata.add(*(table(f"pg.shop.main.t{i}", [column("id")]) for i in range(5)))
    found = news(rest, quiet, now())
    assert found.events == 5
    openmetadata.quirks.events_page, openmetadata.quirks.events_loop = 2, True
    assert "more events than" in news(rest, replace(quiet, until=now()), now()).why


def test_a_bot_that_may_not_see_events(rest: Rest, openmetadata: FakeOpenMetadata, quiet: Seen) -> None:
    openmetadata.quirks.forbidden = ("/events",)
    with pytest.raises(SourceRefused):
        news(rest, quiet, now())
