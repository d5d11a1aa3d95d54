"""Things that are called by their kind: "which drink sells best", 가장 많이 팔린 음료. The kind is a value of a column
(`product_type`); what is ranked are those that the column beside it tells apart (`product_name`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backends.vectors.korean import has_hangul
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Span

_KIND = re.compile(r"_?(?:type|kind|category|class|group|genre)$", re.IGNORECASE)
_WHICH = re.compile(
    r"\b(?:which|what)(?: (?:one|other))?\s+$|\bthe(?: (?:\d+|two|three|four|five|ten))?\s+$", re.IGNORECASE
)
_NO_NOUN = re.compile(
    r"s?\s*(?:$|[?.,]|(?:with|by|that|in|of|at|on|for|during|from|has|have|had|is|was|were|are|did|do|\w+ed|sold|sells?|made|makes?|brought|brings?|earns?|costs?|takes?|took)\b)",
    re.IGNORECASE,
)
_KO_HEAD = re.compile(
    r"의\s|\s*(?:가|이|은|는|을|를|들[은을이]?|로)?\s*(?:$|[?.,]|뭐|뭔|무엇|어[떤느]|\d|상위|(?:한|두|세|네|다섯|여섯|열)\s|[가-힣]*(?:알려|보여|찾아|뽑아|꼽아|골라))"
)


def ranked(seen: Recognised, known: Sequence[Name]) -> Iterator[Found]:
    """Where something is ranked, and a kind stands as what it is."""
    best = seen.first("top", "bottom")
    if best is None or any(f.name.role == "rows" and not f.name.column for f in seen.found):
        return
    for column, span in seen.values:
        stem = _KIND.sub("", column)
        if stem == column or column in seen.excluded:
            continue
        called = [n for n in known if n.role == "dimension" and n.column in (stem, f"{stem}_name", f"{stem}_title")]
        if len({n.column for n in called}) != 1 or any(f.name.column == called[0].column for f in seen.found):
            continue
        if _is_head(seen, span, best):
            yield Found(called[0], span)
            return


def _is_head(seen: Recognised, span: Span, best: Operator) -> bool:
    said = seen.text.text
    if has_hangul(said):
        return best.span[1] <= span[0] and bool(_KO_HEAD.match(said, span[1]))
    beside = seen.before(span) == best or bool(_WHICH.search(said, 0, span[0]))
    return beside and bool(_NO_NOUN.match(said, span[1]))
