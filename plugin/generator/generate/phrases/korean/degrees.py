"""Korean adjectives: of which column they speak, more or less of it, and the most of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plugin.generator.generate.phrases.english.nouns import comparable
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import close
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Best

_MORE = frozenset(listed("more"))
_LESS = frozenset(listed("less"))

_BEGUN = (
    "year", "date", "open year", "opened on", "opened at", "opening date", "open date", "opened date", "founded on",
    "founded year", "established on", "built year", "built on",
)  # fmt: skip
# adjective -> (names of the columns that it may speak of, whether more of it is more of the column)
ADJECTIVES: dict[str, tuple[tuple[tuple[str, ...], bool], ...]] = {
    "젊": ((("age",), False),),
    "어리": ((("age",), False),),
    "늙": ((("age",), True),),
    "무겁": ((("weight",), True),),
    "가볍": ((("weight",), False),),
    "크": ((("height", "size", "area"), True),),
    "작": ((("height", "size", "area"), False),),
    "넓": ((("area", "surface area", "size"), True),),
    "좁": ((("area", "surface area", "size"), False),),
    "길": ((("length", "duration"), True),),
    "짧": ((("length", "duration"), False),),
    "높": ((("height", "elevation"), True),),
    "낮": ((("height", "elevation"), False),),
    "비싸": ((("price", "cost"), True),),
    "싸": ((("price", "cost"), False),),
    "저렴": ((("price", "cost"), False),),
    "빠르": ((("speed",), True),),
    "느리": ((("speed",), False),),
    "오래되": ((_BEGUN, False),),
}
_MOST = listed("most")
_ORDINALS = {"두": 1, "세": 2, "네": 3, "다섯": 4, "2": 1, "3": 2, "4": 3, "5": 4}


class Degree(NamedTuple):
    more: bool
    end: int


def degree(q: Spoken, place: int) -> Degree | None:
    """ "많", "높", "적", "더 크": which way, and the end of the stem."""
    word = q.word(place)
    end = place + 1
    if q.tag(end) == "XSA":
        end += 1
    if q.tag(place) not in ("VA", "XR", "VV", "NNG") or (word not in _MORE and word not in _LESS):
        return None
    return Degree(word in _MORE, end)


def most(q: Spoken, place: int) -> Iterator[tuple[int, int, int]]:
    """ "가장", "두 번째로": how many, how many before, the end."""
    if (end := q.after(place, _MOST)) is not None:
        yield 1, 0, end
    end = q.after(place + 1, ("번 째 로", "번째 로", "번 째", "번째"))
    if end is not None and q.word(place) in _ORDINALS:
        yield 1, _ORDINALS[q.word(place)], q.skip(end, _MOST)


def best_of(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[Best, int]]:
    """Behind a column: "가장 많은", "두 번째로 높은"."""
    for limit, skip, start in most(q, place):
        how = degree(q, start)
        if how is not None and comparable(q, attribute, ["0000"]):
            descending = _falls(q, attribute, how.more, start)
            yield from ((Best(attribute, descending, limit, skip), end) for end, _ in close(q, how.end))


def _falls(q: Spoken, attribute: Attribute, more: bool, place: int) -> bool:
    """The younger of two ages is less, the later of two years is more."""
    word = q.word(place)
    is_year = stems("year")[0] in stems(attribute.column.replace("_", " "))
    if is_year and word in ("오래되", "이르", "빠르"):
        return False
    return more


def spoken_of(q: Spoken, names: Sequence[str], table: str) -> Iterator[tuple[Attribute, str]]:
    """The one column of the table that is called by one of the names."""
    called = q.schema.attributes[table]
    found = {column: name for name in names for column in called.get(stems(name), ())}
    if len(found) == 1:
        column, name = next(iter(found.items()))
        if q.schema.is_number(table, column) or name in _BEGUN:
            yield Attribute(table, column), name


def limited(q: Spoken, place: int) -> tuple[int, int] | None:
    """Behind a noun how many of it: "3곳", "상위 5개"."""
    start = q.skip(place, ("상위", "하위", "top", "탑"))
    found = nouns.numbered(q, start)
    return (int(found[0]), found[1]) if found is not None and found[0].isdigit() else None
