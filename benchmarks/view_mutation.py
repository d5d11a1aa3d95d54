"""Mutation score of the matcher: how many broken matchers the fast tests notice.

    python -m benchmarks.view_mutation                       # all rule files, one after the other
    python -m benchmarks.view_mutation --only ranges time    # these alone; the results of the others are kept
    python -m benchmarks.view_mutation --survivors           # only the mutants that were alive the last time
    python -m benchmarks.view_mutation --sample 150 --seed 1 # so many of all files at random, kept beside

Own mutator on the syntax tree of each rule file: comparisons, and/or, not, conditions held true or false, conditions of
comprehensions dropped, any/all, min/max, truth values and small numbers changed, statements that raise or act left out.
Assertions, `strict=`, sort keys and words of messages are left alone.
A mutant runs in a child process against the cases of the fast tests (fixtures, counterexamples, proofs, ranges, time);
it is killed when one fails, raises or takes too long. SQL that the sound matcher writes too is not run again; other SQL
runs on DuckDB, as in the tests. Survivors are listed with their line. What was found of a rule file counts until that
file changes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import hashlib
import importlib
import json
import os
import pickle
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
RULES = ROOT / "materialized_views" / "matching"
RESULTS = Path(__file__).parent / "results" / "view_mutation.json"
TESTS = (  # the cheap ones first: the first that fails kills
    "tests.materialized_views.matching.test_rewrite",
    "tests.materialized_views.matching.test_prove",
    "tests.materialized_views.matching.test_inline",
    "tests.materialized_views.matching.test_ranges",
    "tests.materialized_views.matching.test_counterexamples",
    "tests.materialized_views.matching.test_fixtures",
    "tests.materialized_views.matching.test_time",
)
SECONDS = 40
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


class _Mutated(MetaPathFinder, Loader):
    """Imports one module from a tree."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        package = fullname == self.name and self.name.endswith("matching")
        return ModuleSpec(fullname, self, is_package=package) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        if self.name.endswith("matching"):
            module.__path__ = [str(RULES)]
        exec(compile(self.tree, f"{self.name}.py", "exec"), module.__dict__)


def cases() -> Iterator[Callable[[Any], None]]:
    """Every test with every set of its parameters, given a warehouse."""
    for name in TESTS:
        module = importlib.import_module(name)
        for test in [value for key, value in vars(module).items() if key.startswith("test_") and callable(value)]:
            wants = test.__code__.co_varnames[: test.__code__.co_argcount]
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            names, values = (marks[0].args[0], marks[0].args[1]) if marks else ((), [()])
            names = (names,) if isinstance(names, str) else names
            for value in values:
                given = dict(zip(names, value if len(names) > 1 else (value,), strict=True)) if names else {}

                def run(warehouse: Any, test: Any = test, wants: Any = wants, given: Any = given) -> None:
                    test(**given, **({"warehouse": warehouse} if "warehouse" in wants else {}))

                yield run


class Remembering:
    """A warehouse that runs what the sound matcher did not write."""

    def __init__(self, known: dict[tuple[str, str], list[Any]]) -> None:
        self.known, self.connection, self._real = known, self, None
        self._tables: dict[str, str] = {}

    def execute(self, sql: str) -> None:
        """CREATE OR REPLACE TABLE name AS ...; done when something has to be run."""
        self._tables[sql.split()[4]] = sql

    def rows(self, sql: str) -> list[Any]:
        key = (self._tables.get("v", "") if "main.v" in sql else "", sql)
        if key not in self.known:
            self.known[key] = self._run(sql)
        return self.known[key]

    def equal(self, view: tuple[str, str], query: str) -> bool:
        conftest = importlib.import_module("tests.materialized_views.matching.conftest")
        rewritten = conftest.answer(*view, query)
        assert "main.v" in rewritten, rewritten
        self.execute(f"CREATE OR REPLACE TABLE v AS {view[1]}")
        return bool(conftest.same_bag(self.rows(query), self.rows(rewritten)))

    def _run(self, sql: str) -> list[Any]:
        if self._real is None:
            self._real = importlib.import_module("tests.materialized_views.matching.conftest").Warehouse()
        for statement in self._tables.values():
            self._real.connection.execute(statement)
        return list(self._real.rows(sql))


def in_child(action: Callable[[], int], seconds: int) -> int:
    """The exit code; 1 for an error or too long."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(seconds)
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
            code = action()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def survives(name: str, tree: ast.Module, known: dict[tuple[str, str], list[Any]]) -> bool:
    def run() -> int:
        for loaded in [m for m in sys.modules if m.startswith(("materialized_views.matching", "tests."))]:
            del sys.modules[loaded]
        sys.meta_path.insert(0, _Mutated(name, tree))
        warehouse = Remembering(known)
        for case in cases():
            case(warehouse)
        return 0

    return in_child(run, SECONDS) == 0


def remembered() -> dict[tuple[str, str], list[Any]]:
    """What the sound matcher's SQL gives; the tests must pass."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known"

        def run() -> int:
            warehouse = Remembering({})
            for case in cases():
                case(warehouse)
            path.write_bytes(pickle.dumps(warehouse.known))
            return 0

        if in_child(run, 600) != 0:
            raise SystemExit("the tests fail without any mutation: run pytest tests/materialized_views")
        found: dict[tuple[str, str], list[Any]] = pickle.loads(path.read_bytes())
        return found


def every_mutant(path: Path) -> list[tuple[str, ast.Module]]:
    """(file, line, number and what was changed; the tree)."""
    found = enumerate(mutants(path.read_text(encoding="utf-8")))
    return [(f"{path.name}:{line} #{n}: {what}", tree) for n, (line, what, tree) in found]


def alive(chosen: list[tuple[str, ast.Module]], known: dict[tuple[str, str], list[Any]]) -> list[str]:
    survivors = []
    for number, (called, tree) in enumerate(chosen, start=1):
        stem = called.split(".")[0]
        if survives("materialized_views.matching" + ("" if stem == "__init__" else f".{stem}"), tree, known):
            survivors.append(called)
        print(f"\r{number}/{len(chosen)} mutants, {len(survivors)} alive ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return survivors


def of_file(path: Path, known: dict[tuple[str, str], list[Any]], before: dict[str, Any] | None) -> dict[str, Any]:
    """All mutants of a rule file; with `before`, those that it lists as survivors."""
    start, every = time.perf_counter(), every_mutant(path)
    survivors = alive([found for found in every if before is None or found[0] in before["survivors"]], known)
    return {
        "mutants": len(every),
        "killed": len(every) - len(survivors),
        "survivors": survivors,
        "source": _hash(path),
        "seconds": round(time.perf_counter() - start, 1),
    }


def of_sample(number: int, seed: int, known: dict[tuple[str, str], list[Any]]) -> dict[str, Any]:
    every = [found for path in sorted(RULES.glob("*.py")) for found in every_mutant(path)]
    survivors = alive(random.Random(seed).sample(every, number), known)
    killed = number - len(survivors)
    return {
        "seed": seed,
        "possible": len(every),
        "mutants": number,
        "killed": killed,
        "score": round(killed / number, 4),
        "survivors": sorted(survivors),
    }


def kept() -> dict[str, Any]:
    """Earlier results, without those of rule files that have changed since."""
    found: dict[str, Any] = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    now = {path.stem: _hash(path) for path in RULES.glob("*.py")}
    files = {name: of for name, of in found.get("files", {}).items() if of["source"] == now.get(name)}
    return {"files": files, "sample": found.get("sample")}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="rule files, without .py")
    parser.add_argument("--survivors", action="store_true", help="only what was alive the last time")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of all files at random")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in TESTS:
        importlib.import_module(name)
    known, found = remembered(), kept()
    if options.sample:
        found["sample"] = of_sample(options.sample, options.seed, known)
    for path in () if options.sample else sorted(RULES.glob("*.py")):
        before = found["files"].get(path.stem) if options.survivors else None
        if (options.only and path.stem not in options.only) or (options.survivors and not before):
            continue
        found["files"][path.stem] = of_file(path, known, before)
        write(found)  # as it goes: a long run that is cut off leaves what it found
    print(json.dumps(write(found), indent=2))


def write(found: dict[str, Any]) -> dict[str, Any]:
    files = found["files"]
    total = sum(of["mutants"] for of in files.values())
    killed = sum(of["killed"] for of in files.values())
    result = {
        "python": platform.python_version(),
        "mutants": total,
        "killed": killed,
        "score": round(killed / total, 4) if total else None,
        "files": dict(sorted(files.items())),
        "sample": found["sample"],
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
