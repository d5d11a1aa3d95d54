"""The compositions by name. Read them side by side: a preset is the order and the parameters of its stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plugin.errors import PipelineError
from plugin.generator.ask import Ask
from plugin.generator.check.proof import WithoutViews
from plugin.generator.check.stages import Execution, Mend, Structure, WholeUnits
from plugin.generator.choose.by_result import Agreed, ByResult, NothingThere
from plugin.generator.combinators import Branch, Loop, Seq
from plugin.generator.compose.ddl import Ddl
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.generate.greedy import Greedy
from plugin.generator.generate.phrases.stage import ORIGIN as PHRASES
from plugin.generator.generate.phrases.stage import Phrases
from plugin.generator.generate.plan.stage import LOOSE, Plan
from plugin.generator.generate.plan.stage import ORIGIN as PLANNED
from plugin.generator.generate.verified import ORIGIN as VERIFIED
from plugin.generator.generate.verified import Verified
from plugin.generator.link.scored import Scored
from plugin.generator.link.whole import WholeSchema
from plugin.generator.ours import found, quality, warehouse
from plugin.generator.published import PUBLISHED
from plugin.generator.retrieve.examples import Examples
from plugin.generator.route.base import BaseTables
from plugin.generator.route.coverage import Coverage
from plugin.generator.stage import Stage
from plugin.generator.understand.glossed import Glossed
from plugin.generator.understand.plainly import Plainly
from plugin.generator.understand.rules import Rules


@dataclass(frozen=True)
class Options:
    """What settings may change of a preset."""

    tables: int = 4
    prompt_tokens: int = 2400
    use_views: bool = True
    lookup_seconds: float = 4.0
    min_confidence: float = 0.0


_VERIFIED: tuple[Stage, ...] = (Examples(most=2), Verified(), Execution(), Agreed(VERIFIED, confidence=0.95))
"""What a verified example answers."""


def default(options: Options) -> Stage:
    """Embedded model on a laptop: verified examples that ask the same, else rules where they understand every word,
    else the model on few tables, with values linked, names repaired, one repair by the model."""
    return Seq(
        (
            Rules(),
            *_VERIFIED,
            _by_rules(options),
            Plainly(_by_rules(options)),
            Glossed(_by_rules(options)),
            Coverage(),
            Plan(verbs=False, name=LOOSE),
            WholeUnits(),
            Execution(),
            Agreed(LOOSE, confidence=0.75),
            NothingThere((PLANNED, PHRASES)),
            Scored(most_tables=options.tables),
            Ddl(budget=options.prompt_tokens),
            Greedy(),
            Structure(),
            Execution(),
            Loop(Seq((Mend(), Structure(), Execution())), until=_runs, most=1),
            Loop(_second_look(options), until=_runs, most=1),
            ByResult(options.min_confidence),
            Sentence(),
        )
    )


def _by_rules(options: Options) -> Stage:
    """What rules read with no word left over: first over question views, where one may answer."""
    plan = (Plan(), WholeUnits(), Execution(), Agreed())
    phrases = (Phrases(), WholeUnits(), Execution(), Agreed(PHRASES))
    return Seq((*found(options), Branch(_routed, {"views": Seq((*plan, *phrases))}, default=Seq((*phrases, *plan)))))


def _routed(ask: Ask) -> str:
    return "views" if any(route.table.view for route in ask.routes) else "tables"


def _second_look(options: Options) -> Stage:
    """Base tables with more of their columns, where no statement ran."""
    shown = Scored(most_tables=options.tables, most_columns=40, most_columns_of_others=40)
    return Seq((BaseTables(), shown, Ddl(budget=options.prompt_tokens), Greedy(), Structure(), Execution()))


def rules(options: Options) -> Stage:
    """No model: what neither rules nor verified examples answer is not answered."""
    first = (
        Rules(),
        *_VERIFIED,
        _by_rules(options),
        Plainly(_by_rules(options)),
        Glossed(_by_rules(options)),
        Coverage(),
    )
    loose = (Plan(verbs=False, name=LOOSE), WholeUnits(), Execution(), Agreed(LOOSE, confidence=0.75))
    return Seq((*first, *loose, ByResult(options.min_confidence), Sentence()))


def plain(_options: Options) -> Stage:
    """The baseline: one prompt with the DDL of every base table, no retrieval, no repair."""
    return Seq((WholeSchema(), Ddl(budget=10**6), Greedy(), Execution(), ByResult(), Sentence()))


PRESETS: dict[str, Callable[[Options], Stage]] = {
    "default": default,
    "offline": default,
    "quality": quality,
    "warehouse": warehouse,
    "rules": rules,
    "plain": plain,
    **PUBLISHED,
}


def build(name: str, options: Options) -> Stage:
    if name not in PRESETS:
        raise PipelineError(f"there is no preset {name!r}", hint=f"presets: {', '.join(sorted(PRESETS))}")
    return PRESETS[name](options) if options.use_views else WithoutViews(PRESETS[name](options))


def _runs(ask: Ask) -> bool:
    """Nothing to mend: it ran, or the door refused it, which no rewording may get around."""
    by_rules = (PLANNED, PHRASES, LOOSE, VERIFIED)
    return any(c.rows is not None or c.refused for c in ask.candidates if not c.origin.startswith(by_rules))
