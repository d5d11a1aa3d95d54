"""The kinds of jobs. A kind is a module with `run`; to add one, add a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from plugin.errors import JobUnknown

if TYPE_CHECKING:
    from plugin.assemble import Workbench

# Gets a workbench of its own, returns what goes into the history as JSON: counts, never rows or values.
Run = Callable[["Workbench"], Mapping[str, Any]]

# name -> the module, what it does, when it runs if the settings say nothing ("" for never)
KINDS: dict[str, tuple[str, str, str]] = {
    "catalog-sync": ("plugin.jobs.catalog_sync", "Bring the catalogue and its index up to date.", "every 15m"),
    "examples-check": (
        "plugin.jobs.examples_check",
        "Run verified examples again; what fails is set aside.",
        "0 5 * * *",
    ),
    "log-harvest": ("plugin.jobs.log_harvest", "Read the logs of queries: for views, and for examples.", ""),
    "view-refresh": ("plugin.jobs.view_refresh", "Bring views up to date whose tables have changed.", ""),
    "view-checks": ("plugin.jobs.view_checks", "Compare answers by views with base tables.", "every 5m"),
    "catalog-events": ("plugin.jobs.catalog_events", "Ask OpenMetadata what has changed; if anything has, sync.", ""),
    "values-refresh": ("plugin.jobs.values_refresh", "Ask the warehouse for all values anew.", "0 3 * * *"),
    "retention": ("plugin.jobs.retention", "Delete what is kept longer than the settings say.", "0 4 * * *"),
}


def run_of(name: str) -> Run:
    """Raises JobUnknown."""
    run: Run = import_module(checked(name, KINDS)[0]).run
    return run


def schedules(chosen: Mapping[str, str]) -> dict[str, str]:
    """Job -> when, with the settings' `schedule.jobs` over the defaults; "" and "never" take a job out."""
    for name in chosen:
        checked(name, KINDS)
    found = {name: chosen.get(name, default) for name, (_, _, default) in KINDS.items()}
    return {name: when for name, when in found.items() if when.strip().casefold() not in ("", "never")}


def checked(name: str, kinds: Mapping[str, tuple[str, str, str]]) -> tuple[str, str, str]:
    if name not in kinds:
        raise JobUnknown(f"there is no job {name!r}", hint=f"the jobs are {', '.join(kinds)}")
    return kinds[name]
