"""Phrases for what people spent: "how much did customers from Kenya spend in 2024", "who spent more than 500"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.names import words
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Having, Path, Related, Things
from plugin.generator.generate.phrases.words import phrases

_HOW_MUCH = phrases("how much|how much money")
_DO = phrases("do|does|did|have|has|had")
_SPENT = phrases("spend|spends|spent")
_WHOLE = phrases("in total|altogether|overall|in all|all together|so far|with us|in sum")
_MONEY = frozenset(words("amount total price cost revenue value spend").split())
_REVENUE = tuple(
    f"{whole}{what} from".strip()
    for whole in ("", "total ", "overall ")
    for what in ("revenue", "income", "turnover", "earnings", "revenues")
) + phrases("money did we make with|money did we earn with|money did we make from|money did we earn from")
_QUANTITY = frozenset(words("quantity qty units pieces count").split())
_CURRENCY = phrases("dollars|dollar|euros|euro|usd|eur|won|krw|pounds|gbp")


def spent(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """`table`: the deeds that cost money, one key away from who did them."""
    money = _money(q, table)
    if money is None:
        return
    total = Aggregate("sum", Attribute(table, money))
    for other, path in nouns.parents(q, table):
        if len(path) == 1 and _is_only(q, table, other):
            yield from _how_much(q, place, table, path, total)
            yield from _who(q, place, table, path, total)


def _how_much(q: Question, place: int, table: str, path: Path, total: Aggregate) -> Iterator[tuple[Asked, int]]:
    start = q.after(place, _HOW_MUCH)
    begin = q.after(start, _DO) if start is not None else None
    for found, _, end in things(q, begin, path[-1].end) if begin is not None else ():
        if (after := q.after(end, _SPENT)) is not None:
            whose = (Related(path, found),) if found.conditions or found.best else ()
            for more, last in _of_what(q, after, table):
                yield Asked(replace(more, conditions=(*whose, *more.conditions)), (total,)), last


def _who(q: Question, place: int, table: str, path: Path, total: Aggregate) -> Iterator[tuple[Asked, int]]:
    other = path[-1].end
    name = q.schema.label(other) or q.schema.key(other)
    for found, _, end in things(q, place, other) if name else ():
        start = q.skip(q.skip(end, said.RELATIVE), _DO)
        after = q.after(start, _SPENT)
        if after is None or found.best is not None:
            continue
        for behind, sign, number in quantities(q, after):
            whose = (Related(path, found),) if found.conditions else ()
            by = (Attribute(other, name, path),)
            for more, last in _of_what(q, q.skip(behind, _CURRENCY), table):
                rows = replace(more, conditions=(*whose, *more.conditions))
                yield Asked(rows, by, by=by, having=(Having(total, sign, number),)), last


def earned(q: Question, place: int, table: str) -> Iterator[tuple[Aggregate, Things, int]]:
    """ "The revenue from visits in 2024": of rows that have one amount, and are sold one by one."""
    start, _ = nouns.determiner(q, place)
    begin = q.after(start, _REVENUE)
    money = _money(q, table) if begin is not None else None
    if begin is None or money is None or _has_quantity(q, table) or _are_sold(q, table):
        return
    for found, _, end in things(q, begin, table):
        if found.best is None:
            yield Aggregate("sum", Attribute(table, money)), found, end


def _are_sold(q: Question, table: str) -> bool:
    """The price of an item is no revenue where the sales of it are rows with an amount."""
    children = (n for n, t in q.schema.tables.items() if any(str(k.to_table) == table for k in t.foreign_keys))
    return any(_money(q, child) is not None for child in children)


def _has_quantity(q: Question, table: str) -> bool:
    return any(_QUANTITY & set(words(c.name).split()) for c in q.schema.tables[table].columns)


def _of_what(q: Question, place: int, table: str) -> Iterator[tuple[Things, int]]:
    """ "In total", "on bookings", "in 2024": what more is said of the deeds."""
    start = q.skip(place, _WHOLE)
    begin, _ = nouns.determiner(q, q.skip(start, ("on", "for", "across")))
    named = nouns.noun(q, begin, table)
    for more, last in all_said(q, Things(table), start if named is None else named):
        yield more, q.skip(last, _WHOLE)


def _money(q: Question, table: str) -> str | None:
    """The one column of money."""
    numbers = [c.name for c in q.schema.tables[table].columns if not c.pii and q.schema.is_number(table, c.name)]
    found = [name for name in numbers if _MONEY & set(words(name).split()) and not q.schema.is_key(table, name)]
    return found[0] if len(found) == 1 else None


def _is_only(q: Question, table: str, other: str) -> bool:
    """No other deeds of theirs cost money."""
    others = [t for t in q.schema.tables if t not in (table, other) and _money(q, t)]
    return not any(len(p := q.schema.path(t, other)) == 1 and not p[0].many for t in others)
