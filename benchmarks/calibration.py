"""Whether the confidence of an answer is how often it is right: the points of `choose/calibration.py`, and their error.

    python -m benchmarks.calibration --fit RUN.jsonl[:WAY] ... --test RUN.jsonl[:WAY] ...

Runs are files of `dbt-ask eval run --out`. Only answers to answerable questions that the model wrote count; those of
rules have a confidence of their own, which is told apart. The points are means of five bins, made monotone (pool
adjacent violators), one right and one wrong answer added to each so that few do not say "always" or "never". The error
is the expected calibration error: the mean distance of confidence and share, by tenths, weighed by how many there are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from feedback.evaluation.run_file import choose
from plugin.generator.choose.calibration import MEASURED, calibrated, raw

RESULTS = Path(__file__).parent / "results" / "calibration.json"
_EDGES = (0.0, 0.65, 0.75, 0.85, 0.94, 1.01)

Pair = tuple[float, bool]


def answers(runs: Iterable[str]) -> tuple[list[Pair], list[Pair]]:
    """(score, right) of the model's, (confidence, right) of rules'."""
    written: list[Pair] = []
    by_rules: list[Pair] = []
    for run in runs:
        for result in choose(run)[1].results:
            if result.answerable and result.outcome == "answer":
                if result.calls:
                    written.append((raw(result.confidence), result.right))
                else:
                    by_rules.append((result.confidence, result.right))
    return written, by_rules


def fitted(pairs: Sequence[Pair]) -> list[tuple[float, float]]:
    """Points for `calibrated`, from 0 to 1."""
    bins = [[p for p in pairs if low <= p[0] < high] for low, high in pairwise(_EDGES)]
    pools = [(fmean(s for s, _ in b), sum(r for _, r in b) + 1.0, len(b) + 2.0) for b in bins if b]
    done: list[tuple[float, float, float]] = []
    for pool in pools:
        done.append(pool)
        while len(done) > 1 and done[-2][1] / done[-2][2] >= done[-1][1] / done[-1][2]:
            (x1, r1, n1), (x0, r0, n0) = done.pop(), done.pop()
            done.append(((x0 * n0 + x1 * n1) / (n0 + n1), r0 + r1, n0 + n1))
    points = [(round(x, 2), round(right / count, 2)) for x, right, count in done]
    return [(0.0, 0.0), *points, (1.0, round(min(points[-1][1] + 0.05, 0.95), 2))]


def error(pairs: Sequence[Pair]) -> float:
    """Expected calibration error, 0..1."""
    bins: dict[int, list[Pair]] = {}
    for pair in pairs:
        bins.setdefault(min(int(pair[0] * 10), 9), []).append(pair)
    gaps = (len(b) * abs(fmean(c for c, _ in b) - fmean(r for _, r in b)) for b in bins.values())
    return round(sum(gaps) / max(1, len(pairs)), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fit", nargs="+", required=True)
    parser.add_argument("--test", nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    points = fitted(answers(options.fit)[0])
    print("points", points, "" if points == [*map(tuple, MEASURED)] else "(the code has others)")
    told = {"points": points, "runs": {}}
    for run in (*options.fit, *options.test):
        written, by_rules = answers([run])
        told["runs"][Path(run).stem] = found = {
            "of": "fit" if run in options.fit else "test",
            "model": len(written),
            "model_right": sum(right for _, right in written),
            "error_uncalibrated": error(written),
            "error": error([(calibrated(score), right) for score, right in written]),
            "error_by_these_points": error([(calibrated(score, points), right) for score, right in written]),
            "rules": len(by_rules),
            "rules_right": sum(right for _, right in by_rules),
            "rules_error": error(by_rules),
        }
        print(Path(run).stem, *(f"{key} {value}" for key, value in found.items()))
    options.out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
