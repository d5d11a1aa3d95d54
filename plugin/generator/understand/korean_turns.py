"""Korean turns of speech, put as the rules read them: 파손 때문에 반품된 건은 몇 건 is 파손으로 반품은 몇 건.

Only where nouns are put in other words as well (glossed.py): what is asked of a catalogue that speaks Korean stays.
"""

from __future__ import annotations

import re

_BY, _WITH = "로", "와"
_RIEUL = 8
_DEED = r"(?P<deed>[가-힣]{2,})"
_LIST = r"(?:부탁\s*(?:드려요|드립니다|해요|합니다)|(?:좀\s*)?(?:뽑아|정리해)\s*(?:줘|주세요)|필요(?:합니다|해요|해))"
_TURNS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=[가-힣]) 때문에(?=\s)|(?<=[가-힣])[을를] (?:이유|사유)로(?=\s)|(?:으로|로) (?:인해서?|인한)(?=\s)", _BY),
        (r"(?<=[가-힣]) 처리\s?된(?=\s)", "된"),
        (rf"{_DEED}(?:된|한) (?:건|것|거)(?:은|는|을|를)?\s*(?=빼고|제외)", r"\g<deed> "),
        (rf"{_DEED}(?:된|한) 건(?:은|이)(?=(?:\s[가-힣]+)?\s몇\s*건)", r"\g<deed>은"),
        (r"(?<![가-힣])신규 (?=(?:가입|등록)한\s)", ""),
        (r"(?:단\s)?하나도 없는|아예 없는|전혀 없는", "없는"),
        (r"몇\s*(?:%|퍼센트|프로)\s*(?:늘거나 줄|증가하거나 감소|오르거나 내|변)[가-힣]*", "증감률(%)"),
        (rf"리스트(?:를|가|도)?\s*{_LIST}", "목록 보여줘"),
        (rf"(?<=목록)(?:을|이)?\s*{_LIST}", " 보여줘"),
        (r"리스트(?![가-힣])", "목록"),
        (r"(?<=[가-힣])이랑(?=\s)|(?<=[가-힣]{2}|\s수)랑(?=\s)", _WITH),
    )
)


def plainly(question: str) -> str:
    for pattern, plain in _TURNS:
        for match in reversed([*pattern.finditer(question)]):
            before = question[: match.start()]
            question = before + _fitting(before, match.expand(plain)) + question[match.end() :]
    return question


def _fitting(before: str, particle: str) -> str:
    """The form of a particle behind a syllable with a coda: 파손으로, 사유로."""
    coda = (ord(before[-1]) - ord("가")) % 28 if before and "가" <= before[-1] <= "힣" else 0
    if particle == _WITH:
        return "과" if coda else _WITH
    return "으로" if particle == _BY and coda not in (0, _RIEUL) else particle
