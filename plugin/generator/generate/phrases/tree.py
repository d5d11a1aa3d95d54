"""What a question means: things that meet conditions, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Literal, TypeVar

from plugin.generator.understand.periods import Unit

Sign = Literal["=", "!=", "<", "<=", ">", ">=", "between"]
Function = Literal["avg", "median", "min", "max", "sum"]


@dataclass(frozen=True)
class Step:
    """From one table to a next over a key; `many`: a row has several there."""

    start: str
    columns: tuple[str, ...]
    end: str
    to_columns: tuple[str, ...]
    many: bool


Path = tuple[Step, ...]


@dataclass(frozen=True)
class Attribute:
    """A column of the table of the things, or of one that `path` leads to, one row for each thing; `unit`: the month or
    the like that a time is in."""

    table: str
    column: str
    path: Path = ()
    unit: Unit | None = None


@dataclass(frozen=True)
class Compared:
    """With numbers or texts: any of them; `like`: a pattern; `every`: of related things, some with each value."""

    attribute: Attribute
    sign: Sign
    values: tuple[str, ...]
    negated: bool = False
    like: bool = False
    every: bool = False


@dataclass(frozen=True)
class Flagged:
    """A flag is true of them, or false where it is `negated`."""

    attribute: Attribute
    negated: bool = False


@dataclass(frozen=True)
class Filled:
    """There is something in the column, or nothing where it is `negated`."""

    attribute: Attribute
    negated: bool = False


@dataclass(frozen=True)
class Within:
    """From the day `since` on, and before the day `until`."""

    attribute: Attribute
    since: date | None
    until: date | None


@dataclass(frozen=True)
class AgainstAverage:
    """So many `times` the average of all things of the table; `within`: of those that are equal in these columns."""

    attribute: Attribute
    sign: Sign
    times: str = "1"
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgainstOther:
    """Of another column of the same row."""

    attribute: Attribute
    sign: Sign
    other: Attribute


@dataclass(frozen=True)
class Related:
    """There are such things at the end of the path, or none where it is `negated`."""

    path: Path
    things: Things
    negated: bool = False


@dataclass(frozen=True)
class Counted:
    """So many of such things are at the end of the path."""

    path: Path
    things: Things
    sign: Sign
    number: str


@dataclass(frozen=True)
class Summed:
    """A column of all the rows at the end of the path, added up, is so much."""

    path: Path
    column: str
    sign: Sign
    number: str


@dataclass(frozen=True)
class Among:
    """One of these things of the same table, or none of them."""

    things: Things
    negated: bool = False


@dataclass(frozen=True)
class Reached:
    """The first (`min`) or the last of the rows at the end of the path is of that time."""

    path: Path
    function: Literal["min", "max"]
    within: Within


@dataclass(frozen=True)
class Again:
    """The second of the rows at the end of the path comes no later than `days` after the first."""

    path: Path
    time: str
    days: str


Condition = (
    Compared
    | Flagged
    | Filled
    | Within
    | AgainstAverage
    | AgainstOther
    | Related
    | Counted
    | Summed
    | Among
    | Reached
    | Again
)


@dataclass(frozen=True)
class Best:
    """The `limit` things with the most of an attribute, or the most things at the end of a path."""

    by: Attribute | Related
    descending: bool
    limit: int = 1
    skip: int = 0


@dataclass(frozen=True)
class Things:
    """`guesses`: how much of it was not said but taken to be so."""

    table: str
    conditions: tuple[Condition, ...] = ()
    best: Best | None = None
    guesses: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Aggregate:
    """`attribute` None counts rows."""

    function: Literal["avg", "median", "min", "max", "sum", "count"]
    attribute: Attribute | None = None
    distinct: bool = False


@dataclass(frozen=True)
class Tally:
    """How many of such things each has."""

    related: Related


@dataclass(frozen=True)
class Lasting:
    """How long it is from one day of a row to another."""

    function: Function
    start: Attribute
    end: Attribute
    unit: str


@dataclass(frozen=True)
class Gap:
    """How many days lie between two rows of one thing, by their places in time: the first and the second, or each and
    the one before it (0 and 0), or the first and the last (1 and -1)."""

    function: Function
    path: Path
    time: str
    first: int
    second: int


@dataclass(frozen=True)
class Share:
    """The part of the things of which all this is true; of 100 where `times` says so."""

    conditions: tuple[Condition, ...]
    times: int = 1


@dataclass(frozen=True)
class PerThing:
    """How many rows there are for each value of a key, on average."""

    key: Attribute


Output = Attribute | Aggregate | Tally | Lasting | Gap | Share | PerThing
FIGURES = (Aggregate, Lasting, Share, PerThing)
"""Of many rows one figure."""


@dataclass(frozen=True)
class Order:
    by: Output
    descending: bool = False
    limit: int | None = None


@dataclass(frozen=True)
class Having:
    of: Aggregate
    sign: Sign
    number: str


@dataclass(frozen=True)
class Asked:
    """A whole question. `by`: one row for each value of these. `distinct`: each row once. `guesses`: as of things."""

    things: Things
    outputs: tuple[Output, ...]
    by: tuple[Attribute, ...] = ()
    distinct: bool = False
    order: Order | None = None
    having: tuple[Having, ...] = ()
    guesses: int = field(default=0, compare=False)


def guesses(asked: Asked) -> int:
    """How much a reading takes to be so: the fewer the better. A tie over several keys is one for each beyond the
    first, a column of a parent one for each key."""
    shown = [*asked.by, *(o for o in asked.outputs if isinstance(o, Attribute))]
    tallied = [o.related for o in asked.outputs if isinstance(o, Tally)]
    shares = [Things(asked.things.table, o.conditions) for o in asked.outputs if isinstance(o, Share)]
    return (
        asked.guesses
        + sum(map(_of_things, shares))
        + sum(len(a.path) for a in dict.fromkeys(shown))
        + sum(len(t.path) - 1 for t in tallied)
        + _of_things(asked.things)
    )


def _of_things(things: Things) -> int:
    found = things.guesses
    for condition in (*things.conditions, *([things.best.by] if things.best else [])):
        if isinstance(condition, Related | Counted):
            vacuous = isinstance(condition, Related) and not condition.path[0].many and _is_plain(condition.things)
            found += len(condition.path) + int(vacuous) + _of_things(condition.things)
        elif isinstance(condition, Among):
            found += _of_things(condition.things)
        elif isinstance(condition, Compared):
            found += len(condition.attribute.path)
        elif isinstance(condition, Reached | Again | Summed):
            found += len(condition.path)
    return found


def _is_plain(things: Things) -> bool:
    return not things.conditions and things.best is None


_Kind = TypeVar("_Kind")


def all_of(tree: object, kind: type[_Kind]) -> Iterator[_Kind]:
    """Everything of a kind in it, however deep."""
    if isinstance(tree, kind):
        yield tree
    if isinstance(tree, tuple):
        for one in tree:
            yield from all_of(one, kind)
    elif is_dataclass(tree):
        for one in fields(tree):
            yield from all_of(getattr(tree, one.name), kind)
