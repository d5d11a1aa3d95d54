"""A suite asked one way after the other, and judged: what `dbt-ask eval run` does."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backends import errors
from catalog_sync import store
from catalog_sync.values import Rules
from feedback.errors import EvaluationError
from feedback.evaluation import run as evaluation
from feedback.evaluation.judge import Ground
from feedback.evaluation.metrics.clauses import Names
from feedback.evaluation.run import Report, Result
from feedback.evaluation.run_file import Header, RunFile
from feedback.evaluation.suite import Item, Suite
from plugin import generator
from plugin.ablation import without
from plugin.answer import RULES, Answer, answer
from plugin.assemble import Workbench
from plugin.databases import Databases
from plugin.generator.ask import Ask, Candidate, Verdict
from plugin.generator.stage import Services, Stage
from plugin.metering import CountingLLM
from plugin.project import STATE, Project

Progress = Callable[[str, int, int], None]
WAYS: dict[str, tuple[str, bool | None]] = {
    "settings": ("", None),
    "views": ("default", True),
    "base": ("default", False),
    "plain": ("plain", None),
}


@dataclass(frozen=True)
class Options:
    """What `eval run` was asked to do."""

    ways: tuple[str, ...]
    left_out: tuple[str, ...]
    repeats: int
    out: Path | None
    work: Path | None
    more: Path | None
    public: bool
    evidence: bool


def evaluate(project: Project | None, suite: Suite, options: Options, progress: Progress) -> dict[str, Report]:
    """One report for each way."""
    names = list(dict.fromkeys(i.database for i in suite.items if i.database))
    if project is None:
        if len(names) == 0 or not all(i.database for i in suite.items):
            raise EvaluationError(
                "the suite asks the project's own warehouse, and there is no dbt project here",
                hint="go to the dbt project, or name it with --project-dir",
            )
        project = Project(Path.cwd())
    with ExitStack() as opened:
        bench = opened.enter_context(Workbench(project))
        kept = opened.enter_context(RunFile(options.out)) if options.out else None
        asker = Asker(bench, suite, options, opened)
        asker.prepare(names, progress)
        return {way: asker.ask_all(way, kept, progress) for way in options.ways}


class Asker:
    """Asks a suite one way after the other."""

    def __init__(self, bench: Workbench, suite: Suite, options: Options, opened: ExitStack) -> None:
        self._bench, self._suite, self._options, self._opened = bench, suite, options, opened
        self._llm: CountingLLM = CountingLLM(bench.llm)
        self._own: Services | None = None
        self._databases: Databases | None = None

    def prepare(self, names: list[str], progress: Progress) -> None:
        if names:
            chosen = self._bench.settings.catalog
            self._databases = self._opened.enter_context(
                Databases(
                    self._suite,
                    self._options.work or self._bench.project.directory / STATE / "eval",
                    self._bench.embedder,
                    self._llm,
                    self._bench.limits,
                    rules=Rules(limit=chosen.max_values, seconds=chosen.values_seconds),
                    more=self._options.more,
                    public=self._options.public,
                )
            )
            self._databases.prepare(names, progress)
        if not all(i.database for i in self._suite.items):
            self._own = replace(self._bench.services(), llm=self._llm)

    def ask_all(self, way: str, kept: Any, progress: Progress, first: int | None = None) -> Report:
        """All questions of the suite, or the first so many: a run that goes on with more of them asks only those."""
        preset, use_views = WAYS.get(way, (way, None))
        pipeline = without(self._bench.pipeline(preset or None, use_views), self._options.left_out)
        done: dict[str, Result] = {}
        if kept is not None:
            setup = self._setup(preset, use_views, pipeline)
            suite = self._suite
            done = kept.begin(way, Header(suite.name, suite.fingerprint, len(suite.items), setup, _code()))
        return evaluation.run(
            self._suite.items[:first],
            lambda item: self._answer(pipeline, item),
            self._ground,
            progress,
            done=done,
            keep=lambda result: kept.keep(way, result) if kept is not None else None,
            repeats=self._options.repeats,
        )

    def _setup(self, preset: str, use_views: bool | None, pipeline: Stage) -> dict[str, Any]:
        """All that results depend on, so that a run that goes on does not mix two of them."""
        chosen = self._bench.settings.generator
        return {
            "preset": preset or chosen.preset,
            "views": use_views,
            "without": list(self._options.left_out),
            "model": self._llm.id if "llm" in pipeline.needs else RULES,
            "embedder": self._bench.embedder.id,
            "evidence": self._options.evidence,
            "instances": self._options.more is not None,
            "settings": chosen.model_dump(mode="json", exclude={"preset"}),
            "catalog": store.fingerprint(self._own.catalog) if self._own is not None else None,
        }

    def _answer(self, pipeline: Stage, item: Item) -> Answer:
        services = self._services(item)
        told = item.evidence and self._options.evidence
        question = f"{item.question} ({item.evidence})" if told else item.question
        calls, started = self._llm.calls, time.perf_counter()
        done = _asked(pipeline, question, services)
        made = answer(done, services, time.perf_counter() - started)
        extra = {"calls": self._llm.calls - calls, "linked": _linked(done)}
        return replace(made, receipt={**made.receipt, **extra})

    def _services(self, item: Item) -> Services:
        if item.database:
            assert self._databases is not None
            return self._databases.place(item.database).services
        assert self._own is not None
        return self._own

    def _ground(self, item: Item) -> Ground:
        """Judged behind the same door as the answer, but without its limits; databases of a suite as a whole."""
        services = self._services(item)
        names = Names.of(services.catalog)
        if not item.database:
            return Ground((services.warehouse,), names)
        assert self._databases is not None
        return Ground(self._databases.all_of(item), names, self._suite.benchmark)


def _asked(pipeline: Stage, question: str, services: Services) -> Ask:
    """A question that can't be answered (a prompt too long, a stage that is missed) is a failed one; a model, index or
    warehouse that is gone would fail them all, and ends the run."""
    gone = (errors.ModelMissing, errors.ModelCorrupt, errors.ModelUnavailable, errors.VectorError,
            errors.WarehouseUnavailable, errors.WarehouseBusy)  # fmt: skip
    try:
        return pipeline(Ask(question), services)
    except gone:
        raise
    except errors.AskError as error:
        failed = Candidate("", "", error=f"{error.code}: {error.message}")
        return Ask(question, verdict=Verdict("failed", 0.0, failed, "error"))


def _code() -> str:
    """Changes with any file of the generator: rules, prompts, word lists."""
    home = Path(generator.__path__[0])
    files = (p for p in sorted(home.rglob("*")) if p.is_file() and p.suffix in (".py", ".md", ".txt", ".jinja"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(home)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _linked(ask: Ask) -> dict[str, Any] | None:
    if not ask.slices:
        return None
    return {
        "tables": {str(s.table.name): list(s.columns) for s in ask.slices},
        "values": [v.value for v in ask.values],
    }
