"""Whenever a sync is killed, what it leaves is usable, and the next sync ends where a clean one does."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backends.embedder.base import Embedder
from backends.embedder.hashing import HashEmbedder
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


def kill(tiny: Tiny, point: str, count: int, *dimensions: int) -> None:
    words = [str(word) for word in (tiny.root, point, count, *dimensions)]
    command = [sys.executable, "-m", "tests.catalog_sync.crashing", *words]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def clean_state(tiny: Tiny, embedder: Embedder | None = None) -> tuple[Any, Any]:
    """What one sync without anything before it comes to; the state that is there stays."""
    kept = tiny.root.with_name("kept")
    tiny.state.rename(kept)
    tiny.sync(embedder=embedder)
    found = state_of(tiny)
    shutil.rmtree(tiny.state)
    kept.rename(tiny.state)
    return found


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
    kill(tiny, point, count)
    left, points = state_of(tiny)
    assert left.tables
    assert {t.name for t in left} <= {t.name for t in before[0]} or point == "saved"
    if point in ("revoke", "plan", "narrow", "withdraw", "upsert", "publish", "put", "made", "saved"):
        assert "Germany" not in repr(left)
        assert not [text for _, text in points.values() if "Germany" in text]
    tiny.sync()
    assert state_of(tiny) == clean_state(tiny)
    assert not list(tiny.state.glob(".*partial"))


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("plan", 1),
        ("readings", 1),
        ("begin", 1),
        ("upsert", 1),
        ("publish", 1),
        ("record", 2),
        ("made", 2),
        ("saved", 1),
    ],
)
def test_a_killed_first_sync_is_made_good_by_the_next(tiny: Tiny, point: str, count: int) -> None:
    kill(tiny, point, count)
    tiny.sync()
    assert state_of(tiny) == clean_state(tiny)


@pytest.mark.parametrize(
    ("point", "count"), [("plan", 1), ("begin", 1), ("upsert", 1), ("upsert", 3), ("flush", 1), ("publish", 1)]
)
def test_a_killed_change_of_the_embedder_shows_the_one_or_the_other(tiny: Tiny, point: str, count: int) -> None:
    """A question finds the whole index of before until the whole new one is there."""
    tiny.sync()
    before = state_of(tiny)
    kill(tiny, point, count, 32)
    index = tiny.index()
    stamp = index.stamp()
    index.close()
    assert stamp is not None
    assert stamp.dim == (32 if point in ("flush", "publish") else 64)
    assert state_of(tiny) == before
    assert bool(tiny.sync(embedder=HashEmbedder(32)).embedded) == (stamp.dim == 64)
    assert state_of(tiny) == before
