"""AskError
├── EvaluationError      a suite can't be read, or its own gold SQL does not run
└── FeedbackError
    ├── NotFound         no ask, example or version of that id
    ├── MoveRefused      the lifecycle has no such move from here, or a guard holds it: `guard` says which
    ├── NotPermitted     the person's roles do not allow it
    ├── Conflict         somebody else was first: `theirs` stands, `yours` is kept   (transient)
    ├── LeaseHeld        somebody else is at it: `person`, `until`                    (transient)
    ├── NotAccepted      what was proposed can't become an example: `rule` says why
    ├── ImportUnreadable a file of questions or queries is none
    └── ExportRefused    training data would overwrite what is not ours
"""

from __future__ import annotations

from datetime import datetime

from backends.errors import AskError


class EvaluationError(AskError):
    pass


class FeedbackError(AskError):
    pass


class NotFound(FeedbackError):
    def __init__(self, kind: str, key: str) -> None:
        shown = "catalog kept" if kind == "suggestion" else "feedback list"
        super().__init__(f"there is no {kind} {key!r}", hint=f"`dbt-ask {shown}` shows what there is", kind=kind)


class MoveRefused(FeedbackError):
    def __init__(self, guard: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint, guard=guard)
        self.guard = guard


class NotPermitted(FeedbackError):
    def __init__(self, person: str, move: str, roles: frozenset[str], domains: frozenset[str]) -> None:
        where = f" of {', '.join(sorted(domains))}" if domains else ""
        super().__init__(
            f"{person or 'nobody'} may not {move} this example",
            hint=f"it takes a {' or '.join(sorted(roles))}{where}",
            move=move,
            roles=sorted(roles),
        )
        self.move = move


class Conflict(FeedbackError):
    """Numbers are versions of the example; `yours` is None where nothing was written that could be lost."""

    transient = True

    def __init__(self, example: str, theirs: int, yours: int | None, person: str, what: str) -> None:
        kept = f"; your SQL is kept as version {yours}" if yours else ""
        super().__init__(
            f"{person or 'somebody'} was first: {what}{kept}",
            hint="look at it again and decide anew",
            example=example,
            theirs=theirs,
            yours=yours,
            person=person,
        )
        self.example = example
        self.theirs = theirs
        self.yours = yours
        self.person = person


class LeaseHeld(FeedbackError):
    transient = True

    def __init__(self, example: str, person: str, until: datetime) -> None:
        super().__init__(
            f"{person} is reviewing this example until {until:%H:%M} UTC",
            hint="take another one, or wait",
            example=example,
            person=person,
            until=until.isoformat(),
        )
        self.person = person
        self.until = until


class NotAccepted(FeedbackError):
    def __init__(self, rule: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint, rule=rule)
        self.rule = rule


class ImportUnreadable(FeedbackError):
    pass


class ExportRefused(FeedbackError):
    pass
