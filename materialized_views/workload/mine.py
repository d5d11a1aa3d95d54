"""From a stream of statements to shapes: what is asked, how often, by how many, and how long it takes."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from catalog_sync.model import Catalog
from materialized_views.blocks import Facts, Refusal, write_block
from materialized_views.candidates.need import Need
from materialized_views.workload.blocks import Found, Unparsed, blocks_of
from materialized_views.workload.statement import Entry, Problem, Statement

_HALF_LIFE_DAYS = 14.0
_CACHED = 5_000
_EXAMPLES = 8
_SHOWN_PROBLEMS = 20
_QUESTIONS = 5


@dataclass(frozen=True)
class Shape:
    """Blocks of one F1. `weight` is the number of executions, each halved for every 14 days of age. `examples` are
    SQL of blocks whose literals need different grains of time; `milliseconds` is a mean, None where no log tells."""

    f0: str
    f1: str
    examples: tuple[str, ...]
    executions: int
    weight: float
    milliseconds: float | None
    users: int
    days: int
    literals: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Miss:
    """Why blocks can't be served by any view, and how often; `example` says it of one of them."""

    check: str
    code: str
    count: int
    example: str


@dataclass(frozen=True)
class Workload:
    """`days` from the first to the last execution, 1 at least. `on_views`: executions that asked a view already."""

    statements: int
    unparsed: int
    problems: tuple[Problem, ...]
    problem_count: int
    blocks: int
    days: float
    shapes: tuple[Shape, ...]
    misses: tuple[Miss, ...]
    on_views: dict[str, int]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Workload:
        def shape(data: dict[str, Any]) -> Shape:
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
            return Shape(**fields)

        return cls(
            **{
                **stored,
                "problems": tuple(Problem(**p) for p in stored["problems"]),
                "shapes": tuple(shape(s) for s in stored["shapes"]),
                "misses": tuple(Miss(**m) for m in stored["misses"]),
            }
        )


@dataclass
class _Tally:
    f0: str
    examples: dict[str, Need] = field(default_factory=dict)
    executions: int = 0
    weight: float = 0.0
    timed: int = 0
    milliseconds: float = 0.0
    users: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    literals: set[str] = field(default_factory=set)
    questions: dict[str, None] = field(default_factory=dict)


class Miner:
    """Takes entries one by one; memory grows with the number of shapes, not of statements."""

    def __init__(self, catalog: Catalog, now: datetime | None = None) -> None:
        self._facts = Facts(catalog)
        self._views = set(catalog.directory.views())
        self._now = now or datetime.now(timezone.utc)
        self._read: OrderedDict[str, list[Found | Refusal] | str] = OrderedDict()
        self._tallies: dict[str, _Tally] = {}
        self._misses: Counter[tuple[str, str]] = Counter()
        self._miss_examples: dict[tuple[str, str], str] = {}
        self._on_views: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._problem_count = self._statements = self._unparsed = self._blocks = 0
        self._first: datetime | None = None
        self._last: datetime | None = None

    def mine(self, entries: Iterable[Entry]) -> Workload:
        for entry in entries:
            self.add(entry)
        return self.workload()

    def add(self, entry: Entry) -> None:
        if isinstance(entry, Problem):
            self._trouble(entry)
            return
        self._statements += 1
        if entry.at is not None:
            self._first = min(self._first or entry.at, entry.at)
            self._last = max(self._last or entry.at, entry.at)
        read = self._cached(entry.sql)
        if isinstance(read, str):
            self._unparsed += 1
            self._trouble(Problem(f"statement {self._statements}", read, entry.sql[:200]))
            return
        found = [item for item in read if isinstance(item, Found)]
        for item in read:
            self._blocks += 1
            if isinstance(item, Found):
                self._count(item, entry, len(found))
            else:
                self._miss(item, entry.calls)

    def workload(self) -> Workload:
        span = (self._last - self._first).total_seconds() / 86400 if self._first and self._last else 0.0
        shapes = [self._shape(f1, tally) for f1, tally in self._tallies.items()]
        misses = [Miss(*key, count, self._miss_examples[key]) for key, count in self._misses.most_common()]
        return Workload(
            statements=self._statements,
            unparsed=self._unparsed,
            problems=tuple(self._problems),
            problem_count=self._problem_count,
            blocks=self._blocks,
            days=max(1.0, span),
            shapes=tuple(sorted(shapes, key=lambda s: (-s.weight, s.f1))),
            misses=tuple(misses),
            on_views=dict(self._on_views.most_common()),
        )

    def _cached(self, sql: str) -> list[Found | Refusal] | str:
        """The blocks, or why there are none; the same text is read once."""
        known = self._read.get(sql)
        if known is None:
            try:
                known = list(blocks_of(sql, self._facts))
            except Unparsed as error:
                known = str(error)
            self._read[sql] = known
            if len(self._read) > _CACHED:
                self._read.popitem(last=False)
        return known

    def _count(self, found: Found, entry: Statement, shared: int) -> None:
        for table in found.block.tables:
            if table.name in self._views:
                self._on_views[str(table.name)] += entry.calls
                return
        tally = self._tallies.setdefault(found.fingerprint.f1, _Tally(found.fingerprint.f0))
        tally.executions += entry.calls
        tally.weight += entry.calls * self._freshness(entry.at)
        if entry.milliseconds is not None:
            tally.timed += entry.calls
            tally.milliseconds += entry.calls * entry.milliseconds / shared
        tally.users.add(entry.user)
        if entry.at is not None:
            tally.days.add(entry.at.date().isoformat())
        tally.literals.add(found.fingerprint.f2)
        if entry.question and len(tally.questions) < _QUESTIONS:
            tally.questions[entry.question] = None
        if len(tally.examples) < _EXAMPLES and found.need not in tally.examples.values():
            tally.examples[write_block(found.block).sql(self._facts.dialect)] = found.need

    def _freshness(self, at: datetime | None) -> float:
        if at is None:
            return 1.0
        age = max(0.0, (self._now - at).total_seconds() / 86400)
        return float(0.5 ** (age / _HALF_LIFE_DAYS))

    def _miss(self, refusal: Refusal, calls: int) -> None:
        key = (refusal.check.value, refusal.code)
        self._misses[key] += calls
        self._miss_examples.setdefault(key, _without_values(refusal.detail))

    def _trouble(self, problem: Problem) -> None:
        self._problem_count += 1
        if len(self._problems) < _SHOWN_PROBLEMS:
            self._problems.append(
                replace(problem, text=_without_values(problem.text), reason=_without_values(problem.reason))
            )

    def _shape(self, f1: str, tally: _Tally) -> Shape:
        return Shape(
            f0=tally.f0,
            f1=f1,
            examples=tuple(tally.examples),
            executions=tally.executions,
            weight=tally.weight,
            milliseconds=tally.milliseconds / tally.timed if tally.timed else None,
            users=len(tally.users),
            days=max(1, len(tally.days)),
            literals=len(tally.literals),
            questions=tuple(tally.questions),
        )


def _without_values(text: str) -> str:
    """Literals of a statement that could not be read may be anybody's; nothing of them is kept."""
    return re.sub(r"'(?:[^']|'')*'?|\b\d[\w.@-]*", "?", text)
