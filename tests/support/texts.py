"""The texts that a module says: those of its errors and hints, and those it passes to `t`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from backends.errors import AskError


def errors_of(path: Path) -> set[str]:
    """What the errors that are raised here say, with `{}` for each value."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {text for node in _said(tree) for text in _texts(node, constants) if " " in text}


def passed_to_t(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n.func) == "t" and n.args)
    return {text for call in calls for text in _texts(call.args[0], {})}


def helps_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = (k for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords if k.arg == "help")
    return {text for word in words for text in _texts(word.value, {})}


def printed(path: Path) -> set[str]:
    """Literals that a module prints past `t`: those with words of their own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n.func) in ("print", "echo", "secho"))
    return {text for call in calls if call.args for text in _texts(call.args[0], {})}


def _said(tree: ast.AST) -> Iterator[ast.expr]:
    known = {kind.__name__ for kind in _kinds(AskError)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            hints = [k.value for k in node.keywords if k.arg == "hint"]
            yield from hints
            if hints or _name(node.func) in known:
                yield from node.args
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "hint" for t in node.targets):
            yield node.value
        elif isinstance(node, ast.FunctionDef) and node.name in ("_hint", "_nearest"):
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None)


def _kinds(kind: type[AskError]) -> Iterator[type[AskError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                inner = value.value
                yield from _texts(inner, constants) if isinstance(inner, (ast.IfExp, ast.Name)) else ()
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.BinOp):
        left, right = list(_texts(node.left, constants)), list(_texts(node.right, constants))
        yield from (a + b for a in left for b in right)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], {})
