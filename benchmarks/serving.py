"""What each process costs to start and to keep, and how long a backup and a restore take.

    python -m benchmarks.serving [--asks 20000] [--state sqlite postgresql]

The little project of the tests, a state database with so many questions of about 4 KB in it, and the program as people
start it. A process is ready when it says so (`serve`: /readyz; `schedule run`: its first line); a command when it has
ended. CPU seconds are those of the process and what it starts; elapsed seconds say how busy the machine was. Prints a
table, writes `benchmarks/results/serving.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.web_load import project

RESULTS = Path(__file__).parent / "results" / "serving.json"
ROOT = Path(__file__).parents[1]
QUESTION = "How many orders are there?"
PEAK = "peak.txt"
_PATIENCE = 300
_RECEIPT = {
    "stages": [{"stage": f"stage.{n}", "tables": {f"main.table_{i}": n * i for i in range(20)}} for n in range(9)]
}


def started(directory: Path, *words: str) -> subprocess.Popen[str]:
    """It leaves its peak memory behind: what the system says of a child holds its parent's."""
    told = f"atexit.register(lambda: open({str(directory / PEAK)!r}, 'w').write(open('/proc/self/status').read()))"
    code = f"import atexit; {told}; from plugin.main import main; main()"
    line = [sys.executable, "-c", code, *words, "--project-dir", str(directory)]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def used(process: subprocess.Popen[str]) -> tuple[float, float]:
    """CPU seconds so far and megabytes, of the process and what it has started."""
    family = psutil.Process(process.pid)
    seconds = family.cpu_times()
    both = [family, *family.children(recursive=True)]
    return seconds.user + seconds.system + seconds.children_user + seconds.children_system, sum(
        one.memory_info().rss for one in both if one.is_running()
    ) / 1e6


def serving(directory: Path) -> Iterator[dict[str, Any]]:
    at = time.perf_counter()
    process = started(directory, "serve", "--port", "0")
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("dbt-ask: ").strip()
        while not _ready(url):
            assert time.perf_counter() - at < _PATIENCE, "the server did not start"
            time.sleep(0.05)
        yield _row("serve, ready", time.perf_counter() - at, *used(process))
    finally:
        process.terminate()
        process.communicate()


def _ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz").status_code == 200
    except httpx2.HTTPError:
        return False


def scheduling(directory: Path) -> Iterator[dict[str, Any]]:
    at = time.perf_counter()
    process = started(directory, "schedule", "run")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("running"), line
        yield _row("schedule run, leading", time.perf_counter() - at, *used(process))
    finally:
        process.terminate()
        process.communicate()


def command(directory: Path, what: str, *words: str) -> dict[str, Any]:
    at = time.perf_counter()
    process = started(directory, *words)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    peak = re.search(r"VmHWM:\s+(\d+) kB", (directory / PEAK).read_text(encoding="utf-8"))
    assert peak is not None
    return _row(what, time.perf_counter() - at, spent.ru_utime + spent.ru_stime, int(peak.group(1)) * 1024 / 1e6)


def fill(directory: Path, asks: int) -> None:
    from sqlalchemy import insert

    from feedback.asks import AskRecord
    from plugin.assemble import Workbench
    from plugin.project import find

    now = datetime.now(timezone.utc)
    row = {
        "question": QUESTION, "language": "en", "status": "answered", "sql": "SELECT 1", "dialect": "duckdb",
        "tables": ["main.stores"], "views": [], "confidence": 0.9, "model": "rules", "receipt": _RECEIPT,
        "timings": {"total": 120.0}, "rows_returned": 3, "error": None, "user": "kim",
    }  # fmt: skip
    with Workbench(find(directory)) as bench, bench.state.begin() as connection:
        for first in range(0, asks, 1000):
            some = range(first, min(asks, first + 1000))
            rows = [{**row, "id": f"made-{n}", "asked_at": now - timedelta(seconds=n)} for n in some]
            connection.execute(insert(AskRecord), rows)


def measure(state: str, asks: int) -> Iterator[dict[str, Any]]:
    with project(state) as directory:
        yield command(directory, "jobs list", "jobs", "list")
        yield command(directory, "ask, by rules", "ask", "--preset", "rules", QUESTION)
        yield command(directory, "sync, unchanged", "sync")
        yield from serving(directory)
        yield from scheduling(directory)
        fill(directory, asks)
        saved = directory / "saved.tar.gz"
        yield {**command(directory, "backup", "backup", "--to", str(saved)), "file_mb": saved.stat().st_size / 1e6}
        yield command(directory, "restore", "restore", str(saved))


def _row(what: str, seconds: float, cpu: float, mb: float) -> dict[str, Any]:
    return {"what": what, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 2), "memory_mb": round(mb)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asks", type=int, default=20_000)
    parser.add_argument("--state", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    found: dict[str, Any] = {"asks": chosen.asks, "rows": []}
    for state in chosen.state:
        for row in measure(state, chosen.asks):
            row = {"state": state, **row}
            found["rows"].append(row)
            print(" ".join(f"{v:>22}" if isinstance(v, str) else f"{v:>10,.2f}" for v in row.values()), flush=True)
    RESULTS.write_text(json.dumps({**found, "load_average": os.getloadavg()[0]}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
