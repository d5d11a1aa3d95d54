"""Mutants of a source file: the same program with one thing in its syntax tree changed.

Comparisons, and/or, not, conditions held true or false, conditions of comprehensions dropped, any/all, min/max, truth
values and small numbers changed, statements that raise or act left out. Assertions, `strict=`, sort keys and words of
messages are left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

_COMPARE = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


def mutants(source: str) -> Iterator[tuple[int, str, ast.Module]]:
    """(line, what was changed, the tree)."""
    tree = ast.parse(source)
    spared = {id(n) for part in _spared(tree) for n in ast.walk(part)}
    for position, node in enumerate(ast.walk(tree)):
        for what, change in () if id(node) in spared else _changes(node):
            mutated = copy.deepcopy(tree)
            twin = next(n for i, n in enumerate(ast.walk(mutated)) if i == position)
            change(twin)
            yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(mutated)


def _spared(tree: ast.Module) -> Iterator[ast.AST]:
    """What no test of behaviour can tell: assertions, `strict=` of zip, words of messages, keys of sorting them."""
    for node in ast.walk(tree):
        yield from getattr(node, "decorator_list", ())
        keyword = isinstance(node, ast.keyword) and node.arg in ("strict", "key")
        worded = isinstance(node, ast.IfExp) and _is_text(node.body) and _is_text(node.orelse)
        if keyword or worded or isinstance(node, (ast.Assert, ast.JoinedStr)):
            yield node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        yield "comparison", lambda n: n.ops.__setitem__(0, _COMPARE[type(n.ops[0])]())
    elif isinstance(node, ast.BoolOp):
        yield "and/or", lambda n: setattr(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())
        for i in range(len(node.values)):
            yield f"operand {i} dropped", lambda n, i=i: n.values.pop(i) if len(n.values) > 1 else None
    elif isinstance(node, (ast.If, ast.IfExp)):
        for value in (True, False):
            yield f"condition {value}", lambda n, v=value: setattr(n, "test", ast.Constant(v))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", _drop_not
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "filter dropped", lambda n: n.ifs.clear()
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
        yield "any/all, min/max", lambda n: setattr(n.func, "id", _NAMES[n.func.id])
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int)):
        yield "constant", lambda n: setattr(n, "value", not n.value if isinstance(n.value, bool) else n.value + 1)
    elif hasattr(node, "body") and isinstance(node.body, list):
        for i, statement in enumerate(node.body):
            acts = isinstance(statement, (ast.Raise, ast.AugAssign)) or (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            )
            if acts:
                yield f"statement {i} left out", lambda n, i=i: n.body.__setitem__(i, ast.Pass())


def _drop_not(node: Any) -> None:
    node.op, node.operand = ast.Not(), ast.UnaryOp(op=ast.Not(), operand=node.operand)
