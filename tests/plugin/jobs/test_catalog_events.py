"""The job over a fake OpenMetadata: a poke only where something has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from backends.errors import AskError
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata
from catalog_sync.openmetadata.testing.payloads import column, table
from plugin.assemble import Workbench
from plugin.jobs import catalog_events
from plugin.jobs.kinds import run_of, schedules
from plugin.jobs.pokes import Pokes
from plugin.project import Project

__all__ = ["openmetadata"]


@pytest.fixture
def watched(tmp_path: Path, openmetadata: FakeOpenMetadata) -> Project:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    settings = {"openmetadata": {"server": openmetadata.block, "bots": ["dbt-ask-bot"]}}
    (tmp_path / "dbt_ask.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Project(tmp_path)


def test_a_change_is_told_once(watched: Project, openmetadata: FakeOpenMetadata) -> None:
    pokes = Pokes(watched)
    with Workbench(watched) as bench:
        first = catalog_events.run(bench)
        assert (first["poked"], list(pokes.new())) == (True, ["catalog"])
        assert (catalog_events.run(bench)["poked"], list(pokes.new())) == (False, [])
        openmetadata.add(table("pg.shop.main.t", [column("id")]))
        told = catalog_events.run(bench)
        assert (told["poked"], told["events"], list(pokes.new())) == (True, 1, ["catalog"])
        assert not catalog_events.run(bench)["poked"]
        (watched.state / "events.json").write_text(json.dumps({"until": "soon"}), encoding="utf-8")
        assert catalog_events.run(bench)["poked"]


def test_it_runs_only_where_it_is_asked_for(watched: Project) -> None:
    assert "catalog-events" not in schedules({})
    assert schedules({"catalog-events": "every 1m"})["catalog-events"] == "every 1m"
    assert run_of("catalog-events") is catalog_events.run
    (watched.directory / "dbt_ask.yml").write_text("", encoding="utf-8")
    with Workbench(watched) as bench, pytest.raises(AskError, match="no hostPort"):
        catalog_events.run(bench)
