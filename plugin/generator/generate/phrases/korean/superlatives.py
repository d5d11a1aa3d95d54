"""Korean phrases for the most of something: "가장 젊은", "가장 나이가 많은", "최신"; and more than the average."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time, is_time
from plugin.generator.generate.phrases.english.nouns import comparable
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import ADJECTIVES, degree, limited, most, spoken_of
from plugin.generator.generate.phrases.korean.periods import day_of
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal, close
from plugin.generator.generate.phrases.tree import AgainstAverage, Attribute, Best

Said = tuple[Best | AgainstAverage, int]

_LATEST = ("가장 최근", "제일 최근", "최신", "가장 최신", "가장 나중", "가장 늦 게")
_SO_MANY = ("최근", "최근 의", "마지막")
_FIRST = ("가장 먼저", "제일 먼저", "가장 처음", "최초", "가장 일찍")


def superlative(q: Spoken, place: int, table: str) -> Iterator[Said]:
    yield from _by_adjective(q, place, table)
    yield from _of_attribute(q, place, table)
    yield from _latest(q, place, table)


def _of_attribute(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "가장 나이가 많은" """
    for limit, skip, start in most(q, place):
        for attribute, behind in nouns.attribute(q, start, table):
            how = degree(q, q.skip(behind, ("가",)))
            if how is not None and not attribute.path and comparable(q, attribute, ["0000"]):
                best = Best(attribute, how.more, limit, skip)
                yield from ((best, last) for last, _ in close(q, how.end))


def _latest(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "가장 최근의", "최신", "가장 최근에 나온", "가장 먼저 열린": by the one year or date of the table."""
    for spoken, falls in ((_LATEST, True), (_FIRST, False), (_SO_MANY, True)):
        start = q.after(place, spoken)
        if spoken is _SO_MANY and (start is None or not _is_few(q, start, table)):
            continue
        deeds = list(_latest_deed(q, start, table, falls=falls)) if start is not None else []
        yield from deeds
        for attribute, _ in spoken_of(q, ("year", "date"), table) if start is not None and not deeds else ():
            best, plain = Best(attribute, falls), q.skip(start or 0, ("의", "에", "로"))
            yield best, plain
            yield from ((best, verb.end) for verb in adnominal(q, plain) if not (verb.negated or verb.known))


def _is_few(q: Spoken, place: int, table: str) -> bool:
    """ "최근 사고 5건"; 최근 alone is some time."""
    end = nouns.noun(q, place, table)
    return end is not None and limited(q, end) is not None


def _latest_deed(q: Spoken, place: int, table: str, *, falls: bool) -> Iterator[Said]:
    """ "가장 최근에 개점한" by the day of that, 개점일; "가장 최근 (계약)" by the one day of what a row tells."""
    for verb in adnominal(q, q.skip(place, ("에",))):
        column = day_of(q, verb.stem, table) if not (verb.negated or verb.known) else None
        if column is not None:
            yield Best(Attribute(table, column), falls), verb.end
    end = q.skip(place, ("의",))
    own = event_time(q.schema.tables[table])
    if own is not None and is_time(own) and not own.pii and nouns.noun(q, end, table) is not None:
        yield Best(Attribute(table, own.name), falls), end


def _by_adjective(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "가장 젊은", "두 번째로 비싼", "평균보다 비싼"; the column that the adjective speaks of."""
    than = q.after(place, ("평균 보다",))
    start = q.skip(than, ("더",)) if than is not None else place
    for limit, skip, at in most(q, start) if than is None else ((1, 0, start),):
        word = q.word(at)
        for columns, more in ADJECTIVES.get(word, ()):
            for attribute, _ in spoken_of(q, columns, table):
                for end, _joined in close(q, at + 1):
                    if than is None:
                        yield Best(attribute, more, limit, skip), end
                    else:
                        yield AgainstAverage(attribute, ">" if more else "<"), end
