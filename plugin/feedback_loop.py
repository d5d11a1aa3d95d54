"""The parts of the feedback loop over one project, each made when first asked for."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from feedback.desk import Decision, Desk
from feedback.examine import Examiner
from feedback.examples import Examples
from feedback.given import Feedback, Kind, find_ask
from feedback.heard import Heard, hear
from feedback.intake import Intake
from feedback.model import ExampleRecord
from feedback.people import Actor
from feedback.publish import Shelf
from feedback.rules import Rules
from feedback.suggestions import Suggestions

if TYPE_CHECKING:
    from feedback.gate import Gate
    from feedback.upkeep import Doubt
    from plugin.assemble import Workbench


class FeedbackLoop:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @cached_property
    def rules(self) -> Rules:
        chosen = self._bench.settings.feedback
        return Rules(
            self_approval=chosen.self_approval,
            gate=chosen.gate,
            benchmark_share=chosen.benchmark_share,
            daily_limit=chosen.daily_limit,
        )

    @cached_property
    def examples(self) -> Examples:
        return Examples(self._bench.state, project=self._bench.catalog.project)

    @cached_property
    def given(self) -> Feedback:
        return Feedback(self._bench.state)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self._bench.state, self._bench.catalog.project, self.rules)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.examples, self.rules)

    @cached_property
    def examiner(self) -> Examiner:
        from catalog_sync.scope import scope

        return Examiner(self._bench.warehouse.restricted(scope(self._bench.catalog)), self._bench.catalog)

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.examples, self.examiner, self._bench.embedder, self.rules)

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.examples, self._bench.index, self._bench.embedder, self._bench.catalog.project)

    def give(self, ask: str, kind: Kind, actor: Actor, *, reason: str = "", sql: str = "", comment: str = "") -> Heard:
        """`ask` is an id, the beginning of one, or `last`."""
        asked = find_ask(self._bench.state, ask)
        return hear(self.given, self.intake, asked, kind, actor, reason=reason, sql=sql, comment=comment)

    def publish(self, wanted: Sequence[ExampleRecord], actor: Actor, gate: Gate | None, reason: str = "") -> None:
        """Each is a move of its own; the index follows at once. Raises as `Desk.move` does."""
        try:
            for example in wanted:
                decision = Decision(
                    reason,
                    gate=gate.passed if gate else None,
                    agree=self.intake.agreeing(example),
                    override=bool(reason),
                )
                self.desk.move("publish", example.id, actor, decision, lock=example.lock)
        finally:
            self.shelf.deliver()

    def gate(
        self, wanted: Sequence[ExampleRecord], progress: Callable[[str, int, int], None] = lambda *_: None
    ) -> Gate:
        """Asks the held-out questions with the index as it is, and as it would be."""
        from feedback import gate
        from plugin.asking import right

        items = gate.held_out(self.examples, self._bench.catalog.project)
        if not items:
            return gate.judge({}, {})
        services, pipeline = self._bench.services(), self._bench.pipeline()
        before = right(items, pipeline, services, progress)
        with gate.trial(self.examples, wanted, services.index, services.embedder) as index:
            after = right(items, pipeline, replace(services, index=index), progress)
        return gate.judge(before, after)

    def upkeep(
        self, *, rerun: bool = False, progress: Callable[[str, int, int], None] = lambda *_: None
    ) -> list[Doubt]:
        """Drift, runs again where asked, leases that ran out, and whatever the index has not followed yet."""
        from catalog_sync.scope import scope
        from feedback import upkeep
        from feedback.people import SERVICE

        doubts = upkeep.drop_drifted(self.desk, self._bench.catalog)
        if rerun:
            warehouse = self._bench.warehouse.restricted(scope(self._bench.catalog))
            doubts += upkeep.rerun(self.desk, warehouse, self._bench.catalog, progress=progress)
        self.desk.free_expired(SERVICE)
        self.shelf.deliver()
        return doubts


def person() -> Actor:
    """Who works at this terminal, by the name that the system knows. Whoever can open the state database may do
    everything but approve their own SQL."""
    return Actor.of(getpass.getuser(), "admin")


def attrs(example: ExampleRecord, **more: Any) -> dict[str, Any]:
    """For JSON."""
    columns = {column.key: getattr(example, column.key) for column in ExampleRecord.__mapper__.column_attrs}
    return {**columns, **more}
