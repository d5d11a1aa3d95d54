"""What is to be shown, told behind the question: "Which products cost more than 10? Name and price please."

The question before it is read as ever; what is told then chooses among its outputs, and adds columns of the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Reading
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.recognition.measure import Measure, is_by_row

_LEAD = (
    r"(?:(?:i|we) (?:need|want)|show|give|list|tell|include|return|report|display|state|add)\s+"
    r"(?:me\s+|us\s+)?(?:(?:just|only|both|back)\s+)?"
)
_ITEM = r"(?:(?:the|its|their|his|her|each|both|just)\s+)*[a-z][a-z' ]*?"
_TAIL = re.compile(
    rf"(?P<mark>[?.!;:]\s+|,\s+|\s+[–—-]\s+)(?P<it>(?:please\s+)?name\s+(?:it|them|each)\s+and\s+)?"
    rf"(?P<lead>(?:please\s+|and\s+|just\s+)*{_LEAD}|name\s+(?=the\s|its\s|their\s))?"
    rf"(?P<items>{_ITEM}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*){_ITEM})*)"
    r"(?P<ends>,?\s+(?:please|for each|of each|for both|each|only|too|as well))*"
    r"(?P<order>,\s*(?:[a-z ]+ first|starting with [a-z ]+))?\s*[.?!]*$",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.IGNORECASE)
_SMALL = re.compile(r"^(?:(?:the|its|their|his|her|each|both|just|exact)\s+)+", re.IGNORECASE)
_THINGS_NAME = frozenset(("name", "names", "title"))
_FIGURE = frozenset((
    "count", "counts", "number", "numbers", "figure", "figures", "amount", "amounts", "value", "values", "total",
    "totals", "share", "percentage", "sum", "average", "difference", "change", "rate",
))  # fmt: skip


@dataclass(frozen=True)
class Tail:
    """`question`: what is before it, with the order that is told behind. `named`: for each thing told the names that it
    may be of the table; none for the thing's own name (`name`) and for the figure that is asked for (`figure`)."""

    question: str
    told: tuple[tuple[str, tuple[Name, ...]], ...]


def tail(question: str, table: CatalogTable) -> Tail | None:
    """None where nothing is told, or something that is no column here."""
    match = _TAIL.search(question)
    if match is None:
        return None
    known = names(table)
    told = [_item(text, known) for text in _PARTED.split(match["items"].strip())]
    told = [("name", ()), *told] if match["it"] else told
    if any(item is None for item in told):
        return None
    found = tuple(item for item in told if item is not None)
    is_bare = not match["lead"] and not match["ends"] and match["mark"].strip() not in ("?", ".", "!")
    if is_bare and (len(found) < 2 or found[0][0] != "name"):
        return None  # ", orders and customers" goes on with a list
    return Tail(question[: match.start()] + (match["order"] or ""), found)


def _item(text: str, known: Sequence[Name]) -> tuple[str, tuple[Name, ...]] | None:
    spoken = _SMALL.sub("", text.strip()).casefold()
    if spoken in _THINGS_NAME:
        return "name", ()
    if spoken in _FIGURE:
        return "figure", ()
    form = terms(spoken)
    same = [n for n in known if n.form == form and n.role in ("measure", "dimension") and not n.over and not n.alike]
    same = [n for n in same if n.own] or same
    return ("column", tuple(same)) if len({n.column for n in same}) == 1 else None


def shown(reading: Reading, told: Tail) -> Reading:
    """The reading of what stands before it, with what is told as its outputs. Raises Unread."""
    if reading.form != "plain":
        return _only_named(reading, told)
    groups: list[str] = []
    figures: list[Measure] = []
    for kind, same in told.told:
        if kind == "name":
            groups.append(_name_of(reading))
        elif kind == "figure":
            figures.append(_sole(reading))
        elif same[0].role == "dimension":
            groups.append(_group(reading, same[0].column))
        else:
            figures.append(_figure(reading, same[0].column))
    groups = list(dict.fromkeys([*groups, *reading.groups]))
    first = reading.measures[:1] if reading.order else ()
    if first and figures and first[0] not in figures:
        raise Unread("a rank by what is not shown")
    shown = tuple(dict.fromkeys([*first, *figures])) if figures or first else ()
    return replace(reading, groups=tuple(groups), measures=shown, figures=bool(figures))


def _only_named(reading: Reading, told: Tail) -> Reading:
    """Of what a form makes of figures nothing can be left out or added: name and figure are what it shows."""
    columns = {m.column for m in reading.measures}
    kinds = ["figure" if same and {n.column for n in same} <= columns else kind for kind, same in told.told]
    if all(kind == "figure" or (kind == "name" and _name_of(reading)) for kind in kinds):
        return replace(reading, figures=reading.figures or "figure" in kinds)
    raise Unread("what to show of it")


def _name_of(reading: Reading) -> str:
    called = [g for g in reading.groups if g.casefold().split("_")[-1] in ("name", "title")]
    if len(called) == 1:
        return called[0]
    table = reading.wide.base
    own = {n.column for n in names(table) if n.role == "dimension" and n.form == terms(noun_of(table))}
    if called or len(own) != 1 or not _is_of_rows(reading):
        raise Unread("whose name")
    return own.pop()


def _sole(reading: Reading) -> Measure:
    if len(reading.measures) != 1:
        raise Unread("which figure to show")
    return reading.measures[0]


def _group(reading: Reading, column: str) -> str:
    if column not in reading.groups and not _is_of_rows(reading):
        raise Unread(f"{column} of a group")
    return column


def _figure(reading: Reading, column: str) -> Measure:
    bounded = (b.measure for b in reading.having)
    own = next((m for m in (*reading.measures, *bounded) if m.column == column), None)
    if own is not None:
        return own
    if _is_of_rows(reading):
        return Measure("value", column)
    view = reading.wide.table.view
    if view is None or view.measures.get(column) != "sum":
        raise Unread(f"{column} of a group")
    return Measure("sum", column)


def _is_of_rows(reading: Reading) -> bool:
    """Each row of the answer is one of the table."""
    alone = not reading.units and all(m.aggregate == "value" for m in reading.measures) and not reading.having
    return alone and is_by_row(reading.wide.base) and not any(tables.is_unit(g, "month") for g in reading.groups)
