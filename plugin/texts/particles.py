"""Korean particles after a value that is known only now: `{0}을(를)` becomes 을 or 를 by how the value ends."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"([^\s'\"`)\]]?)(['\"`)\]]*)(을\(를\)|은\(는\)|이\(가\)|\(으\)로|\(이\)라)")
_FORMS = {
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "(으)로": ("으로", "로"),
    "(이)라": ("이라", "라"),
}
_FINALS = 28
_RIEUL = 8
_CLOSED = frozenset("lmnrLMNR013678")
"""Letters and digits that are spoken with a consonant at their end."""
_RIEUL_ENDS = frozenset("lrLR178")


def fitted(text: str) -> str:
    return _WRITTEN.sub(lambda m: m[1] + m[2] + _form(m[1], m[3]), text)


def _form(last: str, written: str) -> str:
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % _FINALS
        closed, rieul = final > 0, final == _RIEUL
    else:
        closed, rieul = last in _CLOSED, last in _RIEUL_ENDS
    after_consonant, after_vowel = _FORMS[written]
    return after_vowel if not closed or (rieul and written == "(으)로") else after_consonant
