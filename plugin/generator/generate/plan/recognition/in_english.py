"""Korean words that the English name of a column has: 계좌 before the 잔액 of `account_balance`."""

from __future__ import annotations

from collections.abc import Iterator

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.plan.words.seen import Recognised
from plugin.generator.generate.plan.words.text import Span

_BETWEEN = frozenset(("", "의"))


def english_forms(form: tuple[str, ...] | str) -> list[tuple[str, ...]]:
    """As stems: an English name as it is, a Korean noun as every word that it is put by."""
    if not isinstance(form, str):
        return [form]
    return [terms(name) for name in glossary().get(form, ())]


def of_its_own_words(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """권장 소매가, "gross margin": right before a name of a column a word of another name of it."""
    starts = {f.span[0]: f.name.column for f in seen.found if f.name.role != "rows"}
    done = {t for c in table.columns if tables.is_time(c) for t in tables.deeds(c, seen.text.text) if has_hangul(t)}
    flags = {f.span[0] for f in seen.found if f.name.role == "flag"}
    for token in seen.text.tokens:
        behind = next(
            (start for start in starts if start > token.end and not seen.text.between(token.end, start)), None
        )
        column = table.column(starts[behind]) if behind is not None else None
        if column is None or not seen.text.is_free((token.start, token.end)):
            continue
        of_flag = behind in flags and token.term in done and not seen.periods  # 배송 지연, where there is a day of 배송
        if of_flag or any(token.term in terms(words(name)) for name in (column.name, *column.synonyms)):
            yield token.start, token.end


def said_again(seen: Recognised) -> Iterator[Span]:
    """Nouns right beside a column or a value, where it is called so in English: 자동차 부문 of `market_segment`."""
    named = [(f.span, f.name.column) for f in seen.found] + [(span, column) for column, span in seen.values]
    for token in seen.text.tokens:
        place = (token.start, token.end)
        if not has_hangul(token.term) or not seen.text.is_free(place) or seen.behind(place):
            continue
        forms = english_forms(token.term)
        for (start, end), column in named:
            beside = seen.text.text[min(end, token.end) : max(start, token.start)].strip() in _BETWEEN
            if beside and any({*form} <= {*terms(words(column))} for form in forms):
                yield place
                break
