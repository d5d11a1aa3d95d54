"""Whenever a sync is killed, what it leaves is usable, and the next sync ends where a clean one does."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.catalog_sync.conftest import Tiny

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def move_on(tiny: Tiny) -> None:
    """One column becomes PII, one table goes, one is described anew, one appears."""

    def change(manifest: dict[str, Any]) -> None:
        nodes = manifest["nodes"]
        nodes["model.tiny.customers"]["columns"]["country"]["config"]["tags"] = ["PII.Sensitive"]
        nodes["model.tiny.sales_by_country_month"]["config"]["meta"] = {}
        nodes["model.tiny.sales_by_country_month"]["meta"] = {}
        nodes["model.tiny.fct_orders"]["description"] = "An order."
        nodes["model.tiny.stg_orders"]["config"]["meta"] = {"openmetadata": {"tier": "Tier1"}}

    tiny.edit("manifest.json", change)


def state_of(tiny: Tiny) -> tuple[Any, Any]:
    return tiny.saved(), {i: (p["hash"], p["text"]) for i, p in tiny.points().items()}


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("revoked", 1),
        ("readings", 1),
        ("record", 1),
        ("remove", 1),
        ("begin", 1),
        ("deleted", 1),
        ("deleted", 2),
        ("flush", 1),
        ("revoke", 1),
        ("plan", 1),
        ("narrow", 1),
        ("withdraw", 1),
        ("begin", 2),
        ("upsert", 1),
        ("upsert", 3),
        ("publish", 1),
        ("put", 1),
        ("made", 2),
        ("saved", 1),
    ],
)
def test_a_killed_sync_is_made_good_by_the_next(tiny: Tiny, point: str, count: int) -> None:
    tiny.sync()
    before = state_of(tiny)
    move_on(tiny)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.catalog_sync.crashing", str(tiny.root), point, str(count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left, points = state_of(tiny)
    assert left.tables
    assert {t.name for t in left} <= {t.name for t in before[0]} or point == "saved"
    if point in ("revoke", "plan", "narrow", "withdraw", "upsert", "publish", "put", "made", "saved"):
        assert "Germany" not in repr(left)
        assert not [text for _, text in points.values() if "Germany" in text]
    tiny.sync()
    clean = Tiny(tiny.root.with_name("clean"))
    tiny.root.joinpath(".dbt_ask").rename(tiny.root.with_name("recovered"))
    tiny.root.rename(clean.root)
    clean.sync()
    expected = state_of(clean)
    clean.root.joinpath(".dbt_ask").rename(tiny.root.with_name("first"))
    tiny.root.with_name("recovered").rename(clean.root / ".dbt_ask")
    assert state_of(clean) == expected
    assert not list(clean.state.glob(".*partial"))
