"""A release is signed by somebody, for files that are still the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import notes

KIM, LEE = "Kim <kim@example.org>", "Lee <lee@example.org>"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dbt_ask-0.1.0-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "dbt_ask-0.1.0.tar.gz").write_bytes(b"sdist")
    return tmp_path


def text(dist: Path) -> str:
    (path,) = dist.glob("RELEASE-*.md")
    return path.read_text(encoding="utf-8")


def test_notes_say_what_changed_and_which_files_they_are_of(dist: Path) -> None:
    assert notes.main([], dist) == 0
    said = text(dist)
    assert said.startswith(f"# dbt-ask {notes.version()}\n")
    assert "### Added" in said
    assert f"revision {notes.revision()}" in said
    assert said.count("dbt_ask-0.1.0") == 2


def test_nobody_signed_two_signed(dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes.main([], dist)
    assert notes.main(["--verify"], dist) == 1
    assert "nobody signed" in capsys.readouterr().out
    for person in (KIM, LEE, KIM):
        assert notes.main(["--sign", person], dist) == 0
    assert notes.main(["--verify"], dist) == 0
    assert f"{KIM} and {LEE}" in capsys.readouterr().out
    assert text(dist).endswith(f"\n\nSigned-off-by: {KIM}\nSigned-off-by: {LEE}\n")


def test_a_file_that_changed_is_signed_by_nobody(dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes.main([], dist)
    notes.main(["--sign", KIM], dist)
    (dist / "dbt_ask-0.1.0.tar.gz").write_bytes(b"another")
    for arguments in (["--verify"], ["--sign", LEE]):
        assert notes.main(arguments, dist) == 1
        assert "not those" in capsys.readouterr().out


@pytest.mark.parametrize(
    "person", ["Kim", "kim@example.org", "Kim <kim>", "Kim <kim@example.org>\nLee <l@example.org>"]
)
def test_a_signature_is_a_name_with_an_address(dist: Path, person: str) -> None:
    notes.main([], dist)
    assert notes.main(["--sign", person], dist) == 1
    assert "Signed" not in text(dist)


def test_without_files_or_notes_there_is_nothing_to_sign(tmp_path: Path) -> None:
    assert notes.main([], tmp_path) == 1
    assert notes.main(["--sign", KIM], tmp_path) == 1
    assert notes.main(["--verify"], tmp_path) == 1
