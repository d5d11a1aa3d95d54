"""Rows that are money themselves: the total of unpaid fines, the average refund, "the amount of the fees", where each
has one amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backends.vectors.english import stem
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.recognition.valued import AMOUNT_OF
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Found, Recognised

_MONEY = frozenset(map(stem, (
    "fine", "fee", "payment", "refund", "charge", "tax", "discount", "salary", "bonus", "bill", "donation", "expense",
    "penalty", "tip", "deposit", "commission", "reimbursement", "rebate", "premium", "royalty", "cost", "toll",
)))  # fmt: skip
_HOW_MUCH = re.compile(r"\bhow much\b|얼마", re.IGNORECASE)
_SPENT = frozenset(map(stem, ("expense", "expenditure", "cost", "spending")))
_KO_SPENT = ("지출", "비용", "금", "액", "지출내역", "지출 내역")
_UNITS = frozenset(("amt", "amount", "usd", "eur", "krw", "gbp", "cents", "value", "total"))


def as_amounts(
    named: Sequence[Found], seen: Recognised, base: CatalogTable, known: Sequence[Name], *, grouped: bool
) -> list[Found]:
    """The names with the amount of such rows in place of the rows, where not their number is asked for. `grouped`: by
    some time, or of two."""
    noun = noun_of(base)
    amounts = {n.column: n for n in known if n.role == "measure" and n.own and _is_amount(n.column, noun)}
    if base.view is not None or not is_by_row(base) or stem(noun) not in _MONEY or len(amounts) != 1:
        return list(named)
    (amount,) = amounts.values()
    if any(one.name.column == amount.column for one in named):
        return list(named)
    rows = {"", *base.primary_key}
    grouped = (
        grouped
        or seen.first("each", "compare", "share", "total", "average") is not None
        or bool(_HOW_MUCH.search(seen.text.text))
    )
    spent = [one for one in named if _is_spent(one, seen, noun) and grouped]
    if spent and seen.first("total", "average", "top", "bottom") is None:
        seen.operators = tuple(sorted((*seen.operators, Operator("total", spent[0].span)), key=lambda o: o.span))
    return [
        replace(one, name=amount) if one.name.column in rows and (one in spent or _is_meant(one, seen)) else one
        for one in named
    ]


def _is_spent(one: Found, seen: Recognised, noun: str) -> bool:
    """ "Expenses by category", 월별 지출, 기부금 비교 ask for the money, where nobody counts."""
    said = seen.text.text[slice(*one.span)]
    if one.name.role not in ("rows", "dimension") or seen.first("count") is not None or seen.is_counted(one.span):
        return False
    return stem(noun) in _SPENT if said.isascii() else said.endswith(_KO_SPENT)


def _is_amount(column: str, noun: str) -> bool:
    whose, _, unit = words(column).rpartition(" ")
    return whose in ("", noun) and unit in _UNITS


def _is_meant(one: Found, seen: Recognised) -> bool:
    if one.name.role not in ("rows", "dimension"):
        return False
    before = seen.before(one.span)
    starts = [one.span[0], *(span[0] for _, span in seen.values if span[1] <= one.span[0])]
    if said := next((m for start in starts if (m := AMOUNT_OF.search(seen.text.text, 0, start))), None):
        seen.text.take(said.span())
        if seen.first("total", "average", "top", "bottom") is None:
            total = Operator("total", said.span())
            seen.operators = tuple(sorted((*seen.operators, total), key=lambda o: o.span))
        return True
    return before is not None and before.kind in ("total", "average") and seen.first("count") is None
