"""Korean figures that no column is called: 해지율 is the share of what is 해지, 해지 건수 counts the rows that are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.lexicon import Name
from plugin.generator.generate.plan.measures import is_by_row
from plugin.generator.generate.plan.operators import Operator
from plugin.generator.generate.plan.seen import Found, Recognised
from plugin.generator.generate.plan.text import Span, korean_pattern
from plugin.generator.generate.plan.wide import Wide

RATE = "rate"
_RATE = re.compile(r"\s?[율률](?=[은는이가을를의도과와로]|\s|[?.,()]|$)")
_CASES = re.compile(
    r"\s*(?:된|한|난|당한|처리된|처리한)?\s*(?:것[은이]?|게|거는?|건은?)?\s*(?:은|는|이|가|의)?"
    r"\s*(?:총|모두|전체|다)?\s*$"
)
_DONE = re.compile(r"(?:한|된|하는|되는|했던|됐던)(?=\s)")
_EACH = re.compile(r"별(?:로)?\s*(?:총|전체)?\s*$")
_NEW = re.compile(r"신규(?:로)?\s*(?:(?:가입|등록|계약|입사|유입)(?:한|된)?\s*)?$")
_SAID = re.compile(r"(?:한|된|하는|되는|할|될|했던|됐던|일자?[은이가]?|일시)(?=\s)")
_EVENTS = re.compile(r"건수|횟수|몇\s*(?:건|번|회)|건")
_ROWS = Name((), "rows", "", counted=True)


def rates(seen: Recognised, known: Sequence[Name]) -> Iterator[Operator]:
    """해지율, 연체율: a value, or what is said where a flag is true, with 율 behind it. Takes the place."""
    text = seen.text
    for _, span in seen.values:
        if (match := _RATE.match(text.text, span[1])) and text.is_free(match.span()):
            text.take(match.span())
            yield Operator("share", match.span(), of=RATE)
    for name, form in ((n, n.form) for n in known if n.role == "flag" and isinstance(n.form, str)):
        for match in re.finditer(korean_pattern(form), text.text):
            if (rate := _RATE.match(text.text, match.end())) and text.is_free((match.start(), rate.end())):
                text.take((match.start(), rate.end()))
                seen.found = (*seen.found, Found(name, match.span()))
                yield Operator("share", rate.span(), of=RATE)


def counted_events(seen: Recognised, wide: Wide, known: Sequence[Name], named: Sequence[Found]) -> list[Found]:
    """해지 건수, 누수로 접수된 것은 몇 건, 결제 수단별 건수: the rows themselves, where nothing else is there to count
    and a value or a group of the table's own stands before the count, or the rows are what was done."""
    count = seen.first("count")
    if count is None or not has_hangul(seen.text.text) or not _EVENTS.match(seen.text.text, count.span[0]):
        return []
    said, begin = seen.text.text, count.span[0]
    own = [end for column, (_, end) in seen.values if column not in wide.columns and end <= begin]
    groups = [f.span[1] for f in named if f.name.role == "dimension" and f.name.column not in wide.columns]
    beside = any(_CASES.fullmatch(said[end:begin]) for end in own)
    beside = beside or any(_EACH.fullmatch(said[end:begin]) for end in groups if end <= begin)
    rows = [n for n in known if n.role == "rows" and not n.column and isinstance(n.form, str)]
    done = any(
        _DONE.match(seen.text.text, end) and end <= count.span[0] for n in rows for _, end in seen.text.places(n)
    )
    if not (beside or done) or not is_by_row(wide.base):
        return []
    seen.sole = count.span
    return [Found(_ROWS, count.span)]


def said_of_time(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """올해 가입한 고객: what was done on the day that is spoken of. 신규 고객: those who came on their one day."""
    text = seen.text
    spoken = tables.spoken_time(table, text.text)
    for token in text.tokens if spoken is not None else ():
        is_done = _SAID.match(text.text, token.end) and has_hangul(token.term)
        if is_done and spoken is not None and token.term in tables.deeds(spoken):
            yield token.start, token.end
    if (tables.time_column(table) if table.view else tables.event_time(table)) is not None:
        for one in seen.found:
            before = _NEW.search(text.text, 0, one.span[0])
            if before and one.name.role == "rows" and not one.name.column:
                yield before.span()


def is_share_of_rows(seen: Recognised, wide: Wide, groups: Sequence[str]) -> bool:
    """해지율, 계약 중 해지 비율, 접수 유형별 비중: no figure is named, so the rows are counted."""
    if not has_hangul(seen.text.text) or not is_by_row(wide.table) or seen.first("share") is None:
        return False
    if any(o.of == RATE for o in seen.operators):
        return True
    whole = any(f.name.role == "rows" and not f.name.column for f in seen.found)
    given = bool(seen.filters) or any(f.name.role == "flag" for f in seen.found)
    return (whole and given) or (bool(groups) and not given and not set(groups) & set(wide.columns))
