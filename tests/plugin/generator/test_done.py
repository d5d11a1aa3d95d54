"""Words that are a value and what every row tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog
from plugin.generator.ask import ValueHit
from plugin.generator.retrieve.done import of_all_rows
from tests.support.catalogs import table


def _post() -> Catalog:
    parcels = table("parcels", "parcel_id int, accepted_at timestamp, status varchar", key="parcel_id")
    named = {"accepted_at": ("접수 일시",), "status": ("배송 상태",)}
    columns = tuple(replace(c, synonyms=named.get(c.name, ())) for c in parcels.columns)
    return Catalog("post", "duckdb", (replace(parcels, columns=columns),))


@pytest.mark.parametrize(
    ("question", "timed", "all_rows"),
    [
        ("지난달 접수 건수", True, True),
        ("도시별 접수 건수", False, True),
        ("지난달에 접수된 소포 수", True, True),
        ("접수된 소포 수", False, False),
        ("접수 상태인 소포 수", False, False),
        ("접수 건수와 접수 상태인 소포 수", False, False),
    ],
)
def test_all_rows_were_once(question: str, timed: bool, all_rows: bool) -> None:
    hit = ValueHit("접수", "main.parcels", "status", "접수", 1.0)
    assert of_all_rows(hit, question, _post(), (1,) if timed else ()) == all_rows


def test_another_value_is_one() -> None:
    hit = ValueHit("분실", "main.parcels", "status", "분실", 1.0)
    assert not of_all_rows(hit, "분실 건수", _post(), ())
