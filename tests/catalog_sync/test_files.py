from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog_sync import files


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.json"
    files.write_atomically(path, "old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_atomically(path, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("c.json", "old")]


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".c.json.123.partial").write_text("half")
    (tmp_path / "c.json").write_text("whole")
    files.sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]
