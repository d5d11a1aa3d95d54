"""Accuracy with no views, with the hand-written ones, and with only those that were recommended.

    python -m benchmarks.view_accuracy PROJECT --suite PROJECT/golden/questions.yml --way rules
    python -m benchmarks.view_accuracy PROJECT --suite PROJECT/golden/questions.yml --way default   # with the model

PROJECT is a built copy of `dbt_project`; it stays as it is. Two copies of it lose every model of `models/ask_views`, so
that their catalogue has none. In one of them views are recommended, tried, approved and built with real dbt, from a log
that is not the suite: the verified SQL of the development questions (`--log`), each so many times a day
(`--executions`). What is written there on a hand-written view becomes what it is on base tables; what can't be is left
out. Then `eval run` asks the suite in each copy, its verified SQL put on base tables as well, as the copies have no
hand-written view. Only counts are shown and kept.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

from benchmarks.views import ask
from catalog_sync.dbt_artifacts import DbtArtifacts
from feedback.evaluation.suite import open_suite
from materialized_views.matching import Proof, Views, compiled_sql
from plugin.assemble import Workbench
from plugin.project import STATE, find

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "view_accuracy.json"
LOGS = tuple(HERE / "questions" / f"{name}.yml" for name in ("dev", "fresh", "second"))
DAYS = 3


def without_views(project: Path, to: Path) -> Path:
    shutil.copytree(project, to, ignore=shutil.ignore_patterns(STATE, "target", "logs"))
    shutil.rmtree(to / "models" / "ask_views")
    for path in (to / "models").rglob("*.yml"):
        if "exposures" in (held := yaml.safe_load(path.read_text(encoding="utf-8"))):  # some need these views
            del held["exposures"]
            path.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    ask(to, "parse", "--profiles-dir", str(to))
    ask(to, "sync")
    return to


class Base:
    """Statements over base tables."""

    def __init__(self, project: Path) -> None:
        manifest = json.loads((project / "target" / "manifest.json").read_bytes())
        catalog = DbtArtifacts(project).read()
        self._views = Views.of(catalog, compiled_sql(manifest))
        self._names = {t.name.name for t in catalog if t.view is not None}

    def sql(self, sql: str) -> str | None:
        """None for what reads a view and can't be put on its base tables."""
        proof = self._views.prove(sql)
        based = (proof.base_sql or sql) if isinstance(proof, Proof) else sql
        read = {table.name for table in sqlglot.parse_one(based, dialect="duckdb").find_all(exp.Table)}
        return based if not read & self._names else None


def statements(base: Base, suites: Sequence[Path]) -> Iterator[str]:
    """What the suites verify."""
    for item in (item for suite in suites for item in open_suite(suite).items):
        if (sql := base.sql(item.sql) if item.sql else None) is not None:
            yield sql


def over_base(base: Base, suite: Path, to: Path) -> int:
    """Writes the suite as it is asked of projects without the hand-written views; how many questions are left out."""
    held = yaml.safe_load(suite.read_text(encoding="utf-8"))
    due = [question for question in held["questions"] if question.get("sql")]
    for question in due:
        question["sql"] = base.sql(question["sql"])
        question["also"] = [sql for sql in map(base.sql, question.get("also", ())) if sql is not None]
    out = [question for question in due if question["sql"] is None]
    held["questions"] = [question for question in held["questions"] if question not in out]
    to.write_text(yaml.safe_dump(held, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return len(out)


def write_log(path: Path, found: Sequence[str], executions: int) -> None:
    now = datetime.now(timezone.utc)
    with path.open("w", encoding="utf-8") as file:
        for day in range(DAYS):
            at = (now - timedelta(days=day)).isoformat()
            for sql in found:
                for _ in range(executions):
                    file.write(json.dumps({"sql": sql, "at": at, "user": "analyst"}) + "\n")


def recommended(project: Path, to: Path, log: Path) -> list[str]:
    """Names of the views that are built in `to`."""
    shutil.copytree(project, to)
    ask(to, "views", "mine", "--log", str(log), "--no-asks")
    ask(to, "views", "recommend")
    ask(to, "views", "try")
    with Workbench(find(to)) as bench:
        passed = [record.name for record in bench.views.all("proposed") if record.evidence.get("passed")]
    if passed:
        ask(to, "views", "approve", *passed, "--by", "benchmark")
        ask(to, "views", "build")
        ask(to, "parse", "--profiles-dir", str(to))
        ask(to, "sync")
    with Workbench(find(to)) as bench:
        return [record.name for record in bench.views.all("ready")]


def accuracy(project: Path, suite: Path, way: str) -> dict[str, Any]:
    program = "import sys; from plugin.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "eval", "run", "--suite", str(suite), "--way", way, "--format", "json"]
    done = subprocess.run([*command, "--project-dir", str(project)], check=True, stdout=subprocess.PIPE, text=True)
    results = json.loads(done.stdout)["results"]
    due = [r for r in results if r["answerable"]]
    return {
        "answerable": len(due),
        "right": sum(r["right"] for r in due),
        "answered": sum(r["outcome"] == "answer" for r in due),
        "unanswerable": len(results) - len(due),
        "refused_rightly": sum(r["right"] for r in results if not r["answerable"]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--way", default="rules")
    parser.add_argument("--log", type=Path, nargs="*", default=LOGS)
    parser.add_argument("--executions", type=int, default=100)
    options = parser.parse_args()
    project, suite = options.project.resolve(), options.suite.resolve()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        base = Base(project)
        write_log(log, list(statements(base, options.log)), options.executions)
        left_out = over_base(base, suite, asked := Path(folder) / suite.name)
        none = without_views(project, Path(folder) / "none")
        built = recommended(none, Path(folder) / "recommended", log)
        places = {"no views": none, "hand-written": project, "recommended": Path(folder) / "recommended"}
        found = {name: accuracy(place, asked, options.way) for name, place in places.items()}
    for name, counts in found.items():
        print(f"{name:13} {counts['right']:3} of {counts['answerable']} right, {counts['answered']} answered")
    print(f"{left_out} questions left out, whose verified SQL can't be put on base tables")
    known = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    known[f"{suite.parent.name}/{suite.name} --way {options.way}"] = {
        "views": built,
        "left_out": left_out,
        "ways": found,
    }
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
