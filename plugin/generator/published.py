"""The published methods as compositions of the same stages, to be read side by side.

Parameters are the papers' (`about.py` says which papers, and what differs and why). What a paper trained is asked of
the model that is set. Every preset keeps the house's two guards: requests to change data end at once (`Rules`), and
every statement goes through the read-only door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plugin.generator.ask import Ask
from plugin.generator.check.executed import Executed
from plugin.generator.check.refined import Corrected, Refined, planned, ran
from plugin.generator.check.semantic import Semantic
from plugin.generator.check.stages import Execution
from plugin.generator.choose.first import FirstPlanned, Last
from plugin.generator.choose.voted import Voted
from plugin.generator.combinators import Branch, Loop, Seq
from plugin.generator.compose.recipe import FENCE, Recipe
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.deliver.told import Explained, Told
from plugin.generator.generate.sampled import EachModel, Sampled
from plugin.generator.link.probed import Probed
from plugin.generator.link.pruned import Pruned
from plugin.generator.link.reasoned import Reasoned
from plugin.generator.link.recall import ColumnRecall, TableRecall
from plugin.generator.link.routed import OneSchema, Routed
from plugin.generator.link.selected import Selector
from plugin.generator.link.top import Top
from plugin.generator.link.whole import WholeSchema
from plugin.generator.needs import Checked, Preferred
from plugin.generator.remember import Remembered
from plugin.generator.retrieve.alike import Alike
from plugin.generator.retrieve.cells import FirstRows, Listed
from plugin.generator.retrieve.contents import Contents
from plugin.generator.retrieve.rows import NearestRows
from plugin.generator.retrieve.values import Values
from plugin.generator.route.graph import Decoded
from plugin.generator.route.hybrid import Hybrid
from plugin.generator.route.picked import Confirmed, Picked
from plugin.generator.route.summaries import Summaries
from plugin.generator.route.workspaces import Workspaces
from plugin.generator.stage import Stage
from plugin.generator.understand.graded import EASY, NESTED, NON_NESTED, Graded
from plugin.generator.understand.rules import Rules

if TYPE_CHECKING:
    from plugin.generator.presets import Options

NOTHING = Seq(())
SELECT = FENCE + "SELECT"
ENDS = ("```", ";")
CONFIRMED = Preferred(Confirmed(), NOTHING, "the tables are taken as proposed")
ZERO_SHOT = "zero-shot, without examples of questions and their SQL"


def text2sql(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            WholeSchema(),
            Recipe("bird.md", "code", begun=SELECT),
            Sampled(max_tokens=512, stop=ENDS),
            Execution(),
            Last(),
            Sentence(),
        )
    )


def text2sql_lm(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            WholeSchema(),
            Recipe("rows_sql.md", "code", begun=SELECT),
            Sampled(max_tokens=512, stop=ENDS),
            Execution(),
            Last(),
            Sentence(),
            Told(checked=False),
        )
    )


def rag(_options: Options) -> Stage:
    return Seq((Rules(), WholeSchema(), NearestRows(most=10), Sentence(), Told(checked=False)))


def tag(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            WholeSchema(),
            Recipe("tag.md", "code", begun=SELECT),
            Sampled(max_tokens=512, stop=ENDS),
            Semantic(batch=20, most=200),
            Execution(),
            Last(),
            Sentence(),
            Told(checked=True),
        )
    )


def c3(_options: Options) -> Stage:
    tips = ("c3_tip1.md", "c3_ack1.md", "c3_tip2.md", "c3_ack2.md")
    draws = Seq((Sampled(n=20, temperature=1.0, stop=ENDS, anew=True), Executed()))
    return Seq(
        (
            Rules(),
            Contents(floor=0.85, most=2, strict=True),
            WholeSchema(),
            Preferred(TableRecall(n=10, temperature=0.7, keep=4), TableRecall(1, 0.0, 4), "one vote on tables, not 10"),
            Preferred(ColumnRecall(n=10, temperature=0.7), ColumnRecall(1, 0.0), "one vote on columns, not 10"),
            Recipe("c3.md", "number-sign", system="c3_system.md", dialogue=tips, begun=SELECT),
            Preferred(
                Loop(draws, until=_first_ran, most=5),
                Seq((Sampled(stop=ENDS), Executed())),
                "one greedy statement, not 20 that vote",
            ),
            Voted(distinct_blind=True),
            Sentence(),
        )
    )


def dail_sql(_options: Options) -> Stage:
    prompt = Recipe("dail.md", "code", begun=SELECT, budget=4096 - 200, answer_tokens=200)
    first_pass = Seq((Alike(9, "masked"), prompt, Sampled(max_tokens=200, stop=ENDS, probe=True)))
    return Seq(
        (
            Rules(),
            Contents(),
            WholeSchema(),
            Preferred(Seq((first_pass, Alike(9, "masked", by_probe=True, same=0.85))), NOTHING, ZERO_SHOT),
            prompt,
            Sampled(max_tokens=200, stop=ENDS),
            Execution(),
            Last(),
            Sentence(),
        )
    )


def din_sql(_options: Options) -> Stage:
    write = Sampled(max_tokens=600, stop=("Q:",), last=True)
    easy, joined, nested = (Seq((Recipe(f"din_{file}.md", "listed", answer_tokens=600), write))
                            for file in ("easy", "non_nested", "nested"))  # fmt: skip
    return Seq(
        (
            Rules(),
            WholeSchema(),
            Reasoned(max_tokens=600, stop=("Q:",)),
            Graded(max_tokens=600, stop=("Q:",)),
            Branch(_grade, {EASY: easy, NON_NESTED: joined, NESTED: nested}, default=joined),
            Corrected(gentle=False, max_tokens=350),
            Execution(),
            Last(),
            Sentence(),
        )
    )


def mac_sql(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            WholeSchema(),
            Listed(most=6, few=10, longest=50),
            Selector(mean=6, total=30, small=10, columns=6),
            Recipe("mac_decompose.md", "bracket", answer_tokens=600),
            Sampled(max_tokens=600, last=True),
            Execution(),
            Loop(Seq((Refined("mac_refine.md", "bracket"), Execution())), until=ran, most=3),
            Last(),
            Sentence(),
        )
    )


def pet_sql(_options: Options) -> Stage:
    zero = Recipe("pet_zero.md", "references", begun=SELECT, answer_tokens=200)
    few = Recipe("pet.md", "references", begun=SELECT, answer_tokens=200)
    prompt = Preferred(Seq((Alike(9, "masked"), few)), zero, ZERO_SHOT)
    return Seq(
        (
            Rules(),
            Contents(),
            WholeSchema(),
            FirstRows(most=3),
            prompt,
            Sampled(max_tokens=200, stop=ENDS, probe=True),
            Probed(),
            prompt,
            Preferred(
                EachModel(max_tokens=200, stop=ENDS), Sampled(max_tokens=200, stop=ENDS), "one model, so no cross vote"
            ),
            Executed(),
            Voted(),
            Sentence(),
        )
    )


def codes(_options: Options) -> Stage:
    return _codes(Top(tables=6, columns=10), Recipe("codes.md", "codes", system="codes_system.md", begun=SELECT))


def codes_icl(_options: Options) -> Stage:
    few = Seq((Alike(3, "skeleton"), Recipe("codes_shots.md", "codes", system="codes_system.md", begun=SELECT)))
    zero = Recipe("codes.md", "codes", system="codes_system.md", begun=SELECT)
    return _codes(Top(tables=5, columns=6), Preferred(few, zero, ZERO_SHOT))


def _codes(link: Stage, prompt: Stage) -> Stage:
    """Four beams, of which the first that can be planned counts. The three behind the greedy one are drawn only where
    that one can't be planned: the outcome is the same."""
    others = Seq((Sampled(n=3, temperature=0.7, stop=ENDS), FirstPlanned()))
    return Seq(
        (
            Rules(),
            Contents(floor=0.9, most=25, hits=10, longest=25),
            Hybrid(use_views=False),
            link,
            FirstRows(most=2, distinct=True, longest=25),
            prompt,
            Sampled(stop=ENDS),
            FirstPlanned(),
            Loop(
                Preferred(others, NOTHING, "one statement, not 4 of which the first that runs counts"),
                until=planned,
                most=1,
            ),
            Execution(),
            Last(),
            Sentence(),
        )
    )


def dbcopilot(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            Hybrid(most=30, use_views=False),
            Preferred(Decoded(beams=10), Decoded(beams=0), "the search routes, without a decoding to legal names"),
            OneSchema(),
            Recipe("copilot.md", "number-sign", begun=SELECT),
            Sampled(stop=ENDS),
            Execution(),
            Last(),
            Sentence(),
        )
    )


def aws_loop(_options: Options) -> Stage:
    return _aws(Hybrid(use_views=False))


def aws_ops(options: Options) -> Stage:
    return Remembered(_aws(Hybrid(use_views=options.use_views)))


def _aws(route: Stage) -> Stage:
    """Four attempts: the first and three corrections, each told all errors so far."""
    return Seq(
        (
            Rules(),
            Values(),
            route,
            Routed(most=5),
            Recipe("aws.md", "code", answer_tokens=2048),
            Sampled(max_tokens=512),
            Execution(),
            Loop(Seq((Refined("aws_fix.md", "code", grows=True), Execution())), until=ran, most=3),
            Last(),
            Sentence(),
        )
    )


def pinterest(_options: Options) -> Stage:
    return Seq(
        (
            Rules(),
            Summaries(documents=30, floor=0.6, strong=0.7, weight=10, keep=10),
            Picked(most=3),
            CONFIRMED,
            Routed(most=3),
            Recipe("pinterest.md", "json", answer_tokens=512),
            Sampled(max_tokens=512),
            Execution(),
            Loop(Seq((Refined("pinterest_fix.md", "json"), Execution())), until=ran, most=1),
            Last(),
            Sentence(),
            Explained(),
        )
    )


def querygpt_v1(_options: Options) -> Stage:
    return Seq(
        (Rules(), Values(), Hybrid(), Preferred(Alike(7, "question"), NOTHING, ZERO_SHOT), Routed(most=3), *_querygpt())
    )


def querygpt(_options: Options) -> Stage:
    agents = (Workspaces(most=2), Picked(most=3), CONFIRMED, Routed(most=3), Pruned())
    return Seq(
        (Rules(), Values(), Hybrid(most=30), Preferred(Alike(7, "question"), NOTHING, ZERO_SHOT), *agents, *_querygpt())
    )


def _querygpt() -> tuple[Stage, ...]:
    write = Recipe("querygpt.md", "code", answer_tokens=512)
    return write, Sampled(max_tokens=512), Execution(), Last(), Sentence(), Explained()


def _first_ran(ask: Ask) -> bool:
    return bool(ask.candidates) and (ask.candidates[0].rows is not None or bool(ask.candidates[0].refused))


def _grade(ask: Ask) -> str:
    return ask.grade


_MAKERS: dict[str, Callable[[Options], Stage]] = {
    "codes": codes,
    "codes-icl": codes_icl,
    "pet-sql": pet_sql,
    "tag": tag,
    "text2sql": text2sql,
    "text2sql-lm": text2sql_lm,
    "rag": rag,
    "dbcopilot": dbcopilot,
    "aws-loop": aws_loop,
    "aws-ops": aws_ops,
    "pinterest": pinterest,
    "querygpt": querygpt,
    "querygpt-v1": querygpt_v1,
    "din-sql": din_sql,
    "c3": c3,
    "dail-sql": dail_sql,
    "mac-sql": mac_sql,
}


def _checked(name: str, make: Callable[[Options], Stage]) -> Callable[[Options], Stage]:
    return lambda options: Checked(name, make(options))


PUBLISHED: dict[str, Callable[[Options], Stage]] = {name: _checked(name, make) for name, make in _MAKERS.items()}
