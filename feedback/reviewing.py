"""How reviewing goes: how long a decision takes, how old what waits is, and how often a decision did not last.

Speed alone rewards stamping, so what was decided is shown beside what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from backends.database import session
from feedback.evaluation.run import percentile
from feedback.metrics import Share
from feedback.model import CONTROL, AuditRecord, ExampleRecord, ReviewRecord
from feedback.people import SERVICE

DECISIONS = ("approve", "reject", "ask_back")
WAITING = ("candidate", "stale", "in_review")
IDLE_SECONDS = 120.0
"""A card that was in view for longer was left open."""
_FELL = frozenset({"rejected", "retired", "stale"})


@dataclass(frozen=True)
class Decided:
    """One decision. `fell`: it was an approval, and the example is not trusted any more. `control`: the card was known
    to be wrong."""

    name: str
    person: str
    seconds: float | None
    fell: bool = False
    control: bool = False


@dataclass(frozen=True)
class Reviewing:
    """`half` and `most`: seconds within which 50 and 90 of 100 were decided, of those that were `timed` and not `idle`.
    `caught`: of the decisions on controls, those that were no approval. `oldest`: when that which waits longest was
    proposed."""

    decided: int
    people: int
    by: Mapping[str, int]
    half: float
    most: float
    timed: Share
    idle: Share
    fell: Share
    caught: Share
    taken_back: Share
    waiting: int
    oldest: datetime | None


def load(
    engine: Engine, project: str, since: datetime, sees: Callable[[ExampleRecord], bool]
) -> tuple[list[Decided], int, list[datetime]]:
    """Decisions since then, how many of them were taken back, and when what waits now was proposed."""
    made = select(ReviewRecord, ExampleRecord).join(ExampleRecord, ExampleRecord.id == ReviewRecord.example)
    made = made.where(
        ReviewRecord.at >= since, ReviewRecord.decision.in_(DECISIONS), ReviewRecord.person != SERVICE.name,
        ExampleRecord.project == project,
    )  # fmt: skip
    undone = select(AuditRecord.key, ExampleRecord).join(ExampleRecord, ExampleRecord.id == AuditRecord.key)
    undone = undone.where(
        AuditRecord.at >= since, AuditRecord.kind == "example", AuditRecord.action == "undo",
        AuditRecord.reason.in_(DECISIONS), ExampleRecord.project == project,
    )  # fmt: skip
    waits = select(ExampleRecord).where(ExampleRecord.project == project, ExampleRecord.state.in_(WAITING))
    with session(engine) as opened:
        decided = [
            Decided(r.decision, r.person, r.seconds, r.decision == "approve" and e.state in _FELL, _is_control(r, e))
            for r, e in opened.execute(made)
            if sees(e)
        ]
        taken_back = sum(sees(e) for _, e in opened.execute(undone))
        waiting = [e.created_at for e in opened.scalars(waits) if sees(e)]
    return decided, taken_back, waiting


def _is_control(review: ReviewRecord, example: ExampleRecord) -> bool:
    return CONTROL in example.origin and review.version == 1


def measure(decided: Sequence[Decided], taken_back: int, waiting: Sequence[datetime]) -> Reviewing:
    """Pure."""
    times = [one.seconds for one in decided if one.seconds is not None]
    busy = sorted(seconds for seconds in times if seconds <= IDLE_SECONDS)
    approved = [one for one in decided if one.name == "approve" and not one.control]
    controls = [one for one in decided if one.control]
    return Reviewing(
        decided=len(decided),
        people=len({one.person for one in decided}),
        by=Counter(one.name for one in decided),
        half=percentile(busy, 0.5),
        most=percentile(busy, 0.9),
        timed=Share(len(times), len(decided)),
        idle=Share(len(times) - len(busy), len(times)),
        fell=Share(sum(one.fell for one in approved), len(approved)),
        caught=Share(sum(one.name != "approve" for one in controls), len(controls)),
        taken_back=Share(taken_back, len(decided)),
        waiting=len(waiting),
        oldest=min(waiting, default=None),
    )
