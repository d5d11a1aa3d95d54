"""Verbs of how rows come to be: orders are placed, payments made. Behind them stands no state, even where one is so
called."""

from __future__ import annotations

import re

_MADE = frozenset(("placed", "made", "created", "received"))
_GOES_ON = re.compile(
    r"\s+(?:\d|(?:through|via|by|in|on|at|from|with|over|an?|the|any|no|more|less|fewer|between|since|during|before|after"
    r"|last|this|next|each|every|per|most|least|using|exactly|only|online)\b)",
    re.IGNORECASE,
)


def is_made(phrase: str, behind: str) -> bool:
    """ "Placed" of "orders placed through the app", "who placed more than ten"; not of "placed orders". `behind`: the
    text right behind the phrase."""
    return phrase.casefold() in _MADE and _GOES_ON.match(behind) is not None
