"""Korean phrases of how much: "20살 이상인", "5보다 큰", "10편을 넘는"; and the copula: "인", "이 아닌"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import degree
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import close
from plugin.generator.generate.phrases.tree import Sign

BOUNDS: dict[str, Sign] = {
    "이상": ">=", "이하": "<=", "초과": ">", "미만": "<", "이후": ">=", "이전": "<", "부터": ">=", "까지": "<=",
}  # fmt: skip


def is_(q: Spoken, place: int) -> Iterator[tuple[int, bool]]:
    """ "인", "이고", "의"; "이 아닌" (True); or nothing, where the noun follows at once."""
    for end, _ in close(q, place + 1) if q.word(place) == "이" else ():
        yield end, False
    denial = q.after(place, ("가 아니", "는 아니", "이 아니", "아니", "이 지 않", "이 지 는 않"))
    yield from ((last, True) for last, _ in (close(q, denial) if denial is not None else ()))


def bounded(q: Spoken, place: int) -> Iterator[tuple[str, Sign, int]]:
    """ "20살 이상인", "5보다 큰", "10편을 넘는", "1000 이상의": the number, the sign, the end."""
    if (found := nouns.numbered(q, place)) is None:
        return
    yield from bounded_behind(q, *found)


def bounded_behind(q: Spoken, text: str, end: int) -> Iterator[tuple[str, Sign, int]]:
    """What stands behind the number and its unit."""
    if q.word(end) in BOUNDS:
        yield from ((text, BOUNDS[q.word(end)], last) for last in ends_of_bound(q, end + 1))
    over = q.after(q.skip(end, ("를", "가", "도")), ("넘", "넘 어서", "초과 하", "넘기"))
    sign: Sign
    if over is not None:
        yield from ((text, ">", last) for last, _ in close(q, over))
        denial = q.after(over, ("지 않", "지 는 않"))
        yield from ((text, "<=", last) for last, _ in (close(q, denial) if denial is not None else ()))
    below = q.after(end, ("가 안 되", "도 안 되", "가 되 지 않", "에 못 미치", "를 밑돌"))
    if below is not None:
        yield from ((text, "<", last) for last, _ in close(q, below))
    than = q.after(end, ("보다",))
    if than is not None and (how := degree(q, q.skip(than, ("더",)))):
        sign = ">" if how.more else "<"
        yield from ((text, sign, last) for last, _ in close(q, how.end))
        denial = q.after(how.end, ("지 않",))
        turned: Sign = "<=" if how.more else ">="
        yield from ((text, turned, last) for last, _ in (close(q, denial) if denial is not None else ()))


def ends_of_bound(q: Spoken, place: int) -> Iterator[int]:
    yield from (end for end, denied in is_(q, place) if not denied)
    if (end := q.after(place, ("의",))) is not None:
        yield end
    yield place
