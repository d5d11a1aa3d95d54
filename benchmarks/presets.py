"""Every preset on the same questions: execution accuracy, seconds, requests to the model, tokens.

    python benchmarks/presets.py --suite FOLDER [--sample 100] [--seed 7] [--first 20] [--presets c3 dail-sql ...]
        [--no-examples] [--runs build/presets] [--work build/databases]

The folder is laid out as docs/evaluation.md says. The sample is drawn once, by the seed; `--first` asks only so many
of it, and a later run with more goes on from there. A preset that wants examples
gets the suite's questions over the *other* databases, as the papers draw theirs from databases that are not tested.
Each preset has a run file of its own and goes on where it stopped; the results file is written after each, and what it
holds of other presets stays as long as the setup is the same. Model, embedder and limits are as the settings say.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from backends.embedder.base import Embedder
from backends.vectors import Point, QdrantEdgeIndex
from backends.vectors.base import Hit
from backends.vectors.overlay import Overlay
from backends.vectors.tokens import SparseVector, sparse_document
from catalog_sync.documents import example
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from feedback.evaluation.run import Report
from feedback.evaluation.run_file import RunFile
from feedback.evaluation.suite import Item, Suite, open_suite
from plugin.assemble import Workbench
from plugin.commands.console import progress
from plugin.evaluating import Asker, Options
from plugin.generator.about import ABOUT
from plugin.generator.stage import Services, Stage
from plugin.project import Project

RESULTS = Path(__file__).parent / "results" / "presets.json"
_EXAMPLES = COLLECTIONS["example"]


class OfOthers:
    """The pool of examples as a question sees it: without those of its own database."""

    def __init__(self, pool: QdrantEdgeIndex, others: Sequence[str]) -> None:
        self._pool, self._others = pool, tuple(others)

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        return self._pool.search(collection, dense, sparse, limit, {**(match or {}), "workspace": self._others})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)


class Pooled(Asker):
    """An asker whose services hold examples of the other databases."""

    pool: QdrantEdgeIndex | None = None
    names: tuple[str, ...] = ()

    def _services(self, item: Item) -> Services:
        services = super()._services(item)
        if self.pool is None:
            return services
        others = OfOthers(self.pool, [name for name in self.names if name != item.database])
        return replace(services, index=Overlay(services.index, {_EXAMPLES: others}))  # type: ignore[dict-item]

    def _setup(self, preset: str, use_views: bool | None, pipeline: Stage) -> dict[str, Any]:
        examples = "other databases" if self.pool is not None else "none"
        return {**super()._setup(preset, use_views, pipeline), "examples": examples}


@contextmanager
def pool_of(suite: Suite, embedder: Embedder, folder: Path) -> Iterator[QdrantEdgeIndex]:
    """Every question of the suite with its statement, by database."""
    index = QdrantEdgeIndex(folder, filtered=FILTERED)
    try:
        index.begin(stamp_of(embedder), rebuild=True)
        found = [example(suite.name, i.question, i.sql, (), i.database) for i in suite.items if i.sql]
        vectors = embedder.embed_documents([d.text for d in found])
        points = (Point(d.id, v.tolist(), sparse_document(d.lexical), dict(d.payload))
                  for d, v in zip(found, vectors, strict=True))  # fmt: skip
        index.upsert(_EXAMPLES, list(points))
        index.flush()
        yield index
    finally:
        index.close()


def sample(suite: Suite, size: int, seed: int) -> Suite:
    """In the order drawn, so that the first ones are a sample too."""
    return replace(suite, items=tuple(random.Random(seed).sample(suite.items, min(size, len(suite.items)))))


def measure(options: argparse.Namespace, *, show: bool = True) -> dict[str, Any]:
    """Asks what is not asked yet, preset by preset, and writes the results file after each."""
    whole = open_suite(options.suite)
    drawn = sample(whole, options.sample, options.seed)
    chosen = Options(
        ways=tuple(options.presets), left_out=(), repeats=0, out=None, work=options.work, more=None, public=True,
        evidence=True,
    )  # fmt: skip
    with ExitStack() as opened:
        bench = opened.enter_context(Workbench(Project(Path.cwd())))
        asker = Pooled(bench, drawn, chosen, opened)
        asker.names = tuple(dict.fromkeys(i.database for i in whole.items))
        if options.examples:
            asker.pool = opened.enter_context(pool_of(whole, bench.embedder, options.work / "examples"))
        report = opened.enter_context(progress(show))
        asker.prepare(list(dict.fromkeys(i.database for i in drawn.items)), report)
        setup = _setup(drawn, options, bench.llm.id)
        results = _kept(options.out, setup)
        results["note"] = options.note
        for preset in options.presets:
            with RunFile(options.runs / f"{preset}.jsonl") as kept:
                results["presets"][preset] = figures(asker.ask_all(preset, kept, report, options.first))
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def figures(report: Report) -> dict[str, Any]:
    seconds = [r.seconds for r in report.results]
    return {
        "questions": report.questions,
        "execution_accuracy": report.execution_accuracy,
        "interval": list(report.interval),
        "failed": report.failed,
        "seconds_mean": round(fmean(seconds), 2),
        "seconds_p50": round(report.seconds_p50, 2),
        "seconds_p95": round(report.seconds_p95, 2),
        "calls_mean": round(report.calls_mean, 2),
        "prompt_tokens_mean": round(report.prompt_tokens_mean),
        "completion_tokens_mean": round(report.completion_tokens_mean),
    }


def _setup(drawn: Suite, options: argparse.Namespace, model: str) -> str:
    examples = "of the other databases" if options.examples else "none"
    return (
        f"{len(drawn.items)} questions of {drawn.name}, drawn with seed {options.seed} ({drawn.fingerprint}), "
        f"model {model}, examples {examples}"
    )


def _kept(path: Path, setup: str) -> dict[str, Any]:
    """The figures of other presets, where they were measured on the same."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return known if known.get("setup") == setup else {"setup": setup, "presets": {}}


def table(results: Mapping[str, Any]) -> str:
    head = (
        ("EX", 8),
        ("interval", 18),
        ("failed", 9),
        ("s mean", 9),
        ("s p95", 9),
        ("calls", 8),
        ("tokens in", 11),
        ("out", 8),
    )
    lines = ["preset".ljust(14) + "".join(name.rjust(width) for name, width in head)]
    for name, f in sorted(results["presets"].items(), key=lambda kv: -kv[1]["execution_accuracy"]):
        low, high = f["interval"]
        lines.append(
            f"{name:<14}{f['execution_accuracy']:>8.1%}{f'{low:.1%} to {high:.1%}':>18}{f['failed']:>9.1%}"
            f"{f['seconds_mean']:>9.1f}{f['seconds_p95']:>9.1f}{f['calls_mean']:>8.2f}{f['prompt_tokens_mean']:>11}"
            f"{f['completion_tokens_mean']:>8}"
        )
    return "\n".join([results["setup"], results.get("note", ""), *lines])


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=None, help="of the sample: default all")
    parser.add_argument("--note", default="", help="what is to be known beside the figures: a busy machine, say")
    parser.add_argument("--presets", nargs="+", default=list(ABOUT), choices=list(ABOUT), metavar="PRESET")
    parser.add_argument("--no-examples", dest="examples", action="store_false")
    parser.add_argument("--runs", type=Path, default=Path("build/presets"))
    parser.add_argument("--work", type=Path, default=Path("build/databases"))
    parser.add_argument("--out", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    print(table(measure(options())))
