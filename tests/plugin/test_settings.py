from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugin import settings
from plugin.errors import SettingsError

DOC = Path(__file__).parents[2] / "docs" / "settings.md"


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path, env={}) == settings.Settings()


def test_file_and_environment(tmp_path: Path) -> None:
    (tmp_path / "dbt_ask.yml").write_text("llm: {kind: openai, model: a}\nlimits:\n", encoding="utf-8")
    env = {"DBT_ASK_LLM__MODEL": "b", "DBT_ASK_CATALOG__TIERS": "Tier.Tier1, Gold", "DBT_ASK_MODEL_PATH": "x"}
    loaded = settings.load(tmp_path, env)
    assert (loaded.llm.kind, loaded.llm.model) == ("openai", "b")
    assert loaded.catalog.tiers == ("Tier.Tier1", "Gold")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("llm: {modle: a}", "did you mean 'llm.model'?"),
        ("lmm: {model: a}", "did you mean 'llm'?"),
        ("llm: 3", "see docs/settings.md"),
        ("- a", "see docs/settings.md"),
        ("llm: [", "mend or delete dbt_ask.yml"),
        ("limits: {seconds: -1}", "A query is cancelled after so many seconds."),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "dbt_ask.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        settings.load(tmp_path, env={})
    assert raised.value.hint == says


def test_an_unknown_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DBT_ASK_LLM__MODLE"):
        settings.load(tmp_path, env={"DBT_ASK_LLM__MODLE": "a"})


def test_every_setting_is_documented_and_every_documented_setting_is_there() -> None:
    documented = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)`", DOC.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(settings.known_keys())
