"""The log: what happened, never what a query returned. Secrets and what looks personal are masked on the way out."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timezone
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plugin.settings import LogSettings

_LOGGERS = ("plugin", "catalog_sync", "materialized_views", "feedback", "backends")
_SECRETS = re.compile(
    r"(?P<kept>\b(?:bearer|basic)\s+|://[^\s/:@]*:|\b(?:password|passwd|secret|token|api_?key)\b['\"]?\s*[=:]\s*['\"]?|/welcome/)"
    r"[^\s'\"@,;&]+"
    r"|\bdbtask_[\w-]+|\bsk-[\w-]{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*",
    re.IGNORECASE,
)


def to_file(path: Path, level: int = logging.INFO) -> None:
    """Sends the records of our own packages to the file, one megabyte and three old ones at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    _send(handler, Masked(), level)


def as_set(chosen: LogSettings, path: Path) -> None:
    """For a process that stays: as the settings say."""
    formatter = AsJson() if chosen.format == "json" else Masked()
    if chosen.to == "stderr":
        _send(logging.StreamHandler(), formatter, chosen.level)
    else:
        to_file(path, getattr(logging, chosen.level))
        for handler in logging.getLogger(_LOGGERS[0]).handlers:
            handler.setFormatter(formatter)


def redacted(text: str) -> str:
    from catalog_sync.pii import masked

    return masked(_SECRETS.sub(lambda found: (found["kept"] or "") + "***", text))


class Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        text = redacted(record.getMessage())
        if record.exc_info:
            text += "\n" + redacted(self.formatException(record.exc_info))
        return f"{at} {record.levelname} {record.name} {text}"


class AsJson(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": redacted(record.getMessage())}
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _send(handler: logging.Handler, formatter: logging.Formatter, level: int | str) -> None:
    handler.setFormatter(formatter)
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        for old in list(logger.handlers):
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
