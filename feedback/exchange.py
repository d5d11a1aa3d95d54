"""One question with other values: "the sales of Chicago" is "the sales of Brooklyn" with one value exchanged, and so is
its SQL. Pure; questions are as `question_key` has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

_FROM_TODAY = re.compile(
    r"\b(?:last|this|past|previous|current|recent|today|yesterday|ago|so far|to date)\b"
    r"|지난|이번|최근|작년|올해|금년|전년|전월|당월|어제|오늘|현재"
)
_DATE = re.compile(r"\b\d{4}-\d\d")
_MOST, _LONGEST = 4, 40  # values of one question, characters of a value
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def outdated(question: str, tree: exp.Query) -> bool:
    """The question counts from today, and the SQL names a day of its own."""
    return bool(_FROM_TODAY.search(question)) and any(_DATE.search(node.name) for node in tree.find_all(exp.Literal))


def derived(question: str, values: Iterable[str]) -> bool:
    """The query names a year or a day that the question does not: it may follow from one that it does ("growth in
    2019"), so that no number can be exchanged alone."""
    return any(_YEAR.search(value) and not said(value, question) for value in values)


def exchanged(theirs: Sequence[str], ours: Sequence[str]) -> dict[str, str] | None:
    """Their value -> ours, for every value of the query; None where one value stands for two."""
    found: dict[str, str] = {}
    if len(theirs) != len(ours):
        return None
    for a, b in zip(theirs, ours, strict=True):
        if found.setdefault(a.casefold(), b.casefold()) != b.casefold():
            return None
    return found


def filled(question: str, values: Mapping[str, str]) -> str:
    """The question with these values exchanged, all at once; "" where one that differs is not a word of it."""
    if not all(said(a, question) for a, b in values.items() if a and a != b):
        return ""
    return re.sub(any_of(values), lambda found: values[found.group()], question)


def read_off(theirs: str, ours: str, values: Iterable[str]) -> dict[str, str] | None:
    """Their value -> ours, for those of their values that their question names; None where other words differ, or where
    it names so many that a question could be made to be read in too many ways."""
    named = {value for value in values if value and said(value, theirs)}
    if theirs == ours:
        return {value: value for value in named}
    if len(named) > _MOST:
        return None
    pattern, groups, at = "", dict[str, str](), 0
    for found in re.finditer(any_of(named), theirs):
        group = groups.get(found.group())
        pattern += re.escape(theirs[at : found.start()])
        pattern += f"(?P={group})" if group else f"(?P<v{len(groups)}>.{{1,{_LONGEST}}}?)"
        groups.setdefault(found.group(), f"v{len(groups)}")
        at = found.end()
    fits = re.fullmatch(pattern + re.escape(theirs[at:]), ours)
    return {value: fits[group] for value, group in groups.items()} if fits else None


def said(value: str, question: str) -> int:
    """How often it is a word of the question."""
    return len(re.findall(_word(value), question))


def _word(value: str) -> str:
    return rf"(?<![\w.]){re.escape(value)}(?![^\W가-힣])(?!\.\d)"


def any_of(values: Iterable[str]) -> str:
    """A regular expression of them as whole words, with a Korean particle or without."""
    return "|".join(_word(value) for value in sorted(filter(None, values), key=len, reverse=True)) or "(?!)"
