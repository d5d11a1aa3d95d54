"""How fast the local model loads, reads and writes: our settings beside those that the bindings come with.

    python benchmarks/llm.py [--model default] [--tokens 32] [--busy 0]

Each setting runs in a process of its own. `again s` is the time to the first token of a second question about a
schema, asked after one about another schema: the prefix cache. `x4 cost` is the time of four samples of a prompt, as
a multiple of the time of one; the bindings' settings have one slot, so there it is four requests. `--busy N` keeps N
other processes computing meanwhile. Ratios are to the bindings' own settings, in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from backends.llm import models
from backends.llm.engine import BATCH, Engine, EngineConfig, default_threads

RESULTS = Path(__file__).parent / "results" / "llm.json"
CONTEXT_TOKENS = 8192

# Key of a row: title, width, format.
COLUMNS = {
    "settings": ("settings", 10, ""),
    "busy": ("busy", 6, "d"),
    "load_seconds": ("load s", 8, ".1f"),
    "peak_megabytes": ("MB", 7, ",d"),
    "prompt_tokens_per_second": ("in tok/s", 10, ".1f"),
    "output_tokens_per_second": ("out tok/s", 11, ".1f"),
    "again_seconds": ("again s", 9, ".2f"),
    "again_cached": ("cached", 8, ".0%"),
    "four_samples_cost": ("x4 cost", 9, ".2f"),
    "output_ratio": ("out ratio", 11, ".2f"),
}


def prompt(subject: str, question: str) -> str:
    tables = "\n".join(
        f"CREATE TABLE {subject}_{grain} (id INTEGER PRIMARY KEY, name TEXT, {kind}_amount REAL, created_at DATE);"
        for grain in ("raw", "daily", "weekly", "monthly")
        for kind in ("gross", "net", "tax", "paid")
    )
    return f"<|im_start|>user\n{tables}\n{question}<|im_end|>\n<|im_start|>assistant\n```sql\n"


def defaults(path: Path) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = default_threads()
    params.verbosity = -1
    return xllamacpp.Server(params)


def measure(settings: str, path: Path, tokens: int) -> dict[str, Any]:
    started = time.perf_counter()
    if settings == "ours":
        complete = Engine(EngineConfig(path, CONTEXT_TOKENS, default_threads(), ())).complete
        batches = [BATCH]
    else:
        complete = defaults(path).handle_completions
        batches = [1] * BATCH
    loaded = time.perf_counter() - started

    first = complete(
        {"prompt": prompt("order", "How many?"), "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    )
    complete({"prompt": prompt("customer", "How many?"), "max_tokens": 1})
    started = time.perf_counter()
    again = complete({"prompt": prompt("order", "Which is the largest?"), "max_tokens": 1})
    again_seconds = time.perf_counter() - started

    sampled = {"prompt": prompt("order", "Which?"), "max_tokens": tokens, "temperature": 0.8, "ignore_eos": True}
    complete({**sampled, "max_tokens": 1})
    started = time.perf_counter()
    complete(sampled)
    one = time.perf_counter() - started
    started = time.perf_counter()
    for seed, n in enumerate(batches):
        complete({**sampled, "n": n, "seed": seed})
    four = time.perf_counter() - started
    usage = again["usage"]
    return {
        "load_seconds": round(loaded, 2),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "prompt_tokens": first["usage"]["prompt_tokens"],
        "prompt_tokens_per_second": round(first["timings"]["prompt_per_second"], 1),
        "output_tokens_per_second": round(first["timings"]["predicted_per_second"], 1),
        "again_seconds": round(again_seconds, 2),
        "again_cached": round(usage["prompt_tokens_details"]["cached_tokens"] / usage["prompt_tokens"], 3),
        "four_samples_cost": round(four / one, 2),
    }


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def compare(model: str, tokens: int, busy_processes: int) -> Iterator[dict[str, Any]]:
    base = None
    for settings in ("bindings", "ours"):
        command = [sys.executable, __file__, "--one", settings, "--model", model, "--tokens", str(tokens)]
        with busy(busy_processes):
            result = subprocess.run(command, check=True, capture_output=True, text=True)
        row = json.loads(result.stdout.splitlines()[-1])
        base = base or row["output_tokens_per_second"]
        ratio = round(row["output_tokens_per_second"] / base, 2)
        yield {"settings": settings, "busy": busy_processes, **row, "output_ratio": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--busy", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--one", choices=["bindings", "ours"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = models.path(options.model)
    if options.one:
        print(json.dumps(measure(options.one, path, options.tokens)))
        return

    print("".join(title.rjust(width) for title, width, _ in COLUMNS.values()))
    rows = []
    for count in options.busy:
        for row in compare(options.model, options.tokens, count):
            rows.append(row)
            cells = (f"{row[key]:{form}}".rjust(width) for key, (_, width, form) in COLUMNS.items())
            print("".join(cells), flush=True)
    report = {
        "machine": {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()},
        "load_average": os.getloadavg()[0],
        "packages": {"xllamacpp": version("xllamacpp")},
        "model": path.stem,
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
