"""The flags that a question names: those that must be false, and those that it groups by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.names.opposites import opposites
from plugin.generator.generate.plan.words.seen import BOUNDS, Found, Recognised
from plugin.generator.generate.plan.words.text import Span, Text, korean_pattern

_NOT = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:\b(?:is|are|was|were|has|have|had|do|does|did)\s*)?(?:\bnot|n't)"
    r"(?:\s+(?:yet|been|be|ever|currently|actually))*\s+$",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(r"weekday", re.IGNORECASE)
_YET = re.compile(r"\s+yet\b", re.IGNORECASE)
_KO_NOT = (
    r"(?:(?:[이가]|되지|하지)?(?:\s*않[은는았던]+|\s*아닌|\s*안\s?된)"
    r"|[을를]\s(?:끈|꺼\s?(?:둔|놓은)|해제한|안\s?(?:쓰는|하는|한)|쓰지\s?않는|사용하지\s?않는|하지\s?않[은는]))(?=\s)"
)


def sides(text: Text, known: Sequence[Name], seen: Recognised) -> Iterator[Found]:
    """ "Weekends and weekdays", 주말과 평일: groups by the flag; takes both places."""
    for name in (n for n in known if n.role == "flag"):
        for yes in [span for span in text.places(name) if text.is_free(span)][:1]:
            other = (
                s for form in opposites(name.form) for s in text.places(replace(name, form=form)) if text.is_free(s)
            )
            for no in [*other][:1]:
                text.take(yes)
                text.take(no)
                seen.each.add(min(yes, no))
                yield Found(replace(name, role="dimension"), min(yes, no))


def turned_flags(text: Text, known: Sequence[Name]) -> Iterator[tuple[str, Span]]:
    """ "Stores that have not opened yet": a flag that must be false; takes its place."""
    for name in (n for n in known if n.role == "flag"):
        for form in opposites(name.form):
            for span in [s for s in text.places(replace(name, form=form)) if text.is_free(s)]:
                if _ONE_DAY.fullmatch(text.text[slice(*span)]):
                    continue  # "orders per weekday": which of them, not that it is none of the weekend
                text.take(span)
                yield name.column, span
        for span in list(text.places(name)) if not isinstance(name.form, str) else ():
            if (before := _NOT.search(text.text, 0, span[0])) and text.is_free((before.start(), span[1])):
                yet = _YET.match(text.text, span[1])
                text.take((before.start(), yet.end() if yet else span[1]))
                yield name.column, span


def turned_in_korean(text: Text, known: Sequence[Name]) -> Iterator[tuple[str, Span]]:
    """지연되지 않은 주문, 자동 갱신을 꺼 둔 회원권; takes its place."""
    for name in (n for n in known if n.role == "flag" and isinstance(n.form, str)):
        for match in re.finditer(korean_pattern(str(name.form)) + _KO_NOT, text.text):
            if text.is_free(match.span()):
                text.take(match.span())
                yield name.column, match.span()


_SOME = re.compile(r"\b(?:with|had|has|have|having|got|gets?|received?) (?:a|an|any|some) $", re.IGNORECASE)
_HAVING = re.compile(r"\b(?:with|had|has|have|having) $", re.IGNORECASE)
_KO_SOME = re.compile(r"[이가]\s?(?:있는|있었던|적용된|발생한)(?=\s)")
_KO_GIVEN = re.compile(r"(?:[을를]?\s?(?:받은|적용받은)|된)(?=\s)")


def some(seen: Recognised) -> None:
    """ "Orders with a discount", 할인 금액이 있는 주문: those with more than none, not how much of it."""
    kept = []
    if seen.first(*BOUNDS, "over_average", "under_average"):
        return
    counted = any(f.name.role == "rows" and not f.name.column and seen.is_counted(f.span) for f in seen.found)
    figures = [f for f in seen.found if f.name.role == "measure"]
    lone = counted and len(figures) == 1 and seen.first("each", "total", "average", "top", "bottom") is None
    for one in seen.found:
        behind = _KO_SOME.match(seen.text.text, one.span[1])
        if behind is None and not one.name.counted:  # 할인된 주문, and no 반품된 라인 of a count of these
            behind = _KO_GIVEN.match(seen.text.text, one.span[1])
        is_figure = one.name.role == "measure" and not one.name.over
        said = (_SOME, _HAVING) if lone else (_SOME,)
        if is_figure and (behind or any(p.search(seen.text.text, 0, one.span[0]) for p in said)):
            seen.some.append(one.name.column)
            seen.text.take(behind.span() if behind else one.span)
        else:
            kept.append(one)
    seen.found = tuple(kept)
