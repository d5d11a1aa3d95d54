"""Does the catalogue speak of what the question is about? If not, say so instead of answering something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from plugin.generator import tables
from plugin.generator.ask import Ask, Mention, Route, Verdict
from plugin.generator.stage import Kind, Need, Services

_QUALITY = re.compile(
    r"\b(?:best|worst|better|worse|good|bad|great)\b(?!\s*-?\s*(?:sell|paid|rated))"
    r"|좋은|좋아(?!요\s*[가-힣\d])|좋나|좋지|최고의|나쁜|잘\s?(?:하는|나가는|되는)",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:how many|number of|count|distinct)\b|몇|개수|건수|인원|\S\s?수(?:는|를|가|\b)", re.IGNORECASE
)
_NUMBER_OF_IT = r"\bWORD\s+numbers?\b"  # the phone number of somebody is no count
_ASKED = re.compile(
    r"^\W*(?:(?:please|can you|could you)\s+)*"
    r"(?:what(?:'s| is| are| was| were)|give (?:me|us)|show (?:me|us)|tell (?:me|us)|list)\s+"
    r"(?:the|our|their|all)\s+((?:[a-z-]+\s+){1,3}?)(?:of|for|at|in)\b",
    re.IGNORECASE,
)
_COUNTED_THING = (
    r"\bhow many\s+(?:[a-z-]+\s+)?WORD\s+(?:do|does|did|are|were|have|has|had|is|was|can|will|need|in|at|of)\b"
)

_UNITS = frozenset((
    "euro", "euros", "eur", "dollar", "dollars", "usd", "cent", "cents", "won", "krw", "pound", "pounds", "gbp", "yen",
    "percent", "percentage", "minute", "minutes", "hour", "hours", "second", "seconds", "day", "days", "week", "weeks",
    "month", "months", "year", "years", "unit", "units", "piece", "pieces",
    "원", "달러", "유로", "엔", "센트", "퍼센트", "프로", "분", "초", "시간", "일", "번", "회",
))  # fmt: skip
"""In which figures are given: of no table does a question speak by them."""
_FUTURE = re.compile(
    r"\b(?:will|going to|expect|forecast|predict|project)\b|[가-힣]ㄹ까|할까|될까|예상|전망|예측", re.IGNORECASE
)
_PLANNED = frozenset(("forecast", "expected", "planned", "budget", "target", "scheduled", "projected", "due"))
_DETERMINERS = "the a an of by per each any our their its total average many much number this that which"
_GROUPS = r"\b(?:by|per|each|every|across)\s+(?:\w+\s+)?WORD\b|WORD\s?(?:별|마다)"
_COUNTED = (
    r"\b(?:how many|number of|count of)\s+(?:\w+\s+)?WORD\b|^(?:which|what) WORD\b|"
    r"WORD\s?(?:수(?=[는를가와도\s?]|$)|건수|개수|[은는이가]?\s?몇)"
)


@dataclass(frozen=True)
class Coverage:
    """What the question is about must be known to some table, and to more than private columns.

    Nouns that no table knows (Korean ones only of a catalogue with Korean words) are what it is about where they
    outweigh the known words that are no mere grouping ("employees per store"), or where they are counted ("how many
    employees"). A question with no word about the data, or one that asks for the best without saying by what, is asked
    back with measures to choose from.
    """

    choices: int = 4
    name: str = "route.coverage"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if not ask.mentions and not ask.values:
            return self._ask_back(ask)
        unknown = tuple(m.word for m in ask.mentions if not m.tables and is_noun(m.word, ask.question))
        if not any(tables.speaks_korean(route.table) for route in ask.routes):
            unknown = tuple(word for word in unknown if not has_hangul(word))
        unknown = tuple(word for word in unknown if word.casefold() not in _UNITS)
        known = [m for m in ask.mentions if m.tables and is_noun(m.word, ask.question) and not _is_beside(m.word, ask)]
        counted = any(_is_counted(w, ask.question) and not _says_which(w, known, ask.question) for w in unknown)
        if unknown and (len(unknown) > len(known) or counted):
            return ask.add(verdict=Verdict("refused", reason="not_in_data", choices=unknown))
        if asked := _asked_in_vain(ask):
            return ask.add(verdict=Verdict("refused", reason="not_in_data", choices=(asked,)))
        if _is_of_the_future(ask, services):
            return ask.add(verdict=Verdict("refused", reason="not_in_data", choices=(ask.periods[0].text,)))
        if any(m.private and not _is_count(m.word, ask.question) for m in ask.mentions):
            return ask.add(verdict=Verdict("refused", reason="pii"))
        if _QUALITY.search(ask.question) and not _names_a_measure(ask):
            return self._ask_back(ask)
        return ask

    def _ask_back(self, ask: Ask) -> Ask:
        names = list(dict.fromkeys(name for route in ask.routes for name in _measures(route)))
        return ask.add(verdict=Verdict("clarify", reason="ambiguous", choices=tuple(names[: self.choices])))


def _is_of_the_future(ask: Ask, services: Services) -> bool:
    """ "What will our revenue be in 2030?" Where plans are kept, or expected dates, somebody may know."""
    said = _FUTURE.search(ask.question)
    if not said or not ask.periods or not ask.routes:
        return False
    if any(_PLANNED & set(words(c.name).split()) for c in ask.routes[0].table.columns):
        return False
    today = tables.today([ask.routes[0].table], services.catalog)
    starts = [phrase.resolve(today).start for phrase in ask.periods]
    return all(start is not None and start > today for start in starts)


def _is_count(private: str, question: str) -> bool:
    said = re.sub(_NUMBER_OF_IT.replace("WORD", re.escape(private)), private, question, flags=re.IGNORECASE)
    return bool(_COUNTS.search(said))


def _asked_in_vain(ask: Ask) -> str:
    """ "The home address of our instructors": the last word of what is asked for, where no table knows it."""
    match = _ASKED.search(ask.question)
    last = match[1].split()[-1].casefold() if match else ""
    unknown = [m.word for m in ask.mentions if not m.tables and m.word.casefold() == last]
    return unknown[0] if unknown and "NOUN" in _kinds(last) else ""


def _kinds(word: str) -> set[str]:
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    return set(getAllLemmas(word.lower()))


def is_noun(word: str, question: str) -> bool:
    """Of a word that may be a verb or an adjective too, what stands before it decides. Korean: nouns only get here."""
    if has_hangul(word):
        return True
    kinds = _kinds(word)
    before = re.search(rf"(\w+)\W+{re.escape(word)}\b", question, re.IGNORECASE)
    determined = before is not None and before[1].casefold() in _DETERMINERS.split()
    if kinds <= {"NOUN", "PROPN"}:
        return bool(kinds) or (determined and re.fullmatch(r"[a-z]{4,}s", word) is not None)  # "our smoothies"
    counted = word.endswith("s") and re.search(_COUNTED_THING.replace("WORD", re.escape(word)), question, re.IGNORECASE)
    return "NOUN" in kinds and (determined or bool(counted))


def _is_beside(word: str, ask: Ask) -> bool:
    """By what one groups ("per store"), or of what a value is ("the Chicago store"): not what is asked for."""
    if re.search(_GROUPS.replace("WORD", re.escape(word)), ask.question, re.IGNORECASE):
        return True
    return any(
        re.search(rf"{re.escape(v.phrase)}\s+{re.escape(word)}", ask.question, re.IGNORECASE) for v in ask.values
    )


def _is_counted(word: str, question: str) -> bool:
    return bool(re.search(_COUNTED.replace("WORD", re.escape(word)), question, re.IGNORECASE))


def _says_which(word: str, known: Sequence[Mention], question: str) -> bool:
    """ "Unique" of "how many unique languages": languages are counted."""
    return any(re.search(rf"\b{re.escape(word)}\s+{re.escape(m.word)}\b", question, re.IGNORECASE) for m in known)


def _measures(route: Route) -> list[str]:
    table = route.table
    if table.view:
        return [words(m) for m in table.view.measures]
    keys = {*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)}
    return [words(c.name) for c in table.columns if tables.is_number(c) and c.name not in keys]


def _names_a_measure(ask: Ask) -> bool:
    asked = set(terms(ask.question))
    for route in ask.routes:
        keys = {*route.table.primary_key, *(c for k in route.table.foreign_keys for c in k.columns)}
        for column in route.table.columns:
            if tables.is_number(column) and column.name not in keys:
                spoken = [set(terms(n)) for n in (column.name, *column.synonyms)]
                if any(s & asked for s in spoken):
                    return True
    return False
