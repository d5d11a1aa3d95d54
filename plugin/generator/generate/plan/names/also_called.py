"""What a column is called beside its name, since its table says the rest: the amount of `line_amount` of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backends.vectors.tokens import terms
from catalog_sync.names import MASS
from plugin.generator.generate.plan.names.deeds import deed_of

_KO_EARNED = ("매출", "매출액")
_SALES = frozenset(map(terms, ("order", "sale", "purchase", "sales order")))
_STAGES = frozenset(("net", "gross"))  # of what is earned
_EARNED = ("revenue", "sales")
_WORTH = frozenset(("total", "amt", "amount"))  # of what a row is worth


def also_called(spelled: Sequence[str], rows: Sequence[str], *, is_figure: bool) -> Iterator[tuple[str, ...]]:
    """As stems. `spelled`: the words of the column; `rows`: those of the table, housekeeping tasks."""
    first, rest = spelled[0], " ".join(spelled[1:])
    if rest and len(rows) > 1 and terms(first) == terms(rows[-1]):  # the housekeeping task type of `task_type`
        yield (*terms(" ".join(rows)), *terms(rest))
    if is_figure and rows[-1] in MASS and first == rows[-1]:  # the card spend of `spend_amount`
        yield terms(" ".join(rows))
    if rest and is_figure and set(terms(first)) & {deed for row in rows for deed in (*terms(row), *deed_of(row))}:
        yield terms(rest)
        yield (*terms(" ".join(rows)), *terms(rest))
    if is_figure and first in _STAGES and rest in ("amt", "amount"):  # `net_amt` is the net revenue
        yield from ((*terms(first), *terms(earned)) for earned in _EARNED)


def worth(spelled: Sequence[str], rows: Sequence[str]) -> Iterator[tuple[str, ...] | str]:
    """The value of orders is their `order_total`; all of it is what was sold."""
    if spelled[-1] in _WORTH and set(terms(" ".join(spelled[:-1]))) <= {*terms(" ".join(rows)), *terms("total")}:
        yield terms("value")
        yield (*terms(rows[-1]), *terms("value"))
        if terms(rows[-1]) in _SALES:
            yield from map(terms, _EARNED)
            yield from _KO_EARNED
