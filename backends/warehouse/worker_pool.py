"""Starts, lends and kills the processes of `duckdb_worker`."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_IDLE = 4  # as many as a server answers questions at once, if not told otherwise; starting one takes a second


class WorkerError(Exception):
    """`kind` is the name of DuckDB's exception, or Killed where the process is gone."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class WorkerProcess:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "backends.warehouse.duckdb_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def call(self, method: str, *arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump((method, arguments), self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            good, answer = pickle.load(self._process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise WorkerError("Killed", f"the DuckDB process ended: {self._process.wait()}") from error
        if not good:
            raise WorkerError(*answer)
        return answer

    def kill(self) -> None:
        """From any thread, at any moment."""
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not yet sent to the dead process
                    pipe.close()


class WorkerPool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        weakref.finalize(self, _end_all, self._idle)

    @contextmanager
    def lend(self) -> Iterator[WorkerProcess]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker if worker is not None and worker.alive else WorkerProcess()
        try:
            yield worker
        finally:
            self._take_back(worker)

    def close(self) -> None:
        with self._lock:
            _end_all(self._idle)

    def _take_back(self, worker: WorkerProcess) -> None:
        try:
            worker.call("close")
        except WorkerError:
            worker.end()
            return
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(worker)
                return
        worker.end()


def _end_all(workers: list[WorkerProcess]) -> None:
    while workers:
        workers.pop().end()
