"""Numbers of a statement's conditions that the question does not say, where it says another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from plugin.generator.understand import dates

_COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_NUMBER = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\d:-])"
    r"(\s?(?:%|percent|퍼센트|프로|천|만|억|thousand|million|billion|k\b))?",
    re.IGNORECASE,
)
_SCALES = {"천": 10**3, "thousand": 10**3, "k": 10**3, "만": 10**4, "million": 10**6, "억": 10**8, "billion": 10**9}
_TOP = re.compile(r"\b(?:top|bottom|first|last|best|worst|largest|smallest)\s*$|상위\s*$|하위\s*$", re.IGNORECASE)


def repair(tree: exp.Expression, question: str) -> Iterator[str]:
    """`spent > 50000` of "more than 50 dollars" becomes 50. Works in place; yields notes."""
    said = list(_said(question))
    written = [n for n in tree.find_all(exp.Literal) if not n.is_string]
    compared = [n for n in written if isinstance(n.parent, _COMPARED) and n.parent.expression is n]
    free = [number for number, plain in said if plain and not any(_same(number, float(n.this)) for n in written)]
    strange = [n for n in compared if float(n.this) > 1 and not any(_same(number, float(n.this)) for number, _ in said)]
    if len(free) == 1 and len(strange) == 1 and not re.search(rf"(?<!\d){re.escape(strange[0].this)}(?!\d)", question):
        yield f"{strange[0].this} -> {free[0]:g}, as the question says"
        strange[0].replace(exp.Literal.number(f"{free[0]:.10g}"))


def _said(question: str) -> Iterator[tuple[float, bool]]:
    """The numbers that tell no time, and whether they are plain: no percents, no scale, no place in a ranking."""
    for phrase in reversed(dates.find(question)):
        question = question[: phrase.span[0]] + "." + question[phrase.span[1] :]
    for found in _NUMBER.finditer(question):
        number = float(found[1].replace(",", "") + (f".{found[2]}" if found[2] else ""))
        scale = _SCALES.get((found[3] or "").strip().casefold(), 1)
        yield number * scale, not found[3] and not _TOP.search(question[: found.start()])


def _same(said: float, written: float) -> bool:
    """Also as a share of it, and as cents."""
    return any(abs(said * by - written) < 1e-9 * max(1.0, abs(written)) for by in (1.0, 0.01, 100.0))
