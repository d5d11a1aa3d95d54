"""What a question means over one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plugin.generator.generate.plan.meaning.bounds import Bound
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition.measure import Measure
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Unit

Form = Literal[
    "plain",
    "averaged",
    "share",
    "share_of_all",
    "share_of_best",
    "growth",
    "difference",
    "apart",
    "rose",
    "fell",
    "change",
    "change_rate",
    "risen",
    "fallen",
    "running",
    "moving",
    "over_average",
    "under_average",
    "count_of_groups",
]


@dataclass(frozen=True)
class Condition:
    """`values` of text columns mean any of them, or none where they are `excluded`; a flag has none; a bound compares
    with a number; `last`: the latest day that there is."""

    column: str
    values: tuple[str, ...] = ()
    bound: tuple[str, float] | None = None
    excluded: bool = False
    last: bool = False


@dataclass(frozen=True)
class Order:
    """`within`: the columns for each value of which the best are asked for; `each_unit`: in each month or the like."""

    descending: bool = True
    limit: int | None = None
    skip: int = 0
    within: tuple[str, ...] = ()
    each_unit: bool = False


@dataclass(frozen=True)
class Reading:
    """What `form` does with the figures: `averaged` those of each unit; `share` of the first condition; `share_of_all`
    of each group, `share_of_best` of the best of them together; `growth` and `difference` of the later period over
    the earlier; `apart`: of the first value of the first condition over the second; `rose` and `fell`: the groups
    whose figure is more, or less, in the second period than in the first; `change` (and its rate) over the period
    before; `risen` and `fallen`: the times whose figure is more, or less, than that before; `running` totals,
    `moving` averages `over` so many times; groups over the average, or counted. `figures`: whether the measures are
    shown: "which store had the most revenue" does not ask for them. `times`: 100 for percent. `quotient`: a
    difference is told as how many times. `counted`: only how many groups there are. `beside`: the figure
    beside its share. `clock`: the time column that
    the question speaks of, if it speaks of one. `alike`: a word was read that only means the same as a name."""

    wide: Wide
    measures: tuple[Measure, ...] = ()
    groups: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    having: tuple[Bound, ...] = ()
    periods: tuple[TimePhrase, ...] = ()
    order: Order | None = None
    form: Form = "plain"
    figures: bool = True
    times: int = 1
    over: int = 0
    quotient: bool = False
    counted: bool = False
    beside: bool = False
    clock: str = ""
    alike: bool = False
