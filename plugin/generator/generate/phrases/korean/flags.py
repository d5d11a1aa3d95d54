"""Korean phrases of flags: "재수강한", "활동 중인", "조식이 포함된", "수영장이 없는"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogColumn
from catalog_sync.names import words
from plugin.generator.bilingual.glossary import korean
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import is_
from plugin.generator.generate.phrases.korean.morphemes import Morpheme
from plugin.generator.generate.phrases.korean.put_in_english import english
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal, ends_of
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Flagged

_OBJECT = ("를", "가")
_WHETHER = re.compile(r"(?:인지|중인지|하는지|했는지|되었는지|됐는지)?(?:(?<=지)의)?(?:여부)?[.]?$")
_KOREAN = re.compile(r"[가-힣]+")
_LONGEST = 3
_IS = re.compile(r"^(?:is|was|has been) ")


def flagged(q: Spoken, place: int, table: str, bare: bool) -> Iterator[tuple[Flagged, int]]:
    """ "재수강한", "식사를 신청한", "활동 중인", by flags called 재수강 여부, 식사 신청 여부, is_active."""
    for column in q.schema.tables[table].columns:
        if column.pii or not column.type.upper().startswith("BOOL"):
            continue
        ends = {end for name in _of_flag(column) if (end := _spelled(q, place, name)) is not None}
        for end in dict.fromkeys((*ends, *_in_english(q, place, column.name, table))):
            found = Flagged(Attribute(table, column.name))
            if q.tag(end) == "XSV":
                yield from ((replace(found, negated=v.negated), v.end) for v in ends_of(q, end + 1))
            yield from ((replace(found, negated=denied), last) for last, denied in is_(q, q.skip(end, ("중",))))
            if bare or nouns.noun(q, end, table) is not None:
                yield found, end
    yield from _has(q, place, table)


def _has(q: Spoken, place: int, table: str) -> Iterator[tuple[Flagged, int]]:
    """ "수영장이 있는", "수영장이 없는", by a flag that things have one (has_pool)."""
    flags = {c.name for c in q.schema.tables[table].columns if c.type.upper().startswith("BOOL") and not c.pii}
    called = {(c.column, c.end) for c in q.called.get(place, ()) if c.table == table and c.column in flags}
    noun = [t for t in q.tokens[place : place + 1] if isinstance(t, Morpheme)]
    forms = english(noun) if noun else ()
    named = {(column, place + 1) for form in forms for column in q.schema.flags[table].get(form, ())}
    for column, end in sorted(called | named):
        for verb in adnominal(q, q.skip(end, ("가", "도"))):
            if verb.known:
                yield Flagged(Attribute(table, column), negated=verb.negated), verb.end


def _of_flag(column: CatalogColumn) -> set[str]:
    told = ["".join(name.split()) for name in (*column.synonyms, column.description) if has_hangul(name)]
    names = told or korean(stems(_IS.sub("", words(column.name))))
    return {bare for name in names if len(bare := _WHETHER.sub("", name)) > 1 and _KOREAN.fullmatch(bare)}


def _in_english(q: Spoken, place: int, flag: str, table: str) -> Iterator[int]:
    """조식이 포함, of `breakfast_included`: nouns whose English makes up the name, whatever particles stand between."""
    forms = {frozenset(form) for form, columns in q.schema.flags[table].items() if columns == {flag}}
    run: list[Morpheme] = []
    at = place
    while at < q.end and len(run) < _LONGEST:
        if run and q.word(at) in _OBJECT:
            at += 1
            continue
        token = q.tokens[at]
        if not isinstance(token, Morpheme) or token.tag not in ("NNG", "NNP", "XR"):
            return
        run.append(token)
        at += 1
        if len(run) > 1 and any(frozenset(form) in forms for form in english(run)):
            yield at


def _spelled(q: Spoken, place: int, name: str) -> int | None:
    """The end of the nouns that make up the name, whatever particles stand between them."""
    said, at = "", place
    while at < q.end and len(said) < len(name):
        said += "" if said and q.word(at) in _OBJECT else q.word(at)
        at += 1
    return at if said == name else None
