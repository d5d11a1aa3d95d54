"""Questions for a schema that nobody has asked about yet: SQL by rules from a walk over the keys, run and filtered,
then worded by a language model.

After the two-way augmentation of CodeS (Li et al., 2024: templates with column types, filled, executed, reworded) and
the schema questioner of DBCopilot (Wang et al., 2025: random walks over the graph of keys). Literals are listed values
of the catalogue, which holds none of personal data.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.types import is_boolean, is_moment, is_text
from feedback.canonical import question_key
from feedback.examine import Examiner
from feedback.training.rows import NOTHING_HELD, Held, Row

_NUMBER = re.compile(
    r"^(u?(tiny|small|big|huge)?int\w*|integer|decimal|numeric|number|double|float\w*|real|money)\b", re.IGNORECASE
)
Worder = Callable[[str, Sequence[str]], str]


@dataclass(frozen=True)
class Made:
    """A statement and the rule that made it."""

    rule: str
    sql: str


def synthesise(
    catalog: Catalog,
    examiner: Examiner,
    word: Worder,
    count: int,
    held: Held = NOTHING_HELD,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Iterator[Row]:
    """Up to `count` rows; fewer where the schema is small. `word` writes the question of a statement. Nothing that asks
    what is held out."""
    found, seen = 0, set[str]()
    for made in _statements(catalog, random.Random(seed), most=count * 10):
        examined = examiner.examine("", made.sql)
        text = examined.text
        if examined.failed or text.template in seen or any(c.outcome == "warn" for c in text.checks):
            continue
        question = word(text.sql, text.tables)
        if not question or not _says_all(question, text.sql, examiner.catalog.dialect):
            continue
        if held.has(question, text.template):
            continue
        seen.add(text.template)
        found += 1
        progress("questions made", found, count)
        provenance = {"source": "synthetic", "rule": made.rule, "seed": seed, "question_by": "model"}
        language = "ko" if re.search("[가-힣]", question) else "en"
        cluster = f"synthetic:{text.template}"
        yield Row(question, text.sql, text.tables, catalog.project, cluster, language, provenance)
        if found == count:
            return


def _statements(catalog: Catalog, dice: random.Random, most: int) -> Iterator[Made]:
    tables = [t for t in catalog if t.columns]
    seen: set[str] = set()
    for _ in range(most if tables else 0):
        made = _one(catalog, dice.choice(tables), dice)
        if made is not None and made.sql not in seen:
            seen.add(made.sql)
            yield made


def _one(catalog: Catalog, table: CatalogTable, dice: random.Random) -> Made | None:
    """A measure of the table, by a group of its own or of a table that it refers to, under a condition or not."""
    parent = _parent(catalog, table, dice)
    home = dice.choice([table, parent[0]]) if parent else table
    select, about = exp.select().from_(_named(table, "t1")), [(table, "t1")]
    if parent and home is not table:
        on = exp.EQ(this=_column(parent[1], "t1"), expression=_column(parent[2], "t2"))
        select, about = select.join(_named(home, "t2"), on=on), [*about, (home, "t2")]
    name = "t2" if home is not table else "t1"
    rule, measure = _measure(table, dice)
    group = _group(home, name, dice)
    if group is not None:
        select = select.select(group.copy()).group_by(group.copy())
    select = select.select(exp.alias_(measure, "result", quoted=True))
    condition = _condition(about, dice) if dice.random() < 0.5 else None
    if condition is not None:
        select = select.where(condition)
    top = group is not None and dice.random() < 0.3
    if top:
        select = select.order_by(exp.Ordered(this=measure.copy(), desc=True, nulls_first=False)).limit(
            dice.choice((3, 5))
        )
    parts = [rule, "group" if group is not None else "", "where" if condition is not None else "", "top" if top else ""]
    rule = "+".join([*(part for part in parts if part), *(["join"] if name == "t2" else [])])
    return Made(rule, select.sql(catalog.dialect, identify=True))


def _parent(catalog: Catalog, table: CatalogTable, dice: random.Random) -> tuple[CatalogTable, str, str] | None:
    keys = [k for k in table.foreign_keys if len(k.columns) == 1 and k.to_table != table.name]
    if not keys:
        return None
    key = dice.choice(keys)
    to = catalog.table(key.to_table)
    return (to, key.columns[0], key.to_columns[0]) if to else None


def _measure(table: CatalogTable, dice: random.Random) -> tuple[str, exp.Expression]:
    keys = {*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)}
    numbers = [c for c in _open(table) if _NUMBER.match(c.type) and c.name not in keys]
    if not numbers or dice.random() < 0.3:
        return "count", exp.Count(this=exp.Star())
    kind = dice.choice((exp.Sum, exp.Avg, exp.Max))
    return kind.__name__.lower(), kind(this=_column(dice.choice(numbers).name, "t1"))


def _group(table: CatalogTable, name: str, dice: random.Random) -> exp.Expression | None:
    words = [c for c in _open(table) if c.values and (is_text(c.type) or is_boolean(c.type))]
    return _column(dice.choice(words).name, name) if words and dice.random() < 0.7 else None


def _condition(about: Sequence[tuple[CatalogTable, str]], dice: random.Random) -> exp.Expression | None:
    chosen: list[exp.Expression] = []
    for table, name in about:
        for column in _open(table):
            if is_text(column.type) and column.values:
                value = exp.Literal.string(dice.choice(column.values))
                chosen.append(exp.EQ(this=_column(column.name, name), expression=value))
            elif is_moment(column.type) and column.min_value and column.max_value:
                years = range(int(column.min_value[:4]), int(column.max_value[:4]) + 1)
                year = dice.choice(list(years))
                chosen.append(_in_year(_column(column.name, name), year))
    return dice.choice(chosen) if chosen else None


def _in_year(column: exp.Column, year: int) -> exp.Expression:
    first, next_first = (exp.cast(exp.Literal.string(f"{y}-01-01"), "date") for y in (year, year + 1))
    return exp.and_(exp.GTE(this=column, expression=first), exp.LT(this=column.copy(), expression=next_first))


def _open(table: CatalogTable) -> list[CatalogColumn]:
    return [c for c in table.columns if not c.pii and not c.withheld]


def _named(table: CatalogTable, alias: str) -> exp.Table:
    return exp.table_(table.name.name, db=table.name.schema, alias=alias)


def _column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table)


def _says_all(question: str, sql: str, dialect: str) -> bool:
    """Every literal of the query is in the question, dates by their year: a question that lost one is wrong."""
    said = question_key(question)
    for literal in sqlglot.parse_one(sql, read=dialect).find_all(exp.Literal):
        wanted = literal.name.casefold()
        if isinstance(literal.parent, exp.Cast):
            if isinstance(literal.find_ancestor(exp.GTE), exp.GTE) and wanted[:4] not in said:
                return False
        elif wanted not in said and not (wanted in _NUMERALS and _NUMERALS[wanted] in said):
            return False
    return True


_NUMERALS = {"3": "three", "5": "five"}
