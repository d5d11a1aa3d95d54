"""A proposal on trial: built in a schema of its own by real dbt, tested there, and asked what people ask.

What counts is what is measured: every replayed query must be provably answerable, equal to base and together they must
be fast enough; a view that fails in one of these is dropped, with the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import yaml
from sqlglot import parse_one

from backends.errors import QueryFailed, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, QuestionView
from materialized_views.build import Outcome
from materialized_views.build.overlay import Model
from materialized_views.compare import difference
from materialized_views.definition import ViewDefinition, quoted
from materialized_views.emit import model_sql, model_yaml
from materialized_views.emit.project import FOLDER, paths
from materialized_views.errors import MaterializedViewsError
from materialized_views.matching import Refusal, Views
from materialized_views.registry import ViewRecord

SCHEMA = "dbt_ask_trial"
_SUFFIX = "__trial"

Progress = Callable[[str, int, int], None]


class Builder(Protocol):
    def build(self, models: list[Model]) -> dict[str, Outcome]: ...

    def operation(self, macro: str, **arguments: Any) -> None: ...


@dataclass(frozen=True)
class Rules:
    """`queries` of the heaviest shapes are replayed, each `runs` times after one to warm up; the median counts.
    `folder` is where the models would be written: what dbt_project.yml says of it holds for the trial too."""

    min_speedup: float = 2.0
    queries: int = 20
    runs: int = 3
    folder: Path = FOLDER
    limits: Limits = field(default=Limits(seconds=120.0, rows=100_000, bytes=64 * 1024 * 1024))


@dataclass(frozen=True)
class Replay:
    """One query on base and on the view. `refused` where there was no proof, `differs` where it was not equal."""

    sql: str
    base_ms: float = 0.0
    view_ms: float = 0.0
    proof: str = ""
    refused: str = ""
    differs: str = ""


@dataclass(frozen=True)
class Trial:
    view: str
    passed: bool
    reason: str
    rows: int = 0
    build_seconds: float = 0.0
    speedup: float = 0.0
    replays: tuple[Replay, ...] = ()

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def try_views(
    records: Iterable[ViewRecord],
    catalog: Catalog,
    warehouse: Warehouse,
    builder: Builder,
    rules: Rules = Rules(),
    progress: Progress = lambda *_: None,
) -> list[Trial]:
    """The sandbox is gone afterwards, whatever happens. Raises BuildFailed where dbt can't run at all."""
    todo = {record.name: record for record in records}
    if not todo:
        return []
    progress("building", 0, len(todo))
    outcomes = builder.build([_model(ViewDefinition.of(r.definition), catalog, rules) for r in todo.values()])
    try:
        trials = []
        for position, record in enumerate(todo.values()):
            progress("replaying", position, len(todo))
            trials.append(_tried(record, outcomes[record.name + _SUFFIX], catalog, warehouse, rules))
        return trials
    finally:
        schemas = {(o.relation.database, o.relation.schema) for o in outcomes.values()}
        for database, schema in schemas:
            builder.operation("dbt_ask_drop_sandbox", database=database, schema=schema)


def _model(definition: ViewDefinition, catalog: Catalog, rules: Rules) -> Model:
    entry = yaml.safe_load(model_yaml(definition, catalog))["models"][0]
    sql, _ = paths(definition, catalog, rules.folder)
    model = Model(definition.name, model_sql(definition, catalog), entry, sql.parent)
    return model.aside(definition.name + _SUFFIX, schema=SCHEMA)


def _tried(record: ViewRecord, outcome: Outcome, catalog: Catalog, warehouse: Warehouse, rules: Rules) -> Trial:
    if not outcome.passed:
        return Trial(record.name, False, "; ".join(outcome.failures), build_seconds=outcome.seconds)
    definition = ViewDefinition.of(record.definition)
    table = table_of(definition, outcome.relation, warehouse)
    views = Views.of(_with_only(catalog, table), {table.unique_id: definition.sql()})
    examples = list(record.reason.get("examples", ()))[: rules.queries]
    replays = tuple(_replay(sql, views, warehouse, rules) for sql in examples)
    rows = int(warehouse.query(f"select count(*) as n from {quoted(outcome.relation, catalog.dialect)}").rows[0][0])
    return _judged(Trial(record.name, False, "", rows, outcome.seconds, 0.0, replays), rules, views.unusable)


def _judged(trial: Trial, rules: Rules, unusable: tuple[Refusal, ...]) -> Trial:
    wrong = [r for r in trial.replays if r.differs]
    served = [r for r in trial.replays if r.proof and not r.differs]
    if wrong:
        return replace(trial, reason=f"{len(wrong)} answers differ from base: {wrong[0].differs}")
    if not served:
        why = str(unusable[0]) if unusable else next((r.refused for r in trial.replays), "no query to replay")
        return replace(trial, reason=f"no query is provably answered by it: {why}")
    base, view = sum(r.base_ms for r in served), sum(r.view_ms for r in served)
    speedup = base / max(view, 1e-6)
    told = f"{len(served)} of {len(trial.replays)} queries equal to base, {base:,.0f} -> {view:,.0f} ms, {speedup:.1f}x"
    if speedup < rules.min_speedup:
        return replace(trial, speedup=speedup, reason=f"{told}: less than {rules.min_speedup:g}x")
    return replace(trial, passed=True, speedup=speedup, reason=told)


def _replay(sql: str, views: Views, warehouse: Warehouse, rules: Rules) -> Replay:
    rewritten = views.rewrite(sql)
    if isinstance(rewritten, Refusal):
        return Replay(sql, refused=str(rewritten))
    try:
        base = warehouse.query(_unlimited(sql, warehouse.dialect), rules.limits)
        base_ms = timed(sql, warehouse, rules)
    except (QueryTimeout, QueryFailed) as error:
        return Replay(sql, refused=f"there is nothing to compare with: {error.message}")
    try:
        view = warehouse.query(_unlimited(rewritten.sql, warehouse.dialect), rules.limits)
        view_ms = timed(rewritten.sql, warehouse, rules)
    except (QueryTimeout, QueryFailed) as error:
        return Replay(sql, base_ms, proof=rewritten.proof, differs=f"on the view, {error.message}")
    return Replay(sql, base_ms, view_ms, rewritten.proof, differs=difference(base, view))


def timed(sql: str, warehouse: Warehouse, rules: Rules) -> float:
    """Milliseconds, the median after one run to warm up."""
    warehouse.query(sql, rules.limits)
    return 1000 * median(warehouse.query(sql, rules.limits).seconds for _ in range(rules.runs))


def _unlimited(sql: str, dialect: str) -> str:
    """Which rows a LIMIT keeps is open where the order has ties: all rows are compared."""
    tree = parse_one(sql, dialect=dialect)
    tree.set("limit", None)
    tree.set("offset", None)
    return tree.sql(dialect)


def table_of(definition: ViewDefinition, relation: TableName, warehouse: Warehouse) -> CatalogTable:
    """A built view as a table of the catalogue."""
    columns = tuple(CatalogColumn(c.name, c.type, nullable=c.nullable) for c in warehouse.columns(relation))
    if not columns:
        raise MaterializedViewsError(f"{relation} has no columns", hint="did dbt build it?")
    view = QuestionView(
        grain=tuple(d.name for d in definition.dimensions),
        measures={m.name: m.sql if m.function == "distinct" else m.function for m in definition.measures},
        additive=tuple(m.name for m in definition.measures if m.additive),
        base_tables=definition.tables,
    )
    return CatalogTable(relation, "model", f"model.trial.{relation.name}", columns=columns, view=view)


def _with_only(catalog: Catalog, table: CatalogTable) -> Catalog:
    """Without the views that are there already: the trial is about this one."""
    return catalog.with_tables((*(t for t in catalog if t.view is None), table))
