"""What the commands of views share: files of state, definitions, models of approved views."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog_sync.files import write_atomically
from materialized_views.build import Dbt
from materialized_views.build.overlay import Model
from materialized_views.definition import ViewDefinition
from materialized_views.errors import ViewUnknown, WorkloadUnreadable
from plugin.project import Project

if TYPE_CHECKING:
    from catalog_sync.model import CatalogTable
    from feedback.asks import AskLog
    from materialized_views.matching import Standing
    from materialized_views.refresh import Progress, Refresher
    from materialized_views.registry import ViewRecord
    from materialized_views.workload import Statement
    from materialized_views.workload.mine import Workload
    from plugin.assemble import Workbench

_ASKS = 1_000_000
_STEP = 500
REFRESHED = ("approved", "ready", "quarantined")


def workload_path(project: Project) -> Path:
    return project.state / "views" / "workload.json"


def save_workload(project: Project, workload: Workload) -> None:
    project.make_state()
    write_atomically(workload_path(project), json.dumps(workload.attrs(), ensure_ascii=False))


def load_workload(project: Project) -> Workload:
    from materialized_views.workload.mine import Workload

    path = workload_path(project)
    try:
        return Workload.of(json.loads(path.read_bytes()))
    except FileNotFoundError as error:
        raise WorkloadUnreadable("no log was mined yet", hint="run `dbt-ask views mine --log FILE`") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WorkloadUnreadable(f"{path} was written by another version", hint="run `dbt-ask views mine`") from error


def mined(
    bench: Workbench, logs: Iterable[Path], *, asks: bool = True, progress: Progress = lambda *_: None
) -> Workload:
    """Of logs, and of the questions that were answered here. Raises WorkloadUnreadable."""
    from materialized_views.workload import read
    from materialized_views.workload.mine import Miner

    miner = Miner(bench.catalog)
    for path in logs:
        for count, entry in enumerate(read(path), start=1):
            miner.add(entry)
            if count % _STEP == 0:
                progress(path.name, count, 0)
    for statement in asked(bench.asks) if asks else ():
        miner.add(statement)
    return miner.workload()


def asked(asks: AskLog) -> Iterator[Statement]:
    """The questions that were answered here, as statements."""
    from materialized_views.workload import Statement

    for record in asks.recent(_ASKS):
        if record.status == "answered" and record.sql:
            # What a view answered is a question for base tables: else a view in use would look as if nobody needed it.
            base = (record.receipt.get("proof") or {}).get("base_sql")
            yield Statement(base or record.sql, record.asked_at, None, record.user, 1, record.question)


@dataclass(frozen=True)
class OwnView:
    """A question view that somebody wrote into the project: the registry does not know it."""

    table: CatalogTable
    standing: Standing


def own_views(bench: Workbench) -> list[OwnView]:
    """None before the first sync."""
    from backends.errors import IndexMissing

    try:
        router = bench.views_in_use.router(bench.catalog)
    except IndexMissing:
        return []
    registered = {record.table for record in bench.views.all()}
    own = [t for t in bench.catalog.views() if t.name not in registered] if router is not None else []
    return [OwnView(t, router.standings[t.name]) for t in own if router is not None and t.name in router.standings]


def dbt_of(project: Project) -> Dbt:
    return Dbt(project.directory, project.profiles_dir, project.target, project.variables or {})


def definition_of(record: ViewRecord) -> ViewDefinition:
    return ViewDefinition.of(record.definition)


def chosen(bench: Workbench, names: Iterable[str], *states: str) -> list[ViewRecord]:
    """The named views, or all in these states. Raises ViewUnknown."""
    if given := list(dict.fromkeys(names)):
        return [bench.views.get(name) for name in given]
    return [record for record in bench.views.all() if record.state in states]


def models_of(bench: Workbench, records: Iterable[ViewRecord]) -> dict[str, Model]:
    """As the project has them, with what people have changed in them. Raises ViewUnknown."""
    return {record.name: _model(bench, record) for record in records}


def _model(bench: Workbench, record: ViewRecord) -> Model:
    import yaml

    folder = bench.project.directory / bench.settings.views.folder
    sql = next(iter(sorted(folder.rglob(f"{record.name}.sql"))), None)
    properties = next(iter(sorted(folder.rglob(f"{record.name}.yml"))), None)
    if sql is None or properties is None:
        raise ViewUnknown(
            f"the model of {record.name} is not in {folder}", hint=f"run `dbt-ask views approve {record.name}`"
        )
    written: Mapping[str, Any] = yaml.safe_load(properties.read_text(encoding="utf-8")) or {}
    entry = next((m for m in written.get("models") or [] if m.get("name") == record.name), {"name": record.name})
    return Model(record.name, sql.read_text(encoding="utf-8"), entry, sql.parent.relative_to(bench.project.directory))


def refresher_of(
    bench: Workbench, records: list[ViewRecord], progress: Progress, *, force: bool, allow_shrink: bool
) -> Refresher:
    from materialized_views import owners
    from materialized_views.refresh import Refresher, Rules

    settings = bench.settings.views
    rules = Rules(
        force=force,
        ttl=timedelta(hours=settings.ttl_hours) if settings.ttl_hours else None,
        max_partial=settings.max_partial,
        max_shrink=settings.max_shrink,
        allow_shrink=allow_shrink,
    )
    return Refresher(
        registry=bench.views,
        builder=dbt_of(bench.project),
        warehouse=bench.warehouse,
        catalog=bench.catalog,
        models=models_of(bench, records),
        owner=owners.this_process(),
        rules=rules,
        progress=progress,
    )
