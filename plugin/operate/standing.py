"""How things stand in what the processes share, read at each scrape: state database and catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, and_, func, select

from backends.database import session
from backends.errors import DatabaseError, IndexMissing
from catalog_sync.model import Catalog
from feedback.model import ExampleRecord, FeedbackRecord, OutboxRecord
from materialized_views.registry import ViewRecord
from plugin.jobs.model import JobLease, JobPause, JobRun
from plugin.jobs.schedule import LEASE

_WINDOW = timedelta(days=7)


class Standing(Collector):
    """The same in every process that shares them: take one, not the sum. A database that is away is a figure, not an
    error."""

    def __init__(self, engine: Engine, catalog: Callable[[], Catalog]) -> None:
        self._engine = engine
        self._catalog = catalog

    def describe(self) -> list[Metric]:
        """Nothing is read before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("dbt_ask_state_up", "Whether the state database answers.")
        try:
            found = [*self._jobs(), *self._people_said(), self._views()]
            up.add_metric([], 1)
        except DatabaseError:
            found = []
            up.add_metric([], 0)
        yield up
        yield from found
        yield from self._tables()

    def _jobs(self) -> Iterator[Metric]:
        runs = CounterMetricFamily("dbt_ask_job_runs", "Runs of jobs in the history.", labels=["job", "outcome"])
        done = GaugeMetricFamily(
            "dbt_ask_job_last_done_timestamp_seconds", "When the job was last done.", labels=["job"]
        )
        took = GaugeMetricFamily("dbt_ask_job_last_seconds", "How long the last run took.", labels=["job"])
        paused = GaugeMetricFamily("dbt_ask_job_paused", "Jobs that are held back.", labels=["job"])
        leading = GaugeMetricFamily("dbt_ask_scheduler_up", "Whether a scheduler holds the lease.")
        newest = select(JobRun.job, func.max(JobRun.finished_at).label("at")).where(JobRun.outcome == "done")
        last = newest.group_by(JobRun.job).subquery()
        with session(self._engine) as opened:
            for job, outcome, count in opened.execute(
                select(JobRun.job, JobRun.outcome, func.count()).group_by(JobRun.job, JobRun.outcome)
            ):
                runs.add_metric([job, outcome], count)
            of_last = and_(JobRun.job == last.c.job, JobRun.finished_at == last.c.at)
            for run in opened.scalars(select(JobRun).join(last, of_last)):
                if run.finished_at is not None:
                    done.add_metric([run.job], run.finished_at.timestamp())
                    took.add_metric([run.job], (run.finished_at - run.started_at).total_seconds())
            for job in opened.scalars(select(JobPause.job)):
                paused.add_metric([job], 1)
            lease = opened.get(JobLease, LEASE)
        leading.add_metric([], int(lease is not None and lease.until > datetime.now(timezone.utc)))
        yield from (runs, done, took, paused, leading)

    def _people_said(self) -> Iterator[Metric]:
        given = GaugeMetricFamily("dbt_ask_feedback_7d", "What people said in the last 7 days.", labels=["kind"])
        examples = GaugeMetricFamily("dbt_ask_examples", "Examples by state.", labels=["state"])
        behind = GaugeMetricFamily("dbt_ask_outbox_waiting", "Changes that the index has not followed yet.")
        since = datetime.now(timezone.utc) - _WINDOW
        kinds = dict.fromkeys(("up", "down", "edit", "comment"), 0)
        with session(self._engine) as opened:
            counted = select(FeedbackRecord.kind, func.count()).where(FeedbackRecord.at >= since)
            kinds |= dict(opened.execute(counted.group_by(FeedbackRecord.kind)).tuples().all())
            for state, count in opened.execute(select(ExampleRecord.state, func.count()).group_by(ExampleRecord.state)):
                examples.add_metric([state], count)
            waiting = select(func.count()).select_from(OutboxRecord).where(OutboxRecord.done_at.is_(None))
            behind.add_metric([], opened.scalar(waiting) or 0)
        for kind, count in kinds.items():
            given.add_metric([kind], count)
        yield from (given, examples, behind)

    def _views(self) -> Metric:
        views = GaugeMetricFamily("dbt_ask_views", "Question views by state.", labels=["state"])
        with session(self._engine) as opened:
            for state, count in opened.execute(select(ViewRecord.state, func.count()).group_by(ViewRecord.state)):
                views.add_metric([state], count)
        return views

    def _tables(self) -> Iterator[Metric]:
        try:
            catalog = self._catalog()
        except IndexMissing:
            return
        tables = GaugeMetricFamily("dbt_ask_catalog_tables", "Tables that questions are answered from.")
        tables.add_metric([], len(catalog.tables))
        built = GaugeMetricFamily(
            "dbt_ask_data_built_timestamp_seconds", "When tables were last built.", labels=["which"]
        )
        moments = sorted(at for at in map(_moment, catalog.directory.built()) if at is not None)
        for which, at in (("oldest", moments[:1]), ("newest", moments[-1:])):
            for moment in at:
                built.add_metric([which], moment)
        yield from (tables, built)


def _moment(text: str) -> float | None:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
