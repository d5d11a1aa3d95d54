"""Whether corrections make the next answers better: first-shot acceptance over a stream of questions.

    python -m benchmarks.learning --project-dir dbt_project --suite benchmarks/questions/dev.yml [--preset default]
        [--shots 3] [--siblings 3] [--limit 100] [--seeds 0 1 2] [--poison 0.1] [--parts 6]

Three ways through the same stream: nobody corrects; every wrong answer is corrected with the suite's SQL; of the
corrections, a share is the SQL of another question. A reviewer passes what no check flags, and looks only at
conflicts, nine times in ten rightly. Every question is asked once, so that each first answer is to a question not seen
before; with `--siblings` it may be of a kind that was: the same about other values (`benchmarks/stream.py`). The preset
`rules` asks no language model. The examples live in a database and an index that are thrown away. The model, the index
of tables and the warehouse are those of the project's settings; equal prompts are asked once.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from backends.database import migrate, open_database
from backends.llm.base import LLM, Message, Reply, Sampling
from backends.llm.wrapped import WrappedLLM
from backends.vectors import QdrantEdgeIndex
from backends.vectors.overlay import Overlay
from benchmarks.plot import lines
from benchmarks.stream import with_siblings
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from feedback.desk import Desk
from feedback.evaluation.judge import Ground, judge
from feedback.evaluation.statistics import wilson
from feedback.evaluation.suite import Item, open_suite
from feedback.examine import Examiner
from feedback.examples import Examples
from feedback.intake import Intake
from feedback.publish import Shelf
from feedback.rules import Rules
from feedback.simulation import Curve, Learning, curve, play
from plugin.asking import asked
from plugin.assemble import Workbench
from plugin.commands.console import progress
from plugin.generator.ask import Ask
from plugin.generator.combinators import Seq
from plugin.generator.generate.verified import Verified
from plugin.generator.retrieve.examples import Examples as Shots
from plugin.generator.stage import Services, Stage
from plugin.project import find

RESULTS = Path(__file__).parent / "results" / "learning.json"
RULES = Rules(gate=False, benchmark_share=0.0, daily_limit=10**6)


class Remembering(WrappedLLM):
    """Greedy replies do not change: the same prompt is not asked twice, in whichever way it comes again."""

    def __init__(self, llm: LLM) -> None:
        super().__init__(llm)
        self._known: dict[tuple[tuple[Message, ...], Sampling], Reply] = {}

    def chat(self, messages: Sequence[Message], sampling: Sampling = Sampling()) -> Reply:
        key = (tuple(messages), sampling)
        if key not in self._known:
            self._known[key] = super().chat(messages, sampling)
        return self._known[key]


def with_shots(pipeline: Stage, most: int) -> Stage:
    """The preset with verified examples in its prompts, where it has none yet."""
    stages = pipeline.stages if isinstance(pipeline, Seq) else (pipeline,)
    if any(stage.name == Shots().name for stage in stages):
        return pipeline
    at = next((i for i, stage in enumerate(stages) if stage.kind == "compose"), len(stages))
    return Seq((*stages[:at], Shots(most=most), *stages[at:]))


class FirstShot:
    """Whether the first answer is right. It rests on the examples that are found, without a model on what they say to
    this very question: where that is the same again, the answer is too, and nothing is asked."""

    def __init__(self, pipeline: Stage, services: Services, known: dict[tuple[str, tuple[object, ...]], bool]) -> None:
        self._pipeline, self._services, self._known = pipeline, services, known
        stages = pipeline.stages if isinstance(pipeline, Seq) else ()
        self._find = next((stage for stage in stages if stage.name == Shots().name), Shots())
        self._ground = Ground((services.warehouse,))

    def __call__(self, item: Item) -> bool:
        key = (item.id, self._rests_on(item.question))
        if key not in self._known:
            answer = asked(item.question, self._pipeline, self._services)
            self._known[key] = answer.status == "answered" and judge(item, answer.sql, self._ground).right
        return self._known[key]

    def _rests_on(self, question: str) -> tuple[object, ...]:
        found = self._find(Ask(question), self._services)
        if "llm" in self._pipeline.needs:
            return found.shots
        return tuple(candidate.sql for candidate in Verified()(found, self._services).candidates)


def run(
    stream: Sequence[Item],
    services: Services,
    pipeline: Stage,
    *,
    learn: bool,
    poison: float,
    seed: int,
    parts: int = 4,
    known: dict[tuple[str, tuple[object, ...]], bool] | None = None,
    report: Callable[[str, int, int], None] = lambda *_: None,
) -> Curve:
    """One way through the stream, with a state of its own. `known`: answers of other ways."""
    with tempfile.TemporaryDirectory(prefix="dbt-ask-learning-") as folder:
        engine = open_database(f"sqlite:///{folder}/state.db")
        own = QdrantEdgeIndex(Path(folder) / "index", filtered=FILTERED)
        try:
            migrate(engine)
            stamp = stamp_of(services.embedder)
            own.begin(stamp, rebuild=True)
            own.flush()
            own.begin(stamp)
            index = Overlay(services.index, {COLLECTIONS["example"]: own})
            examples = Examples(engine)
            intake = Intake(examples, Examiner(services.warehouse, services.catalog), services.embedder, RULES)
            learning = Learning(
                intake,
                Desk(examples, RULES),
                Shelf(examples, own, services.embedder, services.catalog.project),
                seed=seed,
            )
            first_shot = FirstShot(pipeline, replace(services, index=index), {} if known is None else known)
            played = play(stream, first_shot, learning if learn else None, poison=poison, seed=seed, progress=report)
            return curve(played, parts)
        finally:
            own.close()
            engine.dispose()


def ways(poison: float) -> dict[str, dict[str, Any]]:
    return {
        "without": {"learn": False, "poison": 0.0},
        "with corrections": {"learn": True, "poison": 0.0},
        f"{poison:.0%} poisoned": {"learn": True, "poison": poison},
    }


def measure(
    items: Sequence[Item],
    services: Services,
    pipeline: Stage,
    seeds: Sequence[int],
    poison: float,
    *,
    parts: int = 4,
    show: bool = True,
) -> Iterator[dict[str, list[Curve]]]:
    """After each seed: way -> one curve for each seed so far. A seed decides the order of the stream and who poisons
    what."""
    found: dict[str, list[Curve]] = {}
    known: dict[tuple[str, tuple[object, ...]], bool] = {}
    for seed in seeds:
        stream = random.Random(seed).sample(items, len(items))
        for name, options in ways(poison).items():
            with progress(show) as report:
                made = run(stream, services, pipeline, seed=seed, parts=parts, known=known, report=report, **options)
            found.setdefault(name, []).append(made)
        yield found


def means(curves: Sequence[Curve]) -> list[float]:
    """First-shot acceptance of each part, over the seeds."""
    return [fmean(shares) for shares in zip(*(c.parts for c in curves), strict=True)]


def table(found: dict[str, list[Curve]]) -> str:
    """Means over the seeds; the interval is Wilson's, of the last half's misses."""
    parts = len(next(iter(found.values()))[0].parts)
    head = ["way".ljust(20), *(f"part {n + 1}".rjust(8) for n in range(parts)), "misses in the last half".rjust(28),
            "published".rjust(10), "poison in".rjust(10)]  # fmt: skip
    rows = ["".join(head)]
    for name, curves in found.items():
        missed, asked_ = sum(c.misses_last_half for c in curves), sum((c.questions + 1) // 2 for c in curves)
        low, high = wilson(missed, asked_)
        poison = f"{sum(c.poisoned_published for c in curves)}/{sum(c.poisoned for c in curves)}"
        cells = [name.ljust(20), *(f"{mean:8.1%}" for mean in means(curves))]
        cells += [f"{missed}/{asked_} ({low:.0%} to {high:.0%})".rjust(28)]
        cells += [str(sum(c.published for c in curves)).rjust(10), poison.rjust(10)]
        rows.append("".join(cells))
    return "\n".join(rows)


def save(found: dict[str, list[Curve]], about: dict[str, Any], out: Path, plot: Path | None) -> None:
    made = {name: [c.attrs() for c in curves] for name, curves in found.items()}
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({**about, "ways": made}, indent=2) + "\n", encoding="utf-8")
    if plot:
        title = "Right at the first answer, on questions not asked before"
        drawn = lines({name: means(curves) for name, curves in found.items()}, title, "part of the stream")
        plot.write_text(drawn, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--project-dir", type=Path, required=True)
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--preset")
    parser.add_argument("--shots", type=int, default=3)
    parser.add_argument("--siblings", type=int, default=0, help="Questions of the same kind, for each of the suite.")
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--poison", type=float, default=0.1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--plot", type=Path, help="An SVG file.")
    options = parser.parse_args(arguments)
    with Workbench(find(options.project_dir)) as bench:
        suite = [item for item in open_suite(options.suite).items if item.answerable][: options.limit]
        services = bench.services()
        pipeline = with_shots(bench.pipeline(options.preset), options.shots)
        model = services.llm.id if "llm" in pipeline.needs else "none"
        services = replace(services, llm=Remembering(services.llm))
        stream = with_siblings(suite, services, options.siblings) if options.siblings else suite
        about = {
            "model": model,
            "preset": options.preset or "settings",
            "suite": options.suite.name,
            "kinds": len(suite),
            "questions": len(stream),
            "shots": options.shots,
        }
        print(f"{len(stream)} questions of {len(suite)} kinds; language model: {model}")
        measured = measure(stream, services, pipeline, options.seeds, options.poison, parts=options.parts)
        for found in measured:
            save(found, about, options.out, options.plot)
    print(table(found))


if __name__ == "__main__":
    main()
