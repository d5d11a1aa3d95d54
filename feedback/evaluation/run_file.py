"""A run on disk: JSON lines, a header for each way of answering and then a line for each question as it is judged.

Appended and flushed at once, so that a run that was stopped goes on where it was. A line that a crash cut off is
dropped. A header must match: results of another suite, model, preset or state of the generator are not mixed in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import portalocker

from feedback.errors import EvaluationError
from feedback.evaluation.run import Report, Result, summarise

FORMAT = 1


@dataclass(frozen=True)
class Header:
    """`setup` is what results depend on: preset, model, switches; `code` stands for the generator itself."""

    suite: str
    fingerprint: str
    questions: int
    setup: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Way:
    header: Header
    results: tuple[Result, ...]

    @property
    def report(self) -> Report:
        return summarise(self.results)

    @property
    def right(self) -> dict[str, bool]:
        return {r.id: r.right for r in self.results}


class RunFile:
    """Open for appending; one process at a time. Use it as a context."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        try:
            portalocker.lock(self._file, portalocker.LOCK_EX | portalocker.LOCK_NB)
        except portalocker.LockException as error:
            self._file.close()
            raise EvaluationError(f"another run writes to {path}", hint="name another file with --out") from error
        self._ways = load(path, repair=True) if path.stat().st_size else {}

    def __enter__(self) -> RunFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def begin(self, way: str, header: Header) -> dict[str, Result]:
        """What is there already of this way. Raises EvaluationError where it was another suite or setup."""
        known = self._ways.get(way)
        if known is None:
            self._write({"format": FORMAT, "way": way, "header": asdict(header)})
            return {}
        differs = [
            f"{name} was {old!r}, is {new!r}"
            for name, old, new in _pairs(asdict(known.header), json.loads(json.dumps(asdict(header))))
            if old != new and name != "questions"
        ]
        if differs:
            raise EvaluationError(
                f"{self._path} holds another run of {way}: {'; '.join(differs)}", hint="name another file with --out"
            )
        return {result.id: result for result in known.results}

    def keep(self, way: str, result: Result) -> None:
        self._write({"way": way, "result": asdict(result)})

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def load(path: Path, *, repair: bool = False) -> dict[str, Way]:
    """By way. `repair` cuts a torn last line off the file. Raises EvaluationError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EvaluationError(
            f"the run {path} can't be read: {error}", hint="make one: dbt-ask eval run --out"
        ) from error
    whole = raw[: raw.rfind(b"\n") + 1]
    if repair and len(whole) < len(raw):
        os.truncate(path, len(whole))
    headers: dict[str, Header] = {}
    results: dict[str, dict[str, Result]] = {}
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            read = json.loads(line)
            if "header" in read:
                headers[read["way"]] = Header(**read["header"])
                results[read["way"]] = {}
            else:
                result = Result.read(read["result"])
                results[read["way"]][result.id] = result
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(
                f"line {number} of {path} is no result of an evaluation",
                hint="name a file that `dbt-ask eval run --out` or `dbt-ask eval judge` wrote",
            ) from error
    return {way: Way(header, tuple(results[way].values())) for way, header in headers.items()}


def choose(named: str) -> tuple[str, Way]:
    """FILE, or FILE:WAY where the file holds several. Gives a label and the run."""
    file, way = named, ""
    if not Path(file).exists() and ":" in named:
        file, _, way = named.rpartition(":")
    ways = load(Path(file))
    if not ways:
        raise EvaluationError(f"the run {file} is empty", hint="make one: dbt-ask eval run --out")
    if (way and way not in ways) or (not way and len(ways) > 1):
        raise EvaluationError(
            f"{file} holds {', '.join(ways)}" + (f", not {way}" if way else ""),
            hint=f"say which: {file}:{next(iter(ways))}",
        )
    chosen = way or next(iter(ways))
    return f"{Path(file).stem}:{chosen}", ways[chosen]


def _pairs(one: Mapping[str, Any], other: Mapping[str, Any]) -> Sequence[tuple[str, Any, Any]]:
    flat = [{**{k: v for k, v in m.items() if k != "setup"}, **m["setup"]} for m in (one, other)]
    return [(name, flat[0].get(name), flat[1].get(name)) for name in dict.fromkeys([*flat[0], *flat[1]])]
