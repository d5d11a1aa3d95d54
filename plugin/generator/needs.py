"""What a preset needs, what is there, and what stands in for what is not.

A stage declares its needs; `Preferred` declares its substitute. A preset is checked before it runs: what has no
substitute is refused, what has one is substituted, and the receipt says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from catalog_sync.index import COLLECTIONS
from plugin.errors import PipelineError
from plugin.generator.ask import Ask
from plugin.generator.combinators import run
from plugin.generator.stage import Kind, Need, Services, Stage

ALWAYS: frozenset[Need] = frozenset({"llm", "embeddings", "index", "execution"})
_OF_CAPABILITY: Mapping[str, Need] = {"grammar": "grammar", "logprobs": "logprobs", "n": "samples"}


@dataclass(frozen=True)
class Preferred:
    """`stage` where its needs are met, else `instead`; `says` is what that means to the asker."""

    stage: Stage
    instead: Stage
    says: str
    kind: Kind = "combinator"

    @property
    def name(self) -> str:
        return "preferred"

    @property
    def needs(self) -> frozenset[Need]:
        """The substitute's: what there is no way around."""
        return self.instead.needs

    def lacks(self, there: frozenset[Need]) -> str:
        """The note of the substitution, "" where none is needed."""
        missing = sorted(self.stage.needs - there)
        return f"no {', no '.join(missing)}: {self.says}" if missing else ""

    def __call__(self, ask: Ask, services: Services) -> Ask:
        note = self.lacks(available(services))
        if not note:
            return run(self.stage, ask, services)
        return run(self.instead, ask.add(substituted=tuple(dict.fromkeys((*ask.substituted, note)))), services)


@dataclass(frozen=True)
class Checked:
    """A preset by its name, run only where all is there that it can't do without. Raises PipelineError."""

    preset: str
    pipeline: Stage
    kind: Kind = "combinator"

    @property
    def name(self) -> str:
        return self.preset

    @property
    def needs(self) -> frozenset[Need]:
        return self.pipeline.needs

    def __call__(self, ask: Ask, services: Services) -> Ask:
        missing = sorted(self.needs - available(services))
        if missing:
            raise PipelineError(
                f"the preset {self.preset} needs {', '.join(missing)}, which is not there",
                hint="choose another preset: dbt-ask presets list",
            )
        return self.pipeline(ask, services)


def available(services: Services) -> frozenset[Need]:
    found: set[Need] = set(ALWAYS)
    found |= {need for capability, need in _OF_CAPABILITY.items() if capability in services.llm.capabilities}
    if services.others:
        found.add("models")
    if services.confirm is not None:
        found.add("human")
    if services.index.count(COLLECTIONS["example"]):
        found.add("examples")
    return frozenset(found)


def substitutions(stage: Stage, there: frozenset[Need]) -> tuple[str, ...]:
    """The notes that a run would leave, found without running."""
    found: list[str] = []
    _substituted(stage, there, found)
    return tuple(dict.fromkeys(found))


def _substituted(stage: Any, there: frozenset[Need], found: list[str]) -> None:
    if isinstance(stage, Preferred):
        note = stage.lacks(there)
        found += [note] if note else []
        _substituted(stage.instead if note else stage.stage, there, found)
        return
    for part in parts(stage):
        _substituted(part, there, found)


def parts(stage: Any) -> Iterator[Stage]:
    """The stages that a stage holds, in the order in which they are written."""
    for value in (getattr(stage, f.name) for f in fields(stage)) if is_dataclass(stage) else ():
        several = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else (value,)
        yield from (part for part in several if hasattr(part, "kind") and hasattr(part, "needs"))
