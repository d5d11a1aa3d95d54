from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin import logs
from plugin.settings import LogSettings

_LOG = logging.getLogger("plugin.something")
SECRETS = {
    "Authorization: Bearer abc.def-123": "abc.def-123",
    "postgresql://ask:hunter2@db:5432/state failed": "hunter2",
    "password='hunter2' is wrong": "hunter2",
    "api_key=sk-abcdefghijkl": "sk-abcdefghijkl",
    "token dbtask_AbC-123 was sent": "dbtask_AbC-123",
    "open http://ask/welcome/AbC123": "AbC123",
    "eyJhbGciOi.eyJzdWIiOi.c2ln expired": "eyJhbGciOi.eyJzdWIiOi.c2ln",
    "kim@example.org asked": "kim@example.org",
    "called 010-1234-5678": "010-1234-5678",
}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    for name in logs._LOGGERS:
        for handler in list(logging.getLogger(name).handlers):
            logging.getLogger(name).removeHandler(handler)
            handler.close()
        logging.getLogger(name).propagate = True


@pytest.mark.parametrize(("text", "secret"), SECRETS.items())
def test_secrets_and_personal_data_are_masked(text: str, secret: str) -> None:
    assert secret not in logs.redacted(text)
    assert "***" in logs.redacted(text)


def test_what_an_operator_needs_stays() -> None:
    for text in ("ask 4f2c-11 failed: QueryTimeout", "catalog-sync: done after 2 tries", "tokens: 812, 2026-11-24"):
        assert logs.redacted(text) == text


def test_a_line_of_json_holds_the_traceback_redacted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.as_set(LogSettings(to="stderr", format="json"), tmp_path / "log")
    try:
        raise ValueError("duplicate key (kim@example.org)")
    except ValueError:
        _LOG.exception("job %s failed", "x")
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "plugin.something", "job x failed")
    assert line["at"].endswith("+00:00")
    assert "ValueError" in line["error"]
    assert "kim@" not in line["error"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_file_has_the_same(form: str, tmp_path: Path) -> None:
    logs.as_set(LogSettings.model_validate({"format": form, "level": "WARNING"}), tmp_path / "logs" / "log")
    _LOG.info("not this")
    _LOG.warning("password=hunter2")
    text = (tmp_path / "logs" / "log").read_text(encoding="utf-8")
    assert text.count("\n") == 1
    assert "hunter2" not in text
    assert text.startswith("{") == (form == "json")
    assert not sys.exc_info()[0]
