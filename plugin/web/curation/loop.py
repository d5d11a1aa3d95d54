"""The feedback loop as requests use it: the catalogue as it is now, the index open only while it is written."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from backends.errors import IndexLocked
from feedback import errors as feedback_errors
from feedback.desk import Decision, Desk
from feedback.examine import Examiner
from feedback.examples import Examples
from feedback.given import Feedback, Kind
from feedback.heard import Heard, hear
from feedback.intake import Intake
from feedback.model import ExampleRecord, VersionRecord
from feedback.people import REVIEWER, Actor
from feedback.publish import Shelf
from feedback.rules import Rules
from feedback.trust import Trust, trust
from plugin.web.accounts.actor import actor_of
from plugin.web.accounts.viewer import Viewer
from plugin.web.errors import NotFound

if TYPE_CHECKING:
    from backends.vectors.base import VectorIndex
    from feedback.asks import AskRecord
    from plugin.web.reading import Reading


_NOBODYS = "there is no such example, or it is not yours to see"


class Curation:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.rules: Rules = reading.bench.feedback.rules
        self.given = Feedback(reading.bench.state)

    @cached_property
    def examples(self) -> Examples:
        return Examples(self._reading.bench.state, project=self._reading.catalog().project)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.examples, self.rules)

    @property
    def intake(self) -> Intake:
        """Examines with the whole catalogue, so that a neighbour whom the proposer may not see is compared too."""
        examiner = Examiner(self._reading.door(None), self._reading.catalog())
        return Intake(self.examples, examiner, self._reading.bench.embedder, self.rules)

    def hear(self, viewer: Viewer, asked: AskRecord, kind: Kind, actor: Actor, **said: Any) -> Heard:
        """Raises QueryRefused where SQL is proposed that its proposer may not run."""
        if said.get("sql"):
            self._reading.allow(viewer, said["sql"])
        return hear(self.given, self.intake, asked, kind, actor, **said)

    def trust(self, asked: AskRecord) -> Trust:
        """Of an answer, as of now; of the query as it was written, where a proof sent it elsewhere."""
        from catalog_sync.scope import scope

        if asked.status != "answered":
            return Trust("unverified")
        shown = [q for step in asked.receipt.get("stages") or [] for q in step.get("examples", ())]
        whole = scope(self._reading.catalog())
        sql = (asked.receipt.get("proof") or {}).get("written") or asked.sql
        return trust(asked.question, sql, asked.dialect, whole, self.examples, shown)

    def find(self, viewer: Viewer, example: str) -> tuple[ExampleRecord, VersionRecord]:
        """With its current version. Raises NotFound for what is not theirs to see, as if it were not there."""
        try:
            found = self.examples.get(example)
        except feedback_errors.NotFound as error:
            raise NotFound("no_example", _NOBODYS) from error
        version = self.examples.version(found.id, found.current)
        if not self.sees(viewer, found, version):
            raise NotFound("no_example", _NOBODYS)
        return found, version

    def sees(self, viewer: Viewer, example: ExampleRecord, version: VersionRecord) -> bool:
        """Every table behind it, and: a reviewer all of it, others what is live and what they proposed themselves."""
        return self._covers(viewer, example, version) and (
            self.reviews(viewer, example) or example.live is not None or example.created_by == viewer.login
        )

    def reviews(self, viewer: Viewer, example: ExampleRecord) -> bool:
        return actor_of(viewer).may(REVIEWER, example.domains)

    def _covers(self, viewer: Viewer, example: ExampleRecord, version: VersionRecord) -> bool:
        """A table that is gone counts with the domains that the example was made in."""
        if viewer.domains is None:
            return True
        whole, seen = self._reading.catalog().directory, self._reading.seen_by(viewer).directory
        tables = set(version.tables)
        known = {table for table in tables if whole.whole(table)}
        visible = {table for table in tables if seen.whole(table)}
        gone_is_ours = bool(example.domains) and set(example.domains) <= viewer.domains
        return bool(tables) and tables & known <= visible and (tables <= known or gone_is_ours)

    def publish(self, example: ExampleRecord, actor: Actor, lock: int, reason: str = "") -> ExampleRecord:
        """Where no held-out question is verified there is nothing to measure with; else the gate is run at a terminal
        or by a job, and this is refused. Raises as `Desk.move` does."""
        from feedback.gate import held_out

        nothing = not held_out(self.examples, example.project)
        decision = Decision(
            reason, gate=True if nothing else None, agree=self.intake.agreeing(example), override=bool(reason)
        )
        return self.desk.move("publish", example.id, actor, decision, lock=lock)

    def deliver(self) -> None:
        """The index follows what is live. Where a sync writes it, whoever answers a question after that sees to it."""
        index = self._reading.bench.open_index()
        try:
            self.deliver_to(index)
        except IndexLocked:
            pass
        finally:
            index.close()

    def deliver_to(self, index: VectorIndex) -> int:
        project = self._reading.catalog().project
        return Shelf(self.examples, index, self._reading.bench.embedder, project).deliver()
