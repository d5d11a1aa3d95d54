from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from feedback.given import Feedback
from feedback.people import Actor
from plugin.assemble import Workbench
from plugin.jobs.history import History
from plugin.jobs.retention import run
from plugin.operate.budget import Budget
from plugin.project import Project
from plugin.settings import BudgetSettings

NOW = datetime.now(timezone.utc)
KIM = Actor.of("kim", "asker")


def test_what_is_old_goes_and_what_is_evidence_stays(project: Project) -> None:
    with Workbench(project) as bench:
        old, recent = NOW - timedelta(days=400), NOW - timedelta(days=300)
        asks = {
            name: bench.asks.record(question=name, language="en", status="answered", asked_at=at)
            for name, at in (("old", old), ("disputed", old), ("recent", recent))
        }
        given = Feedback(bench.state)
        given.signal(asks["old"], "copied", KIM)
        given.give(asks["disputed"], "down", KIM, reason="wrong_grain")
        history = History(bench.state)
        history.end(history.begin("probe", "w", "test"), "done", tries=1)
        Budget(bench.state, BudgetSettings(), lambda: NOW).enter("kim")
        project.log.parent.mkdir(parents=True, exist_ok=True)
        for name in ("", ".1", ".2"):
            path = project.log.with_name(project.log.name + name)
            path.touch()
            os.utime(path, (NOW.timestamp() - (0 if name == ".1" else 60 * 86400),) * 2)

        assert run(bench, NOW) == {"asks": 1, "runs": 0, "usage": 0, "logs": 1}
        assert {a.question for a in bench.asks.recent()} == {"disputed", "recent"}
        assert sorted(p.name for p in project.log.parent.iterdir()) == ["dbt_ask.log", "dbt_ask.log.1"]
        assert run(bench, NOW + timedelta(days=120)) == {"asks": 1, "runs": 1, "usage": 2, "logs": 1}


def test_nothing_goes_where_nothing_is_set(project: Project) -> None:
    (project.directory / "dbt_ask.yml").write_text(
        "retention: {asks_days: 0, runs_days: 0, logs_days: 0}\n", encoding="utf-8"
    )
    with Workbench(project) as bench:
        bench.asks.record(question="a", language="en", status="answered", asked_at=NOW - timedelta(days=4000))
        assert run(bench, NOW) == {"asks": 0, "runs": 0, "usage": 0, "logs": 0}
