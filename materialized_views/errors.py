"""Errors of this package.

MaterializedViewsError
├── WorkloadUnreadable      a log is of no known form, or can't be read at all
├── ViewUnknown             no proposal or view of that name
├── EditedByHand            a generated file was changed since it was written: it is not overwritten
├── BuildFailed             dbt, a test or a check stopped a build; the last good version stays
├── RefreshRunning          another refresh holds the view                                   (transient)
└── Shrunk                  a new version has far fewer rows than the one in use
"""

from __future__ import annotations

from backends.errors import AskError


class MaterializedViewsError(AskError):
    pass


class WorkloadUnreadable(MaterializedViewsError):
    pass


class ViewUnknown(MaterializedViewsError):
    pass


class EditedByHand(MaterializedViewsError):
    pass


class BuildFailed(MaterializedViewsError):
    pass


class RefreshRunning(MaterializedViewsError):
    transient = True


class Shrunk(MaterializedViewsError):
    pass
