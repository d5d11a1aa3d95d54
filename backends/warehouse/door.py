"""The ONE read-only door: no SQL that a model or a person wrote reaches a database except through here."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlglot import exp

from backends.errors import QueryCancelled, QueryRefused, QueryTimeout
from backends.warehouse.base import ColumnInfo, Limits, Plan, Rows, Scope, TableName
from backends.warehouse.catalogue import Catalogue
from backends.warehouse.collect import collect
from backends.warehouse.engine import Engine
from backends.warehouse.guard import ALL_LAYERS, Layer, check_layers
from backends.warehouse.price import check_price
from backends.warehouse.watchdog import Watchdog
from backends.warehouse.write import write_sql

_TEXT_LAYERS = frozenset({Layer.STATEMENT, Layer.TREE, Layer.CATALOGUE})
_PLAN_LIMITS = Limits()


class Door:
    """Implements the port `Warehouse` over an engine. `layers` is for tests; no setting reaches it."""

    def __init__(self, engine: Engine, scope: Scope | None = None, *, layers: frozenset[Layer] = ALL_LAYERS) -> None:
        self._engine = engine
        self._scope = scope
        self._layers = layers
        self._known: Catalogue | None = None
        self._running: set[Watchdog] = set()
        self._lock = threading.Lock()

    @property
    def dialect(self) -> str:
        return self._engine.dialect

    @property
    def locked(self) -> bool:
        return self._engine.locked

    def tables(self) -> list[TableName]:
        return self._engine.tables()

    def columns(self, table: TableName) -> list[ColumnInfo]:
        return self._engine.columns(table)

    def explain(self, sql: str) -> Plan:
        return self._planned(self._checked(sql))

    def query(self, sql: str, limits: Limits = Limits()) -> Rows:
        checked = self._checked(sql)
        if limits.cost or limits.scanned:
            check_price(self._planned(checked), limits)
        return self._run(checked, checked, limits)

    def distinct_values(
        self, table: TableName, column: str, limit: int, seconds: float = 10.0, *, rows: int | None = None
    ) -> list[Any]:
        name = exp.column(exp.to_identifier(column, quoted=True))
        source = exp.Table(
            this=exp.to_identifier(table.name, quoted=True),
            db=exp.to_identifier(table.schema, quoted=True),
            catalog=exp.to_identifier(table.database, quoted=True),
        )
        known = exp.Not(this=exp.Is(this=name.copy(), expression=exp.Null()))
        looked_at = source if rows is None else exp.select(name.copy()).from_(source).limit(rows).subquery("sampled")
        select = exp.select(name).distinct().from_(looked_at).where(known).order_by(name.copy()).limit(limit)
        result = self.query(select.sql(self.dialect), Limits(seconds=seconds, rows=limit))
        return [row[0] for row in result.rows]

    def restricted(self, scope: Scope) -> Door:
        return Door(self._engine, scope, layers=self._layers)

    def cancel(self) -> None:
        with self._lock:
            for watchdog in self._running:
                watchdog.stop()

    def close(self) -> None:
        self.cancel()
        self._engine.close()

    def _checked(self, sql: str) -> str:
        if not self._layers & _TEXT_LAYERS:
            return sql
        try:
            trees = check_layers(sql, self.dialect, self._catalogue(), self._layers)
        except QueryRefused as refused:
            if self._scope is not None or refused.rule != "unknown_table":
                raise
            self._known = None  # it may have been built since
            trees = check_layers(sql, self.dialect, self._catalogue(), self._layers)
        return "; ".join(write_sql(tree, self.dialect) for tree in trees)

    def _planned(self, checked: str) -> Plan:
        rows = self._run(self._engine.explain_sql(checked), checked, _PLAN_LIMITS)
        return self._engine.plan(rows.rows)

    def _catalogue(self) -> Catalogue | None:
        if Layer.CATALOGUE not in self._layers:
            return None
        if self._known is None:
            schema = self._engine.default_schema
            if self._scope is not None:
                self._known = Catalogue.of_scope(self._scope, self.dialect, schema)
            else:
                self._known = Catalogue.of_tables(self._engine.tables(), self.dialect, schema)
        return self._known

    def _run(self, statement: str, sql: str, limits: Limits) -> Rows:
        watchdog = Watchdog(limits.seconds if Layer.TIMEOUT in self._layers else None)
        with self._registered(watchdog):
            try:
                with self._engine.session() as session, watchdog.over(session.cancel):
                    started = time.monotonic()
                    session.execute(statement, limits)
                    rows = collect(session, limits if Layer.LIMITS in self._layers else None)
                    seconds = time.monotonic() - started
            except self._engine.errors as error:
                if watchdog.stopped:
                    raise QueryCancelled("the query was cancelled", sql=sql) from error
                if watchdog.expired:
                    raise QueryTimeout(limits.seconds, sql=sql) from error
                raise self._engine.failure(error, sql) from error
        return replace(rows, seconds=seconds)

    @contextmanager
    def _registered(self, watchdog: Watchdog) -> Iterator[None]:
        with self._lock:
            self._running.add(watchdog)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(watchdog)
