from __future__ import annotations

import os
from pathlib import Path

import pytest

from backends.errors import ModelCorrupt, ModelMissing
from backends.llm import models
from tests.backends.llm.slices import CONTENT, MODEL


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(models.PATH_VARIABLE, raising=False)
    monkeypatch.setenv(models.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setitem(models.REGISTRY, "tiny", MODEL)
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


@pytest.mark.parametrize("model", [models.DEFAULT, models.SMALL])
def test_slices_cover_the_file(model: models.ModelFile) -> None:
    ends = [part.offset + part.bytes for part in model.slices]

    assert [part.offset for part in model.slices] == [0, *ends[:-1]]
    assert all(len(part.sha256) == 64 for part in model.slices)
    assert len({part.sha256 for part in model.slices}) == len(model.slices)


def test_published_sizes() -> None:
    assert (models.DEFAULT.bytes, len(models.DEFAULT.slices)) == (1_117_320_768, 22)
    assert (models.SMALL.bytes, len(models.SMALL.slices)) == (491_400_064, 6)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ModelMissing, match=r"(?s)'huge'.*default, small"):
        models.find("huge")


def test_a_missing_file_says_how_to_get_it(cache: Path) -> None:
    with pytest.raises(ModelMissing, match="dbt-ask model pull --model tiny"):
        models.path("tiny")
    with pytest.raises(ModelMissing, match=r"dbt-ask model pull`"):
        models.path()


def test_a_good_file_is_hashed_once(cache: Path) -> None:
    file = cache / MODEL.file_name
    file.write_bytes(CONTENT)
    stat = file.stat()
    assert models.path("tiny") == file

    file.write_bytes(bytes(len(CONTENT)))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert models.path("tiny") == file  # same size and time: the mark is believed

    os.utime(file)
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        models.path("tiny")


def test_a_mark_of_another_version_is_not_believed(cache: Path) -> None:
    file = cache / MODEL.file_name
    file.write_bytes(bytes(len(CONTENT)))
    mark = cache / f"{MODEL.file_name}.verified"
    mark.write_text(f'{{"bytes": {len(CONTENT)}, "mtime_ns": {file.stat().st_mtime_ns}, "sha256": "of another"}}')

    with pytest.raises(ModelCorrupt):
        models.path("tiny")


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_broken_mark_only_costs_a_hash(cache: Path, content: str) -> None:
    file = cache / MODEL.file_name
    file.write_bytes(CONTENT)
    (cache / f"{MODEL.file_name}.verified").write_text(content)

    assert models.path("tiny") == file


def test_a_short_file_is_refused_by_its_size(cache: Path) -> None:
    (cache / MODEL.file_name).write_bytes(CONTENT[:-1])

    with pytest.raises(ModelCorrupt, match="19,876 bytes instead of 19,877"):
        models.path("tiny")


def test_a_file_of_ones_own_stands_in(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.gguf"
    monkeypatch.setenv(models.PATH_VARIABLE, str(own))
    with pytest.raises(ModelMissing, match=models.PATH_VARIABLE):
        models.path("tiny")

    own.touch()
    assert models.path("tiny") == own


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(models.CACHE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert models.folder() == tmp_path / "dbt-ask" / "models"

    monkeypatch.delenv("XDG_CACHE_HOME")
    assert models.folder() == Path.home() / ".cache" / "dbt-ask" / "models"
