"""What the things that are asked for did, where nothing here tells who did it: "how many agents have left"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backends.vectors.english import stem
from backends.vectors.tokens import terms
from catalog_sync.names import words
from plugin.generator.generate.phrases.words import OUTCOMES
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.words.seen import Recognised
from plugin.generator.generate.plan.words.text import Span, Token

if TYPE_CHECKING:
    from plugin.generator.generate.plan.meaning.tree import Reading

_LEFT = frozenset(terms(
    "left leave leaves leaving gone went moved quit died resigned departed returned cancelled canceled churned stopped"
    " retired dropped lapsed complained"
))  # fmt: skip
_ACTS = frozenset(terms(
    "own owns hold holds use uses used buy buys bought purchase purchased visit visits visited enter entered arrive"
    " arrived register registered post posted"
))  # fmt: skip
"""What people do; what is sold, made or placed are the rows themselves."""
_SMALL = re.compile(
    r"\s*(?:(?:who|that|which|have|has|had|did|do|does|not|never|ever|already|still|also|actually|just)\s+)*",
    re.IGNORECASE,
)
_HAVE = re.compile(r"\b(?:have|has|had|owns?|got)\s+(?:(?:an?|any|no|some)\s+)?$", re.IGNORECASE)
WAYS = frozenset(("channel", "source", "medium", "method", "origin", "campaign", "referrer", "platform", "device"))
"""How the rows came to be."""
_OUTCOMES = frozenset(map(stem, OUTCOMES))
_ARE = re.compile(r"\b(?:are|is|were|was|be|been)\s+$", re.IGNORECASE)


def check(reading: Reading, seen: Recognised) -> None:
    """Raises Unread."""
    if any(_is_part_of_a_figure(token, seen) for token in _left_over(seen)):
        raise Unread("which of the figures that is")
    if any(_is_a_way(column, span, seen) for column, span in seen.values):
        raise Unread("a way, and no thing")
    counts = all(m.aggregate in ("rows", "distinct") for m in reading.measures)
    if not counts or reading.having or reading.form != "plain":
        return
    if any(t.term in _OUTCOMES and seen.text.text[: t.start].strip() for t in _left_over(seen)):
        raise Unread("what was done")
    periods = [phrase.span for phrase in reading.periods]
    for token in _deeds(seen):
        if token.term in _LEFT or (token.term in _ACTS and not _is_said_of_what(token, seen, periods)):
            raise Unread("what they did")


def _is_a_way(column: str, span: Span, seen: Recognised) -> bool:
    """ "How many partners do we have", "who have a phone": by which customers came is nothing that anybody has."""
    if words(column).split()[-1] not in WAYS:
        return False
    return seen.is_distinct(span) or bool(_HAVE.search(seen.text.text, 0, span[0]))


def _left_over(seen: Recognised) -> Iterator[Token]:
    """Verbs that nothing explains, and that change nothing where a figure says what is meant."""
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    free = (t for t in seen.text.tokens if t.term.isascii() and seen.text.is_free((t.start, t.end)))
    yield from (t for t in free if "VERB" in getAllLemmas(seen.text.text[t.start : t.end].casefold()))


def _is_part_of_a_figure(token: Token, seen: Recognised) -> bool:
    """ "The amount billed", "billed amount": another one than the amount, unless it is passed over for good."""
    if seen.text.changes_nothing(token) or not seen.text.text[token.start : token.end].casefold().endswith("ed"):
        return False
    figures = [f.span for f in seen.found if f.name.role == "measure"]
    gaps = (seen.text.between(min(end, token.end), max(start, token.start)) for start, end in figures)
    return any(not gap for gap in gaps)


def _deeds(seen: Recognised) -> Iterator[Token]:
    """Verbs behind what is counted or listed."""
    text = seen.text.text
    subjects = [f.span[1] for f in seen.found if f.name.role in ("rows", "dimension")]
    for token in _left_over(seen):
        before = max((end for end in subjects if end <= token.start), default=None)
        if before is None:
            continue
        directly = _SMALL.fullmatch(text, before, token.start)
        if directly or (token.term in _LEFT and _ARE.search(text, 0, token.start)):
            yield token


def _is_said_of_what(token: Token, seen: Recognised, periods: list[tuple[int, int]]) -> bool:
    """Something behind it is known: "made more than 5 orders", "bought coffee"."""
    behind = range(token.end, len(seen.text.text))
    return any(seen.text.taken[at] and not any(a <= at < b for a, b in periods) for at in behind)
