"""Structural repair of clauses: what every engine but SQLite refuses, and what has only one meaning."""

from __future__ import annotations

import re

from sqlglot import exp

_OR = re.compile(r"\b(?:or|either|any of)\b|또는|혹은|이나|거나|아니면", re.IGNORECASE)


def repair(tree: exp.Expression, dialect: str, question: str = "") -> list[str]:
    """Works in place; returns notes."""
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        if question and not _OR.search(question) and _all_of(select):
            notes.append("all of the conditions, since the question says no or")
        if _self_compared(select):
            notes.append("told the rows of a subquery from those around it")
        if _one_text_together(select):
            notes.append("kept together the columns that may hold one text")
        if _aggregates_to_having(select):
            notes.append("moved an aggregate condition from WHERE to HAVING")
        if _group_for_order(select):
            notes.append("grouped by the output, since the order is by an aggregate")
        if _any_of_several(select):
            notes.append("compared with any of the rows of a subquery")
        if dialect != "sqlite" and _complete_group_by(select):
            notes.append("completed GROUP BY")
    return notes


def _all_of(select: exp.Select) -> bool:
    """`a = 'x' OR b = 'y'`, of two columns and two texts."""
    changed = False
    for either in list(select.find_all(exp.Or)):
        ends = [
            either.this,
            *(either.expression.flatten() if isinstance(either.expression, exp.And) else [either.expression]),
        ]
        pair = [
            (e.this, e.expression) for e in ends[:2] if isinstance(e, exp.EQ) and isinstance(e.expression, exp.Literal)
        ]
        texts = [t for _c, t in pair if t.is_string]
        if len(texts) == 2 and texts[0] != texts[1] and pair[0][0] != pair[1][0]:
            node = exp.and_(*(e.copy() for e in ends))
            (either.parent if isinstance(either.parent, exp.Paren) else either).replace(node)
            changed = True
    return changed


def _self_compared(select: exp.Select) -> bool:
    """`... FROM t WHERE (SELECT ... FROM t WHERE x = t.x)`: the second t is of the statement around."""
    outer = select.parent_select
    source = select.args.get("from_")
    if outer is None or source is None or not isinstance(source.this, exp.Table) or source.this.alias:
        return False
    name = source.this.name.casefold()
    around = outer.args.get("from_")
    if select.args.get("joins") or around is None or not isinstance(around.this, exp.Table):
        return False
    if around.this.alias_or_name.casefold() != name:
        return False
    own = [c for c in select.find_all(exp.Column) if c.find_ancestor(exp.Select) is select]
    same = [
        eq for eq in select.find_all(exp.EQ)
        if all(isinstance(e, exp.Column) for e in (eq.this, eq.expression)) and eq.this.name == eq.expression.name
        and {eq.this.table.casefold(), eq.expression.table.casefold()} <= {"", name}
    ]  # fmt: skip
    if len(same) != 1:
        return False
    source.this.set("alias", exp.TableAlias(this=exp.to_identifier("other")))
    for column in own:
        column.set("table", exp.to_identifier("other"))
    same[0].expression.set("table", exp.to_identifier(around.this.alias_or_name))
    return True


def _one_text_together(select: exp.Select) -> bool:
    """`a = 'x' OR b = 'x' AND c`: where the text is, whichever column holds it, belongs together."""
    changed = False
    for either in list(select.find_all(exp.Or)):
        first, parts = either.this, list(either.expression.flatten()) if isinstance(either.expression, exp.And) else []
        ends = [e.expression for e in (first, *parts[:1]) if isinstance(e, exp.EQ)]
        if len(ends) == 2 and isinstance(ends[0], exp.Literal) and ends[0] == ends[1]:
            either.replace(exp.and_(exp.or_(first.copy(), parts[0].copy()), *(p.copy() for p in parts[1:])))
            changed = True
    return changed


def _any_of_several(select: exp.Select) -> bool:
    """`= (SELECT ...)` of what may be several rows means one of them."""
    changed = False
    for node in list(select.find_all(exp.EQ, exp.NEQ)):
        inner = node.expression.this if isinstance(node.expression, exp.Subquery) else None
        if not isinstance(inner, exp.Select) or node.find_ancestor(exp.Select) is not select:
            continue
        one_row = not inner.args.get("group") and any(s.find(exp.AggFunc) for s in inner.selects)
        if one_row or inner.args.get("limit") or len(inner.selects) != 1:
            continue
        within = exp.In(this=node.this.copy(), query=node.expression.copy())
        node.replace(within if isinstance(node, exp.EQ) else exp.not_(within))
        changed = True
    return changed


def _own_aggregates(node: exp.Expression, select: exp.Select) -> bool:
    return any(
        a.find_ancestor(exp.Select) is select and not isinstance(a.parent, exp.Window)
        for a in node.find_all(exp.AggFunc)
    )


def _aggregates_to_having(select: exp.Select) -> bool:
    where = select.args.get("where")
    if where is None or not _own_aggregates(where, select):
        return False
    conjuncts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    moved = [c for c in conjuncts if _own_aggregates(c, select)]
    kept = [c for c in conjuncts if c not in moved]
    select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    having = select.args.get("having")
    select.set("having", exp.Having(this=exp.and_(*([having.this] if having else []), *moved)))
    return True


def _group_for_order(select: exp.Select) -> bool:
    """ORDER BY COUNT(*) over rows that are not grouped can only mean groups of what is put out."""
    order = select.args.get("order")
    if order is None or select.args.get("group") or not _own_aggregates(order, select):
        return False
    outputs = [s.unalias() for s in select.selects]
    if any(_own_aggregates(o, select) or not isinstance(o, exp.Column) for o in outputs):
        return False
    select.set("group", exp.Group(expressions=[o.copy() for o in outputs]))
    return True


def _complete_group_by(select: exp.Select) -> bool:
    """With an aggregate in the output, every plain output is grouped by."""
    if not any(_own_aggregates(s, select) for s in select.selects):
        return False
    group = select.args.get("group")
    if group is not None and (
        group.args.get("all") or any(group.args.get(k) for k in ("rollup", "cube", "grouping_sets"))
    ):
        return False
    plain = [
        s.unalias() for s in select.selects
        if not _own_aggregates(s, select) and s.find(exp.Column) and not s.find(exp.Window) and not s.find(exp.Subquery)
    ]  # fmt: skip
    grouped = list(group.expressions) if group is not None else []
    outputs = dict(enumerate(select.selects, start=1))
    covered = {g.sql().casefold() for g in grouped}
    covered |= {g.name.casefold() for g in grouped if isinstance(g, exp.Column)}
    for g in grouped:
        if isinstance(g, exp.Literal) and g.is_int and int(g.this) in outputs:
            covered.add(outputs[int(g.this)].unalias().sql().casefold())
    aliases = {s.unalias().sql().casefold(): s.alias.casefold() for s in select.selects if s.alias}
    missing = [
        p for p in plain
        if p.sql().casefold() not in covered
        and aliases.get(p.sql().casefold()) not in covered
        and not (isinstance(p, exp.Column) and p.name.casefold() in covered)
    ]  # fmt: skip
    if not missing:
        return False
    select.set("group", exp.Group(expressions=[*grouped, *(m.copy() for m in missing)]))
    return True
