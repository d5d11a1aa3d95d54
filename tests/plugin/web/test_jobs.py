from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from feedback import audit
from plugin.errors import JobRunning
from plugin.jobs import kinds
from plugin.jobs.by_hand import ByHand
from plugin.jobs.history import History
from plugin.jobs.leases import Leases
from plugin.jobs.model import JobRun
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, post

PATIENCE = 120


@pytest.fixture
def history(site: Site) -> History:
    return History(site.reading.bench.state)


def ran(history: History, outcome: str = "done", **more: object) -> JobRun:
    run = history.begin("catalog-sync", "here:1", "schedule")
    return history.end(run, outcome, tries=1, **more)  # type: ignore[arg-type]


def test_it_says_what_there_is_and_how_to_start_a_scheduler(client: Client) -> None:
    page = client("reviewer").get("/jobs").text
    for part in ("catalog-sync", "every 15m", "Nothing has run yet", "No scheduler is running", "dbt-ask schedule"):
        assert part in page
    assert "Run now" not in page  # that is an owner's
    assert "Run now" in client("owner").get("/jobs").text


def test_the_history_is_filtered_by_its_address(client: Client, history: History) -> None:
    good = ran(history, result={"tables": 1234, "notes": ["one <b>note</b>"]})
    bad = ran(history, "failed", error="the warehouse is away")
    reviewer = client("reviewer")
    both = reviewer.get("/jobs").text
    assert good.id in both
    assert bad.id in both
    assert "data-chart" in both
    failed = reviewer.get("/jobs?job=catalog-sync&outcome=failed").text
    assert f'<td><a href="/jobs/runs/{bad.id}"' in failed
    assert f'<td><a href="/jobs/runs/{good.id}"' not in failed
    shown = reviewer.get(f"/jobs/runs/{good.id}").text
    assert "1,234" in shown
    assert "one &lt;b&gt;note&lt;/b&gt;" in shown
    assert "the warehouse is away" in reviewer.get(f"/jobs/runs/{bad.id}").text
    assert reviewer.get("/jobs/runs/nowhere").status_code == 404


def test_a_long_history_has_pages(client: Client, history: History) -> None:
    runs = [ran(history) for _ in range(60)]
    reviewer = client("reviewer")
    first = reviewer.get("/jobs").text
    onward = next(part.split('"')[0] for part in first.split('href="') if "before=" in part).replace("&amp;", "&")
    second = reviewer.get(onward).text
    assert sum(f'<td><a href="/jobs/runs/{r.id}' in first for r in runs) == 50
    assert sum(f'<td><a href="/jobs/runs/{r.id}' in second for r in runs) == 10


def test_an_owner_holds_a_job_back_and_it_is_in_the_audit(client: Client, history: History, site: Site) -> None:
    owner = client("owner")
    assert post(client("reviewer"), "/jobs/catalog-sync/pause").status_code == 403
    assert post(owner, "/jobs/catalog-sync/pause").status_code == 303
    assert history.paused() == {"catalog-sync"}
    assert "Resume" in owner.get("/jobs").text
    assert post(owner, "/jobs/catalog-sync/resume").status_code == 303
    assert history.paused() == set()
    assert post(owner, "/jobs/no-such-job/pause").status_code == 404
    done = [(r.person, r.action, r.key) for r in audit.read(site.reading.bench.state, kind="job")]
    assert done == [("owner", "resume_job", "catalog-sync"), ("owner", "pause_job", "catalog-sync")]


def test_a_run_of_another_worker_is_shown_and_watched(client: Client, site: Site) -> None:
    owner = client("owner")
    with Leases(site.reading.bench.state, "elsewhere:1").held("job:catalog-sync"):
        page = owner.get("/jobs").text
        assert 'hx-trigger="every 2s"' in page
        assert "disabled" in page
        watched = owner.get("/jobs?job=catalog-sync", headers={"hx-request": "true"})
        assert "hx-redirect" not in watched.headers
    ended = owner.get("/jobs?job=catalog-sync", headers={"hx-request": "true"})
    assert ended.headers["hx-redirect"] == "/jobs?job=catalog-sync"


def test_a_job_is_started_once_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(ByHand, "_run", lambda self, job, by: go.wait(PATIENCE))
    by_hand = ByHand(site.reading.bench.project)
    by_hand.start("catalog-sync", "kim")
    with pytest.raises(JobRunning):
        by_hand.start("catalog-sync", "lee")
    go.set()


def until(holds: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(PATIENCE * 10):
        if holds():
            return
        waited.wait(0.1)
    raise AssertionError("it never came")


@pytest.mark.slow
def test_run_now_runs_it_in_a_process_of_its_own(client: Client, site: Site, history: History) -> None:
    owner = client("owner")
    assert post(owner, "/jobs/catalog-sync/run").status_code == 303
    assert site.by_hand.running == {"catalog-sync"}
    until(lambda: not site.by_hand.running)
    (run,) = history.recent()
    assert (run.job, run.outcome, run.cause, run.result["tables"]) == ("catalog-sync", "done", "by owner", 4)


@pytest.mark.slow
def test_what_could_not_be_started_says_why(client: Client, site: Site, history: History) -> None:
    (site.reading.bench.project.directory / "dbt_ask.yml").write_text("nonsense: {a: 1}\n", encoding="utf-8")
    post(client("owner"), "/jobs/values-refresh/run")
    until(lambda: not site.by_hand.running)
    assert "unknown section" in client("owner").get("/jobs").text
    assert not history.recent()
    assert set(kinds.KINDS) >= {"values-refresh"}
