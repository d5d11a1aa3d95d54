"""What coded values mean, where a column's description says so: "Card type. A = adult, C = child"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from catalog_sync import standard_codes
from catalog_sync.model import CatalogColumn, CatalogTable

_LONGEST = 40
_MEANS = r"\s*['\"`]?\s*(?:=>?|:|→|->|\bmeans\b|\bstands for\b|\bis\b)\s*['\"`]?"
_MEANING = r"([^\W\d_](?:[^,;:.()\[\]\n'\"`=→|]|(?<=\w)'(?=\w))*)"
_SHORTEST = 3
_PARTS = re.compile(r"\s*/\s*|,\s*")
_TAIL = re.compile(r"\s(?:by|of|in|at|from|until|on|off|to|as|for|with|not)\s.*$")
_SAYS_LITTLE = frozenset(("out", "off", "first", "last", "next", "new", "not", "none", "all", "other", "same", "more"))
_STILL = re.compile(r"^(?:still|currently|already|now|our|the|an?) ")
_SAID_LAST = re.compile(r"^(?!(?:not|never|no|yet)\b)(\w+) (\w+ed|missing|wrong|broken|late)$")
_ENOUGH = 0.6  # of the values
_REMARK = r"(?i:e\.?g|see|incl|excl|or|not|only|default|if|when|per|as)\b"


def with_meanings(table: CatalogTable) -> CatalogTable:
    """Each column with what its description calls its values; what people wrote in so many words stays first."""
    whole = {said for c in table.columns for said in (*meanings(c.description, c.values).values(), *c.values)}
    return replace(table, columns=tuple(_column(column, whole) for column in table.columns))


def meanings(description: str, values: tuple[str, ...]) -> dict[str, str]:
    """Value -> its meaning, where most of the values have one: "X = Y", "X: Y", "Y (X)", "X Y, ..."; else of those
    with theirs in brackets."""
    there = [value for value in values if value in description]
    if len(there) < _ENOUGH * len(values):
        return {}
    for pattern in (_before, _behind, _listed):
        found = {value: said for value in there if (said := pattern(description, value, values))}
        if len(found) > 1 and len(found) >= _ENOUGH * len(values):
            return found
    return {value: said for value in there if (said := _bracketed(description, value, values))}


def _before(description: str, value: str, values: tuple[str, ...]) -> str:
    is_apart = description.count(";") >= len(values) - 1 > 0  # "SUB = submitted, pending; APP = approved"
    meaning = _MEANING.replace("^,;", "^;") if is_apart else _MEANING
    match = re.search(rf"(?<!\w){re.escape(value)}(?!\w){_MEANS}{meaning}", description)
    return _said(match[1], value, values) if match else ""


def _behind(description: str, value: str, values: tuple[str, ...]) -> str:
    match = re.search(rf"((?:[^\W\d_]+[ -])*[^\W\d_]+)\s*\(['\"`]?{re.escape(value)}['\"`]?\)", description)
    return _said(re.sub(r"^(?:and|or)\s+", "", match[1]), value, values) if match else ""


def _bracketed(description: str, value: str, values: tuple[str, ...]) -> str:
    """ "IN_SERVICE or OOO (out of order)": said of a single code as well."""
    match = re.search(rf"(?<!\w){re.escape(value)}\s*\((?!{_REMARK}){_MEANING}\)", description)
    said = _said(match[1], value, values) if match else ""
    return "" if said in {other.casefold() for other in values} else said


def _listed(description: str, value: str, values: tuple[str, ...]) -> str:
    match = re.search(rf"(?:^|[:,;]\s*){re.escape(value)}\s+{_MEANING}", description)
    return _said(match[1], value, values) if match else ""


def _said(text: str, value: str, values: tuple[str, ...]) -> str:
    """Up to the next value that is explained, in lower case; "" where it is a sentence or the value itself."""
    for other in (other for other in values if other != value):
        text = re.split(rf"\s+(?:and\s+|or\s+|및\s+)?{re.escape(other)}$", text.rstrip())[0]
    said = re.sub(r"\s+(?:and|or)$", "", " ".join(text.split())).casefold()
    is_word = len(said) >= _SHORTEST or not said.isascii()  # the province ON is no "on"
    return said if is_word and len(said) <= _LONGEST and said != value.casefold() else ""


def _column(column: CatalogColumn, whole: Set[str]) -> CatalogColumn:
    """`whole`: what values of the table are called in full; nothing short is called so."""
    if column.pii or not column.values:
        return column
    known: Mapping[str, tuple[str, ...]] = column.value_synonyms
    found = meanings(column.description, column.values)
    told = {
        value: (*_spoken(said), *(short for short in _short(value, found) if short not in whole))
        for value, said in found.items()
    }
    told = told or standard_codes.meanings(column)
    more = {value: said for value, said in told.items() if not known.get(value)}
    return replace(column, value_synonyms={**known, **more}) if more else column


def _spoken(said: str) -> Iterator[str]:
    """In the singular and, of an English noun, in the plural: children for child."""
    yield said
    if said.isascii() and said.isalpha():
        from lemminflect import getAllLemmas, getInflection  # type: ignore[import-untyped]

        kinds = getAllLemmas(said)
        if "NOUN" in kinds and "VERB" not in kinds:
            yield from (form for form in getInflection(said, "NNS")[:1] if form != said)


def _short(value: str, told: Mapping[str, str]) -> Iterator[str]:
    """How people say it in fewer words, where that is said of no other value: paused of "paused by the partner", closed
    and left us of "closed / left us", failed delivery of "delivery failed"."""
    others = {word for other, said in told.items() if other != value for word in (other.casefold(), *said.split())}
    said = told[value]
    parts = _PARTS.split(said) if _PARTS.search(said) else []
    parts += [_STILL.sub("", part) for part in (parts or [said])]
    heads = [_TAIL.sub("", part) for part in (parts or [said])]
    turned = [f"{m[2]} {m[1]}" for part in (*parts, said) if (m := _SAID_LAST.match(part)) and not m[1].endswith("ly")]
    for short in dict.fromkeys((*parts, *heads, *turned)):
        is_word = len(short) >= _SHORTEST and short not in _SAYS_LITTLE
        if short != said and is_word and short not in others and not others.issuperset(short.split()):
            yield short
