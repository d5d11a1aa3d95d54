"""Retrieve: the values that the question names, by words and by spelling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backends.vectors import korean
from backends.vectors.base import Hit
from backends.vectors.english import STOP_WORDS
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import sparse_query, terms
from catalog_sync.documents import normal, normals
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import Catalog
from catalog_sync.names import words
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.bilingual.loanwords import sounds_like
from plugin.generator.bilingual.romanized import romanized
from plugin.generator.retrieve.done import of_all_rows
from plugin.generator.retrieve.places import places
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.tables import is_state

_WORD = re.compile(r"[\w#&'./-]*\w")
_OF_A_KIND = re.compile(
    r"(?<=[a-z])-(?=(?:priority|severity|level|risk|value|tier|grade|class|rank|status|type)\b)", re.IGNORECASE
)  # "low-priority orders"
_OF_LANGUAGES = re.compile(r"\b(?:languages?|speak\w*|spoken)\b", re.IGNORECASE)
_OF_A_PLACE = 0.9
_PLACES = frozenset(("country", "nation", "nationality", "region", "continent", "origin", "market"))
_WITH_PARTICLE = re.compile(r"(?<![가-힣])([가-힣]{2,}?)(?:으로|로|에서|에|의|을|를|은|는|이|가|와|과)(?![가-힣])")
_DENIED = re.compile(r"(?<![가-힣])[미비불무][가-힣]{2,3}?(?=[은는이가을를의인]?(?![가-힣]))")
"""미처리 is one word: 처리 alone says the contrary."""
_PARTICIPLE = re.compile(r"\b[a-z]{3,}ed\b")
_RATE = re.compile(r"\b(\w+) rates?\b", re.IGNORECASE)
_DONE = {
    noun: tuple(done.split("/"))
    for noun, _, done in (
        pair.partition(" ")
        for pair in (
            "cancellation cancelled/canceled", "approval approved", "denial denied", "rejection rejected",
            "completion completed/complete", "failure failed", "acceptance accepted", "return returned",
            "refund refunded", "success successful/succeeded/success", "resolution resolved", "attendance attended",
            "renewal renewed", "default defaulted", "churn churned", "retention retained", "delivery delivered",
            "absence absent", "dropout dropped", "expiry expired", "escalation escalated",
        )
    )
}  # fmt: skip
IN_ENGLISH = 0.95
"""The score of a value of which the question has the Korean word."""
_ARTICLE = re.compile(r"(?<=\w) (?:the|an?|our) (?=\w)")
_DOT = re.compile(r"(?<=[a-z])\.(?=[a-z])")
_LONGEST = 5
_NEAR_A_SOUND = 60
_SIBILANT = ("sses", "shes", "ches", "xes", "zes")
_TO_DO = frozenset((
    "total", "average", "mean", "median", "count", "number", "sum", "top", "bottom", "most", "least", "best", "worst",
    "all", "each", "every", "first", "last", "share", "list", "show", "compare", "max", "min", "highest", "lowest",
))  # fmt: skip
_LATIN_AND_NOUN = re.compile(
    r"(?<![A-Za-z])([A-Za-z][A-Za-z0-9-]*) ([가-힣]{2,}?)(?=[을를은는이가에의도로과와]?(?![가-힣]))"
)


@dataclass(frozen=True)
class Values:
    """Every run of up to five words, looked up as it stands; what the index finds near it, checked by spelling.

    Korean words are also tried without their endings, since particles are written onto the word.
    """

    fuzzy: float = 0.86
    near: int = 20
    name: str = "retrieve.values"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"index"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        written = {form: phrase for phrase in _phrases(ask.question) for form in _forms(phrase)}
        if not written:
            return ask
        phrases = tuple(written)
        dense = services.embedder.embed_query(ask.question).tolist()
        sparse = sparse_query(ask.question)
        collection = COLLECTIONS["value"]
        exact = services.index.search(collection, dense, sparse, 100, {"norm": phrases})
        near = services.index.search(collection, dense, sparse, self.near)
        found = [*_exact(written, exact), *self._spelled_alike(phrases, near)]
        known = {hit.phrase for hit in found}
        found += _begun(ask.question, [phrase for phrase in phrases if phrase not in known], near)
        known = {hit.phrase for hit in found}
        made = _of_places(ask.question, known) | _in_english(ask.question, known)
        done = {w: forms for w, forms in of_rates(ask.question).items() if w not in known}
        acted = {w: forms for w, forms in _acted(ask.question).items() if w not in known and not made.get(w)}
        made |= done | acted
        if forms := tuple(form for made_of in made.values() for form in made_of):
            hits = services.index.search(collection, dense, sparse, 100, {"norm": forms})
            found += [
                _hit(w, h, IN_ENGLISH if has_hangul(w) else 1.0 if w in done | acted or _is_place(h) else _OF_A_PLACE)
                for h in hits
                for w, made_of in made.items()
                if {*made_of} & {*h.payload["norm"]} and (w not in acted or _is_outcome(h))
            ]
        known = {hit.phrase for hit in found}
        for noun in dict.fromkeys(_unknown_nouns(ask.question, known)):
            found += _by_sound(noun, services)
        found = [hit for hit in found if not is_said_to_do(hit, ask.question)]
        kept = [v for v in _longest(found) if not of_rows(v, ask.question, services.catalog)]
        return ask.add(values=tuple(v for v in kept if not of_all_rows(v, ask.question, services.catalog, ask.periods)))

    def _spelled_alike(self, phrases: Sequence[str], hits: Sequence[Hit]) -> Iterator[ValueHit]:
        for hit in hits:
            for name in hit.payload["norm"]:
                close = difflib.get_close_matches(name, phrases, n=1, cutoff=self.fuzzy)
                if close and len(name) > 4 and not _differs_in_digits(close[0], name):
                    score = difflib.SequenceMatcher(None, close[0], name).ratio()
                    yield _hit(close[0], hit, score)


def is_said_to_do(hit: ValueHit, question: str) -> bool:
    """ "Total liters" are no liters of the brand Total, unless it is written as a name where no sentence begins."""
    if " " not in hit.phrase and re.search(rf"^\W*(?:which|what) \w+ {re.escape(hit.phrase)}s\b", question.casefold()):
        return True  # "which supplier ships the most lines"
    if hit.phrase not in _TO_DO:
        return False
    return re.search(rf"(?<=[^\s.?!:] )['\"]?{hit.phrase.capitalize()}\b", question) is None


def of_rows(hit: ValueHit, question: str, catalog: Catalog) -> bool:
    """ "Clinics" are rows of the table of clinics, and no sales channel "clinic", unless channels are spoken of."""
    noun = hit.phrase.removesuffix("s")
    table = catalog.whole(hit.table)
    is_counted = re.search(
        rf"{re.escape(hit.phrase)}(?:\s?(?:건수|횟수)|[은는이가]?\s(?:총 |모두 )?몇\s?(?:건|번|회))", question
    )
    if table is not None and has_hangul(hit.phrase) and (hit.score == IN_ENGLISH or is_counted):
        named = [n for name in glossary().get(hit.phrase, ()) for n in catalog.directory.of_noun(table.workspace, name)]
        return bool(named) and table.name not in named and hit.value.casefold() not in question.casefold()
    if table is None or " " in hit.phrase or not hit.phrase.isascii() or f'"{hit.phrase}' in question.casefold():
        return False
    rows = catalog.directory.of_noun(table.workspace, noun)
    told = set(terms(words(hit.column))) & set(terms(question)) - set(terms(hit.phrase))
    return bool(rows) and table.name not in rows and not told


def _of_places(question: str, known: set[str]) -> dict[str, tuple[str, ...]]:
    """ "European" means the continent Europe, where no value is called so; French that is spoken is a language."""
    if _OF_LANGUAGES.search(question):
        return {}
    return {normal(w): tuple(places(w)) for w in _WORD.findall(question) if normal(w) not in known}


def of_rates(question: str) -> dict[str, tuple[str, ...]]:
    """ "The cancellation rate" is of what is cancelled."""
    nouns = (match[1].casefold() for match in _RATE.finditer(question))
    return {noun: _DONE[noun] for noun in nouns if noun in _DONE}


def _acted(question: str) -> dict[str, tuple[str, ...]]:
    """ "Inspections that failed" have the result "fail"."""
    said = (match[0] for match in _PARTICIPLE.finditer(question.casefold()))
    return {word: (word[:-2], word[:-1]) for word in said}


def _is_outcome(hit: Hit) -> bool:
    return is_state(hit.payload["column"])


def _is_place(hit: Hit) -> bool:
    """Japanese guests are those of Japan where there is a column of countries."""
    return not _PLACES.isdisjoint(words(hit.payload["column"]).split())


def _in_english(question: str, known: set[str]) -> dict[str, tuple[str, ...]]:
    """프랑스 means France, where no value is called so: common nouns in English, names in Latin letters."""
    nouns = [question[start:end] for start, end in korean.noun_places(question)]
    denied = (match[0] for match in _DENIED.finditer(question))
    spoken = [*nouns, *(first + other for first, other in pairwise(nouns)), *denied]
    found = {word: names for word in spoken if normal(word) not in known and (names := glossary().get(word, ()))}
    for latin, noun in _LATIN_AND_NOUN.findall(question):  # CNC 선반
        found[f"{latin} {noun}".casefold()] = tuple(f"{latin.casefold()} {name}" for name in glossary().get(noun, ()))
    others = (word for word in spoken if word not in found and normal(word) not in known)
    return {**found, **{word: (latin,) for word in others if (latin := romanized(word))}}


def _unknown_nouns(question: str, known: set[str]) -> Iterator[str]:
    """Each with the one behind it: 스위스 포스트; words that the dictionary takes apart too."""
    nouns = [question[start:end] for start, end in korean.noun_places(question)]
    spoken = [*nouns, *(first + other for first, other in pairwise(nouns)), *_WITH_PARTICLE.findall(question)]
    yield from (word for word in spoken if normal(word) not in known and word not in glossary())


def _by_sound(noun: str, services: Services) -> Iterator[ValueHit]:
    """골드 is the value gold, where only one is spoken so: of those that mean something near."""
    dense = services.embedder.embed_query(noun).tolist()
    near = services.index.search(COLLECTIONS["value"], dense, sparse_query(noun), _NEAR_A_SOUND)
    hits = [h for h in near if sounds_like(noun, str(h.payload["value"]))]
    if len({str(h.payload["value"]).casefold() for h in hits}) == 1:
        yield from (_hit(noun, h, IN_ENGLISH) for h in hits)


def _phrases(question: str) -> Iterator[str]:
    """Runs of words, longest first, normalised as the index has them."""
    said = _OF_A_KIND.sub(" ", question)
    found = [re.sub(r"['’]s?$", "", m.group(0).strip("'")) for m in _WORD.finditer(said)]
    for size in range(_LONGEST, 0, -1):
        for at in range(len(found) - size + 1):
            run = normal(" ".join(found[at : at + size]))
            if has_hangul(found[at + size - 1]):
                yield from (
                    run[:cut]
                    for cut in range(len(run), len(run) - 4, -1)
                    if cut > len(run) - len(found[at + size - 1]) + (size == 1)
                )
            if not _says_nothing(run):
                yield run
                if run.endswith("s") and len(run) > 3:
                    yield run[:-1]
                if run.endswith(_SIBILANT):
                    yield run[:-2]


def _forms(phrase: str) -> Iterator[str]:
    """As it stands, and "cancelled by the customer" without its article."""
    yield from normals(phrase)
    if (apart := _DOT.sub(" ", phrase)) != phrase:
        yield apart  # booking.com, which is written booking_com
    if (bare := _ARTICLE.sub(" ", phrase)) != phrase and " " in bare.strip():
        yield bare


def _says_nothing(run: str) -> bool:
    return len(run) < 2 or run in STOP_WORDS or run.replace(".", "").replace(",", "").isdigit()


def _begun(question: str, phrases: Sequence[str], hits: Sequence[Hit]) -> Iterator[ValueHit]:
    """ "Queen West" of the one name that begins so: Queen West Clinic. Of two words or more, written as a name is."""
    for phrase in (p for p in phrases if " " in p and _is_name(p, question)):
        begun = [h for h in hits if any(n.startswith(f"{phrase} ") for n in h.payload["norm"])]
        if len({str(h.payload["value"]).casefold() for h in begun}) == 1:
            yield from (_hit(phrase, h, 1.0) for h in begun)


def _is_name(phrase: str, question: str) -> bool:
    found = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", question, re.IGNORECASE)
    return found is not None and all(word[0].isupper() for word in found[0].split())


def _exact(written: Mapping[str, str], hits: Sequence[Hit]) -> Iterator[ValueHit]:
    """`written`: how the question has what is looked for, the longest first."""
    wanted = {form: place for place, form in enumerate(written)}
    for hit in hits:
        names = [n for n in hit.payload["norm"] if n in wanted]
        if names:
            yield _hit(written[min(names, key=lambda n: wanted[n])], hit, 1.0)


def _hit(phrase: str, hit: Hit, score: float) -> ValueHit:
    payload = hit.payload
    return ValueHit(phrase, payload["table"], payload["column"], payload["value"], score)


def _differs_in_digits(a: str, b: str) -> bool:
    return re.findall(r"\d+", a) != re.findall(r"\d+", b)


def _longest(found: Sequence[ValueHit]) -> tuple[ValueHit, ...]:
    """Without the hits whose phrase lies inside a longer phrase that hit as well; the best of each value."""
    best: dict[tuple[str, str, str], ValueHit] = {}
    for hit in found:
        key = (hit.table, hit.column, hit.value)
        if key not in best or hit.score > best[key].score:
            best[key] = hit
    exact = {h.phrase for h in best.values() if h.score == 1.0}
    kept = [
        h
        for h in best.values()
        if not any(h.phrase != other and f" {h.phrase} " in f" {other} " for other in exact)
        and (h.score == 1.0 or not any(p in h.phrase for p in exact))
    ]
    return tuple(sorted(kept, key=lambda h: (-h.score, -len(h.phrase), h.table, h.column, h.value)))
