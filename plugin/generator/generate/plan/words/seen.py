"""What was recognised of a question: names, values and operators at their places, and which of them stand together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from backends.vectors.korean import has_hangul
from plugin.generator.generate.plan.names.additive import is_of_a_row
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.names.wide import Home
from plugin.generator.generate.plan.words.dayparts import Hours
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.patterns import Kind
from plugin.generator.generate.plan.words.text import Span, Text

_SMALL = frozenset(
    ("the", "of", "a", "an", "all", "our", "different", "has", "had", "have", "is", "are", "was", "were", "in", "for")
)
_ALL = frozenset(["모두", "총", "전부", "다", "통틀어", "합쳐서", "합해서", "각각", "지금", "현재", "대략"])
_ENDINGS = frozenset(("", "은", "는", "이", "가", "을", "를", "의", "수", "수가", "수는"))
BOUNDS: dict[Kind, str] = {"above": ">", "least": ">=", "below": "<", "most": "<="}
_COUNTING = frozenset(
    ("share", "than_then", "growth", "running", "moving", "moved")
)  # "the growth of orders" is of their number
_PIECES = re.compile(r"\d\s*(?:개|명|곳|종|가지|군데)")
_NO_PIECES = re.compile(r"[$€£₩%]|percent|times", re.IGNORECASE)
_TIMES = re.compile(r"\d\s*(?:[번회]|차례)|times")  # 25번 넘게 주문한: the bound of a verb stands before it


@dataclass(frozen=True)
class Found:
    """A name at its place."""

    name: Name
    span: Span


@dataclass
class Recognised:
    """`filters`: column -> the values asked for; `excluded`: the same of those that are not; `values`: the places of
    both, each with its column; `said`: the place of each value; `turned`: the flags that must be false; `equal`:
    column -> the number it must be; `some`: the figures of which there must be some; `hours`: between which hours
    of the day; `qualifiers`: words that only say which column a value is of; `each`: what groups without a word
    that says so; `whose`: names right before what rows are called, which only say whose these are; `sole`: what is
    counted by a "how many" that stands far from it; `alike`: a word was taken to mean what it stands beside;
    `either`: the column of which one of two values is asked for."""

    text: Text
    operators: tuple[Operator, ...] = ()
    found: tuple[Found, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    excluded: dict[str, list[str]] = field(default_factory=dict)
    values: list[tuple[str, Span]] = field(default_factory=list)
    said: dict[str, Span] = field(default_factory=dict)
    turned: dict[str, Span] = field(default_factory=dict)
    equal: dict[str, float] = field(default_factory=dict)
    qualifiers: list[Span] = field(default_factory=list)
    each: set[Span] = field(default_factory=set)
    whose: frozenset[Span] = frozenset()
    figures: frozenset[str] = frozenset()
    sole: Span | None = None
    alike: bool = False
    either: str = ""
    homes: Mapping[str, Home] = field(default_factory=dict)
    periods: list[Span] = field(default_factory=list)
    hours: tuple[Hours, ...] = ()
    some: list[str] = field(default_factory=list)

    def first(self, *kinds: Kind) -> Operator | None:
        return next((o for o in self.operators if o.kind in kinds), None)

    def before(self, span: Span) -> Operator | None:
        """The operator that stands before a word with nothing but small words, values and periods between."""
        for operator in reversed(self.operators):
            if operator.span[1] <= span[0] and not operator.behind:
                flags = (f.span for f in self.found if f.name.role == "flag")
                but = [*self.periods, *(place for _, place in self.values), *flags]
                between = self.text.between(operator.span[1], span[0], but)
                return operator if set(between.split()) <= _SMALL else None
        return None

    def behind(self, span: Span) -> Operator | None:
        """Korean puts what is done behind: 매장별, 주문 수, 고객은 몇 명."""
        for operator in self.operators:
            if operator.span[0] >= span[1] and operator.behind:
                return operator if self._bare(span[1], operator.span[0]) in _ENDINGS else None
        return None

    def _bare(self, start: int, end: int) -> str:
        """What stands between without words that change nothing: 고객사는 중복을 빼고 모두 몇 곳."""
        once = [o.span for o in self.operators if o.kind in ("once", "total")]
        return " ".join(w for w in self.text.between(start, end, once).split() if w not in _ALL)

    def counts_values(self, own: Collection[str]) -> bool:
        """ "How many breakdowns", 노쇼 몇 건: a value of the rows' `own` columns says what is counted."""
        for column, span in self.values:
            said = self.text.text[span[0] : span[1] + 1].rstrip()
            is_noun = has_hangul(said) or said.casefold().endswith("s")
            if column in own and is_noun and self.is_distinct(span):
                return True
        return False

    def is_distinct(self, span: Span) -> bool:
        """Of what groups by its name: "how many different products", 상품은 몇 개."""
        is_count = any(o is not None and o.kind == "count" for o in (self.before(span), self.behind(span)))
        return is_count and span not in self.whose

    def many(self, span: Span) -> Operator | None:
        """The bound on how many there are, of what groups by its name: "more than 50 parts", 부품을 50개 넘게."""
        bound = self.bound(span)
        if bound is None or bound.of:
            return None
        said = self.text.text[slice(*bound.span)]
        if has_hangul(self.text.text):
            return bound if _PIECES.search(said) else None
        is_plural = self.text.text[slice(*span)].casefold().endswith("s")
        return bound if is_plural and bound.span[1] <= span[0] and not _NO_PIECES.search(said) else None

    def is_of_groups(self) -> bool:
        """Groups are named beside what is divided: "loans per patron by card type", "which region has the most orders
        per customer"."""
        by = any(o.kind == "each" and o.of != "per" for o in self.operators)
        return by or self.first("top", "bottom") is not None

    def averages_lots(self) -> bool:
        """ "Average revenue per store" is what one has; "average class duration per club" is of classes, club by
        club."""
        of_rows = bool(self.figures) and all(map(is_of_a_row, self.figures))
        return self.first("average") is not None and not of_rows

    def is_counted(self, span: Span) -> bool:
        """ "How many orders"; in "more than 100 orders" and 주문이 100건 이상 too."""
        before = self.before(span)
        if span in self.whose:
            return False
        if span == self.sole or (before is not None and before.kind in _COUNTING):
            return True
        if any(o is not None and o.kind == "count" for o in (before, self.behind(span), self._before_whose(span))):
            return True
        if (before is not None and before.of in ("many", "count")) or self.is_most(span):
            return True
        bound = self.bound(span)
        return bound is not None and (bound.span[1] <= span[0] or has_hangul(self.text.text) or self.is_times(bound))

    def _before_whose(self, span: Span) -> Operator | None:
        """ "How many supplier offers": the operator before the word that says whose they are."""
        whose = next((w for w in self.whose if w[1] < span[0] and not self.text.between(w[1], span[0])), None)
        return self.before(whose) if whose is not None else None

    def is_most(self, span: Span) -> bool:
        """주문이 가장 많은"""
        later = [o for o in self.operators if o.of == "many" and o.span[0] >= span[1]]
        return bool(later) and has_hangul(self.text.text) and self.text.between(span[1], later[0].span[0]) in _ENDINGS

    def is_times(self, bound: Operator) -> bool:
        """ "Ordered more than 200 times" """
        return bool(_TIMES.search(self.text.text[slice(*bound.span)]))

    def bound(self, span: Span) -> Operator | None:
        """The bound that a word has beside it."""
        before = self.before(span)
        if before is not None and before.kind in BOUNDS and not has_hangul(self.text.text):
            return before
        for operator in self.operators:
            if operator.kind in BOUNDS and operator.span[0] >= span[1]:
                if self.text.between(span[1], operator.span[0]) in _ENDINGS:
                    return operator
                break
        times = (o for o in self.operators if o.kind in BOUNDS and self.is_times(o))
        return next((o for o in times if o.span[1] <= span[0] and not self.text.between(o.span[1], span[0])), None)
