"""Facts about the question in the words of the schema: what its names, values and periods mean here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.documents import normal
from catalog_sync.model import CatalogColumn
from plugin.generator import tables
from plugin.generator.ask import Ask, Hint, TableSlice
from plugin.generator.generate.phrases.schema import FROM, TO, speaks
from plugin.generator.generate.phrases.words import WHENCE, WHITHER
from plugin.generator.stage import Services
from plugin.generator.understand.periods import Period

MAX_NAMES = 5
_BEFORE = 5  # words
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "천": 10**3, "만": 10**4, "억": 10**8}
_SCALED = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s?({'|'.join(_SCALES)})", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]")


def hints(ask: Ask, slices: Sequence[TableSlice], services: Services) -> tuple[Hint, ...]:
    """Values, periods and groupings, then names; nothing for what the schema says in the same words."""
    if not slices:
        return ()
    return (
        *_values(ask, slices),
        *_numbers(ask),
        *_periods(ask, slices, services),
        *_groupings(ask, slices, services),
        *_names(ask, slices),
    )


def _values(ask: Ask, slices: Sequence[TableSlice]) -> Iterator[Hint]:
    """One note a phrase; where several columns hold the value, the note leaves the choice open."""
    notes: dict[tuple[str, str], list[str]] = {}
    for part in slices:
        for value in ask.values:
            if value.table == str(part.table.name) and value.column in part.columns:
                columns = notes.setdefault((value.phrase, value.value), [])
                if value.column not in columns:
                    columns.append(value.column)
    for (phrase, stored), columns in notes.items():
        literal = exp.Literal.string(stored).sql()
        columns = _directed(columns, phrase, ask.question)
        yield Hint(phrase, " or ".join(f"{column} = {literal}" for column in columns))


def _directed(columns: list[str], phrase: str, question: str) -> list[str]:
    """ "Flights that go to ASY": of a source and a destination the one that the words before the value speak of."""
    before = re.findall(r"\w+", question.casefold().partition(phrase)[0])[-_BEFORE:]
    for spoken, direction in ((WHITHER, TO), (WHENCE, FROM)):
        if spoken & set(before) and (meant := [c for c in columns if speaks(c, direction)]):
            return meant
    return columns


def _numbers(ask: Ask) -> Iterator[Hint]:
    """ "300 million" as it is written in SQL."""
    for match in _SCALED.finditer(ask.question):
        number = float(match[1].replace(",", "")) * _SCALES[match[2].casefold()]
        yield Hint(match[0], str(int(number)) if number == int(number) else str(number))


def _periods(ask: Ask, slices: Sequence[TableSlice], services: Services) -> Iterator[Hint]:
    """In the words of the best table that has a time column."""
    today = tables.today([slices[0].table], services.catalog)
    found = tables.timed([part.table for part in slices], ask.question, ranked=True)
    for phrase in ask.periods if found else ():
        assert found is not None
        column = found[1]
        period = phrase.resolve(today)
        condition = _condition(column.name, period) if tables.is_time(column) else _years(column, period)
        several = len(ask.periods) > 1 and not ask.groupings  # with groups each period is rows of its own
        yield Hint(
            phrase.text, f"a column of its own: SUM(CASE WHEN {condition} THEN ... END)" if several else condition
        )


def _years(column: CatalogColumn, period: Period) -> str:
    """For a time column that is a number: a year."""
    sides = [f"{column.name} >= {period.start.year}"] if period.start else []
    sides += [f"{column.name} < {period.end.year}"] if period.end else []
    if period.start and period.end and period.end.year == period.start.year + 1:
        return f"{column.name} = {period.start.year}"
    return " AND ".join(sides)


def _condition(column: str, period: Period) -> str:
    sides = [f"{column} >= DATE '{period.start}'"] if period.start else []
    sides += [f"{column} < DATE '{period.end}'"] if period.end else []
    return " AND ".join(sides)


def _groupings(ask: Ask, slices: Sequence[TableSlice], services: Services) -> Iterator[Hint]:
    table = slices[0].table
    time = tables.time_column(table, ask.question)
    for phrase, unit in ask.groupings if time else ():
        assert time is not None
        ready = next(
            (c.name for c in table.columns if tables.is_unit(c.name, unit) and c.name in slices[0].columns), None
        )
        if ready:
            yield Hint(phrase, f"a row for each {ready}: SELECT {ready}, ... GROUP BY {ready}")
        elif tables.grain(time) == unit:
            yield Hint(phrase, f"a row for each {time.name}: SELECT {time.name}, ... GROUP BY {time.name}")
        elif unit != "day":
            written = tables.bucket(exp.column(time.name), unit).sql(dialect=services.dialect)
            yield Hint(phrase, f"a row for each {unit}: SELECT {written}, ... GROUP BY {written}")


def _names(ask: Ask, slices: Sequence[TableSlice]) -> list[Hint]:
    """Synonyms of columns that the question uses, the longest first; a phrase inside a longer one is left out."""
    question = _without_times(ask)
    said = [set(terms(name)) for part in slices for name in part.columns]
    found: dict[str, list[str]] = {}
    for part in slices:
        for column in part.table.columns:
            if column.name not in part.columns:
                continue
            for synonym in column.synonyms:
                if _says(question, synonym) and not any(set(terms(synonym)) <= name for name in said):
                    columns = found.setdefault(normal(synonym), [])
                    if column.name not in columns:
                        columns.append(column.name)
    longest = sorted(found, key=len, reverse=True)
    kept = [p for i, p in enumerate(longest) if not any(p in other for other in longest[:i])]
    return [Hint(phrase, f"the column {' or '.join(found[phrase])}") for phrase in kept[:MAX_NAMES]]


def _without_times(ask: Ask) -> str:
    text = normal(ask.question)
    for phrase in (*(p.text for p in ask.periods), *(g for g, _ in ask.groupings)):
        text = text.replace(normal(phrase), " ")
    return text


def _says(question: str, synonym: str) -> bool:
    """As whole words in English; a Korean word may carry an ending."""
    pattern = rf"(?<!\w){re.escape(normal(synonym))}"
    return re.search(pattern if _HANGUL.search(synonym) else rf"{pattern}(?:s|es)?(?!\w)", question) is not None
