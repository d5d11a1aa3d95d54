"""When two results are the same answer: the one comparison that metrics, voting, caching and tests share.

Pure. What counts is a `Policy`: rows as a set, a bag or a list; columns in the given order or in any; cells by value
or as Python's own equality has them. NULL equals NULL and nothing else.

Cells by value go through one canonical form, so equality is an equivalence: it can be hashed and clustered.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Row = tuple[Any, ...]

_NOISE = 1e-12  # relative; what floating-point sums in another order may differ by


@dataclass(frozen=True)
class Policy:
    """`ordered` lists count as different when their rows come in another order. `digits`: significant decimal digits
    that fractions must share (integers must be equal). `by_value` makes one of 1, 1.0, Decimal("1.00") and True, of
    a date and its ISO text, of bytes and their text; without it cells are compared as they are. `trim`: space around
    texts does not count. `max_checks` bounds the search for an order of columns."""

    rows: Literal["set", "bag", "ordered"] = "bag"
    any_column_order: bool = True
    by_value: bool = True
    digits: int = 6
    trim: bool = False
    max_checks: int = 2_000


BAG = Policy()
ORDERED = Policy(rows="ordered")


def compare(left: Sequence[Row], right: Sequence[Row], policy: Policy = BAG) -> bool:
    """True when both hold the same rows under the policy; False too where `max_checks` orders of columns were tried
    in vain. Cells may be of any driver's types. Empty results are equal whatever their columns."""
    if not left or not right:
        return not left and not right
    if len(left[0]) != len(right[0]) or (policy.rows != "set" and len(left) != len(right)):
        return False
    a, b = canonical(left, policy), canonical(right, policy)
    if _equal(a, b, policy):
        return True
    if not policy.any_column_order or len(a[0]) < 2 or not _may_be_permuted(a, b, policy):
        return False
    return _Permuted(a, b, policy).exists()


def canonical(rows: Sequence[Row], policy: Policy = BAG) -> list[Row]:
    """The rows with each cell in the form in which equal cells are equal and hashable."""
    if not policy.by_value:
        return [tuple(map(_hashable, row)) for row in rows]
    return [tuple(cell(value, policy.digits, trim=policy.trim) for value in row) for row in rows]


def digest(rows: Sequence[Row], policy: Policy = BAG) -> str:
    """Results with the same digest are the same under the policy, and with columns in the given order the reverse
    holds: the key for caches and the first step of voting."""
    made = canonical(rows, policy)
    lines: Iterable[str] = map(repr, made)
    if policy.rows != "ordered":
        lines = sorted(set(lines) if policy.rows == "set" else lines)
    found = hashlib.blake2b(digest_size=16)
    for line in lines:
        found.update(line.encode("utf-8", "surrogatepass"))
        found.update(b"\n")
    return found.hexdigest()


def clusters(results: Sequence[Sequence[Row]], policy: Policy = BAG) -> list[tuple[int, ...]]:
    """Places of results that are the same answer, largest group first, then in order of appearance."""
    by_digest: dict[str, list[int]] = {}
    for place, rows in enumerate(results):
        by_digest.setdefault(digest(rows, policy), []).append(place)
    groups: list[list[int]] = []
    for places in by_digest.values():
        home = next((g for g in groups if compare(results[g[0]], results[places[0]], policy)), None)
        if home is None:
            groups.append(list(places))
        else:
            home.extend(places)
    return sorted((tuple(sorted(g)) for g in groups), key=lambda g: (-len(g), g[0]))


def cell(value: Any, digits: int = 6, *, trim: bool = False) -> Hashable:
    """A hashable form in which equal answers are equal: 1, 1.0, Decimal("1.00") and True are one."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() if trim else value
    if isinstance(value, (int, float, Decimal)):
        return _number(value, digits)
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return cell(bytes(value).decode("utf-8", "replace"), digits, trim=trim)
    if isinstance(value, dict):
        return tuple((str(k), cell(v, digits, trim=trim)) for k, v in sorted(value.items(), key=lambda kv: str(kv[0])))
    if isinstance(value, (list, tuple)):
        return tuple(cell(v, digits, trim=trim) for v in value)
    return str(value)


def _number(value: float | Decimal, digits: int) -> Hashable:
    """Integers exactly; fractions first freed of the noise of floating-point sums, so that 0.5 of the last digit
    falls to the same side however it was added up, then rounded."""
    if isinstance(value, int):
        return int(value)
    number = float(value)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return number
    nearest = round(value)
    if abs(number - nearest) <= _NOISE * abs(number):
        return int(nearest)
    return _significant(_significant(number, 12), digits)


def _significant(number: float, digits: int) -> float:
    return round(number, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0.0


def _hashable(value: Any) -> Hashable:
    if isinstance(value, (list, tuple)):
        return tuple(map(_hashable, value))
    if isinstance(value, dict):
        return tuple((key, _hashable(item)) for key, item in value.items())
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else value


def _equal(a: Sequence[Row], b: Sequence[Row], policy: Policy) -> bool:
    return _collected(a, policy) == _collected(b, policy)


def _collected(rows: Iterable[Row], policy: Policy) -> Collection[Row]:
    if policy.rows == "ordered":
        return list(rows)
    return set(rows) if policy.rows == "set" else Counter(rows)


def _may_be_permuted(a: Sequence[Row], b: Sequence[Row], policy: Policy) -> bool:
    """Rows with their cells sorted must agree, whatever the order of columns."""
    return _equal([_sorted(row) for row in a], [_sorted(row) for row in b], policy)


def _sorted(row: Row) -> Row:
    return tuple(sorted(row, key=_key))


def _key(value: Any) -> tuple[str, str]:
    """Equal cells have equal keys: 1 == 1.0 == True in Python."""
    if isinstance(value, (int, float, Decimal)):
        return "number", str(value) if isinstance(value, int) and abs(value) >= 2**53 else repr(float(value))
    return type(value).__name__, repr(value)


class _Permuted:
    """The search for an order of b's columns that makes it a. A column fits where it holds the same cells; rows cut to
    the columns chosen so far must agree, which prunes all but true alternatives; of equal columns one is tried."""

    def __init__(self, a: Sequence[Row], b: Sequence[Row], policy: Policy) -> None:
        self._policy = policy
        self._checks = policy.max_checks
        self._b = list(zip(*b, strict=True))
        wanted = list(zip(*a, strict=True))
        given = [_collected(((v,) for v in column), policy) for column in self._b]
        fits = []
        for column in wanted:
            cells = _collected(((v,) for v in column), policy)
            fits.append([j for j, other in enumerate(given) if other == cells])
        # The columns with the fewest alternatives first.
        order = sorted(range(len(wanted)), key=lambda i: len(fits[i]))
        self._a = [wanted[i] for i in order]
        self._fits = [fits[i] for i in order]

    def exists(self, chosen: tuple[int, ...] = ()) -> bool:
        place = len(chosen)
        if place == len(self._a):
            return True
        tried: list[Row] = []
        for j in self._fits[place]:
            if j in chosen or self._b[j] in tried:
                continue
            if self._checks <= 0:
                return False
            self._checks -= 1
            tried.append(self._b[j])
            if self._agree((*chosen, j)) and self.exists((*chosen, j)):
                return True
        return False

    def _agree(self, chosen: tuple[int, ...]) -> bool:
        left = zip(*self._a[: len(chosen)], strict=True)
        return _collected(left, self._policy) == _collected(
            zip(*(self._b[j] for j in chosen), strict=True), self._policy
        )
