"""The five ways to put stages together. Each is a stage itself, so they nest."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backends.errors import AskError
from plugin.generator.ask import Ask, Step
from plugin.generator.stage import Kind, Need, Services, Stage

log = logging.getLogger(__name__)
PASSED_OVER: tuple[type[Exception], ...] = (Exception,)
"""What a stage may break with, without the question being lost: others may answer it. Tests make it empty."""


class _Combinator:
    kind: Kind = "combinator"

    @property
    def name(self) -> str:
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Seq(_Combinator):
    """One after the other; a verdict ends it early, but for the stages of the kind `deliver`."""

    stages: tuple[Stage, ...]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset().union(*(stage.needs for stage in self.stages))

    def __call__(self, ask: Ask, services: Services) -> Ask:
        for stage in self.stages:
            if not ask.settled or stage.kind == "deliver":
                ask = run(stage, ask, services)
        return ask


@dataclass(frozen=True)
class Branch(_Combinator):
    """The stage that the key names, else the default."""

    key: Callable[[Ask], str]
    stages: Mapping[str, Stage]
    default: Stage

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset().union(self.default.needs, *(stage.needs for stage in self.stages.values()))

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return run(self.stages.get(self.key(ask), self.default), ask, services)


@dataclass(frozen=True)
class Loop(_Combinator):
    """The body until the condition holds, at most `most` times; the condition is asked first."""

    body: Stage
    until: Callable[[Ask], bool]
    most: int

    @property
    def needs(self) -> frozenset[Need]:
        return self.body.needs

    def __call__(self, ask: Ask, services: Services) -> Ask:
        for _ in range(self.most):
            if ask.settled or self.until(ask):
                break
            ask = run(self.body, ask, services)
        return ask


@dataclass(frozen=True)
class Fan(_Combinator):
    """Every stage from the same Ask, then `join` makes one of the results; `enough` stops it early."""

    stages: tuple[Stage, ...]
    join: Callable[[Ask, tuple[Ask, ...]], Ask]
    enough: Callable[[tuple[Ask, ...]], bool] = lambda _results: False

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset().union(*(stage.needs for stage in self.stages))

    def __call__(self, ask: Ask, services: Services) -> Ask:
        results: tuple[Ask, ...] = ()
        for stage in self.stages:
            results = (*results, run(stage, ask, services))
            if self.enough(results):
                break
        return self.join(ask, results)


@dataclass(frozen=True)
class Gate(_Combinator):
    """A human (or a policy in a batch) confirms or edits what stands before the stage runs."""

    confirm: Callable[[Ask], Ask]
    stage: Stage

    @property
    def needs(self) -> frozenset[Need]:
        return self.stage.needs | {"human"}

    def __call__(self, ask: Ask, services: Services) -> Ask:
        confirmed = self.confirm(ask)
        return confirmed if confirmed.settled else run(self.stage, confirmed, services)


def run(stage: Stage, ask: Ask, services: Services) -> Ask:
    """Runs one stage, times it and announces it; combinators are only passed through. A stage that breaks of itself, by
    no error of a backend, is passed over: the log has where, the receipt that it did."""
    if stage.kind == "combinator":
        return stage(ask, services)
    services.emit("stage", stage.name)
    started = time.perf_counter()
    try:
        after = stage(ask, services)
        found = {key: value for key, value in _summary(ask, after).items() if value}
    except AskError:
        raise
    except PASSED_OVER as error:
        log.exception("the stage %s broke and is passed over", stage.name)
        after, found = ask, {"broke": type(error).__name__}
    return after.add(steps=(*after.steps, Step(stage.name, time.perf_counter() - started, found)))


def _summary(before: Ask, after: Ask) -> dict[str, object]:
    found: dict[str, object] = {}
    if after.routes != before.routes:
        found["tables"] = {str(r.table.name): {"score": round(r.score, 4), **r.parts} for r in after.routes}
    if after.dropped != before.dropped:
        found["dropped"] = list(after.dropped[len(before.dropped) :])
    if after.values != before.values:
        found["values"] = [f"{v.phrase} = {v.table}.{v.column}: {v.value} ({v.score:.2f})" for v in after.values]
    if after.mentions != before.mentions:
        found["words"] = {m.word: len(m.tables) for m in after.mentions}
    for name in ("unread", "workspaces", "schemas", "links", "grade", "subquestions", "probe"):
        if (value := getattr(after, name)) != getattr(before, name):
            found[name] = list(value) if isinstance(value, tuple) else value
    if after.hints != before.hints:
        found["hints"] = [f"{h.phrase}: {h.condition}" for h in after.hints]
    if after.slices != before.slices:
        found["schema"] = {str(s.table.name): list(s.columns) for s in after.slices}
    if after.shots != before.shots:
        found["examples"] = [s.question for s in after.shots]
    if after.prompts != before.prompts:
        found["prompt_tokens"] = sum(p.tokens for p in after.prompts)
    if after.candidates != before.candidates:
        found["candidates"] = [
            {"sql": c.sql, "from": c.origin, "notes": list(c.notes), "error": c.error}
            | ({"proof": c.proof.kind} if c.proof is not None else {})
            for c in after.candidates
        ]
    return found
