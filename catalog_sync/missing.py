"""What it means that a column has no value, where its description says so: "NULL if the user never logged in", "empty =
no owner assigned", "null while open". English only, but for whether there may be none at all."""

from __future__ import annotations

import re

from catalog_sync.model import CatalogColumn

_NONE = re.compile(
    r"\b(?:null|empty|blank|missing|unset|not set|not filled)\b"
    r"(?:\s*(?:=|:|–|—|->)\s*|\s+(?:if|when|where|while|means|(?P<until>until)|for)\s+)(?P<what>[^.;,()]+)",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"\b(?:null|empty|blank|optional)\b|\bif (?:any|none|there is one|used|given|known)\b|\bonly (?:for|of|where|if)\b"
    r"|비어\s?있|비워|빈\s?값|공란|없으면|없는 경우|미입력",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:(?:the|this|an?|its|their|it|there|they|he|she)\s+)?(?:[a-z]+\s+)?"
    r"(?:(?:is|are|was|were|has|have|had|did|does|do)\s+)?(?:been\s+)?"
    r"(?=(?:not|never|no|still|yet|under|un[a-z]+(?:ed|en|d|t))\b)",
    re.IGNORECASE,
)
_IS = re.compile(
    r"^(?:(?:(?:the|this|an?|its|their)\s+)?[a-z]+\s+(?:is|are|was|were|has|have)\s+(?:been\s+)?)?([a-z]+)$",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset((
    "given", "known", "unknown", "available", "applicable", "none", "provided", "recorded", "specified", "entered",
    "filled", "needed", "required", "relevant", "n/a", "na", "set", "missing", "empty", "null", "any", "nothing", "yet",
))  # fmt: skip
_NEGATIVE = frozenset(("not", "never", "no"))
_SMALL = _NEGATIVE | frozenset(("still", "yet", "been", "a", "an", "the"))
_LONGEST = 5  # words


def is_optional(column: CatalogColumn) -> bool:
    """The description says that not every row has one."""
    return _OPTIONAL.search(column.description) is not None


def meanings(column: CatalogColumn, of_table: str = "") -> tuple[str, ...]:
    """In lower case, without their subject: "never logged in", "no owner assigned", "open". `of_table`: what is said of
    the table, where the column may be named: "ret_dt is empty while the item is out"."""
    told = re.search(rf"\b{re.escape(column.name)}\b(?: is| are| stays)? [^.;]+", of_table, re.IGNORECASE)
    text = f"{column.description}; {told[0]}" if told else column.description
    if column.pii or not text.isascii():
        return ()
    said = (_plain(match["what"], until=bool(match["until"])) for match in _NONE.finditer(text))
    return tuple(dict.fromkeys(clause for clause in said if clause))


def _plain(clause: str, *, until: bool = False) -> str:
    """Of what is there only when something is done: that it is not."""
    text = " ".join(clause.casefold().split())
    subject, state = _SUBJECT.match(text), _IS.match(text)
    if subject is None and state is None:
        return ""
    spoken = (text[subject.end() :] if subject else state[1] if state else "").split()
    spoken = ["not", *spoken] if until and subject is None else spoken
    told = [word for word in spoken if word not in _SMALL]
    if not told or len(spoken) > _LONGEST or _SAYS_LITTLE.issuperset(told) or (until and subject is not None):
        return ""
    return " ".join(word for word in spoken if word not in _SMALL or word in _NEGATIVE)
