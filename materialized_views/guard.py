"""The guard of views in use: answers that views gave are asked of the base tables too, and compared.

The first statement of each shape on each definition of a view is checked, and a share of all others. What is to be
checked is written down when the answer is given and done afterwards, in the same process or by a job. A view that
differs is out of use from then on, until somebody has compared it and found it equal (`release`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from uuid import uuid4

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlglot import exp, parse_one

from backends.database import Base, Json, UnicodeText, UtcDateTime, session
from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views.compare import difference
from materialized_views.content import content_difference
from materialized_views.registry import Registry

_log = logging.getLogger(__name__)
LIMITS = Limits(seconds=120.0, rows=100_000, bytes=64 * 1024 * 1024)


class ViewCheck(Base):
    """One comparison of an answer. `state`: due, equal, differs, skipped (it could not be compared), released (it
    differed, and the view was found equal since). `sql` read the view, `base_sql` asks the same of base tables; where
    rows depend on their order, or are too many, the whole view is compared with `made_by`."""

    __tablename__ = "view_checks"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    view: Mapped[str] = mapped_column(UnicodeText, index=True)
    relation: Mapped[list[str | None]] = mapped_column(Json)
    definition: Mapped[str] = mapped_column(UnicodeText)
    shape: Mapped[str] = mapped_column(UnicodeText)
    state: Mapped[str] = mapped_column(UnicodeText, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sql: Mapped[str] = mapped_column(UnicodeText)
    base_sql: Mapped[str] = mapped_column(UnicodeText)
    made_by: Mapped[str] = mapped_column(UnicodeText)
    typed: Mapped[bool]
    problem: Mapped[str] = mapped_column(UnicodeText)
    view_ms: Mapped[float | None]
    base_ms: Mapped[float | None]

    @property
    def table(self) -> TableName:
        return TableName(*self.relation)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Mismatch:
    """What was found against a view, when it had this definition."""

    definition: str
    problem: str


@dataclass(frozen=True)
class Use:
    """An answer that a view gave. `typed` where the types of both must be the same too."""

    view: TableName
    definition: str
    sql: str
    base_sql: str
    made_by: str
    typed: bool


class Guard:
    """On a migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = Registry(engine)

    def note(self, uses: Iterable[Use], dialect: str, *, sampled: bool) -> list[ViewCheck]:
        """Writes down what is to be checked: shapes that are new on a view, and everything if `sampled`."""
        due = []
        for use in uses:
            shape = shape_of(use.sql, dialect)
            with session(self._engine, exclusive=True) as opened:
                known = select(ViewCheck.id).where(
                    ViewCheck.view == str(use.view), ViewCheck.definition == use.definition, ViewCheck.shape == shape
                )
                if not sampled and opened.scalar(select(exists(known))):
                    continue
                check = _due(use, shape, ordered=depends_on_order(use.sql, dialect))
                opened.add(check)
                due.append(check)
        return due

    def due(self) -> list[ViewCheck]:
        with session(self._engine) as opened:
            return list(opened.scalars(select(ViewCheck).where(ViewCheck.state == "due").order_by(ViewCheck.at)))

    def run(self, checks: Iterable[ViewCheck], warehouse: Warehouse, limits: Limits = LIMITS) -> list[ViewCheck]:
        """Those after which their view is out of use."""
        found = []
        for check in checks:
            done = self._settle(check.id, *_compared(check, warehouse, limits))
            if done.state == "differs":
                self._quarantine(done)
                found.append(done)
        return found

    def mismatches(self) -> dict[TableName, Mismatch]:
        """Views that are out of use by what was found here, the last finding of each."""
        chosen = select(ViewCheck).where(ViewCheck.state == "differs").order_by(ViewCheck.at)
        with session(self._engine) as opened:
            return {check.table: Mismatch(check.definition, check.problem) for check in opened.scalars(chosen)}

    def against(self, view: TableName) -> list[ViewCheck]:
        """Everything that is open against a view."""
        chosen = select(ViewCheck).where(ViewCheck.state == "differs", ViewCheck.view == str(view))
        with session(self._engine) as opened:
            return list(opened.scalars(chosen))

    def still_differs(self, check: ViewCheck, warehouse: Warehouse, limits: Limits = LIMITS) -> str:
        """ "" where the same comparison finds nothing any more."""
        state, problem, *_ = _compared(check, warehouse, limits)
        return "" if state == "equal" else problem

    def release(self, view: TableName) -> None:
        """It was found equal: what was found before counts no more."""
        with session(self._engine, exclusive=True) as opened:
            chosen = select(ViewCheck).where(ViewCheck.state == "differs", ViewCheck.view == str(view))
            for check in opened.scalars(chosen):
                check.state = "released"

    def condemn(self, view: TableName, definition: str, made_by: str, problem: str) -> None:
        """Out of use, by a comparison of the whole view."""
        if self.against(view):
            return
        check = _due(Use(view, definition, "", "", made_by, typed=True), "", ordered=True)
        check.state, check.problem = "differs", problem
        with session(self._engine, exclusive=True) as opened:
            opened.add(check)
        _log.error("view %s is out of use: %s", check.view, problem)

    def _settle(self, check: str, state: str, problem: str, view_ms: float | None, base_ms: float | None) -> ViewCheck:
        with session(self._engine, exclusive=True) as opened:
            found = opened.get(ViewCheck, check, with_for_update=True)
            assert found is not None
            found.state, found.problem, found.at = state, problem, _now()
            found.view_ms, found.base_ms = view_ms, base_ms
            return found

    def _quarantine(self, check: ViewCheck) -> None:
        _log.error("view %s is out of use: %s", check.view, check.problem)
        for record in self._registry.all():
            if record.table == check.table and record.state == "ready":
                self._registry.quarantine(record.name, check.problem)


def shape_of(sql: str, dialect: str) -> str:
    """Equal for statements that differ in literals alone."""
    tree = parse_one(sql, dialect=dialect)
    for node in list(tree.find_all(exp.In)):
        node.set("expressions", [exp.Placeholder()] if node.expressions else [])
    for literal in list(tree.find_all(exp.Literal)):
        literal.replace(exp.Placeholder())
    return hashlib.sha256(tree.sql(dialect, normalize=True).encode()).hexdigest()[:12]


_BY_ORDER = (
    exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.First, exp.Last,
    exp.AnyValue, exp.ArrayAgg, exp.GroupConcat, exp.ArgMax, exp.ArgMin, exp.Rand, exp.TableSample, exp.Anonymous,
)  # fmt: skip


def depends_on_order(sql: str, dialect: str) -> bool:
    """Two right answers of it may differ: which of equal rows come first is nobody's say."""
    tree = parse_one(sql, dialect=dialect)
    inner = [node for node in tree.find_all(exp.Limit, exp.Offset, exp.Fetch) if node.parent is not tree]
    some = any(node.args.get("on") is not None for node in tree.find_all(exp.Distinct))
    return bool(inner) or some or tree.find(*_BY_ORDER) is not None


def unlimited(sql: str, dialect: str) -> str:
    """Which rows a LIMIT keeps is open where the order has ties: all rows are compared."""
    tree = parse_one(sql, dialect=dialect)
    for clause in ("limit", "offset"):
        tree.set(clause, None)
    return tree.sql(dialect)


def _due(use: Use, shape: str, *, ordered: bool) -> ViewCheck:
    view = use.view
    return ViewCheck(
        id=str(uuid4()), view=str(view), relation=[view.database, view.schema, view.name], definition=use.definition,
        shape=shape, state="due", at=_now(), sql="" if ordered else use.sql, base_sql="" if ordered else use.base_sql,
        made_by=use.made_by, typed=use.typed, problem="", view_ms=None, base_ms=None,
    )  # fmt: skip


_Compared = tuple[str, str, float | None, float | None]


def _compared(check: ViewCheck, warehouse: Warehouse, limits: Limits) -> _Compared:
    """State and problem, milliseconds on the view and on base. What differs is asked once more: the tables may
    have been written in between."""
    try:
        found = _once(check, warehouse, limits)
        return _once(check, warehouse, limits) if found[0] == "differs" else found
    except (QueryTimeout, QueryFailed, QueryRefused) as error:
        return "skipped", error.message, None, None


def _once(check: ViewCheck, warehouse: Warehouse, limits: Limits) -> _Compared:
    if check.sql and check.base_sql:
        view = warehouse.query(unlimited(check.sql, warehouse.dialect), limits)
        base = warehouse.query(unlimited(check.base_sql, warehouse.dialect), limits)
        times = (1000 * view.seconds, 1000 * base.seconds)
        if not (view.truncated or base.truncated):
            problem = difference(base, view, typed=check.typed)
            return ("differs" if problem else "equal", problem, *times)
    if not check.made_by:
        return "skipped", "nobody knows the SQL that makes it", None, None
    problem = content_difference(check.table, check.made_by, warehouse, limits)
    return ("differs" if problem else "equal", problem, None, None)


def _now() -> datetime:
    return datetime.now(timezone.utc)
