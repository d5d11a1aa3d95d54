"""Errors of the command, its settings and the generator.

AskError
├── SettingsError        a key is unknown, a value is of the wrong kind, a file is missing
├── FileUnusable         the disk is full, or a file may not be read or written
├── JobUnknown           no job has that name
├── BackupUnreadable     a backup is damaged, or no backup
├── BudgetSpent          a person, or all together, have asked enough for today
├── JobRunning           it is running already
└── PipelineError        a stage got an Ask that an earlier stage should have filled
"""

from __future__ import annotations

from backends.errors import AskError


class SettingsError(AskError):
    pass


class FileUnusable(AskError):
    pass


class JobUnknown(AskError):
    pass


class BackupUnreadable(AskError):
    pass


class BudgetSpent(AskError):
    pass


class JobRunning(AskError):
    pass


class PipelineError(AskError):
    pass
