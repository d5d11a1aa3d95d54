"""Which HTTP status an error is, and what is said of errors that are not ours."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from backends.errors import AskError, IndexMissing, QueryFailed, QueryRefused, QueryTimeout, WarehouseUnavailable
from feedback import errors as feedback
from materialized_views import errors as views
from plugin.errors import BudgetSpent, JobRunning, JobUnknown
from plugin.web.errors import WebError

_STATUS: dict[type[AskError], int] = {
    QueryRefused: 422,
    QueryFailed: 422,
    QueryTimeout: 504,
    IndexMissing: 503,
    WarehouseUnavailable: 503,
    BudgetSpent: 429,
    feedback.NotFound: 404,
    feedback.NotPermitted: 403,
    feedback.MoveRefused: 422,
    feedback.NotAccepted: 422,
    feedback.Conflict: 409,
    feedback.LeaseHeld: 409,
    feedback.EvaluationError: 422,
    JobUnknown: 404,
    JobRunning: 409,
    views.ViewUnknown: 404,
    views.EditedByHand: 409,
}


def status_of(error: Exception) -> int:
    if isinstance(error, WebError):
        return error.status
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, RequestValidationError):
        return 422
    if isinstance(error, AskError):
        known = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), None)
        return known or (503 if error.transient else 500)
    return 500


def failure(error: Exception) -> dict[str, Any]:
    """What was sent is not repeated: it may be a password."""
    if isinstance(error, RequestValidationError):
        wrong = [{"at": ".".join(str(p) for p in e["loc"]), "says": e["msg"]} for e in error.errors()]
        said = "; ".join(f"{one['at']}: {one['says']}" for one in wrong)
        return {"code": "BadInput", "reason": "bad_input", "message": said, "hint": "", "wrong": wrong}
    status = HTTPStatus(status_of(error))
    reason = {404: "not_found", 405: "not_found"}.get(status, "unexpected")
    return {"code": status.name, "reason": reason, "message": status.phrase, "hint": ""}
