"""A stage that breaks does not take the question with it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pytest

from backends.errors import AskError
from plugin.generator import combinators
from plugin.generator.ask import Ask
from plugin.generator.combinators import Seq
from plugin.generator.stage import Kind, Need, Services
from tests.plugin.generator.test_default import Make


@dataclass(frozen=True)
class Broken:
    error: Exception
    name: str = "generate.broken"
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        raise self.error


@dataclass(frozen=True)
class Sound:
    name: str = "deliver.sound"
    kind: Kind = "deliver"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return ask.add(sentence="said")


def test_it_is_passed_over_and_told(
    services: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(combinators, "PASSED_OVER", (Exception,))
    with caplog.at_level(logging.ERROR):
        done = Seq((Broken(ValueError("8%")), Sound()))(Ask("q"), services(" 1"))
    assert done.sentence == "said"
    assert [(s.stage, dict(s.found)) for s in done.steps] == [
        ("generate.broken", {"broke": "ValueError"}), ("deliver.sound", {}),
    ]  # fmt: skip
    assert "generate.broken broke" in caplog.text


def test_an_error_of_a_backend_is_not(services: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinators, "PASSED_OVER", (Exception,))
    with pytest.raises(AskError, match="gone"):
        Seq((Broken(AskError("the model is gone")), Sound()))(Ask("q"), services(" 1"))


def test_in_tests_it_is_an_error(services: Make) -> None:
    with pytest.raises(ValueError, match="8%"):
        Seq((Broken(ValueError("8%")), Sound()))(Ask("q"), services(" 1"))
