"""A query in one line, read off its syntax tree: what a reviewer checks first. No model is asked.

orders ⋈ stores, status = 'shipped' → sum(amount) per store_name, first 3 by sum(amount) desc
orders ⋈ stores, status = 'shipped' → store_name별 sum(amount), sum(amount) 내림차 순, 처음 3건
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


@dataclass(frozen=True)
class _Words:
    each: str
    per: str
    having: str
    by: str
    desc: str
    first: str
    first_by: str


_LANGUAGES = {
    "en": _Words(
        "each different {}", "{what} per {keys}", "where {}", "by {}", "{} desc", "first {}", "first {} by {}"
    ),
    "ko": _Words("서로 다른 {}", "{keys}별 {what}", "단 {}", "{} 순", "{} 내림차", "처음 {}건", "{1} 순, 처음 {0}건"),
}


def in_words(sql: str, dialect: str, language: str = "en") -> str:
    """ "" where the text can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return ""
    select = tree.find(exp.Select)
    if select is None:
        return ""
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = dict.fromkeys(t.name for t in tree.find_all(exp.Table) if t.name not in ctes)
    conditions = [said for where in tree.find_all(exp.Where) for said in _conditions(where.this, dialect)]
    head = ", ".join([" ⋈ ".join(tables), *conditions])
    return f"{head} → {_result(select, dialect, _LANGUAGES[language])}"


def _result(select: exp.Select, dialect: str, words: _Words) -> str:
    by_name = {item.alias: item.this for item in select.expressions if isinstance(item, exp.Alias)}
    group, order = select.args.get("group"), select.args.get("order")
    keys = [_named(select, key, by_name, dialect) for key in (group.expressions if group else ())]
    shown = [_short(item.unalias(), dialect) for item in select.expressions]
    measures = [text for text in shown if text not in keys] or shown
    what = ", ".join(measures)
    if select.args.get("distinct"):
        what = words.each.format(what)
    parts = [words.per.format(what=what, keys=", ".join(keys)) if keys else what]
    having, limit = select.args.get("having"), select.args.get("limit")
    if having:
        parts.append(words.having.format(_short(having.this, dialect)))
    sorted_by = ", ".join(_ordered(select, o, by_name, dialect, words) for o in (order.expressions if order else ()))
    if limit and sorted_by:
        parts.append(words.first_by.format(limit.expression.sql(), sorted_by))
    elif limit:
        parts.append(words.first.format(limit.expression.sql()))
    elif sorted_by:
        parts.append(words.by.format(sorted_by))
    return ", ".join(parts)


def _ordered(
    select: exp.Select, item: exp.Expression, by_name: dict[str, exp.Expression], dialect: str, words: _Words
) -> str:
    what = item.this if isinstance(item, exp.Ordered) else item
    said = _named(select, what, by_name, dialect)
    return words.desc.format(said) if item.args.get("desc") else said


def _named(select: exp.Select, key: exp.Expression, by_name: dict[str, exp.Expression], dialect: str) -> str:
    """What a number or an alias stands for."""
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(select.expressions):
        return _short(select.expressions[int(key.name) - 1].unalias(), dialect)
    if isinstance(key, exp.Column) and not key.table and key.name in by_name:
        return _short(by_name[key.name], dialect)
    return _short(key, dialect)


def _conditions(condition: exp.Expression, dialect: str) -> list[str]:
    """Those that all must hold; from and to of one column as one."""
    parts = [p.unnest() for p in condition.flatten()] if isinstance(condition, exp.And) else [condition]
    if any(isinstance(part, exp.And) for part in parts):
        return [said for part in parts for said in _conditions(part, dialect)]
    said: list[str] = []
    for before, part in zip([None, *parts], parts, strict=False):
        if isinstance(before, exp.GTE) and isinstance(part, exp.LT) and before.this == part.this:
            said[-1] = f"{_short(before.expression, dialect)} <= {_short(part, dialect)}"
        else:
            said.append(_short(part, dialect))
    return said


def _short(node: exp.Expression, dialect: str) -> str:
    """Without the names of tables before columns, and with dates as their text."""
    made: exp.Expression = node.transform(_bare)
    return made.sql(dialect, comments=False, normalize_functions="lower")


def _bare(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Column):
        return exp.column(node.this)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.to.is_type("date", "timestamp"):
        return node.this
    return node
