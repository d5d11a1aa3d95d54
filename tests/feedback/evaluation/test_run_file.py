from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from feedback.errors import EvaluationError
from feedback.evaluation.run_file import RunFile, choose, load
from tests.feedback.evaluation.runs import HEADER, result, write

ONE, TWO = result("a", True), result("b", False, metrics={"soft_f1": 0.5}, components={"select": [1, 1, 0]})


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "deep" / "run.jsonl", {"views": [ONE]})
    with RunFile(path) as run:
        assert run.begin("views", HEADER) == {"a": ONE}
        assert run.begin("plain", HEADER) == {}
        run.keep("views", TWO)
        run.keep("plain", ONE)
    ways = load(path)
    assert ways["views"].results == (ONE, TWO)
    assert ways["plain"].results == (ONE,)
    assert ways["views"].header == HEADER
    assert ways["views"].right == {"a": True, "b": False}


def test_a_line_that_a_crash_cut_off_is_dropped(tmp_path: Path) -> None:
    path = write(tmp_path / "run.jsonl", {"views": [ONE, TWO]})
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with RunFile(path) as run:
        assert run.begin("views", HEADER) == {"a": ONE}
        run.keep("views", TWO)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (replace(HEADER, fingerprint="f2"), "fingerprint was 'f1', is 'f2'"),
        (replace(HEADER, code="c2"), "code was '', is 'c2'"),
        (replace(HEADER, setup={"preset": "plain", "model": "m"}), "preset was 'default', is 'plain'"),
        (replace(HEADER, setup={**HEADER.setup, "without": ["x"]}), r"without was None, is \['x'\]"),
    ],
)
def test_results_of_another_setup_are_not_mixed_in(tmp_path: Path, header: object, says: str) -> None:
    path = write(tmp_path / "run.jsonl", {"views": [ONE]})
    with RunFile(path) as run, pytest.raises(EvaluationError, match=says):
        run.begin("views", header)  # type: ignore[arg-type]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with RunFile(tmp_path / "run.jsonl"), pytest.raises(EvaluationError, match="another run writes"):
        RunFile(tmp_path / "run.jsonl")


def test_which_run_is_meant(tmp_path: Path) -> None:
    several = write(tmp_path / "run.jsonl", {"views": [ONE], "plain": [TWO]})
    single = write(tmp_path / "one.jsonl", {"views": [ONE]})
    assert choose(f"{several}:plain")[0] == "run:plain"
    assert choose(str(single))[1].results == (ONE,)
    with pytest.raises(EvaluationError, match="holds views, plain"):
        choose(str(several))
    with pytest.raises(EvaluationError, match="not base"):
        choose(f"{several}:base")
    with pytest.raises(EvaluationError, match="can't be read"):
        choose(str(tmp_path / "none.jsonl"))
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="line 1 of"):
        load(tmp_path / "bad.jsonl")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\x00\n")
    with pytest.raises(EvaluationError, match="is no result of an evaluation") as raised:
        load(tmp_path / "picture.png")
    assert "eval run --out" in raised.value.hint
