"""Words that are explained by the period, the value or the figure that they stand beside: "the orders of 1997" where a
month is that of the order, "before tax" of a figure of which that is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backends.vectors.english import stem
from catalog_sync.model import CatalogTable
from plugin.generator import tables, units
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Span, Text

_BEFORE_TAX = re.compile(r"\b(?:before|excluding|without|net of) (?:any )?(?:sales )?tax(?:es)?\b", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?:for |of |over )?(?:the |all )?\b(\w+)s(?: (?:that were )?(?:placed|made))? (?:of|in|from|during)\s+$",
    re.IGNORECASE,
)
_IN_UNIT = re.compile(
    r"(?:,\s*)?\b(?:(?:measured|given|expressed|counted) )?in ([a-z]+)\b|(?<=\d)\s+([a-z]+)\b", re.IGNORECASE
)
_WORTH = re.compile(r"\bworth\b(?=\s*[?.]?$|\s+(?:by|per|for each|for every)\b)", re.IGNORECASE)
_VALUES = tuple(frozenset(map(stem, lot)) for lot in (("worth",), ("value",), ("amount",), ("total",)))


def before_tax(text: Text, table: CatalogTable) -> Span | None:
    """Where it stands, if of one figure here that is told."""
    match = _BEFORE_TAX.search(text.text)
    told = any("before tax" in c.description.casefold() for c in table.columns)
    return match.span() if match and told else None


def is_after_tax(column: str, table: CatalogTable) -> bool:
    """Of a figure of money nothing says that it is before tax, where that of others is said."""
    found = table.column(column)
    return found is not None and "before tax" not in found.description.casefold()


def of_time(seen: Recognised, table: CatalogTable, periods: Sequence[Span]) -> Iterator[Span]:
    """ "For the orders of 1997": by their month, which is the one that the table has."""
    column = tables.time_column(table)
    named = set(map(stem, column.name.casefold().split("_"))) if column is not None else set()
    for start, _ in periods:
        match = _OF_TIME.search(seen.text.text, 0, start)
        if match and stem(match[1].casefold()) in named and seen.text.is_free(match.span(1)):
            yield match.start(1), match.end(1) + 1


def in_units(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """ "The time to resolve in hours", "over 100 units": the unit that a figure here is in anyway."""
    columns = [c for f in seen.found if f.name.role == "measure" and (c := table.column(f.name.column)) is not None]
    for match in _IN_UNIT.finditer(seen.text.text):
        if any(units.is_of(column, match[1] or match[2]) for column in columns):
            yield match.span()


def worth(seen: Recognised, known: Sequence[Name]) -> Found | None:
    """ "What is the stock worth?" asks for the one figure of its value, not for how much there is."""
    match = _WORTH.search(seen.text.text)
    if match is None or len([f for f in seen.found if f.name.role == "measure"]) > 1:
        return None
    able = [n for n in known if n.role == "measure" and n.own and not n.over and isinstance(n.form, tuple)]
    lots = ([n for n in able if set(n.form) & words] for words in _VALUES)
    fitting = next((lot for lot in lots if lot), [])
    if len({n.column for n in fitting}) != 1:
        return None
    seen.text.take(match.span())
    seen.operators = tuple(sorted((*seen.operators, Operator("total", match.span())), key=lambda o: o.span))
    return Found(fitting[0], match.span())


def per_thing(seen: Recognised, base: CatalogTable) -> None:
    """회원 1인당, 회원당 평균: by how many of them there are, where their key tells them apart."""
    keys = {key.columns[0] for key in base.foreign_keys if len(key.columns) == 1}
    kept = []
    for one in seen.found:
        per = seen.behind(one.span)
        is_per = per is not None and (per.kind, per.of) == ("each", "per") and one.name.column in keys
        single = per is not None and "인" in seen.text.text[slice(*per.span)]
        if is_per and one.name.role == "dimension" and (single or seen.first("average")):
            one = replace(one, name=replace(one.name, role="rows", counted=True))
        kept.append(one)
    seen.found = tuple(kept)
