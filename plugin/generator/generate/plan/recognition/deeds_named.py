"""Names of rows that are said as what was done: "parts that were ordered", "suppliers offer more than 50 parts"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.vectors.tokens import placed_terms
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.words.seen import BOUNDS, Recognised
from plugin.generator.generate.plan.words.text import Span

DONE = re.compile(r"^\w+(?:ed|ing)$", re.IGNORECASE)
_DO = re.compile(r"\b(?:do|does|did)\s+(?:the |our |all )?(?:[a-z]+ ){1,3}$", re.IGNORECASE)
_END = re.compile(r"\s*(?:[?.]|$|(?:in|on|from|during|at|for|since|last|this)\b)", re.IGNORECASE)
_KO_DONE = re.compile(r"(?:한|된|하는|되는|했던|됐던)(?=\s)")


def is_done(same: Sequence[Name], span: Span, seen: Recognised) -> bool:
    """A name that asks for nothing: it says what was done."""
    return any(of(same, span, seen) for of in (_is_deed, _is_verb, _is_done_to_many))


def _is_deed(same: Sequence[Name], span: Span, seen: Recognised) -> bool:
    """ "Parts that were ordered", 주문한 고객: what was done, where each row is such a deed; it asks for nothing."""
    rows = all(n.role == "rows" or n.column.casefold().endswith("_id") for n in same)
    said = seen.text.text
    is_done = bool(DONE.search(said[slice(*span)]) or _KO_DONE.match(said, span[1]))
    bound = seen.bound(span)
    return rows and is_done and (bound is None or (bound.span[0] >= span[1] and not seen.is_times(bound)))


def _is_verb(same: Sequence[Name], span: Span, seen: Recognised) -> bool:
    """ "How many orders did we take": no takings, which is another word for the sales."""
    rows = all(n.role == "rows" and not n.column for n in same)
    return (all(n.alike for n in same) and seen.text.moves(span)) or (rows and _is_told_to_do(span, seen))


def is_asked_as_done(question: str, noun: str) -> bool:
    """The rows are what is done: "how many parts do suppliers offer" of offers."""
    found = [t for t in placed_terms(question) if t[2] == noun]
    ends = [end for start, end, _ in found if _DO.search(question, 0, start)]
    return any(_END.match(question, end) for end in ends)


def _is_told_to_do(span: Span, seen: Recognised) -> bool:
    """ "How many parts do suppliers offer": it stands at the end, behind a do and who does it."""
    said = seen.text.text
    plain = not said[slice(*span)].casefold().endswith("s") and not seen.is_counted(span)
    return plain and bool(_DO.search(said, 0, span[0])) and bool(_END.match(said, span[1]))


def _is_done_to_many(same: Sequence[Name], span: Span, seen: Recognised) -> bool:
    """ "Suppliers offer more than 50 parts": what each row is, as a verb."""
    bounds = (o for o in seen.operators if o.kind in BOUNDS and o.span[0] >= span[1])
    rows = all(n.role == "rows" and not n.column for n in same)
    return rows and span[0] > 0 and any(not seen.text.text[span[1] : o.span[0]].strip() for o in bounds)
