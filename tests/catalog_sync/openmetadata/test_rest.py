from __future__ import annotations

import pytest

from catalog_sync.errors import SourceIncomplete, SourceRefused, SourceUnavailable, SourceUnreadable
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.openmetadata.testing import FakeOpenMetadata, payloads
from tests.catalog_sync.openmetadata.conftest import Patient


@pytest.fixture(autouse=True)
def _five_tables(openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add(*(payloads.table(f"pg.shop.main.t{i}", [payloads.column("id")]) for i in range(5)))


def names(rest: Rest) -> list[str]:
    return [row["name"] for page in rest.pages("/tables", {"fields": "columns,tags"}) for row in page]


def test_all_pages(rest: Rest, openmetadata: FakeOpenMetadata) -> None:
    assert names(rest) == ["t0", "t1", "t2", "t3", "t4"]
    assert len([r for r in openmetadata.requests if r.startswith("GET /tables")]) == 3


@pytest.mark.parametrize(
    ("quirk", "value", "says"),
    [
        ("fail_page", 2, "a page failed"),
        ("wrong_total", 3, "8 rows, 5 came"),
        ("wrong_total", -1, "4 rows, 5 came"),
        ("same_page", True, "the same page again"),
        ("broken_json", True, "broken JSON"),
    ],
)
def test_a_list_that_is_not_whole_is_an_error(
    rest: Rest, openmetadata: FakeOpenMetadata, quirk: str, value: int, says: str
) -> None:
    setattr(openmetadata.quirks, quirk, value)
    with pytest.raises(SourceIncomplete, match=says) as caught:
        names(rest)
    assert caught.value.transient
    assert "nothing was changed" in caught.value.message


def test_rows_that_move_between_pages_come_once(rest: Rest, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.quirks.repeat_rows = True
    assert names(rest) == ["t0", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again(rest: Rest, openmetadata: FakeOpenMetadata, patient: Patient, status: int) -> None:
    openmetadata.quirks.fail_once = status
    assert len(names(rest)) == 5
    assert patient.waits == [1.0]


def test_the_wait_is_what_the_server_asks_for(rest: Rest, openmetadata: FakeOpenMetadata, patient: Patient) -> None:
    openmetadata.quirks.fail_once, openmetadata.quirks.retry_after = 429, 7
    names(rest)
    assert patient.waits == [7.0]


def test_patience_ends(rest: Rest, openmetadata: FakeOpenMetadata, patient: Patient) -> None:
    openmetadata.quirks.fail_page = 1
    with pytest.raises(SourceUnavailable, match="answers 500"):
        rest.get("/tables")
    assert patient.waits == [1.0, 2.0, 4.0]


def test_what_does_not_pass_is_not_tried_again(rest: Rest, openmetadata: FakeOpenMetadata, patient: Patient) -> None:
    openmetadata.quirks.forbidden = ("/tables",)
    with pytest.raises(SourceRefused, match="may not read /tables") as caught:
        names(rest)
    assert "ViewAll" in caught.value.hint
    openmetadata.quirks.forbidden, openmetadata.quirks.html = (), True
    with pytest.raises(SourceUnreadable, match="web page"):
        names(rest)
    assert patient.waits == []


def test_nothing_there_is_none(rest: Rest) -> None:
    assert rest.get("/tables/name/pg.shop.main.nothing") is None
    with pytest.raises(SourceUnreadable, match="has no list /nothings"):
        list(rest.pages("/nothings"))


def test_a_name_with_everything_in_it(rest: Rest, openmetadata: FakeOpenMetadata) -> None:
    fqn = 'pg.shop.main."dim.api/client ? # % 주문😀"'
    openmetadata.add(payloads.table(fqn))
    found = rest.get(f"/tables/name/{rest.name(fqn)}")
    assert found is not None
    assert found["fullyQualifiedName"] == fqn
