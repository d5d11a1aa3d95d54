"""Before a release: is the wheel what the sources say, and does it work where nothing else is installed?

    python release/check.py     # further words go to pip install

1. Two builds of the committed sources with one SOURCE_DATE_EPOCH give the same wheel and the same sdist, byte for byte.
2. The wheel, installed with its core dependencies alone, takes docs/example through every command of the quickstart,
   with what the page shows, and answers in English and Korean, without a model.
3. The wheel holds the files that the packages need, and the licences of what it carries.
4. No installed dependency has a known vulnerability, as far as pip-audit can reach its service; if not, that is said.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.docs.blocks import blocks, matches, steps  # noqa: E402

NEEDED = (
    "plugin/web/static/LICENSES.txt", "plugin/web/templates/layout.html", "plugin/web/texts/ko.yml",
    "plugin/texts/ko.yml",
    "backends/database/migrations/versions/0001_asks.py", "backends/warehouse/functions/duckdb.txt", "dbt_ask.py",
)  # fmt: skip
QUESTIONS = (
    "What was the revenue of each store in March 2024?",
    "2024년 3월 매장별 매출은?",
)
ANSWER = ("Brooklyn", "Chicago")
QUICKSTART = ROOT / "docs/quickstart.md"
NOBODY_LISTENS = {"DBT_ASK_LLM__KIND": "openai", "DBT_ASK_LLM__BASE_URL": "http://127.0.0.1:9/v1"}


class Failed(Exception):
    pass


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        try:
            wheel = reproducible(work)
            complete(wheel)
            answers(installed(wheel, work / "venv", sys.argv[1:]), work)
            audited()
        except Failed as error:
            say(f"FAILED: {error}")
            return 1
    say("the release may go out")
    return 0


def reproducible(work: Path) -> Path:
    """The wheel of the second of two builds that agree."""
    epoch = run(["git", "log", "-1", "--format=%ct"], ROOT).strip()
    builds = [build(work / f"build{number}", epoch) for number in (1, 2)]
    first, second = ({file.name: digest(file) for file in files} for files in builds)
    if first != second:
        raise Failed(f"two builds differ: {first} and {second}")
    for name, sha256 in first.items():
        say(f"reproducible  {sha256}  {name}")
    kept = ROOT / "dist"
    kept.mkdir(exist_ok=True)
    for stale in (*kept.glob("*.whl"), *kept.glob("*.tar.gz")):
        stale.unlink()
    copies = [Path(shutil.copy2(file, kept)) for file in builds[1]]
    return next(copy for copy in copies if copy.suffix == ".whl")


def build(work: Path, epoch: str) -> list[Path]:
    """From an export of the last commit: what is not committed is not released."""
    work.mkdir()
    archive = work / "sources.tar"
    run(["git", "archive", "--prefix=sources/", "-o", str(archive), "HEAD"], ROOT)
    run(["tar", "-xf", str(archive)], work)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(work / "dist"), str(work / "sources")]
    run(command, work, {"SOURCE_DATE_EPOCH": epoch})
    for sdist in (work / "dist").glob("*.tar.gz"):
        settle(sdist, int(epoch))
    return sorted((work / "dist").iterdir())


def settle(sdist: Path, epoch: int) -> None:
    """setuptools writes the time of the build into an sdist, whatever SOURCE_DATE_EPOCH says."""
    with tarfile.open(sdist) as packed:
        members = [(m, packed.extractfile(m).read() if m.isfile() else b"") for m in packed]  # type: ignore[union-attr]
    with gzip.GzipFile(sdist, "wb", mtime=epoch) as zipped, tarfile.open(fileobj=zipped, mode="w") as packed:
        for member, content in sorted(members, key=lambda one: one[0].name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = epoch, 0, 0, "", ""
            member.pax_headers = {}
            packed.addfile(member, io.BytesIO(content))


def complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    missing = [name for name in NEEDED if name not in names]
    if missing or not any(name.endswith("/LICENSE") for name in names):
        raise Failed(f"the wheel lacks {missing or 'LICENSE'}")
    if strange := [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/", "dbt_project/"))]:
        raise Failed(f"the wheel holds what is not for users: {strange[:3]}")
    say(f"complete      {len(names)} files")


def installed(wheel: Path, venv: Path, more: Sequence[str]) -> Path:
    """The folder of the programs of a new environment with the wheel and the core alone."""
    run([sys.executable, "-m", "venv", str(venv)], ROOT)
    pip = [str(venv / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--constraint", str(ROOT / "constraints.txt"), *more, str(wheel)], ROOT)
    say("installed     core dependencies alone")
    return venv / "bin"


def answers(programs: Path, work: Path) -> None:
    project = Path(shutil.copytree(ROOT / "docs/example", work / "project"))
    ask = str(programs / "dbt-ask")
    for step in (step for block in blocks(QUICKSTART) if block.kind == "console" for step in steps(block)):
        words = shlex.split(step.command)
        said = run([ask, *words[1:]], project, {**NOBODY_LISTENS, "COLUMNS": "200"})
        if words[0] != "dbt-ask" or not matches(step.expected, said):
            raise Failed(f"{step.command} printed\n{said}")
    say(f"followed      {QUICKSTART.relative_to(ROOT)}")
    for question in QUESTIONS:
        said = run([ask, "ask", "--preset", "rules", question], project, NOBODY_LISTENS)
        if not all(word in said for word in ANSWER):
            raise Failed(f"{question} was answered with\n{said}")
        say(f"answered      {question}")


def audited() -> None:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "constraints.txt"), "--no-deps"]
    done = subprocess.run([*command, "--disable-pip", "--timeout", "20"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        say("audited       no known vulnerability")
    elif "vulnerabilit" in done.stderr and "Found" in done.stderr:
        raise Failed(done.stdout + done.stderr)
    else:
        lines = done.stderr.strip().splitlines() or ["no message"]
        say(f"NOT AUDITED   pip-audit did not get an answer: {lines[-1][:160]}")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def run(command: Sequence[str], cwd: Path, more: Mapping[str, str] | None = None) -> str:
    """What it printed; raises Failed. Nothing of the checkout is on the path."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("DBT_", "PYTHON", "VIRTUAL_ENV"))}
    environment = {**ours, "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", "PYTHONSAFEPATH": "1", **(more or {})}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
