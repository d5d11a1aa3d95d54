from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from plugin.ablation import stage_names, without
from plugin.errors import PipelineError
from plugin.generator.ask import Ask
from plugin.generator.combinators import Branch, Fan, Gate, Loop, Seq
from plugin.generator.presets import Options, build
from plugin.generator.stage import Kind, Need, Services, Stage


@dataclass(frozen=True)
class Say:
    """Adds its name to the sentence; may hold a pipeline of its own, as a probe."""

    name: str
    probe: Stage | None = None
    kind: Kind = "check"
    needs: frozenset[Need] = field(default=frozenset())

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if self.probe is not None:
            ask = self.probe(ask, services)
        return ask.add(sentence=f"{ask.sentence}{self.name[-1]}")


A, B, C, D = (Say(f"check.{letter}") for letter in "abcd")


def said(stage: Stage) -> str:
    return stage(Ask("q"), SimpleNamespace(emit=lambda *_: None)).sentence  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pipeline", "left_out", "says"),
    [
        (Seq((A, B, C)), ["check.b"], "ac"),
        (Seq((A, B, C)), ["b", "c"], "a"),
        (Seq((A, Seq((B, Loop(Seq((C, B)), until=lambda _: False, most=2))))), ["check.b"], "acc"),
        (Loop(B, until=lambda _: False, most=2), ["b"], ""),
        (Branch(lambda _: "x", {"x": B, "y": C}, A), ["b"], ""),
        (Fan((A, B, C), join=lambda ask, found: ask.add(sentence="".join(f.sentence for f in found))), ["b"], "ac"),
        (Gate(lambda ask: ask, B), ["check.b"], ""),
        (Seq((Say("check.a", probe=Seq((B, C))), D)), ["check.b"], "cad"),
        (Seq((A, B)), [], "ab"),
    ],
)
def test_a_stage_is_left_out_wherever_it_stands(pipeline: Stage, left_out: list[str], says: str) -> None:
    assert said(without(pipeline, left_out)) == says


def test_the_pipeline_itself_is_not_changed() -> None:
    pipeline = Seq((A, B))
    without(pipeline, ["a"])
    assert said(pipeline) == "ab"


@pytest.mark.parametrize(
    ("name", "says"), [("check.x", "no stage is called 'check.x'"), ("a", "'a' is check.a and other.a")]
)
def test_a_name_must_be_of_one_stage(name: str, says: str) -> None:
    with pytest.raises(PipelineError, match=says) as raised:
        without(Seq((A, Say("other.a"))), [name])
    assert "check.a, other.a" in raised.value.hint


def test_every_stage_of_a_preset_can_be_left_out() -> None:
    pipeline = build("default", Options())
    names = list(stage_names(pipeline))
    assert {"retrieve.values", "route.coverage"} < set(names)
    for name in names:
        assert name not in set(stage_names(without(pipeline, [name])))
