from __future__ import annotations

from pathlib import Path

import pytest

from plugin.jobs import kinds, schedule
from plugin.project import Project
from tests.plugin.jobs import probe


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Without models; its only kind of job is the probe."""
    probes = {
        "probe": ("tests.plugin.jobs.probe", "Says that it ran.", "every 1h"),
        "other": ("tests.plugin.jobs.probe", "The same.", "never"),
    }
    monkeypatch.setattr(kinds, "KINDS", probes)
    monkeypatch.setattr(schedule, "_LOOK_SECONDS", 0.01)
    while not probe.ran.empty():
        probe.ran.get()
    (tmp_path / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    (tmp_path / "dbt_ask.yml").write_text("schedule: {on_build: [other]}\n", encoding="utf-8")
    return Project(tmp_path)
