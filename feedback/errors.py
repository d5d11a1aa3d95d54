"""AskError
└── EvaluationError      a suite can't be read, or its own gold SQL does not run
"""

from __future__ import annotations

from backends.errors import AskError


class EvaluationError(AskError):
    pass
