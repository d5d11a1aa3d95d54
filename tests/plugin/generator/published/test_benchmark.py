"""`benchmarks/presets.py` over databases made here, with a scripted model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from benchmarks import presets as benchmark
from plugin import assemble
from tests.plugin.commands.test_evaluate import RIGHT, lay_out

EMBEDDER = CachedEmbedder(MultilingualEmbedder())


class Model:
    """Answers the question that stands last in the prompt."""

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def __call__(self, messages: list[Message], sampling: Sampling) -> str:
        text = "\n".join(m.content for m in messages)
        self.prompts.append(text)
        return RIGHT[max(RIGHT, key=text.rfind)]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Model:
    made = Model()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assemble, "open_llm", lambda _: ScriptedLLM(made, capabilities=frozenset({"logprobs"})))
    monkeypatch.setattr(assemble.Workbench, "embedder", EMBEDDER)
    return made


def measured(folder: Path, *more: str) -> dict[str, object]:
    arguments = ["--suite", str(folder), "--out", "results.json", "--presets", "text2sql", "dail-sql", *more]
    return benchmark.measure(benchmark.options(arguments), show=False)["presets"]


def test_figures_and_going_on(model: Model, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "sport")
    found = measured(folder)
    assert found["text2sql"]["execution_accuracy"] == 1.0  # type: ignore[index]
    assert found["text2sql"]["calls_mean"] == 1.0  # type: ignore[index]
    assert found["dail-sql"]["calls_mean"] == 2.0  # type: ignore[index]
    asked = len(model.prompts)
    assert measured(folder) == found
    assert len(model.prompts) == asked
    assert "dail-sql" in benchmark.table(json.loads(Path("results.json").read_text(encoding="utf-8")))


def test_examples_are_never_of_the_database_that_is_asked(model: Model, tmp_path: Path) -> None:
    measured(lay_out(tmp_path / "sport"))
    shown = [p for p in model.prompts if "Some SQL examples" in p and "clubs are in York" in p]
    of_ships = [p for p in shown if p.rfind("clubs are in York") < p.rfind("Which ships")]
    assert of_ships
    assert all("tonnage > 200" not in p for p in of_ships)
    of_clubs = [p for p in shown if p not in of_ships]
    assert all("city = 'York'" not in p for p in of_clubs)


def test_without_examples(model: Model, tmp_path: Path) -> None:
    found = measured(lay_out(tmp_path / "sport"), "--no-examples", "--sample", "2")
    assert found["dail-sql"]["calls_mean"] == 1.0  # type: ignore[index]
    assert found["dail-sql"]["questions"] == 2  # type: ignore[index]


def test_the_first_of_a_sample_are_asked_and_a_later_run_goes_on(model: Model, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "sport")
    few = measured(folder, "--first", "2", "--no-examples")
    assert few["text2sql"]["questions"] == 2  # type: ignore[index]
    asked = len(model.prompts)
    whole = measured(folder, "--no-examples")
    assert whole["text2sql"]["questions"] == len(RIGHT)  # type: ignore[index]
    assert len(model.prompts) == asked + 2 * (len(RIGHT) - 2)
