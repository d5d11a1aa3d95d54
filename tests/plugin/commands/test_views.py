"""The whole way of a view with the commands that a user gives, on a small project with real dbt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.materialized_views.conftest import parsed_small as parsed_small

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PROGRAM = str(Path(sys.executable).parent / "dbt-ask")
SHAPES = (
    "select c.segment, sum(o.amount) as total from main.orders o join main.customers c using (customer_id) "
    "where o.order_date >= date '2024-0{n}-01' group by 1",
    "select date_trunc('month', order_date) as month, count(*) as n from main.orders group by 1 order by n limit {n}",
    "select n.nation_name, max(o.amount) as largest from main.orders o join main.customers c using (customer_id) "
    "join main.nations n on n.nation_id = c.nation_id where c.segment = 'retail' group by 1",
)


@pytest.fixture
def project(parsed_small: Path, tmp_path: Path) -> Path:
    directory = Path(shutil.copytree(parsed_small, tmp_path / "project"))
    (directory / "dbt_ask.yml").write_text("catalog: {tiers: []}\nviews: {min_speedup: 0}\n", encoding="utf-8")
    return directory


def run(project: Path, *args: str, code: int = 0) -> str:
    done = subprocess.run([PROGRAM, *args], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{' '.join(args)}: {done.stdout}{done.stderr}"
    return done.stdout


def views(project: Path, *args: str, code: int = 0) -> Any:
    return json.loads(run(project, "views", *args, "--format", "json", code=code))


def at(hours: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(hours=hours)).isoformat()


def test_from_a_log_to_a_view_that_is_used_refreshed_and_retired(project: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    entries = [
        {"sql": shape.format(n=n), "duration_ms": 4_000, "at": at(n), "user": "ann", "calls": 200}
        for n in range(1, 7)
        for shape in SHAPES
    ]
    log.write_text("\n".join(map(json.dumps, [*entries, {"sql": "select email from main.customers where 1 = 2"}])))
    run(project, "sync")
    mined = views(project, "mine", "--log", str(log))
    assert [shape["executions"] for shape in mined["shapes"]] == [1200, 1200, 1200]
    assert "email" not in json.dumps(mined["shapes"])
    assert [miss["code"] for miss in mined["misses"]] == ["personal"]

    assert views(project, "recommend", "--dry-run")["proposals"]
    assert views(project, "list") == []
    recommended = views(project, "recommend")
    chosen = [p["view"] for p in recommended["proposals"] if p["verdict"] == "chosen"]
    assert chosen
    assert recommended["unserved"] == []
    assert "ref(" in run(project, "views", "explain", chosen[0]) or "source(" in run(
        project, "views", "explain", chosen[0]
    )

    assert views(project, "approve", chosen[0], code=2)["error"]["message"].endswith("passed no trial")
    trials = views(project, "try")
    assert all(trial["passed"] for trial in trials), trials
    would = views(project, "approve", *chosen, "--dry-run")
    assert not (project / would[-1]["path"]).exists()
    approved = views(project, "approve", *chosen, "--by", "ann")
    assert {item["action"] for item in approved} == {"created"}
    assert all((project / item["path"]).exists() for item in approved)

    assert {item["status"] for item in views(project, "refresh", "--dry-run")} == {"due"}
    by_job = json.loads(run(project, "jobs", "run", "view-refresh", "--format", "json"))
    assert (by_job["outcome"], by_job["result"]) == ("done", {"built": len(chosen)})
    assert json.loads(run(project, "jobs", "run", "view-refresh", "--format", "json"))["result"] == {
        "fresh": len(chosen)
    }
    assert views(project, "build") == []
    listed = views(project, "list")
    assert all(view["usable"] and view["as_of"] == "2024-12-31" for view in listed)
    assert {item["status"] for item in views(project, "refresh")} == {"fresh"}
    assert views(project, "verify")[0]["differences"] == []

    said = subprocess.run([PROGRAM, "build", "--quiet"], cwd=project, capture_output=True, text=True, check=True)
    assert said.stderr == ""  # dbt rebuilt the views, and they agree with the registry
    assert views(project, "verify")[0]["differences"] == []

    run(project, "sync")
    again = views(project, "recommend")
    assert [p["view"] for p in again["proposals"] if p["verdict"] == "chosen"] == chosen
    assert again["superseded"] == []
    assert all(view["state"] == "ready" for view in views(project, "list"))

    page = tmp_path / "views.html"
    run(project, "views", "report", "--out", str(page))
    assert chosen[0] in page.read_text(encoding="utf-8")
    assert "http" not in page.read_text(encoding="utf-8").replace("http-equiv", "")

    gone = views(project, "retire", chosen[0])
    assert len(gone["removed"]) == 2
    assert all(not (project / path).exists() for path in gone["removed"])
    assert views(project, "show", chosen[0])["state"] == "retired"
    assert [event["kind"] for event in views(project, "show", chosen[0])["history"]] == [
        "proposed", "tried", "approved", "begun", "built", "verified", "verified", "retired",
    ]  # fmt: skip
