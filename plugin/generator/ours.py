"""The project's own presets for more than the embedded model on a laptop; `presets.py` has the one for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin.generator.ask import Ask
from plugin.generator.check.refined import ran
from plugin.generator.check.stages import Execution, Mend, Structure
from plugin.generator.choose.by_result import ByResult
from plugin.generator.combinators import Fan, Loop, Seq
from plugin.generator.compose.ddl import Ddl
from plugin.generator.compose.recipe import Recipe
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.generate.greedy import Greedy
from plugin.generator.generate.sampled import Sampled
from plugin.generator.link.scored import Scored
from plugin.generator.needs import Checked, Preferred
from plugin.generator.retrieve.examples import Examples
from plugin.generator.retrieve.lookup import Lookup
from plugin.generator.retrieve.mentions import Mentions
from plugin.generator.retrieve.values import Values
from plugin.generator.route.coverage import Coverage
from plugin.generator.route.hybrid import Hybrid
from plugin.generator.route.picked import Confirmed
from plugin.generator.route.workspaces import Workspaces
from plugin.generator.stage import Stage
from plugin.generator.understand.rules import Rules

if TYPE_CHECKING:
    from plugin.generator.presets import Options


def quality(options: Options) -> Stage:
    """For a hosted model or one of 7B and more: three ways to write the statement, which vote by their results."""
    plain = Seq((Ddl(budget=options.prompt_tokens), Greedy()))
    steps = Seq((Recipe("plan_steps.md", "code", answer_tokens=600), Sampled(max_tokens=600, last=True)))
    parts = Seq((Recipe("mac_decompose.md", "bracket", answer_tokens=600), Sampled(max_tokens=600, last=True)))
    return Checked(
        "quality",
        Seq(
            (
                Rules(),
                *found(options),
                Coverage(),
                Examples(most=3),
                Scored(most_tables=max(options.tables, 6)),
                Fan((plain, steps, parts), join=all_candidates),
                Structure(),
                Execution(),
                Loop(Seq((Mend(), Structure(), Execution())), until=_any_ran, most=2),
                ByResult(options.min_confidence),
                Sentence(),
            )
        ),
    )


def warehouse(options: Options) -> Stage:
    """For hundreds of tables: workspaces before tables, views before base tables, a person who may confirm the tables,
    and three repairs told what the engine said."""
    confirm = Preferred(Confirmed(), Seq(()), "the tables are taken as proposed")
    return Checked(
        "warehouse",
        Seq(
            (
                Rules(),
                *found(options, most=30),
                Workspaces(),
                Coverage(),
                confirm,
                Examples(most=3),
                Scored(most_tables=max(options.tables, 6)),
                Ddl(budget=options.prompt_tokens),
                Greedy(),
                Structure(),
                Execution(),
                Loop(Seq((Mend(), Structure(), Execution())), until=ran, most=3),
                ByResult(options.min_confidence),
                Sentence(),
            )
        ),
    )


def found(options: Options, most: int = 12) -> tuple[Stage, ...]:
    """The tables that may hold the answer, with the question's values; again, where names were looked up."""
    routed = (Mentions(), Hybrid(most=most, use_views=options.use_views))
    again = Loop(Seq(routed), until=lambda ask: bool(ask.routes), most=1)
    return (Values(), *routed, Lookup(seconds=options.lookup_seconds), again)


def all_candidates(before: Ask, results: tuple[Ask, ...]) -> Ask:
    """What all ways wrote, and what all of them spent; the prompt is the first way's."""
    usage = before.usage
    for result in results:
        usage += result.usage - before.usage
    new = tuple(c for result in results for c in result.candidates[len(before.candidates) :])
    steps = tuple(s for result in results for s in result.steps[len(before.steps) :])
    dropped = tuple(d for result in results for d in result.dropped[len(before.dropped) :])
    return before.add(
        candidates=(*before.candidates, *new),
        steps=(*before.steps, *steps),
        dropped=(*before.dropped, *dropped),
        prompts=results[0].prompts,
        slices=results[0].slices,
        usage=usage,
    )


def _any_ran(ask: Ask) -> bool:
    return any(c.rows is not None or c.refused for c in ask.candidates)
