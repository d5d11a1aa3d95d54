"""Readings that fit the grammar and are hardly what is meant: the plant of the one best shipment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogColumn
from catalog_sync.names import MASS, words
from plugin.generator import tables
from plugin.generator.generate.phrases.doubts.in_english import is_doubtful_in_english
from plugin.generator.generate.phrases.doubts.others import (
    called,
    is_nobodys_name,
    is_of_a_role,
    is_of_other_rows,
)
from plugin.generator.generate.phrases.doubts.unsaid import (
    counts_what_lacks,
    is_of_one_row,
    leaves_a_state_out,
)
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Among,
    Asked,
    Attribute,
    Compared,
    Condition,
    Filled,
    Flagged,
    Output,
    Related,
    Share,
    Within,
    all_of,
)
from plugin.generator.generate.plan.names.additive import adds_up, is_of_a_row

_CHANGED_MOST = re.compile(
    r"(?:가장|제일)\s*(?:많이|크게|빠르게|적게)?\s*(?:늘|증가|성장|오르|오른|올랐|상승|줄|감소|하락|떨어)"
    r"|\b(?:grew|grown|increased?|rose|risen|dropped|declined?|decreased?|fell|fallen|shrank)\b.*\bmost\b",
    re.IGNORECASE,
)
_EXCLUDES = re.compile(
    r"제외|빼고|빼면|뺀|말고|이외|\b(?:except|excluding|excl\.?|other than|apart from|leaving out|not counting)\b",
    re.IGNORECASE,
)
_AVERAGE_PER = re.compile(r"\b(?:average|mean|avg)\b.*\bper\b|[가-힣]\s?당\s+평균", re.IGNORECASE)
_AND_MUCH = re.compile(r"(?:건수|몇\s?건|횟수)(?:와|과|이?랑|하고|,)\s*(?:총\s?)?(?:금액|총액|합계)")
_HOW_MUCH = re.compile(r"\bhow much\b|얼마", re.IGNORECASE)
_NUMBER_OF = re.compile(r"(?:^\W*|\b(?:the|total|what's|show|give|find|get|me) )(?:total )?number of\b", re.IGNORECASE)
_SO_MANY = re.compile(r"\d+\s?(?:명|곳|개|군데|가지)")
_COUNTED = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b|몇|건수|개수", re.IGNORECASE)
_FIRST_YEAR = 1800
_DIFFERENT = re.compile(r"\b(?:different|distinct|unique)\b|서로 다른|고유|종류|가지|중복|이름|명칭", re.IGNORECASE)
_SPENT = frozenset(("expenses", "expenditures", "costs", "spending"))
"""How much they are is asked for, unless somebody counts."""
_SHARE_OF = re.compile(r"비율|비중|점유율")


def is_doubtful(asked: Asked, q: Question, question: str) -> bool:
    """In any language."""
    return (
        _CHANGED_MOST.search(question) is not None  # no reading here tells what was from what is
        or _is_told_too_little(asked, q, question)
        or _is_of_years(asked)
        or _is_average_of_each(asked, question)
        or any(_counts_days(output, q) for output in asked.outputs)
        or any(_counts_names(output, asked, q, question) for output in asked.outputs)
        or _is_by_a_figure(asked, q)
        or _is_part_of_a_time(asked, q)
        or _is_of_who_began_then(asked, q, question)
        or _lists_what_it_ranks_by(asked, question)
        or (_EXCLUDES.search(question) is not None and not any(_negations(asked)))
        or _is_of_now(asked, q.schema, question)
        or is_of_a_role(asked, q)
        or is_of_other_rows(asked, q)
        or is_nobodys_name(asked, q)
        or _is_and_is_not(asked)
        or any(a.negated and not (a.things.conditions or a.things.best) for a in all_of(asked, Among))
        or counts_what_lacks(asked)
        or leaves_a_state_out(asked, q)
        or is_of_one_row(asked, q)
        or (not has_hangul(question) and is_doubtful_in_english(asked, q, question))
    )


def _is_and_is_not(asked: Asked) -> bool:
    """ "Never called support" has one negation for all that it names: none has calls, and yet had one."""
    related = [c for c in asked.things.conditions if isinstance(c, Related)]
    none = {c.path[-1].end for c in related if c.negated and not (c.things.conditions or c.things.best)}
    return any(c.path[-1].end in none for c in related if not c.negated)


def _is_of_now(asked: Asked, schema: Schema, question: str) -> bool:
    """ "현재 직원 수": where a flag tells who is still there, all who ever were are too many."""
    things = asked.things
    told = any(isinstance(c, Flagged | Filled) for c in things.conditions)
    plain = all(isinstance(o, Attribute) or (isinstance(o, Aggregate) and o.attribute is None) for o in asked.outputs)
    return plain and not told and tables.asks_who_is_there(schema.tables[things.table], question)


def _is_told_too_little(asked: Asked, q: Question, question: str) -> bool:
    """ "사기 거래 건수와 금액" asks for two figures, "number of female customers" for how many there are, and 지난달
    카드 사용 금액 for no list of amounts."""
    figures = [o for o in asked.outputs if not isinstance(o, Attribute)]
    if len(figures) < 2 and _AND_MUCH.search(question):
        return True
    if _NUMBER_OF.search(question) and not figures:
        return True
    if _SHARE_OF.search(question) and not figures and not any(_is_called_share(o, q) for o in asked.outputs):
        return True  # 프랜차이즈 음식점 비율 is no commission rate
    things = asked.things
    mass = words(q.schema.tables[things.table].name.name).split()[-1] in MASS | _SPENT
    counts = [o for o in figures if isinstance(o, Aggregate) and o.function == "count" and o.attribute is None]
    if mass and counts and not _COUNTED.search(question):
        return True  # the card spend of a month is no number of rows
    timed = (c.attribute for c in things.conditions if isinstance(c, Within | Compared))
    within = any(tables.is_time(q.schema.column(a.table, a.column)) for a in timed)
    only = asked.outputs[0] if len(asked.outputs) == 1 and not (asked.by or asked.order or things.best) else None
    all_of_them = not things.conditions and _HOW_MUCH.search(question) is not None  # 매출은 얼마야 asks for no list
    listed = isinstance(only, Attribute) and not only.path and only.unit is None and adds_up(only.column)
    return listed and (within or all_of_them)


def _is_called_share(output: Output, q: Question) -> bool:
    column = q.schema.column(output.table, output.column) if isinstance(output, Attribute) else None
    return column is not None and any(_SHARE_OF.search(name) for name in (*column.synonyms, column.description))


def _is_of_years(asked: Asked) -> bool:
    """Older than 60 is not born before the year 60; the number of high priorities is one."""
    for condition in asked.things.conditions:
        if isinstance(condition, Compared):
            numbers = [v for v in condition.values if v.isdigit()]
            if "year" in words(condition.attribute.column).split() and any(int(v) < _FIRST_YEAR for v in numbers):
                return True
            counted = (o.attribute for o in asked.outputs if isinstance(o, Aggregate) and o.function == "count")
            if condition.attribute in tuple(counted):
                return True
    return False


def _is_part_of_a_time(asked: Asked, q: Question) -> bool:
    """ "What percentage of transactions were declined last month" is one of all that were made then, and no part of
    those that were ever declined."""
    shares = [o.conditions for o in asked.outputs if isinstance(o, Share)]
    others = [c for c in asked.things.conditions if not any(_times_of((c,), q))]
    return any(any(_times_of(part, q)) and (len(part) > 1 or bool(others)) for part in shares)


def _is_of_who_began_then(asked: Asked, q: Question, question: str) -> bool:
    """지난달 급여 총액 is not what those earn who were hired then, unless that is said."""
    figures = any(isinstance(o, Aggregate) and o.attribute is not None and o.function != "count" for o in asked.outputs)
    days = (
        [column for column in _times_of(asked.things.conditions, q) if tables.is_beginning(column)] if figures else []
    )
    said = {word for at in range(len(q.tokens)) for form in called(q, at) for word in form} if days else set()
    return any(not said & tables.deeds(column, question) for column in days)


def _times_of(conditions: Iterable[Condition], q: Question) -> Iterator[CatalogColumn]:
    """The times of the things themselves that they are told by."""
    for condition in conditions:
        if isinstance(condition, Within | Compared) and not condition.attribute.path:
            column = q.schema.column(condition.attribute.table, condition.attribute.column)
            if tables.is_time(column):
                yield column


def _is_by_a_figure(asked: Asked, q: Question) -> bool:
    """ "Clicks per impression" is one divided by the other, and no row for each number of impressions."""
    return any(q.schema.is_number(a.table, a.column) and adds_up(a.column) for a in asked.by)


def _lists_what_it_ranks_by(asked: Asked, question: str) -> bool:
    """카드 사용액 상위 10명 asks for ten people, and for no ten amounts."""
    best = asked.things.best
    by = best.by if best is not None else asked.order.by if asked.order is not None else None
    return bool(_SO_MANY.search(question)) and bool(asked.outputs) and all(output == by for output in asked.outputs)


def _counts_days(output: Output, q: Question) -> bool:
    """가입자 수 is no number of days on which somebody signed up."""
    if not isinstance(output, Aggregate) or output.function != "count" or output.attribute is None:
        return False
    return tables.is_time(q.schema.column(output.attribute.table, output.attribute.column))


def _counts_names(output: Output, asked: Asked, q: Question, question: str) -> bool:
    """How many customers is no number of names, of which two may have one; nor comments how many different ones."""
    if not isinstance(output, Aggregate) or output.function != "count" or output.attribute is None:
        return False
    own = output.attribute.table == asked.things.table and not output.attribute.path
    named = output.attribute.column == q.schema.label(asked.things.table) and bool(q.schema.key(asked.things.table))
    freely = tables.is_free_text(output.attribute.column)
    return own and (named or freely) and not _DIFFERENT.search(question)


def _negations(said: object) -> Iterator[bool]:
    """Whether something in it is turned, however deep."""
    if isinstance(said, tuple):
        for one in said:
            yield from _negations(one)
    elif is_dataclass(said):
        yield getattr(said, "negated", False) is True or getattr(said, "sign", "") == "!="
        for one in fields(said):
            yield from _negations(getattr(said, one.name))


def _is_average_of_each(asked: Asked, question: str) -> bool:
    """ "Average overtime per employee" is what one has on average, and no average of the rows of each."""
    averages = [o.attribute for o in asked.outputs if isinstance(o, Aggregate) and o.function == "avg" and o.attribute]
    of_parents = any(isinstance(a, Attribute) and a.path and not a.unit for a in asked.by)
    summed = has_hangul(question) or (bool(averages) and not is_of_a_row(averages[0].column))
    return bool(averages) and of_parents and summed and bool(_AVERAGE_PER.search(question))
