"""A stream of questions with people who correct what is wrong: does use make the answers better?

Nobody's state is touched: the caller gives a loop over a database and an index of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from feedback.desk import Decision, Desk
from feedback.errors import MoveRefused, NotAccepted
from feedback.evaluation.suite import Item
from feedback.intake import Intake, Proposal
from feedback.people import Actor
from feedback.publish import Shelf

ASKER, REVIEWER, PUBLISHER = (
    Actor.of("asker", "asker"),
    Actor.of("reviewer", "reviewer"),
    Actor.of("publisher", "publisher"),
)
POISONER = Actor.of("poisoner", "asker")


@dataclass(frozen=True)
class Played:
    """One question of the stream. `right`: its first answer was. `then`: what came of the correction (published,
    known, rejected, left in the queue, or the rule that kept it out), "" where none was made. `poisoned`: it was wrong
    on purpose."""

    id: str
    right: bool
    then: str = ""
    poisoned: bool = False


@dataclass(frozen=True)
class Curve:
    """First-shot acceptance by part of the stream, each of questions not seen before. Shares in 0..1."""

    parts: tuple[float, ...]
    questions: int
    misses_last_half: int
    published: int
    poisoned: int
    poisoned_published: int
    kept_out: dict[str, int]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


class Learning:
    """Corrections become examples the ordinary way: intake, a second person's review, publishing.

    The reviewer passes what no check flags without a look, so that it is the guards that are measured. A conflict with
    a neighbour makes them look: then they are right in the share `care` of the cases, and set the wrong one aside.
    """

    def __init__(self, intake: Intake, desk: Desk, shelf: Shelf, *, care: float = 0.9, seed: int = 0) -> None:
        self._intake = intake
        self._desk = desk
        self._shelf = shelf
        self._care = care
        self._dice = random.Random(seed)
        self._wrong: set[str] = set()

    def correct(self, question: str, sql: str, actor: Actor) -> str:
        try:
            taken = self._intake.propose(Proposal(question, sql, "ask"), actor)
        except NotAccepted as refused:
            return refused.rule
        if taken.how == "known":
            return "known"
        example = taken.example.id
        if actor is POISONER:
            self._wrong.add(example)
        others = [name for check in taken.checks for name in check.differ]
        looks = bool(others) and self._dice.random() < self._care
        if looks and example in self._wrong:
            self._desk.move("reject", example, REVIEWER, Decision("other"))
            return "rejected"
        if others and not looks:
            return "left"
        for other in others:
            self._set_aside(other)
        return self._publish(example, "looked at both" if others else "")

    def _set_aside(self, other: str) -> None:
        if other in self._wrong and self._desk.examples.get(other).live is not None:
            self._desk.move("doubt", other, PUBLISHER, Decision("another is right"))

    def _publish(self, example: str, reason: str) -> str:
        decision = Decision(reason, gate=True, override=bool(reason))
        for name, person in (("claim", REVIEWER), ("approve", REVIEWER), ("publish", PUBLISHER)):
            try:
                self._desk.move(name, example, person, decision)
            except MoveRefused as refused:
                return refused.guard
        self._shelf.deliver()
        return "published"


def play(
    stream: Sequence[Item],
    first_shot: Callable[[Item], bool],
    learning: Learning | None,
    *,
    poison: float = 0.0,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Played]:
    """`first_shot` asks and says whether the answer was right. `poison`: share of corrections with the SQL of another
    question. Without `learning` nobody corrects anything."""
    dice, played = random.Random(seed), list[Played]()
    for number, item in enumerate(stream, start=1):
        right = first_shot(item)
        if right or learning is None:
            played.append(Played(item.id, right))
        else:
            poisoned = dice.random() < poison
            sql = dice.choice([i.sql for i in stream if i.sql != item.sql] or [item.sql]) if poisoned else item.sql
            then = learning.correct(item.question, sql, POISONER if poisoned else ASKER)
            played.append(Played(item.id, right, then, poisoned))
        progress(f"questions ({sum(p.right for p in played)} right)", number, len(stream))
    return played


def curve(played: Sequence[Played], parts: int = 4) -> Curve:
    size = len(played) / parts
    groups = [played[round(i * size) : round((i + 1) * size)] for i in range(parts)]
    outcomes = [p.then for p in played if p.then and p.then != "published"]
    return Curve(
        parts=tuple(sum(p.right for p in g) / len(g) if g else 0.0 for g in groups),
        questions=len(played),
        misses_last_half=sum(not p.right for p in played[len(played) // 2 :]),
        published=sum(p.then == "published" for p in played),
        poisoned=sum(p.poisoned for p in played),
        poisoned_published=sum(p.poisoned and p.then == "published" for p in played),
        kept_out={name: outcomes.count(name) for name in sorted(set(outcomes))},
    )
