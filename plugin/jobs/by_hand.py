"""Jobs that somebody starts from a screen: each in a process of its own, as `dbt-ask jobs run` at a terminal.

dbt, the index and the memory of a run are not the server's then, and a server that ends leaves the run alone.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping

from plugin.errors import JobRunning
from plugin.jobs import kinds
from plugin.project import Project

# Not the folder that it happens to run in: a project may have a folder `plugin`.
_PROGRAM = "import sys; sys.path[:1] = []; from plugin.main import main; main()"
_ENDS = (0, 1)  # what came of it is in the history
_log = logging.getLogger(__name__)


class ByHand:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._failed: dict[str, str] = {}

    def start(self, job: str, by: str) -> None:
        """Returns at once; what comes of it is in the history. Raises JobUnknown, JobRunning."""
        kinds.checked(job, kinds.KINDS)
        with self._lock:
            if job in self._running:
                raise JobRunning(f"{job} is running already", hint="wait until it ends")
            self._running.add(job)
            self._failed.pop(job, None)
        threading.Thread(target=self._run, args=(job, by), name=f"dbt-ask job {job}", daemon=True).start()

    @property
    def running(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._running)

    @property
    def failed(self) -> Mapping[str, str]:
        """Job -> what was said where its last start did not get as far as the history."""
        with self._lock:
            return dict(self._failed)

    def _run(self, job: str, by: str) -> None:
        command = [sys.executable, "-c", _PROGRAM, "jobs", "run", job, "--format", "json", *self._flags()]
        try:
            done = subprocess.run([*command, f"--by={by}"], capture_output=True, text=True, check=False)
            said = "" if done.returncode in _ENDS else _said(done.stdout, done.stderr)
        except OSError as error:
            said = f"no process could be started: {error.strerror}"
        with self._lock:
            self._running.discard(job)
            if said:
                self._failed[job] = said
        if said:
            _log.warning("%s, started by hand: %s", job, said)

    def _flags(self) -> list[str]:
        project = self._project
        flags = ["--project-dir", str(project.directory)]
        if project.profiles_dir is not None:
            flags += ["--profiles-dir", str(project.profiles_dir)]
        if project.target is not None:
            flags += ["--target", project.target]
        if project.variables:
            flags += ["--vars", json.dumps(dict(project.variables))]
        return flags


def _said(out: str, err: str) -> str:
    """The error of ours; "" where the run is in the history; else the last line of what Python says."""
    try:
        told = json.loads(out)
    except ValueError:
        return next((line for line in reversed(err.splitlines()) if line.strip()), "it ended without a word")
    return str(told["error"]["message"]) if isinstance(told, dict) and set(told) == {"error"} else ""
