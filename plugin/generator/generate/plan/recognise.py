"""Which words of a question name which columns and values of a table, and which say what to do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from backends.vectors.english import stem
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.generate.plan import operators
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.lexicon import Name, names, terms_of
from plugin.generator.generate.plan.operators import Kind, Operator
from plugin.generator.generate.plan.text import Span, Text, Token

_SMALL = frozenset(
    ("the", "of", "a", "an", "all", "our", "different", "has", "had", "have", "is", "are", "was", "were", "in", "for")
)
_ENDINGS = frozenset(("", "은", "는", "이", "가", "을", "를", "의"))


@dataclass(frozen=True)
class Found:
    """A name at its place."""

    name: Name
    span: Span


@dataclass
class Recognised:
    """`filters`: column -> the values asked for; `values`: their places, each with its column."""

    text: Text
    operators: tuple[Operator, ...] = ()
    found: tuple[Found, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    values: list[tuple[str, Span]] = field(default_factory=list)

    def first(self, *kinds: Kind) -> Operator | None:
        return next((o for o in self.operators if o.kind in kinds), None)

    def before(self, span: Span) -> Operator | None:
        """The operator that stands before a word with nothing but small words and values between."""
        for operator in reversed(self.operators):
            if operator.span[1] <= span[0] and not operator.behind:
                between = self.text.between(operator.span[1], span[0], [place for _, place in self.values])
                return operator if set(between.split()) <= _SMALL else None
        return None

    def behind(self, span: Span) -> Operator | None:
        """Korean puts what is done behind: 매장별, 주문 수, 고객은 몇 명."""
        for operator in self.operators:
            if operator.span[0] >= span[1] and operator.behind:
                return operator if self.text.between(span[1], operator.span[0]) in _ENDINGS else None
        return None

    def is_distinct(self, span: Span) -> bool:
        """ "How many different products" """
        operator = self.before(span)
        return operator is not None and operator.kind == "count" and operator.of == "distinct"

    def is_counted(self, span: Span) -> bool:
        return any(o is not None and o.kind == "count" for o in (self.before(span), self.behind(span)))


def recognise(ask: Ask, table: CatalogTable) -> Recognised:
    """Long names, values, operators, then the other names; the whole question must be explained. Raises Unread."""
    text = Text(ask.question)
    for phrase in ask.periods:
        text.take(phrase.span)
    for grouping, _unit in ask.groupings:
        if span := text.find(grouping.casefold()):
            text.take(span)
    known = names(table)
    phrases = {h.phrase for h in ask.values if h.score == 1.0}
    seen = Recognised(text)
    long = list(_names(text, known, seen, lambda span: _is_long(text.text[slice(*span)], phrases)))
    _values(ask, table, seen)
    seen.operators = operators.find(text)
    if operators.is_turned(text):
        raise Unread("a negation")
    _qualifiers(table, seen)
    rest = list(_names(text, known, seen, lambda _span: True))
    seen.found = (*sorted((*long, *rest, *_implied(seen, known)), key=lambda f: f.span),)
    if left := text.unexplained():
        raise Unread(f"nothing here is called {', '.join(left)}")
    return seen


def _is_long(spelled: str, phrases: set[str]) -> bool:
    """Of several words, or with a value inside: "ship mode" is not the value SHIP."""
    return " " in spelled.strip() or any(p in spelled.casefold() and p != spelled.casefold() for p in phrases)


def _names(text: Text, known: Sequence[Name], seen: Recognised, wanted: Callable[[Span], bool]) -> Iterator[Found]:
    """The longest first, a column's own before its synonyms; takes their places."""
    places = [(span, name) for name in known for span in text.places(name) if text.is_free(span) and wanted(span)]
    for span in sorted({s for s, _ in places}, key=lambda s: (s[0] - s[1], s)):
        if text.is_free(span):
            here = [n for s, n in places if s == span]
            best = [n for n in here if n.own] or here
            yield Found(_meant(best, span, seen), span)
            text.take(span)


def _meant(same: Sequence[Name], span: Span, seen: Recognised) -> Name:
    if len({(n.column, n.role) for n in same}) == 1:
        return same[0]
    counted = seen.is_counted(span)
    fitting = [n for n in same if n.counted == counted]
    if len({(n.column, n.role) for n in fitting}) != 1:
        named = sorted(n.column or "the rows" for n in same)
        raise Unread(f"{seen.text.text[slice(*span)]} may be {' or '.join(named)}")
    return fitting[0]


def _implied(seen: Recognised, known: Sequence[Name]) -> Iterator[Found]:
    """ "the most expensive": the one measure that the superlative speaks of."""
    for operator in seen.operators:
        if operator.of and operator.kind in ("top", "bottom"):
            fitting = [n for n in known if n.role == "measure" and n.own and stem(operator.of) in n.form]
            if len({n.column for n in fitting}) != 1:
                raise Unread(f"no one {operator.of} is here")
            yield Found(fitting[0], operator.span)


def _values(ask: Ask, table: CatalogTable, seen: Recognised) -> None:
    """Every value that is named."""
    by_phrase: dict[str, list[tuple[str, str]]] = {}
    for hit in ask.values:
        if hit.table == str(table.name) and hit.score == 1.0:
            by_phrase.setdefault(hit.phrase, []).append((hit.column, hit.value))
    for phrase, meant in sorted(by_phrase.items(), key=lambda item: -len(item[0])):
        while span := seen.text.find(phrase):
            column = _column_of(sorted({c for c, _ in meant}), span, table, seen)
            seen.text.take(span)
            seen.filters.setdefault(column, []).extend(v for c, v in meant if c == column)
            seen.values.append((column, span))


def _column_of(columns: Sequence[str], span: Span, table: CatalogTable, seen: Recognised) -> str:
    """Told apart by the words beside it: "suppliers in Germany"."""
    if len(columns) == 1:
        return columns[0]
    spoken = [t.term for t in _beside(seen.text, span)]
    scores = {c: sum(_names_word(c, t, table) for t in spoken) for c in columns}
    first, second = sorted(scores.values(), reverse=True)[:2]
    if first == second:
        raise Unread(f"{seen.text.text[slice(*span)]} may be of {' or '.join(columns)}")
    return max(scores, key=lambda c: scores[c])


def _names_word(column: str, term: str, table: CatalogTable) -> bool:
    return any(term == word or (not word.isascii() and term in word) for word in terms_of(column, table))


def _beside(text: Text, span: Span) -> list[Token]:
    """The nearest two words before and the nearest one after."""
    free = [t for t in text.tokens if text.is_free((t.start, t.end))]
    return [*[t for t in free if t.end <= span[0]][-2:], *[t for t in free if t.start >= span[1]][:1]]


def _qualifiers(table: CatalogTable, seen: Recognised) -> None:
    """ "the Brooklyn store", "customers in Asia": words that only say which column a value is of."""
    for column, span in seen.values:
        for token in _beside(seen.text, span):
            place = (token.start, token.end)
            if _names_word(column, token.term, table) and not (seen.before(place) or seen.behind(place)):
                seen.text.take(place)
