"""What several rows say in one sentence: few groups each with its figure, of many the highest and the lowest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.vectors.korean import has_hangul
from backends.warehouse.base import Rows
from plugin.generator.ask import Language
from plugin.texts.particles import fitted

_FEW = 5
_LONG = 60
"""A cell of more characters is text to read, not a name to say."""


def summary(
    rows: Rows, sql: str, dialect: str, language: Language, labels: Sequence[str], show: Callable[[Any], str]
) -> str | None:
    """None where the rows are no groups with one figure each, or not all of them are here: two rows or more.
    `labels`: what the columns are called, "" for none; `show`: a cell as a person reads it."""
    tree = _parsed(sql, dialect)
    figures = _figures(rows, tree)
    whole = _beside(rows.columns)
    figures = [i for i in figures if i != whole]
    named = [i for i in range(len(rows.columns)) if i not in figures and i != whole]
    if rows.truncated or len(figures) > 1 or not 1 <= len(named) <= 2 or (not figures and len(named) > 1):
        return None
    groups = [", ".join(show(row[i]) for i in named) for row in rows.rows]
    if any(len(group) > _LONG for group in groups):
        return None
    if not figures:
        return _listed(labels[named[0]], groups, language) if len(groups) <= _FEW else None
    (figure,) = figures
    values = [row[figure] for row in rows.rows]
    if len(groups) <= _FEW:
        if whole is not None:
            both = [f"{g} {show(row[whole])} ({show(row[figure])})" for g, row in zip(groups, rows.rows, strict=True)]
            return _listed(labels[whole], both, language)
        said = [f"{g} {show(v)}" for g, v in zip(groups, values, strict=True)]
        return _listed(labels[figure], said, language)
    if tree is None or tree.args.get("limit") or any(v is None for v in values):
        return None
    return _ends(labels[figure], groups, values, language, show)


def _beside(columns: Sequence[str]) -> int | None:
    """The figure that stands beside its share of all."""
    found = [i for i, column in enumerate(columns) if f"{column}_share" in columns]
    return found[0] if len(found) == 1 else None


def _listed(label: str, said: Sequence[str], language: Language) -> str:
    text = "; ".join(said)
    head = headed(f"{label[:1].upper()}{label[1:]}", language)
    return f"{head}{text}입니다." if language == "ko" else f"{head}{text}."


def headed(label: str, language: Language) -> str:
    """The start of a sentence that says what `label` is: 매출은; a name that is not Korean takes a colon."""
    if not label:
        return ""
    return fitted(f"{label}은(는) ") if language == "ko" and has_hangul(label[-1]) else f"{label}: "


def _ends(
    label: str, groups: Sequence[str], values: Sequence[Any], language: Language, show: Callable[[Any], str]
) -> str:
    count, highest, lowest = f"{len(groups):,}", max(values), min(values)
    if highest == lowest:
        named = f" {label}" if label else ""
        same = f"{named} {show(highest)}"
        return f"{count}건 모두{same}입니다." if language == "ko" else f"{count} rows, all with{same}."
    top, bottom = (_who(groups, values, end, language) for end in (highest, lowest))
    named = f"{label} " if label else ""
    if language == "ko":
        return f"{count}건 중 {named}최고는 {top}({show(highest)}), 최저는 {bottom}({show(lowest)})입니다."
    return f"{count} rows; highest {named}for {top} ({show(highest)}), lowest for {bottom} ({show(lowest)})."


def _who(groups: Sequence[str], values: Sequence[Any], end: Any, language: Language) -> str:
    """Who has it; of several the first, and how many more."""
    first, *others = [group for group, value in zip(groups, values, strict=True) if value == end]
    if not others:
        return first
    return f"{first} 외 {len(others):,}건" if language == "ko" else f"{first} and {len(others):,} more"


def _figures(rows: Rows, tree: exp.Expression | None) -> list[int]:
    """The columns that are amounts: what the statement aggregates, and what has fractions; keys and years are none."""
    selects = tree.selects if isinstance(tree, exp.Query) else []
    known = len(selects) == len(rows.columns)
    return [
        i
        for i in range(len(rows.columns))
        if (known and selects[i].find(exp.AggFunc) and _all(rows, i, (int, float, Decimal)))
        or _all(rows, i, (float, Decimal))
    ]


def _all(rows: Rows, column: int, types: tuple[type, ...]) -> bool:
    values = [row[column] for row in rows.rows if row[column] is not None]
    return bool(values) and all(isinstance(v, types) and not isinstance(v, bool) and v == v for v in values)


def _parsed(sql: str, dialect: str) -> exp.Expression | None:
    try:
        return sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return None
