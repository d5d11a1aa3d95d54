"""When two texts are the same query: pure, over trees that the read-only door has resolved (every table by its whole
name, every column with the name of its table)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlglot import exp

from catalog_sync.documents import normal

_CASE_SENSITIVE = frozenset({"postgres"})


def fingerprint(tree: exp.Query, dialect: str) -> str:
    """Equal for queries that differ in layout, case, the names of aliases and the names of result columns alone."""
    return _hash(canonical(tree, dialect).sql(dialect, comments=False))


def template(tree: exp.Query, dialect: str) -> str:
    """Equal also for queries that differ in literals: the same question about another shop, year or number."""
    made = canonical(tree, dialect)
    for literal in list(made.find_all(exp.Literal)):
        literal.replace(exp.Placeholder())
    for listed in list(made.find_all(exp.In)):
        if listed.expressions and all(isinstance(e, exp.Placeholder) for e in listed.expressions):
            listed.set("expressions", [exp.Placeholder()])
    return _hash(made.sql(dialect, comments=False))


def canonical(tree: exp.Query, dialect: str) -> exp.Query:
    """Aliases become t1, t2, ... and the result's columns c1, c2, ..., one name for one name."""
    made = tree.copy()
    if dialect not in _CASE_SENSITIVE:
        for identifier in made.find_all(exp.Identifier):
            identifier.set("this", identifier.name.lower())
    for identifier in made.find_all(exp.Identifier):
        identifier.set("quoted", True)
    if isinstance(made, exp.Select):
        _name_columns(made)
    _name_tables(made)
    return made


def question_key(question: str) -> str:
    """Equal for questions that differ in case, width, blanks and closing marks alone."""
    return normal(question).rstrip(" ?.!。？")


def _name_columns(select: exp.Select) -> None:
    names: dict[str, str] = {}
    items = []
    for place, item in enumerate(select.expressions, start=1):
        if isinstance(item, exp.Alias):
            names[item.alias] = f"c{place}"
        inner = item.this if isinstance(item, exp.Alias) else item
        items.append(exp.alias_(inner.copy(), f"c{place}", quoted=True))
    select.set("expressions", items)
    for column in _own_columns(select):
        if not column.table and column.name in names:
            column.set("this", exp.to_identifier(names[column.name], quoted=True))


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """Those of this level, not of queries inside."""
    for node in select.walk(prune=lambda n: isinstance(n, exp.Query) and n is not select):
        if isinstance(node, exp.Column):
            yield node


def _name_tables(made: exp.Query) -> None:
    ctes = {cte.alias for cte in made.find_all(exp.CTE)}
    for table in made.find_all(exp.Table):
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
    names: dict[str, str] = {}
    for alias in made.find_all(exp.TableAlias):
        if alias.name:
            names.setdefault(alias.name, f"t{len(names) + 1}")
            alias.set("this", exp.to_identifier(names[alias.name], quoted=True))
    for table in made.find_all(exp.Table):
        if not table.db and table.name in ctes:
            table.set("this", exp.to_identifier(names[table.name], quoted=True))
    for column in made.find_all(exp.Column):
        if column.table in names:
            column.set("table", exp.to_identifier(names[column.table], quoted=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
