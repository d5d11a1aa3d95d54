"""What a person, and all together, may ask of the warehouse and the model on one day. Everything that asks enters here.

A day is one of UTC. Queries are counted before they run; tokens and bytes when they are known, so the last answer may
run past them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Date, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from backends.database import Base, UnicodeText, session
from plugin.errors import BudgetSpent

if TYPE_CHECKING:
    from plugin.settings import BudgetSettings

EVERYBODY = ""
_KINDS = {"queries": "questions and queries", "bytes": "bytes of results", "tokens": "tokens of the language model"}


class UsageRecord(Base):
    """`person` is empty in the row of all together."""

    __tablename__ = "usage"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    person: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    queries: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    tokens: Mapped[int] = mapped_column(BigInteger)


class Budget:
    """On a migrated database, which all processes share."""

    def __init__(
        self, engine: Engine, limits: BudgetSettings, clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    ) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock

    def enter(self, person: str) -> None:
        """Counts one query. Raises BudgetSpent, and counts nothing."""
        with self._used(person) as rows:
            for used in rows:
                for kind in _KINDS:
                    self._check(used, kind)
                used.queries += 1

    def spend(self, person: str, tokens: Mapping[str, int], size: int) -> None:
        """What an answer took: tokens by kind (`cached_tokens` are among the prompt's), bytes of its rows."""
        counted = tokens.get("prompt_tokens", 0) + tokens.get("completion_tokens", 0)
        with self._used(person) as rows:
            for used in rows:
                used.tokens += counted
                used.bytes += size

    def used(self, person: str = EVERYBODY) -> dict[str, int]:
        """Today."""
        with session(self._engine) as opened:
            found = opened.get(UsageRecord, (self._clock().date(), person))
        return {kind: getattr(found, kind) if found else 0 for kind in _KINDS}

    @contextmanager
    def _used(self, person: str) -> Iterator[list[UsageRecord]]:
        """The rows of all and of this person, locked in that order, changed together or not at all."""
        keys = [(self._clock().date(), who) for who in (EVERYBODY, person)]
        for key in keys:
            self._make(key)
        with session(self._engine, exclusive=True) as opened:
            yield [opened.get_one(UsageRecord, key, with_for_update=True) for key in keys]

    def _make(self, key: tuple[date, str]) -> None:
        with suppress(IntegrityError), session(self._engine, exclusive=True) as opened:  # another may be faster
            if opened.get(UsageRecord, key) is None:
                opened.add(UsageRecord(day=key[0], person=key[1], queries=0, bytes=0, tokens=0))

    def _check(self, used: UsageRecord, kind: str) -> None:
        key = kind if used.person else f"all_{kind}"
        limit: int = getattr(self._limits, key)
        if not limit or getattr(used, kind) < limit:
            return
        now = self._clock()
        tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), timezone.utc)
        whose = "you have" if used.person else "all together have"
        raise BudgetSpent(
            f"{whose} used up the {limit:,} {_KINDS[kind]} of today",
            hint=f"it begins anew at 00:00 UTC, or raise budget.{key} in dbt_ask.yml",
            reason="budget",
            budget=key,
            limit=limit,
            seconds=(tomorrow - now).total_seconds(),
        )


def size_of(rows: Sequence[Sequence[Any]]) -> int:
    """Bytes, as JSON has them."""
    return sum(len(json.dumps(row, ensure_ascii=False, default=str).encode()) for row in rows)
