"""When two results are the same answer: the one comparison that metrics, voting and tests share.

After the execution match of the Spider test suite (Zhong et al., 2020): bags of rows, any order of columns, the
order of rows only where it was asked for; with numbers compared by value, not by type.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Policy:
    """`ordered`: the order of rows counts. `any_column_order`: columns may be permuted. `digits`: significant
    decimal digits that numbers must share."""

    ordered: bool = False
    any_column_order: bool = True
    digits: int = 6
    max_permutations: int = 5_000


def same(left: Sequence[Row], right: Sequence[Row], policy: Policy = Policy()) -> bool:
    """True when both hold the same rows under the policy. Cells may be of any driver's types."""
    if len(left) != len(right):
        return False
    if not left:
        return True
    if len(left[0]) != len(right[0]):
        return False
    a = [tuple(cell(v, policy.digits) for v in row) for row in left]
    b = [tuple(cell(v, policy.digits) for v in row) for row in right]
    if _equal(a, b, policy.ordered):
        return True
    if not policy.any_column_order or len(a[0]) == 1 or not _may_be_permuted(a, b, policy.ordered):
        return False
    return any(
        _equal(a, [tuple(row[i] for i in order) for row in b], policy.ordered)
        for order in _permutations(a, b, policy.max_permutations)
    )


def cell(value: Any, digits: int = 6) -> Any:
    """A hashable form in which equal answers are equal: 1, 1.0, Decimal("1.00") and True are one."""
    if value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        number = float(value)
        if math.isnan(number):
            return "nan"
        if math.isinf(number) or number == 0:
            return number + 0.0
        return round(number, digits - 1 - math.floor(math.log10(abs(number))))
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (list, tuple)):
        return tuple(cell(v, digits) for v in value)
    return str(value)


def _equal(a: Sequence[Row], b: Sequence[Row], ordered: bool) -> bool:
    return list(a) == list(b) if ordered else Counter(a) == Counter(b)


def _may_be_permuted(a: Sequence[Row], b: Sequence[Row], ordered: bool) -> bool:
    """Rows with their cells sorted must agree, whatever the order of columns."""
    return _equal([tuple(sorted(r, key=_key)) for r in a], [tuple(sorted(r, key=_key)) for r in b], ordered)


def _permutations(a: Sequence[Row], b: Sequence[Row], most: int) -> Iterator[tuple[int, ...]]:
    """Orders of b's columns in which each column holds the same bag of cells as a's column at its place."""
    wanted = [Counter(column) for column in zip(*a, strict=True)]
    given = [Counter(column) for column in zip(*b, strict=True)]
    fits = [[j for j, column in enumerate(given) if column == w] for w in wanted]
    count = 0
    stack: list[tuple[int, ...]] = [()]
    while stack and count < most:
        chosen = stack.pop()
        if len(chosen) == len(fits):
            count += 1
            yield chosen
            continue
        stack.extend((*chosen, j) for j in fits[len(chosen)] if j not in chosen)


def _key(value: Any) -> tuple[str, str]:
    return type(value).__name__, str(value)
