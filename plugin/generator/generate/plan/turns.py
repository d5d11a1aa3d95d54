"""Korean figures that no column is called: 해지율 is the share of what is 해지, 해지 건수 counts the rows that are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backends.vectors.korean import has_hangul
from plugin.generator.generate.plan.lexicon import Name
from plugin.generator.generate.plan.measures import is_by_row
from plugin.generator.generate.plan.operators import Operator
from plugin.generator.generate.plan.seen import Found, Recognised
from plugin.generator.generate.plan.wide import Wide

RATE = "rate"
_RATE = re.compile(r"\s?[율률](?=[은는이가을를의도과와로]|\s|[?.,()]|$)")
_CASES = re.compile(
    r"\s*(?:된|한|난|당한|처리된|처리한)?\s*(?:것[은이]?|게|거는?|건은?)?\s*(?:은|는|이|가|의)?"
    r"\s*(?:총|모두|전체|다)?\s*$"
)
_DONE = re.compile(r"(?:한|된|하는|되는|했던|됐던)(?=\s)")
_EVENTS = re.compile(r"건수|횟수|몇\s*(?:건|번|회)|건")
_ROWS = Name((), "rows", "", counted=True)


def rates(seen: Recognised, known: Sequence[Name]) -> Iterator[Operator]:
    """해지율, 연체율: a value, or what is said where a flag is true, with 율 behind it. Takes the place."""
    text = seen.text
    for _, span in seen.values:
        if (match := _RATE.match(text.text, span[1])) and text.is_free(match.span()):
            text.take(match.span())
            yield Operator("share", match.span(), of=RATE)
    for name in (n for n in known if n.role == "flag" and isinstance(n.form, str)):
        for match in re.finditer(r"\s?".join(map(re.escape, name.form)), text.text):
            if (rate := _RATE.match(text.text, match.end())) and text.is_free((match.start(), rate.end())):
                text.take((match.start(), rate.end()))
                seen.found = (*seen.found, Found(name, match.span()))
                yield Operator("share", rate.span(), of=RATE)


def counted_events(seen: Recognised, wide: Wide, known: Sequence[Name]) -> list[Found]:
    """해지 건수, 누수로 접수된 것은 몇 건: the rows themselves, where nothing else is there to count and a value of the
    table's own stands before the count, or the rows are what was done."""
    count = seen.first("count")
    if count is None or not has_hangul(seen.text.text) or not _EVENTS.match(seen.text.text, count.span[0]):
        return []
    own = [span for column, span in seen.values if column not in wide.columns]
    beside = any(_CASES.fullmatch(seen.text.text[span[1] : count.span[0]]) for span in own if span[1] <= count.span[0])
    rows = [n for n in known if n.role == "rows" and not n.column and isinstance(n.form, str)]
    done = any(
        _DONE.match(seen.text.text, end) and end <= count.span[0] for n in rows for _, end in seen.text.places(n)
    )
    if not (beside or done) or not is_by_row(wide.base):
        return []
    seen.sole = count.span
    return [Found(_ROWS, count.span)]
