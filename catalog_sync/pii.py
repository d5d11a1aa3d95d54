"""Which columns hold personal data: what tags and meta say, and what a name gives away.

Fails closed: anything but an explicit "no" under a PII key is a yes, suggested tags included, and a yes beats a
no. OpenMetadata's own words (`PII.*`, `PersonalData.*`) and those that dbt projects use are understood alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_MARKS = frozenset(
    {"pii", "containspii", "haspii", "ispii", "personaldata", "personalinformation", "datasensitivity", "phi"}
)
_DENIALS = frozenset({"nopii", "nonpii", "notpii", "piinone", "piifree"})
_NO = frozenset({"no", "none", "false", "0", "public", "nopii", "nonpii", "notpii"})
_META_MARKS = _MARKS | {"maskingpolicy"}
_META_TAG_LISTS = frozenset({"tags", "classification", "classifications", "dataclassification"})

_IN_DESCRIPTION = re.compile(r"(?<!non-)(?<!non )(?<!not )(?<!no )\bPII\b", re.IGNORECASE)
_PERSONAL_WORDS = re.compile(
    "mail|secret|token|birthday|birthdate|birth|dob|surname|lastname|firstname|fullname|lname|fname|maiden|address|addr|"
    "street|ip|메일|주소|생년월일|성명"
)
"""Beside those by which somebody is reached."""
_PERSONAL_PAIRS = (
    r"(first|last|full|middle|given|family|nick|user)_(name|nm)",
    r"(customer|cust|client|employee|emp|person|contact|patient|patron|student|member|guest|recipient)_(name|nm)",
    r"(card|account|license|licence|passport|national|resident|social_security|identity|tax)_(number|no|id)",
    r"(credit_card|date_of_birth|national_number|postal_address|e_mail|api_key)",
)
_PERSONAL_PHRASE = re.compile("|".join(rf"(^|_){pair}(_|$)" for pair in _PERSONAL_PAIRS))
_REACHED = re.compile(
    "email|telephone|phone|mobile|cellphone|fax|ssn|passport|password|passwd|pwd|apikey|iban|rrn|"
    "이메일|전화|전화번호|휴대폰|휴대전화|주민번호|주민등록번호|여권번호|비밀번호"
)
_REACHED_PHRASE = re.compile(
    r"(^|_)((passport|national|resident|social_security|identity|tax)_(number|no|id)|credit_card|e_mail|api_key)(_|$)"
)
_PERSONAL_VALUE = re.compile(
    r"\S+@\S+\.\w+"  # e-mail
    r"|\d{6}-[1-8]\d{6}"  # resident registration, Korea
    r"|\d{3}-\d{2}-\d{4}"  # social security, USA
    r"|(\d{4}[ -]){3}\d{4}"  # card
)
_NUMBER_GROUPS = re.compile(r"\+?\d{1,4}([ .-]\(?\d{2,4}\)?){2,4}")
_NUMBERS_IN_TEXT = re.compile(rf"(?<![\w:.-])(?:{_NUMBER_GROUPS.pattern})(?![\d:])")
_DATE = re.compile(r"(19|20)\d\d([ .-])[01]?\d\2[0-3]?\d")
_PHONE_DIGITS = 9  # a date written in groups has eight
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_pii(tags: Iterable[str] = (), meta: Mapping[str, Any] | None = None, description: str = "") -> bool | None:
    """None where nothing is said."""
    verdicts = {_tag(tag) for tag in tags} | set(_meta(meta or {}))
    if True in verdicts:
        return True
    if False in verdicts:
        return False
    return True if _IN_DESCRIPTION.search(description) else None


@lru_cache(maxsize=1 << 16)  # tables share the names of their columns
def looks_personal(column: str) -> bool:
    """By the name alone: e-mail, telephone, passwords, identity numbers, names of people, and the like."""
    snake = _snake(column)
    if any(_PERSONAL_WORDS.fullmatch(word) for word in snake.split("_")):
        return True
    return bool(_PERSONAL_PHRASE.search(snake)) or looks_reachable(column)


@lru_cache(maxsize=1 << 16)
def looks_reachable(column: str) -> bool:
    """By the name alone: of what looks personal that by which somebody is reached or identified, and nobody is spoken
    of: an e-mail, a telephone number, a passport; no name, no birthday."""
    snake = _snake(column)
    return any(_REACHED.fullmatch(word) for word in snake.split("_")) or bool(_REACHED_PHRASE.search(snake))


def looks_like_personal_data(values: Iterable[str]) -> bool:
    """By what stands in a column, whatever it is called."""
    return any(_PERSONAL_VALUE.fullmatch(text) or _is_phone(text) for text in map(str.strip, values))


def masked(text: str, mask: str = "***") -> str:
    """The text without what looks like personal data in it."""

    def replaced(match: re.Match[str]) -> str:
        found = match.group()
        return mask if _is_phone(found) and not _DATE.match(found) else found

    return _NUMBERS_IN_TEXT.sub(replaced, _PERSONAL_VALUE.sub(mask, text))


def _snake(column: str) -> str:
    return re.sub(r"[^0-9a-z가-힣]+", "_", _CAMEL.sub("_", column).casefold()).strip("_")


def _is_phone(text: str) -> bool:
    return bool(_NUMBER_GROUPS.fullmatch(text)) and sum(c.isdigit() for c in text) >= _PHONE_DIGITS


def _tag(tag: str) -> bool | None:
    head, _, tail = re.sub(r"[:=/]", ".", tag.strip()).partition(".")
    head, tail = _plain(head), _plain(tail)
    if head in _DENIALS:
        return False
    if head in _MARKS:
        return tail not in _NO
    return None


def _meta(meta: Mapping[str, Any]) -> Iterable[bool | None]:
    for key, value in meta.items():
        name = _plain(key)
        if name in _META_MARKS:
            yield _affirms(value)
        elif name in _DENIALS:
            yield False if _affirms(value) else None
        elif name in _META_TAG_LISTS:
            yield from (_tag(str(tag)) for tag in as_list(value))
        elif name == "openmetadata" and isinstance(value, Mapping):
            yield from _meta(value)


def _affirms(value: object) -> bool | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _plain(value) not in _NO
    if isinstance(value, bool | int | float):
        return bool(value)
    return True


def as_list(value: object) -> list[Any]:
    """YAML lets people write one thing where several may stand."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _plain(text: str) -> str:
    return re.sub(r"[-_\s]", "", text.casefold())
