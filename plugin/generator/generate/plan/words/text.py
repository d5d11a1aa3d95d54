"""A question with its words at their places, and what of it is explained so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from backends.vectors import korean
from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import placed_terms
from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import Name

Span = tuple[int, int]

_PARTICLES = (
    "입니다 이에요 에게 에서 이야 예요 으로 까지 보다 부터 이나 이고 하고 건수 개수 들의 들은 들이 마다 "
    "은 는 이 가 을 를 의 에 로 와 과 도 만 별 나 랑 및 수 인 들 야 "
    "하는 했던 되는 한 된"
)
_SUBJECTS = frozenset(
    ("we", "they", "you", "i", "it", "did", "do", "does", "to", "that", "who", "which", "be", "been", "have", "has")
)
_WITH_BARE = frozenset(("did", "do", "does", "to"))
_NO_REQUESTS = frozenset(("returned", "returning", "returns", "listed", "listing", "listings"))
_THINGS = frozenset(("visits", "purchases", "moves", "arrivals", "posts"))
_DONE_NOUNS = frozenset(("visit", "purchase", "move", "use", "post", "hold", "arrival"))
_BEFORE_NOUNS = frozenset(
    ("average", "avg", "mean", "median", "total", "the", "a", "each", "per", "longest", "shortest")
)
_TURNING = frozenset("재비오미무반순첫역신준")
_BEING = frozenset(("is", "are", "was", "were", "be", "been", "being"))
_NOW = re.compile(r"\s*(?:[?.!,]|$|(?:and|or|now|right now|currently|today|at the moment|at present)\b)", re.IGNORECASE)
_PARTICIPLE = re.compile(r"(?:ed|en)$", re.IGNORECASE)
_NOWADAYS = frozenset(("currently", "now", "still", "already", "actually", "presently"))
_DEGREES = frozenset(("best", "worst", "better", "worse", "well", "first", "last", "twice", "once", "together"))
_WITHIN = frozenset(("", "-", "_", "/", "'s", "s'", "’s", "'", "of", "of the", "of a", "the"))
_AFTER = re.compile(rf"(?:{_PARTICLES.replace(' ', '|')}){{0,2}}(?![가-힣])|별|마다|당(?=\s)|수(?=[는를가와\s])")


@dataclass(frozen=True)
class Token:
    term: str
    start: int
    end: int


@dataclass
class Text:
    """`taken` marks the characters that are explained; `terms` and `letters` are all that it has."""

    text: str
    tokens: tuple[Token, ...] = field(init=False)
    taken: bytearray = field(init=False)
    terms: frozenset[str] = field(init=False)
    letters: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = tuple(Token(term, start, end) for start, end, term in placed_terms(self.text))
        self.taken = bytearray(len(self.text))
        self.terms = frozenset(t.term for t in self.tokens)
        self.letters = frozenset(self.text.casefold())

    def take(self, span: Span) -> None:
        start, end = max(span[0], 0), max(span[1], 0)
        self.taken[start:end] = b"\1" * (end - start)

    def is_free(self, span: Span) -> bool:
        return not any(self.taken[span[0] : span[1]])

    def between(self, start: int, end: int, but: Sequence[Span] = ()) -> str:
        """A stretch in lower case, without the places in `but` and without blanks at its ends."""
        kept = (c for i, c in enumerate(self.text[start:end], start) if not any(a <= i < b for a, b in but))
        return " ".join("".join(kept).casefold().split())

    def find(self, phrase: str) -> Span | None:
        """The first free place of a phrase in lower case: as a whole word, or a Korean one with its ending."""
        folded, at = self.text.casefold(), -1
        while (at := folded.find(phrase, at + 1)) >= 0:
            end = at + len(phrase)
            whole = not (at and folded[at - 1].isalnum()) and (
                has_hangul(phrase)
                or end == len(folded)
                or not folded[end].isalpha()
                or has_hangul(folded[end])
                or folded[end:].startswith("s")
            )
            if whole and self.is_free((at, end)):
                return at, end
        return None

    def prefix(self) -> str:
        """What stands before a Korean noun and makes another of it, where nothing explains it: 재구매 is no 구매."""
        places = {i for t in self.tokens for i in range(t.start, t.end)}
        for token in self.tokens:
            at = token.start - 1
            before = self.text[at : at + 1]
            if before in _TURNING and at not in places and not self.taken[at] and self.text[at - 1 : at] in ("", " "):
                return self.text[at : token.end]
        return ""

    def _word_before(self, token: Token) -> str:
        """But for adverbs of now: "are currently leased"."""
        words = [w for w in self.text[: token.start].split() if w.casefold() not in _NOWADAYS]
        return words[-1] if words else ""

    def _last_word(self, end: int) -> str:
        words = self.text[:end].split()
        return words[-1] if words else ""

    def _says_something(self, token: Token) -> bool:
        """ "Completed visits" are things, "who visits" does something; what is returned is no request to return it."""
        word = self.text[token.start : token.end].casefold()
        if self.text[token.start - 1 : token.start] == "." and token.start > 1:
            return True  # the com of booking.com
        if word in _DONE_NOUNS and self._word_before(token).casefold() in _BEFORE_NOUNS and self._is_named_next(token):
            return True  # the visit of "average visit length"
        return word in _NO_REQUESTS or (word in _THINGS and not _moves(word, self._word_before(token)))

    def _is_named_next(self, token: Token) -> bool:
        behind = next((t for t in self.tokens if t.start >= token.end), None)
        return behind is not None and self.text[token.end : behind.start] == " " and bool(self.taken[behind.start])

    def _is_state(self, token: Token) -> bool:
        """ "How many holds are waiting": some of them are, and some are not."""
        said = self.text[token.start : token.end].casefold()
        return (
            said.endswith("ing")
            and self._word_before(token).casefold() in _BEING
            and bool(_NOW.match(self.text, token.end))
        )

    def moves(self, span: Span) -> bool:
        """A word that can be a verb, behind its subject."""
        return _moves(self.text[slice(*span)], self._last_word(span[0]))

    def may_be_done(self, span: Span) -> bool:
        """An English word that is a verb too, in no plural."""
        word = self.text[slice(*span)].casefold()
        return word.isascii() and word.isalpha() and not word.endswith("s") and "VERB" in _lemma_kinds(word)

    def places(self, name: Name) -> Iterator[Span]:
        """Where a name stands, free or not."""
        if (
            not self.letters.issuperset(name.form)
            if isinstance(name.form, str)
            else not self.terms.issuperset(name.form)
        ):
            return
        if isinstance(name.form, str):
            yield from self._korean(name.form)
            return
        size = len(name.form)
        for at in range(len(self.tokens) - size + 1):
            run = self.tokens[at : at + size]
            if tuple(t.term for t in run) == name.form and all(map(self._are_one, run, run[1:])):
                yield run[0].start, run[-1].end
        if size == 2 and name.role != "rows":  # orders per store are no store orders
            yield from self._turned(name.form[0], name.form[1])

    def _are_one(self, left: Token, right: Token) -> bool:
        """ "Loans by genre" is no loan genre."""
        return self.text[left.end : right.start].strip().casefold() in _WITHIN

    def _turned(self, first: str, second: str) -> Iterator[Span]:
        """ "margin per unit" is the unit margin; of "order amount per order" the amount is that of an order already."""
        for before, left, right in zip((None, *self.tokens), self.tokens, self.tokens[1:], strict=False):
            if before is not None and before.term == right.term:
                continue
            between = self.text[left.end : right.start].strip().casefold()
            counts = left.term in ("number", "count")
            if (left.term, right.term) == (second, first) and between in ("of", "of the", "per") and not counts:
                yield left.start, right.end

    def _korean(self, form: str) -> Iterator[Span]:
        for match in re.finditer(korean_pattern(form), self.text, re.IGNORECASE):
            start, end = match.span()
            begins = not start or not ("가" <= self.text[start - 1] <= "힣") or bool(self.taken[start - 1])
            if begins and _AFTER.match(self.text, end):
                yield start, end

    def changes_nothing(self, token: Token) -> bool:
        return token.term in _noise()

    def unexplained(self, *, verbs: bool = True) -> tuple[str, ...]:
        """The words that are left. Without `verbs`: of those that are no verb or adverb."""
        left = [
            t
            for t in self.tokens
            if not any(self.taken[t.start : t.end]) and (t.term not in _noise() or self._says_something(t))
        ]
        if not verbs and left:
            moving = korean.verbs(self.text)
            left = [
                t
                for t in left
                if (t.start, t.end) not in moving
                and (self._is_state(t) or not _moves(self.text[t.start : t.end], self._word_before(t)))
            ]
        return tuple(t.term for t in left)


def korean_pattern(form: str) -> str:
    """As it is written with blanks, and with particles before them: 수신에 동의 of 수신동의."""
    return r"(?:[을를에의]?\s)?".join(map(re.escape, form))


def speaks_of(question: str, table: CatalogTable) -> bool:
    """The question calls the rows of the table by their name: "suppliers"."""
    text = Text(question)
    return any(True for name in names(table) if name.role == "rows" and not name.column for _ in text.places(name))


def _lemma_kinds(word: str) -> set[str]:
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    return set(getAllLemmas(word.lower()))


def _moves(word: str, before: str) -> bool:
    """A verb: by its form, or by what stands before it."""
    if has_hangul(word):
        return False
    if word.casefold() in _DEGREES:
        return False
    kinds = _lemma_kinds(word)
    if _PARTICIPLE.search(word) and before.casefold() in _BEING:
        return False  # "holds that were cancelled" are some of the holds
    if before.casefold() == "which" and "NOUN" in kinds:
        return False  # "which supplies"
    if before.casefold() in _WITH_BARE and word.endswith("s") and not word.endswith("ss") and "NOUN" in kinds:
        return False  # "did dogs have"
    return bool(kinds) and (kinds <= {"VERB", "ADV", "AUX"} or ("VERB" in kinds and before.casefold() in _SUBJECTS))


@cache
def _noise() -> frozenset[str]:
    lines = (files(__package__) / "noise.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())
