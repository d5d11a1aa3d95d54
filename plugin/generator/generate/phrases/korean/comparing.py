"""Korean phrases that say something of a column: "나이가 20살 이상인", "Asia에 있는", "가장 젊은"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.names import words
from plugin.generator import units
from plugin.generator.generate.phrases.english.nouns import comparable, parents
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.averages import average, average_first
from plugin.generator.generate.phrases.korean.bounds import BOUNDS, bounded, bounded_behind, ends_of_bound, is_
from plugin.generator.generate.phrases.korean.degrees import best_of, degree, spoken_of
from plugin.generator.generate.phrases.korean.periods import own_deed
from plugin.generator.generate.phrases.korean.placing import of_value
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.superlatives import superlative
from plugin.generator.generate.phrases.korean.verbs import adnominal, close
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.question import remembered
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import AgainstOther, Attribute, Best, Compared, Condition

Said = tuple[Condition | Best, int]

_SUBJECT = listed("subject")
_YEAR = stems("year")
_BIRTH = frozenset(stems("birth born"))
_BORN = listed("born")


@remembered
def of_columns(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """What is said of the things' own columns, to the place where the noun or another of these follows."""
    for attribute, end in nouns.attribute(q, place, table):
        yield from of_attribute(q, end, attribute)
    yield from of_value(q, place, table)
    yield from _of_parent(q, place, table)
    yield from _of_age(q, place, table)
    yield from _in_year(q, place, table)
    yield from _number_of(q, place, table)
    yield from superlative(q, place, table)
    yield from average_first(q, place, table)
    yield from _than_first(q, place, table)
    yield from _than_other(q, place, table)


def _of_parent(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "매장이 브루클린인 (고객)": what a parent is, by its noun."""
    for other, _ in parents(q, table):
        end = nouns.noun(q, place, other)
        start = q.after(end, ("가", "는")) if end is not None else None
        for compared, last in nouns.one_value(q, start, table) if start is not None else ():
            if compared.attribute.table == other:
                yield from ((replace(compared, negated=denied), after) for after, denied in is_(q, last))


def of_attribute(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    """What stands behind a column."""
    for start in dict.fromkeys((place, q.skip(place, _SUBJECT))):
        yield from numbers(q, start, attribute)
        yield from _range(q, start, attribute)
        yield from average(q, start, attribute)
        yield from _signed(q, start, attribute)
        yield from _equal(q, start, attribute)
        yield from _pattern(q, start, attribute)
        if not attribute.path:
            yield from ((best, end) for best, end in best_of(q, start, attribute))


def numbers(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    for text, sign, end in bounded(q, place):
        measured = _in_its_unit(q, text, place, attribute)
        if measured is not None and comparable(q, attribute, [measured]):
            yield Compared(attribute, sign, (measured,)), end
    if (found := nouns.numbered(q, place)) is None or not comparable(q, attribute, [found[0]]):
        return
    first, end = found
    yield from ((Compared(attribute, "=", (first,), negated=denied), last) for last, denied in is_(q, end))
    start = q.after(end, nouns.OR)
    other = nouns.numbered(q, start) if start is not None else None
    if other is not None:
        for last, denied in is_(q, other[1]):
            yield Compared(attribute, "=", (first, other[0]), negated=denied), last


def _in_its_unit(q: Spoken, text: str, place: int, attribute: Attribute) -> str | None:
    """2시간 of a column of minutes is 120; None where it is no number of the column."""
    bare = nouns.number(q, place)
    unit = q.word(bare[1]) if bare is not None and not text.endswith("%") else ""
    return units.in_unit_of(q.schema.column(attribute.table, attribute.column), text, unit) if unit else text


def _range(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    """ "5000명에서 10000명 사이인", "10 이상 20 이하인", both ends in it."""
    if (low := nouns.numbered(q, place)) is None:
        return
    start = q.after(low[1], ("에서", "부터", "와", "이상"))
    if start is None or (high := nouns.numbered(q, start)) is None or not comparable(q, attribute, [low[0]]):
        return
    end = q.after(high[1], ("사이", "까지", "이하", "까지 의 사이"))
    if end is not None:
        end = q.skip(end, ("에",))
        found = Compared(attribute, "between", (low[0], high[0]))
        ends = {*ends_of_bound(q, end), *(verb.end for verb in adnominal(q, end))}
        yield from ((found, last) for last in sorted(ends))


def _than_other(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "재료비가 가격보다 높은", "가격보다 재료비가 높은": two figures of the same row."""
    for first, end in nouns.own_attribute(q, place, table):
        subject = q.after(end, ("가", "는"))
        than = q.after(end, ("보다",))
        start = subject if subject is not None else than
        for second, last in nouns.own_attribute(q, start, table) if start is not None else ():
            behind = q.after(last, ("보다",) if subject is not None else ("가", "는"))
            how = degree(q, q.skip(behind, ("더",))) if behind is not None else None
            left, right = (first, second) if subject is not None else (second, first)
            if how is not None and left != right and all(q.schema.is_number(table, c) for c in (left, right)):
                one = AgainstOther(Attribute(table, left), ">" if how.more else "<", Attribute(table, right))
                yield from ((one, after) for after, _ in close(q, how.end))


def _than_first(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "20살보다 나이가 많은" """
    text, end = nouns.numbered(q, place) or ("", place)
    than = q.after(end, ("보다", "보다 더")) if text else None
    for attribute, behind in nouns.attribute(q, than, table) if than is not None else ():
        how = degree(q, q.skip(q.skip(behind, ("가", "는")), ("더",)))
        if how is not None and comparable(q, attribute, [text]):
            one = Compared(attribute, ">" if how.more else "<", (text,))
            yield from ((one, last) for last, _ in close(q, how.end))


def _signed(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    """ "마이너스인" """
    end = q.after(place, ("마이너스", "음수"))
    if end is not None and q.schema.is_number(attribute.table, attribute.column):
        yield from ((Compared(attribute, "<", ("0",)), last) for last, denied in is_(q, end) if not denied)


def _equal(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    """ "USA인", "'X'가 아닌", "Asia나 Europe인"."""
    for found, end, every in nouns.value(q, place, attribute.table):
        if found.attribute.column != attribute.column or every:
            continue
        ends = {*is_(q, end), *((e, False) for e in _ends_of_same(q, end))}
        yield from ((Compared(attribute, "=", found.values, negated=denied), last) for last, denied in sorted(ends))
    for texts, end in nouns.literals(q, place, attribute):
        yield from ((Compared(attribute, "=", texts, negated=denied), last) for last, denied in is_(q, end))


def _ends_of_same(q: Spoken, place: int) -> Iterator[int]:
    """ "X라는", "X로 된", "X와 같은"."""
    for spoken in ("이 라는", "라는", "이 라고 하", "와 같", "로 되", "이 라 는"):
        if (end := q.after(place, (spoken,))) is not None:
            yield from (last for last, _ in close(q, end)) if q.word(end) == "ㄴ" else (end,)


_BEGIN = listed("begin")
_END = listed("end")
_CONTAIN = listed("contain")
_PIECE = listed("piece")


def _pattern(q: Spoken, place: int, attribute: Attribute) -> Iterator[Said]:
    """ "'Hey'를 포함하는", "A로 시작하는"."""
    start = q.skip(place, _PIECE)
    if start >= q.end or q.tag(start) != "SL":
        return
    text = q.written(start)
    after = q.skip(start + 1, _PIECE)
    for phrases, shape in ((_BEGIN, "{}%"), (_END, "%{}"), (_CONTAIN, "%{}%")):
        if (end := q.after(after, phrases)) is not None:
            found = Compared(attribute, "=", (shape.format(text),), like=True)
            yield from ((found, last) for last, _ in close(q, q.skip(end, ("고 있", "어 있"))))


def _of_age(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "20살 이상인", "30세 미만의"."""
    found = nouns.number(q, place)
    if found is not None and q.word(found[1]) in ("살", "세"):
        for attribute, _ in spoken_of(q, ("age",), table):
            yield from numbers(q, place, attribute)
            yield from _range(q, place, attribute)


def _in_year(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "2014년에 열린", "2014년 이후에", "2010년과 2015년 사이에 만들어진", where the table has one year."""
    columns = q.schema.attributes[table].get(_YEAR, frozenset())
    found = nouns.number(q, place)
    if len(columns) != 1 or found is None or len(found[0]) != 4 or q.word(found[1]) != "년":
        return
    attribute = Attribute(table, next(iter(columns)))
    plain = found[1] + 1
    same, behind = Compared(attribute, "=", (found[0],)), q.skip(plain, ("에", "의", "도"))
    leads = behind > plain or nouns.noun(q, plain, table) is not None or any(True for _ in _number_of(q, plain, table))
    said: list[Said] = [(same, behind)] if leads else []
    if (sign := BOUNDS.get(q.word(found[1] + 1))) is not None:
        said = [(Compared(attribute, sign, (found[0],)), q.skip(found[1] + 2, ("에", "의")))]
    said += [(one, end) for one, end in _range(q, place, attribute)]
    is_birth = bool(_BIRTH & set(stems(words(attribute.column))))

    def is_called(verb: int) -> bool:
        """ "입학한" by the year that is called 입학 연도."""
        names = q.schema.column(table, attribute.column).synonyms
        return q.tag(verb) == "NNG" and any(name.startswith(q.word(verb)) for name in names)

    for one, end in said:
        if not is_birth:
            yield one, end
        for verb in adnominal(q, end):
            is_own = q.word(verb.stem) in _BORN if is_birth else own_deed(q, verb.stem, table) or is_called(verb.stem)
            if is_own and not verb.negated and not verb.known:
                yield one, verb.end


def _number_of(q: Spoken, place: int, table: str) -> Iterator[Said]:
    """ "10학년인", "9학년이나 10학년인": the column stands behind its number."""
    texts: tuple[str, ...] = ()
    start, column = place, ""
    while (found := nouns.number(q, start)) is not None:
        owned = next((pair for pair in nouns.own_attribute(q, found[1], table)), None)
        if owned is None or (column and owned[0] != column):
            return
        texts, column, end = (*texts, found[0]), owned[0], owned[1]
        attribute = Attribute(table, column)
        if not nouns.may_be(q, attribute, texts):
            return
        same = Compared(attribute, "=", texts)
        yield from ((replace(same, negated=denied), last) for last, denied in is_(q, end))
        yield same, q.skip(end, ("의",))
        deeds = adnominal(q, end + 1) if q.word(end) == "에" else ()
        if q.word(end) == "에" and q.is_value(end + 1):
            yield same, end + 1  # "1학기에 폐강된"
        yield from ((same, v.end) for v in deeds if not (v.negated or v.known) and own_deed(q, v.stem, table))
        for text, sign, last in bounded_behind(q, texts[0], end) if len(texts) == 1 else ():
            yield Compared(attribute, sign, (text,)), last
        joined = q.after(end, nouns.OR)
        if joined is None:
            return
        start = joined
