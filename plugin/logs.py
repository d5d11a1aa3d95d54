"""The log file in `.dbt_ask/logs/`: what happened, never what a query returned."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LOGGERS = ("plugin", "catalog_sync", "materialized_views", "feedback", "backends")


def to_file(path: Path, level: int = logging.INFO) -> None:
    """Sends the records of our own packages to the file, one megabyte and three old ones at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        for old in list(logger.handlers):
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
