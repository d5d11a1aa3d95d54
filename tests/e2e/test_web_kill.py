"""kill -9 while people ask and review: whatever was acknowledged is there after the restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crowd import people
from benchmarks.web_load import killed
from tests.support.files import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("state", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nothing_that_was_acknowledged_is_lost(
    little_built: Path, tmp_path: Path, state: str, request: pytest.FixtureRequest
) -> None:
    directory = copy_project(little_built, tmp_path / "little")
    url = request.getfixturevalue("postgres_database") if state == "postgresql" else ""
    settings = f"web: {{asks_per_minute: 600}}\nstate: {{url: '{url}'}}\n"
    (directory / "dbt_ask.yml").write_text(settings, encoding="utf-8")
    found = killed(directory, people(directory, 6, 2), after=12, thinks=0.05)
    assert found["errors_before"] == []
    assert found["acknowledged"]["asks"] >= 12
    assert found["acknowledged"]["feedback"] >= 1
    assert found["lost"] == []
