"""Korean questions that say which thing is asked for at their beginning, turned so that it stands at their end.

"어느 도시에 회원이 가장 많아?" asks the same as "회원이 가장 많은 도시".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plugin.generator.generate.phrases.korean.morphemes import ENDING, Morpheme

_WHICH = ("어느", "어떤", "무슨")
_PARTICLES = ("가", "에", "에서", "는", "로")
_NOUNS = frozenset(("NNG", "NNP", "XSN", "SL", "XPN", "XR"))
_ENDINGS = frozenset(("EF", "EP", "JX", "SP"))
_WHETHER = ("는지", "ㄴ지", "은지", "었는지", "았는지")


def turned(tokens: Sequence[Morpheme]) -> tuple[Morpheme, ...]:
    """As they are, where they do not begin with which thing, or do not end with a verb."""
    end = 1
    while end < len(tokens) and tokens[end].tag in _NOUNS:
        end += 1
    is_which = bool(tokens) and tokens[0].word in _WHICH and 1 < end < len(tokens) and tokens[end].word in _PARTICLES
    last = _verb_end(tokens)
    if not is_which or last <= end + 1 or tokens[last - 1].tag not in ("VV", "VA", "VX", "XSV", "XSA"):
        return tuple(tokens)
    verb = tokens[last - 1]
    return (
        *tokens[end + 1 : last],
        replace(verb, word=ENDING, stem=ENDING, tag="ETM", start=-1, end=-1),
        *tokens[1:end],
    )


def _verb_end(tokens: Sequence[Morpheme]) -> int:
    """The end of the stem of the last verb of what is asked."""
    last = next((at for at, token in enumerate(tokens) if token.word in _WHETHER), len(tokens))
    while last and tokens[last - 1].tag in _ENDINGS:
        last -= 1
    return last
