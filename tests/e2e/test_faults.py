"""What a part that fails says at the terminal: one error, what to do, and nothing lost when it is back."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plugin.assemble import Workbench
from plugin.project import find
from tests.support.files import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
NOWHERE = "127.0.0.1:9"
NEEDS_MODEL = "Which shop was luckier than usual?"
PLENTY, LITTLE = resource.RLIM_INFINITY, 50_000  # bytes of a file


@dataclass(frozen=True)
class Fault:
    """`settings` or `breaks` bring it about, or files may not be larger than `most`."""

    words: tuple[str, ...]
    message: str
    hint: str
    settings: str = ""
    breaks: Callable[[Path], object] = lambda _: None
    most: int = PLENTY


def model_at(place: str) -> str:
    return f"llm: {{kind: openai, base_url: 'http://{place}/v1', model: m, timeout_seconds: 1, retries: 0}}\n"


def a_file_in_place_of(name: str) -> Callable[[Path], object]:
    def breaks(project: Path) -> None:
        (project / name).rename(project / "moved")
        (project / name).touch()

    return breaks


ASK, SYNC = ("ask", NEEDS_MODEL), ("sync", "--rebuild")
FAULTS = {
    "warehouse gone": Fault(SYNC, "little.duckdb", "dbt-ask build", breaks=lambda p: (p / "little.duckdb").unlink()),
    "index gone": Fault(
        ASK, "there is no index", "dbt-ask sync", model_at(NOWHERE), lambda p: shutil.rmtree(p / ".dbt_ask/index")
    ),
    "index folder unusable": Fault(ASK, "can't be read or written", "can be written", model_at(NOWHERE),
                                   a_file_in_place_of(".dbt_ask/index")),
    "vector server gone": Fault(
        ASK, NOWHERE, "index.url", f"{model_at(NOWHERE)}index: {{url: 'http://{NOWHERE}'}}\n"
    ),
    "model server gone": Fault(ASK, "did not answer", "llm.base_url", model_at(NOWHERE)),
    "state server gone": Fault(ASK, "state", "state.url",
                               f"{model_at(NOWHERE)}state: {{url: 'postgresql://a@{NOWHERE}/a'}}\n"),
    "state folder unusable": Fault(SYNC, ".dbt_ask", "move away", breaks=a_file_in_place_of(".dbt_ask")),
    "disk full, sync": Fault(SYNC, "index", "", most=LITTLE),
    "disk full, ask": Fault(ASK, "state database", "", model_at(NOWHERE), most=LITTLE),
}  # fmt: skip


@pytest.fixture
def project(little_built: Path, tmp_path: Path) -> Path:
    return copy_project(little_built, tmp_path / "little")


def dbt_ask(project: Path, *words: str, most: int = PLENTY) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from plugin.main import main; main()", *words, "--project-dir", str(project)]
    limit = (most, PLENTY)
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "300"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str], message: str, hint: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert message in errors[0], done.stderr
    assert "Traceback" not in done.stderr
    hints = [line for line in done.stderr.splitlines() if line.startswith("  -> ")]
    assert len(hints) == 1, done.stderr
    assert hint in hints[0]


def kept(project: Path) -> tuple[object, ...]:
    """What must outlive it: the catalogue, and what is in the index."""
    with Workbench(find(project)) as bench:
        return bench.read_catalog(), sorted(point for point, _ in bench.index.scroll("columns"))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_it_says_what_to_do_and_loses_nothing(project: Path, tmp_path: Path, fault: Fault) -> None:
    before = kept(project)
    whole = copy_project(project, tmp_path / "whole")
    (project / "dbt_ask.yml").write_text(fault.settings, encoding="utf-8")
    fault.breaks(project)
    said(dbt_ask(project, *fault.words, most=fault.most), fault.message, fault.hint)
    (project / "dbt_ask.yml").unlink()
    if fault.breaks is Fault.breaks:
        assert kept(project) == before
    else:
        shutil.copy2(whole / "little.duckdb", project / "little.duckdb")
        for name in (".dbt_ask", ".dbt_ask/index"):
            if (project / name).is_file():
                (project / name).unlink()
                (project / "moved").rename(project / name)
    assert dbt_ask(project, "sync").returncode == 0
    assert kept(project) == before


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(300)
        yield server


def place(server: socket.socket) -> str:
    return "{}:{}".format(*server.getsockname())


def test_a_model_that_hangs_is_not_waited_for(project: Path, silent: socket.socket) -> None:
    (project / "dbt_ask.yml").write_text(model_at(place(silent)), encoding="utf-8")
    said(dbt_ask(project, *ASK), "did not answer", "llm.base_url")


def started(project: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from plugin.main import main; main()", *words, "--project-dir", str(project)]
    return subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-2, text=True)


def test_a_question_that_is_killed_takes_nothing_with_it(project: Path, silent: socket.socket) -> None:
    before = kept(project)
    (project / "dbt_ask.yml").write_text(
        model_at(place(silent)).replace("timeout_seconds: 1,", "timeout_seconds: 300,"), encoding="utf-8"
    )
    with started(project, *ASK) as asking:
        connection, _ = silent.accept()
        asking.kill()
        asking.communicate()
        connection.close()
    (project / "dbt_ask.yml").unlink()
    assert kept(project) == before
    assert len(list((project / ".dbt_ask/index").glob("g-*"))) == 1, "the copy that it read was left"
    assert dbt_ask(project, "sync").returncode == 0


def test_a_build_that_is_killed_is_built_again(project: Path) -> None:
    before = kept(project)
    with started(project, "build", "--profiles-dir", str(project)) as building:
        assert building.stdout is not None
        assert any("START" in line for line in building.stdout)
        building.kill()
        building.communicate()
    assert kept(project) == before
    assert dbt_ask(project, "build", "--quiet", "--profiles-dir", str(project)).returncode == 0
    assert dbt_ask(project, "sync").returncode == 0
    assert kept(project)[1] == before[1]
