"""Mutation score of the matcher: how many broken matchers the fast tests notice.

    python -m benchmarks.view_mutation                       # all rule files, one after the other
    python -m benchmarks.view_mutation --only ranges time    # these alone; the results of the others are kept
    python -m benchmarks.view_mutation --survivors           # only the mutants that were alive the last time
    python -m benchmarks.view_mutation --sample 150 --seed 1 # so many of all files at random, kept beside

`mutants.py` says what is changed. A mutant runs in a child process against the cases of the fast tests (fixtures,
counterexamples, proofs, ranges, time); it is killed when one fails, raises or takes too long. SQL that the sound
matcher writes too is not run again; other SQL runs on DuckDB, as in the tests. Survivors are listed with their line;
mutants that are known to decide nothing otherwise are listed with the reason, and count neither as killed nor as
mutants. What was found of a rule file counts until that file changes.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import json
import os
import pickle
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.mutants import mutants

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
"""Of processor time."""
EQUIVALENT = {
    ("classes.py", "if found is None:", "condition True"): "only computes again what it remembers",
    ("rewrite.py", "if clause is not None:", "condition True"): "sets a WITH that is not there to none",
    (
        "time.py",
        'if edge.kind not in ("date", "timestamp"):',
        "condition False",
    ): "a stored bucket is of a moment, and a moment is compared with nothing else",
    (
        "aggregate.py",
        "count = self._count(replace(of_values, where=conjunction(wheres) if wheres else None))",
        "condition True",
    ): "no conditions joined by AND are TRUE, which filters nothing",
    ("index.py", "if not late:", "condition False"): "where no table can be joined later, none is",
    ("tables.py", "_MOST = 48", "constant"): "how much is tried, not what is proved",
    (
        "measures.py",
        'if node.function == "sum" and not node.distinct and isinstance(inner, Call) and where is None:',
        "operand 2 dropped",
    ): "what is neither a column nor without any is a Call: the check is for the type checker",
}
"""Mutants that decide everything as before: file, line of source, what was changed -> why."""


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
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
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


def without_equivalent(survivors: list[str]) -> tuple[list[str], dict[str, str]]:
    """The survivors that change what is decided, and the others with the reason why they can't."""
    left, equal = [], {}
    for called in survivors:
        place, what = called.split(" ", 1)
        file, line = place.split(":")
        source = (RULES / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].strip()
        reason = EQUIVALENT.get((file, source, what.split(": ", 1)[1]))
        if reason is None:
            left.append(called)
        else:
            equal[called] = reason
    return left, equal


def of_file(path: Path, known: dict[tuple[str, str], list[Any]], before: dict[str, Any] | None) -> dict[str, Any]:
    """All mutants of a rule file; with `before`, those that it lists as survivors."""
    start, every = time.perf_counter(), every_mutant(path)
    tried = [found for found in every if before is None or found[0] in before["survivors"]]
    survivors, equal = without_equivalent(alive(tried, known))
    return {
        "mutants": len(every) - len(equal),
        "killed": len(every) - len(equal) - len(survivors),
        "survivors": survivors,
        "equivalent": equal,
        "source": _hash(path),
        "seconds": round(time.perf_counter() - start, 1),
    }


def of_sample(number: int, seed: int, known: dict[tuple[str, str], list[Any]]) -> dict[str, Any]:
    every = [found for path in sorted(RULES.glob("*.py")) for found in every_mutant(path)]
    survivors, equal = without_equivalent(sorted(alive(random.Random(seed).sample(every, number), known)))
    killed = number - len(survivors) - len(equal)
    return {
        "seed": seed,
        "possible": len(every),
        "mutants": number - len(equal),
        "killed": killed,
        "score": round(killed / (number - len(equal)), 4),
        "survivors": survivors,
        "equivalent": equal,
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
