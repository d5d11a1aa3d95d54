"""`dbt-ask eval`: what part of a suite is answered right, and how fast; and what to make of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plugin.commands import eval_runs
from plugin.commands.options import for_project_if_any, with_format
from plugin.project import STATE, Project

if TYPE_CHECKING:
    from feedback.evaluation.judge import Ground
    from feedback.evaluation.run import Report, Result
    from feedback.evaluation.suite import Item, Suite
    from plugin.answer import Answer
    from plugin.assemble import Workbench
    from plugin.databases import Databases
    from plugin.generator.ask import Ask
    from plugin.generator.stage import Services, Stage
    from plugin.metering import CountingLLM

WAYS: dict[str, tuple[str, bool | None]] = {
    "settings": ("", None),
    "views": ("default", True),
    "base": ("default", False),
    "plain": ("plain", None),
}


@click.group("eval", help="Measure the answers on a suite of questions.")
def command() -> None:
    pass


for _more in (eval_runs.compare, eval_runs.report, eval_runs.gate, eval_runs.instances, eval_runs.judge):
    command.add_command(_more)


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


@command.command("run", help="Ask every question of a suite and compare the rows with those of its verified SQL.")
@click.option("--suite", required=True, type=click.Path(exists=True, path_type=Path), help="A file, or a folder.")
@click.option(
    "--way",
    "ways",
    multiple=True,
    help="views, base (no views), plain (one prompt with all DDL), settings, or a preset; several make one table. "
    "Default: the settings'.",
)
@click.option("--without", "left_out", multiple=True, metavar="STAGE", help="Leave a stage out (an ablation).")
@click.option("--limit", type=int, help="Only the first so many questions.")
@click.option("--only", help="Only questions whose id starts so.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Keep results here; a rerun goes on.")
@click.option(
    "--databases", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of SQLite files."
)
@click.option("--instances", "more", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of further instances: eval instances makes them.")  # fmt: skip
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Where databases are prepared.")
@click.option("--public", is_flag=True, help="The databases hold no personal data: read values of every column.")
@click.option("--no-evidence", is_flag=True, help="Don't add a question's evidence to it.")
@click.option("--ves", "repeats", type=click.IntRange(0, 1000), default=0, help="Time each right answer so often.")
@with_format
@for_project_if_any
def run(
    project: Project | None, suite: Path, databases: Path | None, limit: int | None, only: str | None,
    no_evidence: bool, form: str, **options: Any,
) -> int:  # fmt: skip
    from feedback.errors import EvaluationError
    from feedback.evaluation.suite import open_suite
    from plugin.commands import console

    whole = open_suite(suite, databases)
    items = tuple(i for i in whole.items if i.id.startswith(only or ""))[:limit]
    if not items:
        raise EvaluationError("no question of the suite is left to ask", hint="look at --only and --limit")
    chosen = Options(evidence=not no_evidence, **{**options, "ways": options["ways"] or ("settings",)})
    with console.progress(form == "text") as report:
        reports = evaluate(project, replace(whole, items=items), chosen, report)
    if form == "json":
        several = {way: r.attrs() for way, r in reports.items()}
        console.put_json(several if len(several) > 1 else next(iter(several.values())))
    else:
        show(reports)
    return 0


def evaluate(
    project: Project | None, suite: Suite, options: Options, progress: Callable[[str, int, int], None]
) -> dict[str, Report]:
    """One report for each way."""
    from feedback.errors import EvaluationError
    from feedback.evaluation.run_file import RunFile
    from plugin.assemble import Workbench

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
        from plugin.metering import CountingLLM

        self._bench, self._suite, self._options, self._opened = bench, suite, options, opened
        self._llm: CountingLLM = CountingLLM(bench.llm)
        self._own: Services | None = None
        self._databases: Databases | None = None

    def prepare(self, names: list[str], progress: Callable[[str, int, int], None]) -> None:
        from catalog_sync.values import Rules
        from plugin.databases import Databases

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

    def ask_all(self, way: str, kept: Any, progress: Callable[[str, int, int], None]) -> Report:
        from feedback.evaluation import run as evaluation
        from feedback.evaluation.run_file import Header
        from plugin.ablation import without

        preset, use_views = WAYS.get(way, (way, None))
        pipeline = without(self._bench.pipeline(preset or None, use_views), self._options.left_out)
        done: dict[str, Result] = {}
        if kept is not None:
            setup = self._setup(preset, use_views, pipeline)
            suite = self._suite
            done = kept.begin(way, Header(suite.name, suite.fingerprint, len(suite.items), setup, _code()))
        return evaluation.run(
            self._suite.items,
            lambda item: self._answer(pipeline, item),
            self._ground,
            progress,
            done=done,
            keep=lambda result: kept.keep(way, result) if kept is not None else None,
            repeats=self._options.repeats,
        )

    def _setup(self, preset: str, use_views: bool | None, pipeline: Stage) -> dict[str, Any]:
        """All that results depend on, so that a run that goes on does not mix two of them."""
        from catalog_sync import store
        from plugin.answer import RULES

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
        from plugin.answer import answer

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
        from feedback.evaluation.judge import Ground
        from feedback.evaluation.metrics.clauses import Names

        services = self._services(item)
        names = Names.of(services.catalog)
        if not item.database:
            return Ground((services.warehouse,), names)
        assert self._databases is not None
        return Ground(self._databases.all_of(item), names, self._suite.benchmark)


def _asked(pipeline: Stage, question: str, services: Services) -> Ask:
    """A question that can't be answered (a prompt too long, a stage that is missed) is a failed one; a model, index or
    warehouse that is gone would fail them all, and ends the run."""
    from backends import errors
    from plugin.generator.ask import Ask, Candidate, Verdict

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
    import hashlib

    from plugin import generator

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


def show(reports: dict[str, Report]) -> None:
    """One column a way; below it the questions that were missed."""
    from rich.markup import escape
    from rich.table import Table

    from plugin.commands.console import out

    rows: dict[str, dict[str, str]] = {}
    for way, report in reports.items():
        for name, value in figures(report):
            rows.setdefault(name, {})[way] = value
    table = Table("measure", *reports, header_style="bold", border_style="dim")
    for name, cells in rows.items():
        table.add_row(name, *(cells.get(way, "") for way in reports))
    out.print(table)
    for way, report in reports.items():
        for missed in (r for r in report.results if not r.right):
            out.print(f"[red]{way}[/] {missed.id} {escape(missed.question)}\n   [dim]{escape(missed.note)}[/]")
            out.print(f"   [dim]{escape(missed.sql or '-')}[/]")


def figures(report: Report) -> list[tuple[str, str]]:
    groups = [
        (f"  {kind} {value} ({figures['questions']:.0f})", f"{figures['execution_accuracy']:.1%}")
        for kind, values in report.by_group.items()
        for value, figures in values.items()
    ]
    low, high = report.interval
    return [
        ("questions", str(report.questions)),
        ("execution accuracy", f"{report.execution_accuracy:.1%}"),
        ("  95 % interval", f"{low:.1%} to {high:.1%}"),
        *groups,
        *((name.replace("_", " "), f"{value:.1%}") for name, value in report.metrics.items()),
        ("refusals right", f"{report.refusals_right:.1%}" if report.has_unanswerable else "–"),
        ("wrong refusals", f"{report.wrong_refusals:.1%}"),
        ("failed", f"{report.failed:.1%}"),
        ("seconds p50", f"{report.seconds_p50:.1f}"),
        ("seconds p95", f"{report.seconds_p95:.1f}"),
        ("prompt tokens, mean", f"{report.prompt_tokens_mean:.0f}"),
        ("tokens written, mean", f"{report.completion_tokens_mean:.0f}"),
        ("model calls, mean", f"{report.calls_mean:.2f}"),
    ]
