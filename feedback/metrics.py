"""What the log of questions says: how many, how fast, how often accepted, and what was missed.

Explicit words (thumbs, edits) and what people did without a word are counted apart; silence is shown as silence and
never counted as consent. Answers that a person wrote the SQL of are left out: there is nothing to accept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Engine, select

from backends.database import session
from feedback.asks import AskRecord
from feedback.evaluation.run import percentile
from feedback.evaluation.statistics import wilson
from feedback.model import FeedbackRecord, SignalRecord

PERSON = "person"
MOST = 200_000
_GOOD_SIGNS = frozenset(("exported", "saved", "copied"))
_BAD_SIGNS = frozenset(("edited", "asked_again"))
_ANSWERED = "answered"
_DECLINED = frozenset(("refused", "clarify"))


@dataclass(frozen=True)
class Asked:
    """One question. `words` are the last of each person (up, down, edit), `why` what was wrong with the answer;
    `reason` is why there was none."""

    id: str
    at: datetime
    question: str
    status: str
    user: str
    tables: tuple[str, ...]
    seconds: float | None
    reason: str = ""
    words: tuple[str, ...] = ()
    why: str = ""
    signs: frozenset[str] = frozenset()

    @property
    def accepted(self) -> bool | None:
        """By what people said; None where nobody said anything. One no outweighs any yes."""
        if not self.words:
            return None
        return all(word == "up" for word in self.words)

    @property
    def used(self) -> bool | None:
        """By what people did, where nobody said anything."""
        if self.words or not self.signs:
            return None
        return not self.signs & _BAD_SIGNS


@dataclass(frozen=True)
class Share:
    part: int
    of: int

    @property
    def value(self) -> float:
        return self.part / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson."""
        return wilson(self.part, self.of)


@dataclass(frozen=True)
class Day:
    """`half` and `most`: seconds within which 50 and 95 of 100 were answered."""

    day: date
    statuses: Mapping[str, int]
    accepted: Share
    half: float
    most: float


@dataclass(frozen=True)
class Metrics:
    """`said` are explicit words, `did` signs where nothing was said; `silent` of those that got an answer."""

    asks: int
    people: int
    statuses: Mapping[str, int]
    answered: Share
    said: Share
    did: Share
    silent: Share
    declined: Share
    half: float
    most: float
    days: tuple[Day, ...]
    tables: tuple[tuple[str, int, Share], ...]
    reasons: tuple[tuple[str, int], ...]
    complaints: tuple[tuple[str, int], ...]
    misses: tuple[Asked, ...] = field(default=())


def load(engine: Engine, since: datetime, most: int = MOST) -> list[Asked]:
    """Newest first, `most` at most; what is still waiting is left out."""
    row = AskRecord
    wanted = (
        select(row.id, row.asked_at, row.question, row.status, row.user, row.tables, row.views, row.timings)
        .where(row.asked_at >= since, row.model != PERSON, row.status.not_in(("waiting", "cancelled")))
        .order_by(row.asked_at.desc(), row.id)
        .limit(most)
    )
    declined = select(row.id, row.receipt).where(row.asked_at >= since, row.status.in_(_DECLINED)).limit(most)
    spoken = (
        select(FeedbackRecord.ask, FeedbackRecord.person, FeedbackRecord.kind, FeedbackRecord.reason)
        .where(FeedbackRecord.at >= since, FeedbackRecord.kind != "comment")
        .order_by(FeedbackRecord.at, FeedbackRecord.id)
    )
    done = select(SignalRecord.ask, SignalRecord.kind).where(SignalRecord.at >= since)
    with session(engine) as opened:
        words: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for ask, person, kind, reason in opened.execute(spoken):
            words[ask][person] = (kind, reason)
        signs: dict[str, set[str]] = defaultdict(set)
        for ask, kind in opened.execute(done):
            signs[ask].add(kind)
        reasons = {ask: str(receipt.get("reason") or "") for ask, receipt in opened.execute(declined)}
        return [
            Asked(
                id=ask, at=at, question=question, status=status, user=user, tables=(*views, *tables),
                seconds=_seconds(timings), reason=reasons.get(ask, ""),
                words=tuple(kind for kind, _ in words[ask].values()) if ask in words else (),
                why=next((why for _, why in words[ask].values() if why), "") if ask in words else "",
                signs=frozenset(signs.get(ask, ())),
            )
            for ask, at, question, status, user, tables, views, timings in opened.execute(wanted)
        ]  # fmt: skip


def visible(asks: Iterable[Asked], tables: Collection[str]) -> list[Asked]:
    """Those about these tables alone; a question that named none might be about anything."""
    return [ask for ask in asks if ask.tables and set(ask.tables) <= set(tables)]


def measure(asks: Sequence[Asked], since: datetime, until: datetime, *, top: int = 12, missed: int = 50) -> Metrics:
    """Pure. Days without a question are there too."""
    answered = [ask for ask in asks if ask.status == _ANSWERED]
    half, most = _latency(asks)
    return Metrics(
        asks=len(asks),
        people=len({ask.user for ask in asks}),
        statuses=Counter(ask.status for ask in asks),
        answered=Share(len(answered), len(asks)),
        said=_said(answered),
        did=_of(ask.used for ask in answered),
        silent=Share(sum(ask.accepted is None and ask.used is None for ask in answered), len(answered)),
        declined=Share(sum(ask.status in _DECLINED for ask in asks), len(asks)),
        half=half,
        most=most,
        days=tuple(_days(asks, since, until)),
        tables=tuple(_tables(answered, top)),
        reasons=tuple(Counter(_head(ask.reason) for ask in asks if ask.status in _DECLINED).most_common(top)),
        complaints=tuple(Counter(ask.why for ask in asks if ask.why).most_common(top)),
        misses=tuple(ask for ask in asks if ask.status != _ANSWERED or ask.accepted is False)[:missed],
    )


def _said(asks: Iterable[Asked]) -> Share:
    return _of(ask.accepted for ask in asks)


def _of(verdicts: Iterable[bool | None]) -> Share:
    known = [verdict for verdict in verdicts if verdict is not None]
    return Share(sum(known), len(known))


def _latency(asks: Iterable[Asked]) -> tuple[float, float]:
    ordered = sorted(ask.seconds for ask in asks if ask.seconds is not None)
    return percentile(ordered, 0.5), percentile(ordered, 0.95)


def _days(asks: Iterable[Asked], since: datetime, until: datetime) -> Iterable[Day]:
    by_day: dict[date, list[Asked]] = defaultdict(list)
    for ask in asks:
        by_day[ask.at.astimezone(timezone.utc).date()].append(ask)
    day, last = since.astimezone(timezone.utc).date(), until.astimezone(timezone.utc).date()
    while day <= last:
        found = by_day.get(day, [])
        half, most = _latency(found)
        yield Day(
            day, Counter(ask.status for ask in found), _said(a for a in found if a.status == _ANSWERED), half, most
        )
        day += timedelta(days=1)


def _tables(answered: Iterable[Asked], top: int) -> Iterable[tuple[str, int, Share]]:
    by_table: dict[str, list[Asked]] = defaultdict(list)
    for ask in answered:
        for table in set(ask.tables):
            by_table[table].append(ask)
    for table, found in sorted(by_table.items(), key=lambda item: (-len(item[1]), item[0]))[:top]:
        yield table, len(found), _said(found)


def _head(reason: str) -> str:
    """The kind of a reason, without what it is about."""
    return reason.partition(":")[0].strip() or "other"


def _seconds(timings: Mapping[str, Any]) -> float | None:
    total = timings.get("total")
    return float(total) / 1000 if total is not None else None
