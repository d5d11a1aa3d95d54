"""Things that are named by their key: "patient PT000415", "order 12345", 고객 502202."""

from __future__ import annotations

import re

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.words.seen import Recognised

_NAMED = re.compile(
    r"(?P<noun>[A-Za-z]+|[가-힣]+)(?: (?:id|no\.?|number|nr\.?|번호))? [#№]?(?P<key>[A-Za-z]{0,5}[-_]?\d[A-Za-z\d_-]*)"
    r"(?![A-Za-z\d_-]|[.,:]\d|\s*(?:%|percent|개|명|건|곳|번|월|일|년|분|시|회|종|세|살|차|층|호|위|배|원|달러|만|천|억|주"
    r"|대|권|편|마리|채|팀|점포|매|잔|박|석|팩|병|장|통|사(?![가-힣])))"
)
_FEW = 2
_THINGS = re.compile(r" [a-z]+s\b")
_A_YEAR = re.compile(r"(?:19|20)\d\d")


def identified(seen: Recognised, wide: Wide) -> None:
    """Takes the places, and adds the condition on the key that the noun before it is of."""
    text = seen.text
    for match in _NAMED.finditer(text.text):
        if not text.is_free(match.span("key")) or _A_YEAR.fullmatch(match["key"]) or _counts(match, text.text):
            continue
        column = _key_of(match["noun"], match["key"], wide)
        if column:
            text.take((match.start(), match.end()))
            seen.filters.setdefault(column, []).append(match["key"])
            seen.values.append((column, match.span()))
            seen.said[match["key"]] = match.span()


def _counts(match: re.Match[str], said: str) -> bool:
    """ "How many customers order 3 items": a few of what stands behind."""
    return len(match["key"]) <= _FEW and match["key"].isdigit() and bool(_THINGS.match(said, match.end()))


def _key_of(noun: str, key: str, wide: Wide) -> str:
    """The base table's own key, or its key to another table whose rows are called so."""
    base, said = wide.base, terms(noun)
    own = base.primary_key[0] if len(base.primary_key) == 1 else ""
    leading = [k for k in base.foreign_keys if len(k.columns) == 1]
    found = [own] if own and _is_called(own, base, said) else []
    found += [k.columns[0] for k in leading if terms(words(k.columns[0]).removesuffix(" id")) == said]
    columns = [c for name in dict.fromkeys(found) if (c := base.column(name)) is not None and _holds(c, key)]
    return columns[0].name if len(columns) == 1 else ""


def _is_called(key: str, table: CatalogTable, said: tuple[str, ...]) -> bool:
    called = [words(key).removesuffix(" id"), *table.synonyms]
    return any(terms(name) == said for name in called)


def _holds(column: CatalogColumn, key: str) -> bool:
    """Numbers where it has numbers."""
    return not column.pii and (key.isdigit() or not tables.is_number(column))
