"""Which tables and columns the nouns of a Korean question mean.

What the catalogue itself calls in Korean comes first, then what common nouns are in English (glossary.txt), then, of
nouns that neither knows, the name nearest in meaning, where no other name is near as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backends.embedder.base import Embedder
from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from plugin.generator.bilingual.glossary import Form, glossary
from plugin.generator.generate.phrases.korean.implied import amounts, rows_by_label, spread
from plugin.generator.generate.phrases.korean.morphemes import Morpheme
from plugin.generator.generate.phrases.korean.put_in_english import english
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import stems

_NOUNS = frozenset(("NNG", "NNP", "NNB", "SL", "XPN", "XR", "XSN", "SN"))
_HEADS = frozenset(("NNG", "NNP", "SL", "XR"))
_NOT_WITHIN = frozenset(("들", "별", "당", "씩", "째", "간"))
_BOUNDS = frozenset(("max", "min", "maximum", "minimum", "limit"))
_RECORDS = frozenset((
    "orders", "order", "records", "record", "logs", "log", "requests", "request", "events", "event", "entries",
    "history", "histories", "transactions", "purchases", "purchase", "jobs", "cases", "items", "results", "data",
))  # fmt: skip
_SHARES = frozenset(("비율", "비중", "퍼센트"))
_LONGEST = 5
_LONGEST_GUESS = 3
_LONGEST_NAME = 20
_FEW_WORDS = 3
_NEAR = 0.6
_APART = 0.08
_COUNT_WORDS = frozenset(("수", "건수", "개수", "횟수", "명수"))
_SMALL = frozenset(stems("of the a an and"))
_NUMBER, _COUNT = stems("number count")
_COUNTS = frozenset((first, stems("of")[0]) for first in stems("num number no"))
_NAME = stems("name")
_SHORT_FORMS = (("num", "number"), ("no", "number"), ("nbr", "number"), ("dest", "destination"))
_SHORT = {stems(short)[0]: stems(full)[0] for short, full in _SHORT_FORMS}


@dataclass(frozen=True)
class Called:
    """A run of nouns that ends before `end` means a table's rows, or a column of it."""

    table: str
    column: str
    end: int


def names(
    tokens: Sequence[Morpheme], schema: Schema, embedder: Embedder | None, valued: Iterable[int] = ()
) -> dict[int, list[Called]]:
    """By the place where the run begins. What is part of a value (`valued`) is not guessed."""
    known = _Known(schema)
    found: dict[int, list[Called]] = {}
    covered: set[int] = set()
    for start, end in _runs(tokens, _LONGEST):
        if _is_share(tokens, start, end):
            continue
        for table, column in dict.fromkeys(known.exact(tokens[start:end])):
            found.setdefault(start, []).append(Called(table, column, end))
            covered |= set(range(start, end))
    for start in range(len(tokens)):
        if (one := spread(tokens, start)) is not None and (meant := known.korean.get(one[0])):
            found[start] = found[one[1] - 1] = [Called(table, column, one[1]) for table, column in dict.fromkeys(meant)]
            covered |= set(range(start, one[1]))
    if embedder is not None:
        for start, end, meant in _guessed(tokens, known, embedder, covered, frozenset(valued)):
            found.setdefault(start, []).extend(Called(table, column, end) for table, column in meant)
    return found


def _is_share(tokens: Sequence[Morpheme], start: int, end: int) -> bool:
    """카드로 결제한 비율 is the share of what is so, and no column that is called a rate."""
    return end == start + 1 and tokens[start].word in _SHARES and start > 0 and tokens[start - 1].tag == "ETM"


def _runs(tokens: Sequence[Morpheme], longest: int) -> Iterator[tuple[int, int]]:
    for start, token in enumerate(tokens):
        if token.tag not in _HEADS or token.quoted:
            continue
        for end in range(start + 1, min(start + longest, len(tokens)) + 1):
            last = tokens[end - 1]
            if last.tag not in _NOUNS or last.quoted or last.word in _NOT_WITHIN:
                break
            yield start, end


class _Known:
    """What the tables and columns of a schema are called, Korean names whole and English ones as words."""

    def __init__(self, schema: Schema) -> None:
        self.korean: dict[str, list[tuple[str, str]]] = {}
        self.forms: dict[Form, list[tuple[str, str]]] = {}
        self.sets: dict[frozenset[str], list[tuple[str, str]]] = {}
        self.spelled: dict[str, list[tuple[str, str]]] = {}
        self.words = _words_of(schema)
        self.bags = {(n, c.name): _words_for(c) for n, t in schema.tables.items() for c in t.columns if not c.pii}
        for name, table in schema.tables.items():
            for synonym in table.synonyms:
                if has_hangul(synonym):
                    self._add_korean(synonym, name, "")
            for form in schema.nouns[name]:
                self._add(form, name, "")
            self.spelled.setdefault(words(table.name.name), []).append((name, ""))
            for column in table.columns:
                if not column.pii:
                    self._add_column(name, column, table.synonyms)
            for form, columns in schema.attributes[name].items():
                for one in columns if len(columns) == 1 and not _is_part(form, table, *columns) else ():
                    self._add(form, name, one)
        self._add_first_words(schema)
        self._add_last_words(schema)
        self._add_labels(schema)
        for implied in (rows_by_label, amounts):
            rows = {name for name, meant in self.korean.items() if any(not column for _, column in meant)}
            taken = rows if implied is rows_by_label else set(self.korean)
            for spoken, table_name, column_name in implied(schema):
                if spoken not in taken:
                    self._add_korean(spoken, table_name, column_name)

    def _add_first_words(self, schema: Schema) -> None:
        """정비 are the maintenance orders, where nothing else is called maintenance: the last word says nothing."""
        told: dict[Form, set[str]] = {}
        for name, table in schema.tables.items():
            *first, last = words(table.name.name).split()
            if first and last in _RECORDS and table.view is None:
                told.setdefault(stems(" ".join(first)), set()).add(name)
        for form, tables in told.items():
            if len(tables) == 1 and form not in self.forms:
                self._add(form, next(iter(tables)), "")

    def _add_last_words(self, schema: Schema) -> None:
        """The last word of a Korean name of a table, where nothing is called so as a whole."""
        whole = set(self.korean)
        for name, table in schema.tables.items():
            for synonym in table.synonyms:
                last = synonym.split()[-1]
                if has_hangul(synonym) and " " in synonym and last not in whole and not self._is_of_another(last, name):
                    self._add_korean(synonym.split()[-1], name, "")

    def _is_of_another(self, noun: str, table: str) -> bool:
        """예약, where another table is called bookings: 수업 예약 are no such."""
        names = (pair for name in glossary().get(noun, ()) for pair in self.forms.get(stems(name), ()))
        rows = [name for name, column in names if not column]
        return bool(rows) and table not in rows

    def _add_labels(self, schema: Schema) -> None:
        """이름 is the name of any rows, not only of those whose description says 이름."""
        for spoken in ("이름", "명칭"):
            told = {table for table, _ in self.korean.get(spoken, ())}
            for name in schema.tables if told else ():
                label = schema.label(name)
                if label and name not in told and stems(words(label))[-1:] == _NAME:
                    self._add_korean(spoken, name, label)

    def _add_column(self, table: str, column: CatalogColumn, rows: Sequence[str]) -> None:
        if not _BOUNDS & set(words(column.name).split()):  # 회원이 많은 길드 are not those that may have many
            self.spelled.setdefault(words(column.name), []).append((table, column.name))
        for name in (*column.synonyms, column.description):
            if has_hangul(name) and len(name) <= _LONGEST_NAME:
                for spoken in _with_and_without(name, rows):
                    self._add_korean(spoken, table, column.name)
            elif name and len(name.split()) <= _FEW_WORDS and not _BOUNDS & set(words(column.name).split()):
                self.spelled.setdefault(name.casefold(), []).append((table, column.name))

    def _add_korean(self, text: str, table: str, column: str) -> None:
        self.korean.setdefault("".join(text.split()).casefold(), []).append((table, column))

    def _add(self, form: Form, table: str, column: str) -> None:
        self.forms.setdefault(form, []).append((table, column))
        bag = _bag(form)
        if len(bag) > 1:
            self.sets.setdefault(bag, []).append((table, column))

    def exact(self, run: Sequence[Morpheme]) -> Iterator[tuple[str, str]]:
        """What the catalogue calls so in Korean, else in English: of each table the column with the first of the
        English names, and the tables that have the first of them that any has."""
        said = self.korean.get("".join(m.word for m in run), [])
        yield from said
        taken: set[str] = set()
        has_rows = False
        for form in dict.fromkeys(english(run, self.words)) if not said else ():
            found = [*self.forms.get(form, ()), *self.sets.get(_bag(form), ())]
            is_count = len(run) > 1 and run[-1].word in _COUNT_WORDS  # 사용자 수 are no rows, but how many
            rows = [] if has_rows or is_count else [(table, "") for table, column in found if not column]
            columns = [(table, column) for table, column in found if column and table not in taken]
            yield from (*rows, *columns)
            has_rows = has_rows or bool(rows)
            taken |= {table for table, _ in columns}
        if not (said or taken or has_rows) and len(run) > 1:
            yield from self._having(run)

    def _having(self, run: Sequence[Morpheme]) -> Iterator[tuple[str, str]]:
        """The one column of all that has each of the words in its names: 운임 매출 of a `freight_charge` that is
        called revenue too."""
        for form in dict.fromkeys(english(run, self.words)):
            found = [column for column, spoken in self.bags.items() if len(set(form)) > 1 and {*form} <= spoken]
            if len(found) == 1:
                yield found[0]
                return


def _words_of(schema: Schema) -> frozenset[str]:
    """That the names in Latin letters have."""
    tables = schema.tables.values()
    names = [words(name) for t in tables for name in (t.name.name, *t.synonyms, *(c.name for c in t.columns))]
    return frozenset(word for name in names if name.isascii() for word in name.split())


def _words_for(column: CatalogColumn) -> frozenset[str]:
    """Of all its names."""
    named = (name for name in (column.name, *column.synonyms) if not has_hangul(name))
    return frozenset(word for name in named for word in stems(words(name)))


def _with_and_without(name: str, rows: Sequence[str]) -> Iterator[str]:
    """고객 이름 of customers is their 이름."""
    whole = "".join(name.split())
    yield whole
    for noun in ("".join(row.split()) for row in rows if has_hangul(row)):
        if whole.startswith(noun) and len(whole) > len(noun) + 1:
            yield whole[len(noun) :]


def _is_part(form: Form, table: CatalogTable, column: str) -> bool:
    """ "Name" of a table that has first and last ones."""
    others = [c.name for c in table.columns if c.name.casefold().endswith("name") and c.name != column]
    return form == _NAME and bool(others) and stems(words(column)) != _NAME


def _bag(form: Form) -> frozenset[str]:
    """Its words in any order: the number of staff is the staff number."""
    counted = any(pair in _COUNTS for pair in pairwise(form))
    plain = frozenset(_SHORT.get(word, word) for word in form) - _SMALL
    return plain - {_NUMBER} | {_COUNT} if counted else plain


def _guessed(
    tokens: Sequence[Morpheme], known: _Known, embedder: Embedder, covered: set[int], valued: frozenset[int]
) -> Iterator[tuple[int, int, list[tuple[str, str]]]]:
    """The nearest names of runs with a noun that nothing is called by; of runs that overlap the nearest."""
    unknown = {n for n in range(len(tokens)) if n not in covered | valued and _may_be_guessed(tokens, n)}
    runs = [run for run in _runs(tokens, _LONGEST_GUESS) if unknown & set(range(*run)) and _is_spoken(tokens, run)]
    runs = [run for run in runs if not valued & set(range(*run))]  # 긴급 수리 요청 are not all of them
    if not runs or not known.spelled:
        return
    spelled = list(known.spelled)
    rows = embedder.embed_documents(spelled)
    scored = []
    for start, end in runs:
        likeness = rows @ embedder.embed_query(_text(tokens[start:end]))
        best, *others = sorted(range(len(spelled)), key=lambda n: -likeness[n])
        apart = likeness[best] - likeness[others[0]] if others else 1.0
        meant = known.spelled[spelled[best]]
        parts = {
            pair for run in _runs(tokens[start:end], _LONGEST) for pair in known.exact(tokens[start:end][slice(*run)])
        }
        if likeness[best] >= _NEAR and apart >= _APART and not parts & set(meant):
            scored.append((float(likeness[best]), start, end, meant))
    taken: set[int] = set()
    for _, start, end, meant in sorted(scored, key=lambda s: (-s[0], s[1])):
        if not taken & set(range(start, end)):
            taken |= set(range(start, end))
            yield start, end, meant


def _may_be_guessed(tokens: Sequence[Morpheme], at: int) -> bool:
    token = tokens[at]
    is_verb = at + 1 < len(tokens) and tokens[at + 1].tag in ("XSV", "XSA")
    return token.tag in ("NNG", "NNP") and has_hangul(token.word) and not is_verb and token.word not in _RESERVED


def _is_spoken(tokens: Sequence[Morpheme], run: tuple[int, int]) -> bool:
    return not any(token.word in _RESERVED or token.tag == "SN" for token in tokens[slice(*run)])


def _text(run: Sequence[Morpheme]) -> str:
    return "".join((" " if m.spaced else "") + m.word for m in run).strip()


_RESERVED = frozenset(listed("reserved"))
