"""Requests that are no questions: to change data. Whoever words one differently still meets the read-only door."""

from __future__ import annotations

import re

_POLITE = (
    r"(?:please |kindly |can you |could you |would you |will you |i want you to |i need you to |go ahead and |just )*"
)
_VERBS = (
    "delete|remove|erase|drop|truncate|insert|update|modify|overwrite|rename|cancel|refund|increase|decrease|raise|"
    "lower|reset|set|change|add|register|grant|revoke|alter|merge"
)
_ENGLISH_AS = re.compile(rf"^\W*{_POLITE}(?:mark|flag|label|tag)\b.*\bas\b", re.IGNORECASE)
_OF_PEOPLE = r"(?! me\b| us\b| up\b)"
_NOUN = (
    r"(?:refund|increase|decrease|raise|drop|change|cancel|reset|update|return|register|grant|set|merge|add)s?\s+"
    r"(?:success|approval|applications?|requests?|sizes?|by|in \d|last|this|"
    r"amounts?|rates?|counts?|totals?|values?|volumes?|shares?|percentages?|ratios?|reasons?|trends?|"
    r"frequency|history|per|over|between)\b(?!(?!.*\bfrom\b).*\bto\s+(?:[\d'\"]|\w+\W*$))"
)
"""What begins like an order and is what is asked for: "refund amount by month"; not "change rate to 5"."""
_ENGLISH = re.compile(rf"^\W*{_POLITE}(?!{_NOUN})(?:{_VERBS})\b{_OF_PEOPLE}(?! of\b| in\b| by\b)", re.IGNORECASE)
_SQL = re.compile(
    r"\b(?:delete\s+from|drop\s+(?:table|view|schema|database)|insert\s+into|update\s+\w+\s+set|truncate\s+table|"
    r"alter\s+(?:table|user|role)|grant\s+\w+\s+on|create\s+(?:table|view|user)\s+\w+\s*(?:\(|as\b))",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?:삭제|제거|수정|변경|추가|등록|입력|업데이트|취소|갱신|인상|인하|초기화|환불)(?:을|를)?\s*"
    r"(?:해\s?줘|해\s?주세요|해\s?주십시오|해라|하라|하세요|시켜\s?줘|시켜\s?주세요|처리해|부탁)"
    r"|(?:지워|바꿔|고쳐|올려|내려|없애|넣어|옮겨)\s?(?:줘|주세요|주십시오|라|주라|놔)"
)


def asks_for_change(question: str) -> bool:
    """True when the question tells us to change data, in English or Korean."""
    return any(pattern.search(question) for pattern in (_ENGLISH, _ENGLISH_AS, _SQL, _KOREAN))
