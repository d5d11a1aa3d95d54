"""Small words of English: what stands for a sign, an order, a function; which column an adjective speaks of."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from plugin.generator.generate.phrases.tree import Function, Sign


def phrases(text: str) -> tuple[str, ...]:
    """Of a list "a|b c"."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


@cache
def _lists(package: str) -> dict[str, tuple[str, ...]]:
    text = (files(package) / "words.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[([a-z_ ]+)\]$", text, flags=re.MULTILINE)[1:]
    return {name: phrases(listed.strip()) for name, listed in zip(parts[::2], parts[1::2], strict=True)}


def listed(name: str, package: str = __package__) -> tuple[str, ...]:
    """A list of phrases of words.txt of a package."""
    return _lists(package)[name]


DETERMINERS = listed("determiners")
DIFFERENT = listed("different")
CHANGED = frozenset(listed("changed"))
"""What becomes of some of the rows: "have paused subscriptions" are not all that have any."""
OUTCOMES = frozenset(listed("outcomes"))
"""How it went, of which rows tell in a state or a flag, if at all."""
LEADS = listed("leads")
RELATIVE = phrases("that|which|who|whom|where|when|and that|and who|in which|for which|on which|at which|to which")
BEING = phrases("is|are|was|were|be|been|being|has been|have been|had been|do|does|did|can|will")
HAVING = listed("having")
WHOSE = phrases("whose|where the|where|for which the|where their|for whom the|when the|whose own")
PLACES = listed("places")
NAMED = listed("named")
JOINED = listed("joined")
AND = phrases("and|,|, and|but|, but|and also|but also|, who|, that|, which|and is|and are|, and also")

_NAMES: dict[str, Sign] = {
    "over": ">",
    "under": "<",
    "at least": ">=",
    "at most": "<=",
    "equal": "=",
    "other": "!=",
}
SIGNS = {phrase: sign for name, sign in _NAMES.items() for phrase in listed(f"sign {name}")}
BEHIND: dict[str, Sign] = {
    "or more": ">=",
    "or above": ">=",
    "or higher": ">=",
    "or later": ">=",
    "or after": ">=",
    "or over": ">=",
    "and above": ">=",
    "or older": ">=",
    "or greater": ">=",
    "or less": "<=",
    "or below": "<=",
    "or fewer": "<=",
    "or lower": "<=",
    "or earlier": "<=",
    "or before": "<=",
    "or younger": "<=",
    "and below": "<=",
}

FUNCTIONS: dict[str, Function] = {}
for _function, _said in (
    ("avg", "average|mean|avg|averaged"),
    ("median", "median"),
    ("min", "minimum|min|lowest|smallest|least|minimal"),
    ("max", "maximum|max|highest|largest|greatest|biggest|maximal"),
    ("sum", "total|sum|sum of|total sum of|combined|overall|sum of the|total amount of|summed"),
):
    FUNCTIONS.update(dict.fromkeys(_said.split("|"), _function))  # type: ignore[arg-type]

HIGH = frozenset(phrases("highest|largest|biggest|greatest|most|maximum|max|longest|top"))
LOW = frozenset(phrases("lowest|smallest|fewest|least|minimum|min|shortest|bottom"))
MOST = listed("most")
FEWEST = listed("fewest")

# adjective -> words for the column that it speaks of, each with whether more of it is more of the column: the oldest
# member has the most years, and the oldest order the first date
ADJECTIVES: dict[str, tuple[tuple[str, bool], ...]] = {}
for _more, _less, _columns in (
    ("older oldest", "younger youngest", "age"),
    ("heavier heaviest", "lighter lightest", "weight"),
    ("taller tallest", "shorter shortest", "height"),
    ("longer longest", "shorter shortest", "length duration"),
    ("costlier costliest priciest dearest", "cheaper cheapest", "price cost fee"),
    ("newer newest latest later recent", "oldest older earliest earlier", "year date"),
    ("faster fastest", "slower slowest", "speed"),
    ("richer richest", "poorer poorest", "income wealth"),
    ("populous populated populace", "", "population"),
    ("expensive", "", "price cost fee"),
):
    for _words, _is_more in ((_more, True), (_less, False)):
        for _word in _words.split():
            _meant = tuple((_column, _is_more) for _column in _columns.split())
            ADJECTIVES[_word] = (*ADJECTIVES.get(_word, ()), *_meant)
PLAIN = frozenset(phrases("populous|populated|populace|expensive|recent"))  # take "most", "more", "least"

FEMALE = frozenset(phrases("female|females|woman|women|girl|girls"))
MALE = frozenset(phrases("male|males|man|men|boy|boys"))

NEGATED = phrases("not|never|no|n't|without|cannot|neither|nor")

WHENCE = frozenset(listed("whence"))
WHITHER = frozenset(listed("whither"))

OF_PLACES: dict[str, tuple[str, ...]] = {}  # adjective -> the places that it may mean, in lower case
for _entry in listed("of places"):
    _place, _adjective = _entry.split(": ")
    OF_PLACES[_adjective] = (*OF_PLACES.get(_adjective, ()), _place)
