"""Periods and units of time that a question only seems to speak of: monthly rent, compared with last month."""

from __future__ import annotations

import re

from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.words import operators
from plugin.generator.generate.plan.words.text import Text

_PAID_BY = re.compile(
    r"\b(daily|weekly|monthly|yearly|annual) (?=(?:rate|rent|wage|pay|salary|fee|price|charge|allowance|limit)s?\b)",
    re.IGNORECASE,
)


def without_named(ask: Ask, table: CatalogTable) -> Ask:
    """ "Monthly rent" is what a column is called, and groups by no month; a daily rate is no rate of each day."""
    if not ask.groupings:
        return ask
    paid = [m[1].casefold() for m in _PAID_BY.finditer(ask.question)]
    ask = ask.add(groupings=tuple(g for g in ask.groupings if g[0].casefold() not in paid))
    text = Text(ask.question)
    long = (name for name in names(table) if isinstance(name.form, tuple) and len(name.form) > 1)
    named = [text.text[slice(*span)].casefold() for name in long for span in text.places(name)]
    kept = tuple(g for g in ask.groupings if not any(g[0].casefold() in said.split() for said in named))
    return ask.add(groupings=kept) if len(kept) < len(ask.groupings) else ask


def without_previous(ask: Ask) -> Ask:
    """ "Compared with last month" speaks of the month before each: no period to filter by."""
    spans = operators.previous(ask.question)
    kept = tuple(p for p in ask.periods if not any(a < p.span[1] and p.span[0] < b for a, b in spans))
    kept = tuple({p.text: p for p in kept}.values())
    return ask.add(periods=kept)


def outside_periods(ask: Ask) -> str:
    """ "Last month" does not speak of the last delivery."""
    text = ask.question
    for phrase in ask.periods:
        text = text[: phrase.span[0]] + " " * (phrase.span[1] - phrase.span[0]) + text[phrase.span[1] :]
    return text
