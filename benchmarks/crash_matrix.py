"""The crash matrix: a sync is killed (SIGKILL) after each of its writes in turn, then run again.

    python -m benchmarks.crash_matrix [--anywhere 40]

Three syncs of a small catalogue: the first one; one that finds a table without its tier, a column that became PII, a
table gone, one described anew and one more; one with another embedder, which makes the index again. First the writes of
an undisturbed sync are counted (calls of the catalogue's store and of the embedded index), then it is killed after the
first, the second, ... of them. `anywhere` are kills by the clock, wherever they fall: within a write, too.

Of each: `readable`, the catalogue and the index that are left open and fit (no point of a table that the catalogue
lacks is needed to read either); `same end`, one sync more ends where a sync that was never disturbed ends, in catalogue
and index. `PII until`: the last write after which a value that may not be seen any more was still there to be read.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from backends.embedder.hashing import HashEmbedder
from backends.vectors import QdrantEdgeIndex
from benchmarks.made_catalogue import Warehouse, tables
from catalog_sync import store
from catalog_sync.errors import CatalogMissing
from catalog_sync.index import COLLECTIONS, FILTERED
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.policy import Policy
from catalog_sync.sync import sync

RESULTS = Path(__file__).parent / "results" / "crash_matrix.json"
SECRET = "order 3"  # a value of the columns that become PII
_COUNT = 6
_STORE = ("put_head", "put_rows", "put_record", "remove", "put_made", "put_readings", "__exit__")
_INDEX = ("begin", "upsert", "delete", "flush")
_fork = get_context("fork")


@dataclass(frozen=True)
class Case:
    """`before` is synced to the end, `after` is what is disturbed."""

    name: str
    before: tuple[CatalogTable, ...]
    after: tuple[CatalogTable, ...]
    dimensions: tuple[int, int] = (32, 32)


@dataclass(frozen=True)
class Fixed:
    """A source that says what it is told to."""

    said: tuple[CatalogTable, ...]
    id: str = "dbt"

    def read(self) -> Catalog:
        return Catalog("benchmark", "duckdb", self.said)


class Built(Warehouse):
    """Has one table more than the source had at first."""

    def __init__(self) -> None:
        super().__init__(_COUNT + 1)


def cases() -> tuple[Case, ...]:
    old = tuple(tables(_COUNT, False))
    new = _moved_on(old)
    return (
        Case("the first sync", (), old),
        Case("a sync of changes", old, new),
        Case("another embedder", old, old, (32, 48)),
    )


def _moved_on(old: tuple[CatalogTable, ...]) -> tuple[CatalogTable, ...]:
    first, second, third, personal, _gone, *rest = old
    said = {"pii": True, "values": (), "values_exact": False, "provenance": {"pii": "dbt:manifest"}}
    columns = (*(replace(column, **said) for column in personal.columns[:2]), *personal.columns[2:])
    more = list(tables(_COUNT + 1, False))[-1]
    anew = replace(second, description="Described anew.")
    return (first, anew, replace(third, tier="Tier.Tier5"), replace(personal, columns=columns), *rest, more)


def run(state: Path, said: Sequence[CatalogTable], dimensions: int) -> None:
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    try:
        sync(Fixed(tuple(said)), Built(), HashEmbedder(dimensions), index, Policy(), state)
    finally:
        index.close()


def counted(state: Path, case: Case) -> list[str]:
    """The writes of an undisturbed sync, in order."""
    told: list[str] = []
    _after_each_write(told.append)
    run(state, case.after, case.dimensions[1])
    return told


def killed(state: Path, case: Case, after: int) -> None:
    """Does not come back."""
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == after:
            os.kill(os.getpid(), signal.SIGKILL)

    _after_each_write(count)
    run(state, case.after, case.dimensions[1])


def _after_each_write(told: Callable[[str], None]) -> None:
    for owner, names, label in ((store.Store, _STORE, "catalogue"), (QdrantEdgeIndex, _INDEX, "index")):
        for name in names:
            shown = f"{label}: {'close' if name == '__exit__' else name.removeprefix('put_')}"
            setattr(owner, name, _telling(getattr(owner, name), shown, told))


def _telling(function: Callable[..., Any], name: str, told: Callable[[str], None]) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        told(name)
        return result

    return called


def look(state: Path) -> dict[str, Any]:
    """What a reader finds: tables, points, and whether the value that became PII is among them."""
    found = _tables(state / store.CATALOG)
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    try:
        points = sorted(
            (kind, point, payload["hash"], payload["text"])
            for kind, name in COLLECTIONS.items()
            for point, payload in (index.scroll(name) if index.stamp() else ())
        )
    finally:
        index.close()
    seen = any(SECRET in text for text in (*found, *(text for *_, text in points)))
    return {"tables": sorted(found), "points": points, "secret": seen}


def _tables(path: Path) -> list[str]:
    """None before the first sync has got so far."""
    try:
        return [repr(table) for table in store.load(path)]
    except CatalogMissing:
        return []


def _apart(function: Callable[..., Any], *args: Any) -> Any:
    """In a process of its own, so that it can be killed; None if it was, or failed."""
    ours, theirs = _fork.Pipe(duplex=False)

    def work() -> None:
        theirs.send(function(*args))

    process = _fork.Process(target=work)
    process.start()
    theirs.close()
    try:
        result = ours.recv()
    except EOFError:
        result = None
    process.join()
    return result


@dataclass(frozen=True)
class Outcome:
    after: str
    readable: bool
    same_end: bool
    secret: bool


class Trial:
    """One case: its state before, its undisturbed end, and one kill after the other."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self._folder, self._start = case, folder, folder / "start"
        self._start.mkdir(parents=True)
        if case.before:
            _apart(run, self._start, case.before, case.dimensions[0])
        clean = self._copy()
        began = time.monotonic()
        self.writes: list[str] = _apart(counted, clean, case)
        self.seconds = time.monotonic() - began
        self._end = _apart(look, clean)

    def _copy(self) -> Path:
        target = self._folder / "tried"
        shutil.rmtree(target, ignore_errors=True)
        return Path(shutil.copytree(self._start, target))

    def each(self) -> Iterator[Outcome]:
        for number, name in enumerate(self.writes, start=1):
            state = self._copy()
            _apart(killed, state, self.case, number)
            yield self._judged(state, name)

    def anywhere(self, count: int, draw: random.Random) -> Iterator[Outcome]:
        for _ in range(count):
            state = self._copy()
            process = _fork.Process(target=run, args=(state, self.case.after, self.case.dimensions[1]))
            process.start()
            process.join(draw.uniform(0, self.seconds))
            process.kill()
            process.join()
            yield self._judged(state, "anywhere, by the clock")

    def _judged(self, state: Path, name: str) -> Outcome:
        left = _apart(look, state)
        _apart(run, state, self.case.after, self.case.dimensions[1])
        return Outcome(name, left is not None, _apart(look, state) == self._end, bool(left and left["secret"]))


def rows_of(case: str, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    kills = Counter(outcome.after for outcome in outcomes)
    for name, count in kills.items():
        these = [outcome for outcome in outcomes if outcome.after == name]
        yield {
            "sync": case,
            "killed after": name,
            "kills": count,
            "readable": sum(outcome.readable for outcome in these),
            "same end": sum(outcome.same_end for outcome in these),
        }


def pii_until(outcomes: Sequence[Outcome]) -> str:
    last = max((number for number, outcome in enumerate(outcomes, start=1) if outcome.secret), default=0)
    return f"{last} of {len(outcomes)}"


def measure(anywhere: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for case in cases():
        folder = Path(tempfile.mkdtemp(prefix="crash-matrix-"))
        try:
            trial = Trial(case, folder)
            outcomes = list(trial.each())
            found = [
                *rows_of(case.name, outcomes),
                *rows_of(case.name, list(trial.anywhere(anywhere, random.Random(7)))),
            ]
        finally:
            shutil.rmtree(folder)
        seen[case.name] = pii_until(outcomes)
        for row in found:
            print(" | ".join(f"{row[name]!s:<{width}}" for name, width in _WIDTHS), flush=True)
        rows += found
    return {"python": platform.python_version(), "machine": platform.machine(), "rows": rows, "pii until": seen}


_WIDTHS = (("sync", 18), ("killed after", 22), ("kills", 5), ("readable", 8), ("same end", 8))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anywhere", type=int, default=40, help="Kills by the clock, for each sync.")
    print(" | ".join(f"{name:<{width}}" for name, width in _WIDTHS))
    found = measure(parser.parse_args().anywhere)
    changes = found["pii until"]["a sync of changes"]
    print(f"a value that became PII could be read until write {changes}")
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    whole = all(row["kills"] == row["readable"] == row["same end"] for row in found["rows"])
    print(f"{sum(row['kills'] for row in found['rows'])} kills; {'all made good' if whole else 'NOT all made good'}")
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
