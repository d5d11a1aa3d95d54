"""A pipeline without some of its stages: what a part is worth is what is lost without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from plugin.errors import PipelineError
from plugin.generator.combinators import Seq
from plugin.generator.stage import Stage


def without(pipeline: Stage, names: Sequence[str]) -> Stage:
    """Stages are named as receipts name them (`retrieve.values`); the part after the dot is enough where only one
    stage has it. Stages inside combinators and inside other stages count too. Raises PipelineError for a name that
    no stage has."""
    there = sorted(set(stage_names(pipeline)))
    left_out = {_full(name, there) for name in names}
    return _cut(pipeline, left_out) or Seq(())


def stage_names(stage: Any) -> Iterator[str]:
    """In the order in which they are written, combinators left out."""
    if stage.kind != "combinator":
        yield stage.name
    for value in _values(stage):
        for part in _stages(value):
            yield from stage_names(part)


def _full(name: str, there: Sequence[str]) -> str:
    found = [n for n in there if n == name] or [n for n in there if n.rpartition(".")[2] == name]
    if len(found) == 1:
        return found[0]
    problem = f"no stage is called {name!r}" if not found else f"{name!r} is {' and '.join(found)}"
    raise PipelineError(problem, hint=f"stages of this preset: {', '.join(there)}")


def _cut(stage: Any, left_out: set[str]) -> Any:
    """None for a stage that goes; a combinator whose only part goes does nothing."""
    if stage.kind != "combinator" and stage.name in left_out:
        return None
    changes = {}
    for name, value in _fields(stage):
        if any(True for _ in _stages(value)):
            changes[name] = _cut_value(value, left_out)
    return replace(stage, **changes) if changes else stage


def _cut_value(value: Any, left_out: set[str]) -> Any:
    if _is_stage(value):
        return _cut(value, left_out) or Seq(())
    if isinstance(value, Mapping):
        return {key: _cut_value(part, left_out) for key, part in value.items()}
    return tuple(kept for part in value if (kept := _cut(part, left_out)) is not None)


def _fields(stage: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(stage):
        yield from ((f.name, getattr(stage, f.name)) for f in fields(stage) if f.init)


def _values(stage: Any) -> Iterator[Any]:
    yield from (value for _, value in _fields(stage))


def _stages(value: Any) -> Iterator[Any]:
    """The stages in a field: one, a tuple of them, or a mapping to them."""
    if _is_stage(value):
        yield value
    elif isinstance(value, Mapping):
        yield from (part for part in value.values() if _is_stage(part))
    elif isinstance(value, (tuple, list)):
        yield from (part for part in value if _is_stage(part))


def _is_stage(value: Any) -> bool:
    return callable(value) and not isinstance(value, type) and hasattr(value, "kind") and hasattr(value, "needs")
