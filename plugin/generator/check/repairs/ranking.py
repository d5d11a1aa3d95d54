"""Rankings: which end comes first, and what is only ranked by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from plugin.generator.check.repairs.outputs import leave_out

_ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much)\b|\b(?:with|and|plus|including|along with) (?:the|its|their|how|what)\b"
    r"(?!\s+(?:\d+\s+)?(?:\w+est|most|least|best|worst|maximum|minimum|top|bottom)\b)|\bshow\b.*\band\b"
    r"|\beach\b|얼마|몇|함께|같이|각각|[와과]\s|및|이랑|하고\s",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(
    r"\b(?:which|who|what|whose|where|when)\b|^(?:list|name|find)\b|어느|어떤|누구|무엇|뭐|언제|어디|상품은|매장은",
    re.IGNORECASE,
)
_RANKS = re.compile(r"^(?:\w+est|most|least|best|worst|top|bottom|by|\d+)$", re.IGNORECASE)
_LOW = re.compile(
    r"\b(?<!at )(?:least|fewest|lowest|smallest|cheapest|quietest|worst|minimum|bottom|slowest|shortest"
    r"|(?:most|more) (?:cheaply|cheap|rarely|seldom))\b"
    r"|(?:가장|제일|최고로)\s?(?:적|낮|작|싼|싸|저렴|한산|느린|짧)|최저|최소|최하위|하위",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"\b(?<!at )(?:most(?! (?:cheaply|cheap|rarely|seldom))|highest|largest|biggest|top|best|busiest|greatest|maximum"
    r"|priciest"
    r"|longest|fastest)\b|(?:가장|제일)\s?(?:많|높|큰|크|비싼|비싸|잘|붐비|긴|빠른)|최대|최다|최상위|상위",
    re.IGNORECASE,
)
_SLOW = re.compile(r"\bslow\w*|느린|느리|더딘|더디", re.IGNORECASE)
_FAST = re.compile(r"\b(?:fast\w*|quick\w*)|빠른|빠르|빨리", re.IGNORECASE)
_SPEED = re.compile(f"{_SLOW.pattern}|{_FAST.pattern}", re.IGNORECASE)
_TAKEN = re.compile(r"(?:^|[^a-z])(?:days|hours|minutes|seconds|duration|transit|elapsed)(?:[^a-z]|$)", re.IGNORECASE)
_OF_TIME = re.compile(
    r"\b(?:earliest|latest|oldest|youngest|newest|recent|first|last|fast\w*|slow\w*|worst|best)\b"
    r"|최근|먼저|늦|오래|빠른|느린",
    re.IGNORECASE,
)


def repair(select: exp.Select, question: str) -> list[str]:
    """Works in place on the outermost SELECT; returns notes."""
    return [*_turned(select, question), *_ranking_output(select, question)]


def _turned(select: exp.Select, question: str) -> Iterator[str]:
    """ "The fewest" come first in ascending order, where a model writes what it has seen most. Times and grades are
    left alone, the best may be the lowest, but for what takes long: the slowest has the most days."""
    order, limit = select.args.get("order"), select.args.get("limit")
    if order is None or limit is None or len(order.expressions) != 1:
        return
    by = order.expressions[0]
    if _TAKEN.search(by.this.sql()) and _SPEED.search(question):
        low, high = _FAST.search(question) is not None, _SLOW.search(question) is not None
    elif _OF_TIME.search(question):
        return
    else:
        low, high = _LOW.search(question) is not None, _HIGH.search(question) is not None
    if low != high and bool(by.args.get("desc")) == low:
        by.set("desc", True if high else None)
        by.set("nulls_first", None)
        yield f"{'largest' if high else 'smallest'} first, as the question says"


def _ranking_output(select: exp.Select, question: str) -> Iterator[str]:
    """ "Which store sold most" asks for the store, not for what it sold."""
    order, limit = select.args.get("order"), select.args.get("limit")
    if (
        order is None
        or limit is None
        or len(select.selects) < 2
        or not _ASKS_WHICH.search(question)
        or _ASKS_FIGURE.search(question)
    ):
        return
    by = order.expressions[0].this
    names = {by.sql(), by.name}
    for output in list(select.selects):
        column = output.unalias()
        is_figure = column.find(exp.AggFunc) is not None or (
            isinstance(column, exp.Column) and not has_hangul(question) and _only_ranks(column.name, question)
        )
        if is_figure and ({output.unalias().sql(), output.alias} & names) and len(select.selects) > 1:
            order.expressions[0].set("this", output.unalias().copy())
            leave_out(select, output)
            yield f"left out {output.alias_or_name or output.sql()}, by which it only ranks"


def _only_ranks(column: str, question: str) -> bool:
    """Every word of the column that the question has stands behind what ranks: "the lowest population"."""
    said, own = question.split(), set(terms(column))
    at = [i for i, word in enumerate(said) if set(terms(word)) & own]
    return all(any(_RANKS.match(w) for w in said[max(i - 2, 0) : i]) for i in at)
